# SPDX-License-Identifier: BSD-2-Clause
"""A disk that boots by itself: an ESP with systemd-boot, vmclock-driver in its folder, and Debian's kernel."""

import os
import shlex
import subprocess
import time

from . import child, commands, session, variables
from .failure import Failure, Missing

SYSTEMD_BOOT = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"
# The firmware's code, and its variables, which say what the driver is to do.
FLASH = (
    ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
    ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
)
ALWAYS = ("VmclockDriver", variables.DRIVER, b"set=always", variables.KEPT)
DISK_BYTES = 64 << 20
START = "2001-01-01T00:00:00"
SAYS = r".*rtc_cmos.*: setting system clock to (\d{4}-\d\d-\d\dT[0-9:]*) UTC \((\d+)\)"
BOOT_TIMEOUT_S = 600.0
OFF_SEC_MAX = 4  # the clock's own second, and that the kernel's line may have waited for us
ENTRY = b"title Linux\nlinux /vmlinuz\noptions console=ttyS0 panic=-1\n"


def layout(driver, kernel):
    """The ESP: path -> path of the file, or its bytes."""
    return {
        "EFI/BOOT/BOOTX64.EFI": SYSTEMD_BOOT,
        "EFI/systemd/drivers/vmclock-driver-x64.efi": driver,
        "vmlinuz": kernel,
        "loader/loader.conf": b"timeout 0\ndefault linux.conf\n",
        "loader/entries/linux.conf": ENTRY,
    }


def _mtool(*words, given=None):
    program = commands.find_program(words[0], "it makes the disk (Debian: mtools)")
    done = subprocess.run([program, *words[1:]], input=given, capture_output=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{shlex.join(words)} failed: {done.stderr.decode(errors='replace')}")


def make_disk(path, files):
    """A FAT file system, as a disk without partitions, with the files."""
    with open(path, "wb") as file:
        file.truncate(DISK_BYTES)
    _mtool("mformat", "-i", path, "-F", "-v", "ESP", "::")
    made = set()
    for name, content in files.items():
        folder = ""
        for part in name.split("/")[:-1]:
            folder += "/" + part
            if folder not in made:
                _mtool("mmd", "-i", path, "::" + folder)
                made.add(folder)
        if isinstance(content, bytes):
            _mtool("mcopy", "-i", path, "-", f"::/{name}", given=content)
        else:
            _mtool("mcopy", "-i", path, content, f"::/{name}")


def _firmware():
    for pair in FLASH:
        if all(os.path.exists(path) for path in pair):
            return pair
    raise Missing("no firmware with variables; looked for " + ", ".join(pair[0] for pair in FLASH))


def _kernel():
    script = os.path.join(os.path.dirname(commands.HERE), "setup", "linux-cloud")
    found = subprocess.run([script], stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode != 0:
        raise Missing("no Linux kernel")
    return found.stdout.strip()


def setup_of(machine, driver, qemu, publisher, scratch):
    """A machine with this disk, whose clock starts in 2001."""
    if not os.path.exists(SYSTEMD_BOOT):
        raise Missing(f"no systemd-boot: {SYSTEMD_BOOT} (Debian: systemd-boot-efi)")
    disk = os.path.join(scratch, "disk.img")
    kept = os.path.join(scratch, "variables.fd")
    code, template = _firmware()
    make_disk(disk, layout(driver, _kernel()))
    with open(template, "rb") as file:
        flash = variables.with_variables(file.read(), [ALWAYS])
    with open(kept, "wb") as file:
        file.write(flash)
    drive = "-drive if=pflash,format=raw,unit={},{},file={}"
    firmware = machine.firmware._replace(
        options=(drive.format(0, "readonly=on", code), drive.format(1, "snapshot=on", kept)),
        files=(), image=("-drive format=raw,snapshot=on,file={image}",))
    return session.Setup(machine._replace(firmware=firmware), disk, "", qemu, publisher=publisher,
                         extra=(f"-rtc base={START}",))


def boot(make_setup, choice):
    """Boots it until the kernel says what time it is. Failure if that is not this host's."""
    with child.scratch_directory() as scratch:
        setup = make_setup(scratch)
        if choice.print_command:
            print(" \\\n    ".join(shlex.join(group) for group in setup.qemu_command("my-vm")))
            return
        with session.Session(setup) as running:
            told = running.line(SAYS, max(choice.timeout, BOOT_TIMEOUT_S))
            off_sec = int(told.group(2)) - time.time()
            print(told.group(0).strip())
            if abs(off_sec) > OFF_SEC_MAX:
                raise Failure(f"the kernel's clock is {off_sec:+.1f} s off this host's")
            print(f"boot/run: a machine whose clock started in 2001 has this host's time: {told.group(1)}")
