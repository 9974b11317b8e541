# SPDX-License-Identifier: BSD-2-Clause
"""Runs Python in the current folder of a host with KVM: of this one if it has it, else of a machine whose emulated
CPUs have AMD's SVM, under a Linux kernel of Debian's, as root. That kernel, its KVM, its debugfs and the programs
are real; they are only slow.

    kvm_host.py [--emulated] ARGUMENT...

ARGUMENT: Python's, as "-m unittest NAME". --emulated: even if this host has KVM. Exit: Python's; 0 and unittest's
word of a skipped test where something is missing for such a machine.
"""

import glob
import json
import lzma
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import unittest

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lab import BOOT, TREE, qemu_10  # noqa: E402  (the path comes first)
from lab.initramfs import Files, content_of  # noqa: E402
from vm import child  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = ("irqbypass", "kvm", "kvm-amd")  # in this order
TOOLS = ("/bin/sh", "dirname", "grep", "sed", "iasl")
BUILT = ("boot/linux/vmclock-*", "tests/live/*", "boot/bare/x86_64/mailbox.elf",
         "boot/bare/x86_64/watch.elf")
FIRMWARE_BYTES_MAX = 512 << 10  # SeaBIOS and option ROMs, but no UEFI
UNUSED = ("test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "site-packages",
          "dist-packages", "pydoc_data", "config-*")
UNUSED_FILES = re.compile(r"\.opt-\d\.pyc$|/lib-dynload/(_curses|_sqlite3|_ssl|_test|_tkinter)")
TIMEOUT_S = 900
KERNEL = "console=ttyS0 quiet panic=-1 tsc=reliable mitigations=off"


def has_kvm():
    return os.access("/dev/kvm", os.R_OK | os.W_OK) and os.path.isdir("/sys/kernel/debug/kvm")


def is_elf(path):
    return os.path.isfile(path) and stat.S_IMODE(os.stat(path).st_mode) & 0o111 and \
        content_of(path)[:4] == b"\x7fELF"


def put_qemu(files, qemu):
    """A system's QEMU, or one that is unpacked beside the script that starts it."""
    root = os.path.join(os.path.dirname(qemu), "root")
    if not os.path.isdir(root):
        root = "/"
    program = os.path.join(root, "usr/bin", os.path.basename(qemu))
    libraries = [path for folder in ("usr/lib", "lib")
                 for path in glob.glob(os.path.join(root, folder, "*-linux-*"))]
    files.put(qemu)
    files.programs(program, libraries=":".join(libraries))
    for folder in ("qemu", "seabios"):
        files.tree(os.path.join(root, "usr/share", folder), bytes_max=FIRMWARE_BYTES_MAX)


def put_python(files):
    python = os.path.realpath(sys.executable)
    for name in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}:
        unused = [path for pattern in UNUSED for path in glob.glob(os.path.join(name, pattern))]
        files.tree(name, skipped=[os.path.basename(path) for path in unused])
    files.paths -= set(filter(UNUSED_FILES.search, files.paths))
    files.programs(python, *(path for path in files.paths if path.endswith(".so")))
    return python


def modules_of(folder):
    """The kernel's modules, as they are loaded."""
    for name in MODULES:
        path = os.path.join(folder, name + ".ko")
        yield name, content_of(path) if os.path.exists(path) else lzma.decompress(
            content_of(path + ".xz"))


def file_system(kernel, arguments):
    """The machine's, with the job."""
    files = Files()
    build = os.path.abspath(os.environ["VMCLOCK_BUILD"])
    python = put_python(files)
    put_qemu(files, qemu_10())
    files.programs(*(path for tool in TOOLS if (path := shutil.which(tool))))
    files.put("/etc/os-release")
    for folder in ("boot", "drivers", "lib", "tests"):
        files.tree(os.path.join(TREE, folder))
    built = [path for pattern in BUILT for path in glob.glob(os.path.join(build, pattern))]
    files.programs(*filter(is_elf, built))
    files.tree(os.path.join(os.path.dirname(os.path.dirname(kernel)), "linux-driver"))
    modules = dict(modules_of(os.path.join(os.path.dirname(kernel), "modules")))
    job = {"modules": [f"/modules/{name}" for name in modules], "directory": os.getcwd(),
           "command": [python, "-B", *arguments],
           "environment": {name: value for name, value in os.environ.items()
                           if name.startswith("VMCLOCK_") or name in ("HOME", "XDG_CACHE_HOME", "PATH")}}
    init = f"#!{python} -B\n".encode() + content_of(os.path.join(HERE, "kvm_init.py"))
    return files.archive([("modules", 0o040755, b""), *(
        (f"modules/{name}", 0o100644, content) for name, content in modules.items()),
        ("job", 0o100644, json.dumps(job).encode()), ("init", 0o100755, init)])


def run_emulated(arguments):
    """Python's exit code, or None where the machine did not get so far."""
    if platform.machine() != "x86_64":
        raise unittest.SkipTest("what runs in the machine is this host's, and not of x86-64")
    found = subprocess.run([os.path.join(BOOT, "setup", "linux-cloud")], stdout=subprocess.PIPE,
                           text=True, check=False)
    if found.returncode:
        raise unittest.SkipTest("no Linux kernel")
    kernel = found.stdout.strip()
    with child.scratch_directory() as scratch:
        initrd = os.path.join(scratch, "initrd")
        with open(initrd, "wb") as file:
            file.write(file_system(kernel, arguments))
        machine = child.Child("QEMU", [
            qemu_10(), "-accel", "tcg", "-M", "q35", "-cpu", "max,la57=off", "-smp", "2", "-m", "2G",
            "-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio", "-kernel", kernel,
            "-initrd", initrd, "-append", KERNEL])
        try:
            return follow(machine)
        finally:
            machine.end()


def follow(machine):
    """Prints what it says, up to the code that its first program tells at the end."""
    printed, code = 0, None

    def done():
        nonlocal printed, code
        has_ended = machine.ended() is not None
        for line in machine.out.lines[printed:]:
            told = re.match(r"kvm_init: ended with (-?\d+)$", line)
            code = int(told.group(1)) if told and code is None else code
            if code is None:
                print(line, flush=True)
        printed = len(machine.out.lines)
        return has_ended

    if not child.wait_until(done, [machine], TIMEOUT_S):
        print(f"kvm_host: the machine has not ended after {TIMEOUT_S} s")
    if code is None:
        print(*machine.err.lines, sep="\n")
    return code


def main():
    arguments = sys.argv[1:]
    emulated = arguments[:1] == ["--emulated"]
    if has_kvm() and not emulated:
        os.execv(sys.executable, [sys.executable, "-B", *arguments])
    child.end_on_signals()
    try:
        code = run_emulated(arguments[emulated:])
    except unittest.SkipTest as why:
        print(f"kvm_host: {why}\nOK (skipped=1)")
        sys.exit(0)
    if code is None:
        sys.exit("kvm_host: the machine ended before its tests")
    sys.exit(code)


if __name__ == "__main__":
    main()
