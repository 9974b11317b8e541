# SPDX-License-Identifier: BSD-2-Clause
"""What tests of real machines share: where things are, pages as bytes, disks, QEMU's monitor."""

import os
import subprocess
import sys
import unittest

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOOT = os.path.join(TREE, "boot")
sys.path.insert(0, BOOT)  # for boot/vm


def qemu_10(arch="x86_64"):
    """The path of a QEMU of version 10 or later, on x86 with the real device; skips the test where
    there is none."""
    found = subprocess.run([os.path.join(BOOT, "setup", "qemu-vmclock"), arch],
                           capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise unittest.SkipTest(f"no QEMU 10: {found.stderr.strip()}")
    return found.stdout.strip()
