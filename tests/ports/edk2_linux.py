# SPDX-License-Identifier: BSD-2-Clause
"""Linux on aarch64, whose clock is the firmware's (rtc-efi), on Debian's AAVMF with boot/ports/edk2's clock, which
edk2_build.py built, as a Driver####.

The machine's own clock says 2001. Its ACPI tables are those that Linux needs, and a page in the firmware's flash.
"""

import os
import pathlib
import re
import shutil
import struct
import subprocess
import time
import unittest

from ported import HERE, RTC_IS_WRONG, RTC_SEC, TREE
import efidriver
from harness import PUBLISHER, QEMUS, Case
from lab import pages
from vm import acpi, child, variables

BUILT = pathlib.Path(os.environ["VMCLOCK_EDK2"])  # by edk2_build.py
PAGE_AT, FLASH_AT = 0x07FFF000, 0x04000000
TIMEOUT_S = 240
SET = r"rtc-efi rtc-efi\.0: setting system clock to .* UTC \((\d+)\)"
KERNEL = "console=ttyAMA0 earlycon=pl011,0x9000000 panic=-1"  # without a root: it ends there
NO_CLOCK = pages.page(counter_id=pages.COUNTER_INVALID, clock_status=pages.UNKNOWN, flags=0)


def fadt():
    body = bytearray(276 - 36)
    struct.pack_into("<I", body, 112 - 36, 1 << 20)  # no hardware of ACPI's own
    struct.pack_into("<H", body, 129 - 36, 0b11)  # PSCI, by HVC
    return acpi.table(b"FACP", 6, bytes(body))


def madt():
    """One CPU, and GICv2."""
    cpu = struct.pack("<BBHIIIIIQQQQIQQI", 11, 80, 0, 0, 0, 1, 0, 23, 0, 0x08010000, 0, 0, 0, 0, 0, 0)
    distributor = struct.pack("<BBHIQII", 12, 24, 0, 0, 0x08000000, 0, 2)
    return acpi.table(b"APIC", 4, bytes(8) + distributor + cpu)


def gtdt():
    """The timers' interrupts, level, which go on in sleep."""
    timers = b"".join(struct.pack("<II", interrupt, 4) for interrupt in (29, 30, 27, 26))
    return acpi.table(b"GTDT", 2, struct.pack("<QI", 2**64 - 1, 0) + timers + struct.pack("<QII", 2**64 - 1, 0, 0))


class Linux(Case):
    def kernel(self):
        found = subprocess.run([TREE / "boot/setup/linux-cloud", "arm64"], stdout=subprocess.PIPE, text=True, check=False)
        if found.returncode:
            self.skipTest("no Linux kernel for arm64")
        return found.stdout.strip()

    def tables(self, folder):
        """QEMU's options for them."""
        subprocess.run(["iasl", "-p", folder / "dsdt", HERE / "vmclock-flash.asl"], check=True, stdout=subprocess.DEVNULL)
        for name, content in acpi.files(fadt(), madt(), gtdt(), (folder / "dsdt.aml").read_bytes()).items():
            (folder / name).write_bytes(content)
        return [word for name, path in ((acpi.RSDP, "acpi/rsdp"), (acpi.TABLES, "acpi/tables"), (acpi.LOADER, "table-loader"))
                for word in ("-fw_cfg", f"name=etc/{path},file={folder / name}")]

    def flash(self, folder, content):
        """With the page, and a Driver0000."""
        code, template = efidriver.FLASH["aa64"]
        if not os.path.exists(template):
            self.skipTest(f"no firmware with variables: {template}")
        kept = bytearray(variables.with_variables(pathlib.Path(template).read_bytes(), efidriver.driver_option("")))
        at = PAGE_AT - FLASH_AT
        self.assertEqual(len(kept), at + 4096)
        kept[at:at + len(content)] = content
        (folder / "variables").write_bytes(kept)
        disk = folder / "disk"
        disk.mkdir()
        shutil.copy(BUILT / "RealTimeClock.efi", disk / "vmclock-driver.efi")
        return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={code}",
                "-drive", f"if=pflash,format=raw,unit=1,snapshot=on,file={folder / 'variables'}",
                "-drive", f"format=raw,file=fat:rw:{disk}"]

    def clock_of(self, content, publishes):
        """What Linux set its clock to, and what this host's said right behind that."""
        folder = pathlib.Path(self.directory)
        machine = child.Child("QEMU", [
            QEMUS["aarch64"], "-accel", "tcg", "-M", "virt,acpi=off", "-cpu", "cortex-a57", "-m", "512", "-nodefaults",
            "-display", "none", "-no-reboot", "-serial", "stdio", *RTC_IS_WRONG.split(), *self.tables(folder),
            *self.flash(folder, content), "-kernel", self.kernel(), "-append", KERNEL,
            "-qmp", f"unix:{folder / 'qmp'},server=on,wait=off", *(["-S"] if publishes else [])])
        self.addCleanup(machine.end)
        children = [machine]
        if publishes:
            child.wait_until((folder / "qmp").exists, children, TIMEOUT_S)
            children.append(child.Child("vmclock-publish", [
                PUBLISHER, "--arch", "aarch64", "--authority", "host", "--qmp", str(folder / "qmp"),
                "--phys", hex(PAGE_AT)]))
            self.addCleanup(children[1].end)
        told = []

        def is_told():
            told[:] = [match for line in machine.out.lines if (match := re.search(SET, line))]
            return told or machine.ended() is not None

        child.wait_until(is_told, children, TIMEOUT_S)
        self.assertTrue(told, machine.out.tail() + machine.err.tail() + [each.err.tail() for each in children[1:]])
        return int(told[0][1]), time.time()

    def test_linux(self):
        """Has the page's time."""
        began_sec = time.time()
        told_sec, ended_sec = self.clock_of(NO_CLOCK, True)
        print(f"Linux's clock is {told_sec - ended_sec:+.1f} s ahead of this host's, which was read behind it")
        self.assertTrue(int(began_sec) <= told_sec <= ended_sec, (began_sec, told_sec, ended_sec))

    def test_linux_no_clock(self):
        """Has the machine's own where the page has none."""
        began_sec = time.time()
        told_sec, ended_sec = self.clock_of(NO_CLOCK, False)
        self.assertTrue(RTC_SEC <= told_sec <= RTC_SEC + ended_sec - began_sec + 1, told_sec)


if __name__ == "__main__":
    unittest.main()
