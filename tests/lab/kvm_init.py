# SPDX-License-Identifier: BSD-2-Clause
"""The first program of the machine that kvm_host.py starts: gives it KVM and debugfs, runs the command that it
finds in /job, says how that ended and switches the machine off."""

import ctypes
import json
import os
import subprocess
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
SYS_FINIT_MODULE = 313  # x86-64
RB_POWER_OFF = 0x4321FEDC
MOUNTS = (("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev"), ("tmpfs", "/dev/shm"),
          ("tmpfs", "/tmp"), ("debugfs", "/sys/kernel/debug"))


def checked(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), what)


def run():
    for kind, path in MOUNTS:
        os.makedirs(path, exist_ok=True)
        checked(LIBC.mount(b"none", path.encode(), kind.encode(), 0, None), path)
    for path, to in (("/bin/python3", sys.executable), ("/dev/stdout", "/proc/self/fd/1")):
        if not os.path.exists(path):
            os.symlink(to, path)  # what is looked for by these names
    with open("/job", encoding="utf-8") as file:
        job = json.load(file)
    for module in job["modules"]:
        with open(module, "rb") as file:
            checked(LIBC.syscall(SYS_FINIT_MODULE, file.fileno(), b"", 0), module)
    return subprocess.run(job["command"], cwd=job["directory"], env=job["environment"],
                          check=False).returncode


if __name__ == "__main__":
    CODE = "an exception"
    try:
        CODE = run()
    finally:
        print(f"kvm_init: ended with {CODE}", flush=True)
        os.sync()
        LIBC.reboot(RB_POWER_OFF)
