# SPDX-License-Identifier: BSD-2-Clause
"""boot/setup/qemu-vmclock: finds a QEMU with the device, or fails and leaves nothing behind."""

import os
import subprocess
import unittest

from place import TREE, Place, apt_lists

QEMU_VMCLOCK = TREE / "boot" / "setup" / "qemu-vmclock"


class QemuVmclock(Place):
    def test_usage(self):
        self.assert_usage(QEMU_VMCLOCK, "--chek")
        self.assert_usage(QEMU_VMCLOCK, "--check", "--check")

    def test_has_the_device(self):
        found = self.run_script(QEMU_VMCLOCK, "--check")
        if found.returncode != 0:
            self.skipTest(found.stderr.strip())
        qemu = found.stdout.rstrip("\n")
        self.assertTrue(os.access(qemu, os.X_OK), qemu)
        machine = [qemu, "-accel", "tcg", "-M", "q35", "-nodefaults", "-display", "none", "-S",
                   "-device", "vmclock", "-monitor", "stdio"]
        done = subprocess.run(machine, input="gpa2hva 0xfeffb000\nquit\n", capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("(vmclock_page) is 0x", done.stdout)

    def test_no_home(self):
        done = self.run_script("/usr/bin/env", "-u", "HOME", "-u", "XDG_CACHE_HOME", QEMU_VMCLOCK)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn("HOME", done.stderr)

    def test_no_mirror(self):
        """A machine without network: an apt-get that fails as apt-get does then."""
        path = self.path_without("qemu-system-x86_64", "apt-get")
        self.program("apt-get", apt_lists() +
                     "echo 'E: Failed to fetch: Temporary failure resolving'\nexit 100\n")
        cache = self.folder / "cache"
        done = self.run_script(QEMU_VMCLOCK, path=path, XDG_CACHE_HOME=str(cache))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn("Temporary failure resolving", done.stderr)
        self.assertIn("cannot read the list of packages", done.stderr)
        self.assertEqual(self.left_in(cache), [])

    def test_no_apt(self):
        path = self.path_without("qemu-system-x86_64", "qemu-system-aarch64", "apt-get")
        cache = self.folder / "cache"
        for arguments, said in (((), "qemu-system-x86_64 is too old"), (("--check",), "no QEMU"),
                                (("x86_64",), "qemu-system-x86_64 is too old"),
                                (("aarch64",), "qemu-system-aarch64 is too old")):
            done = self.run_script(QEMU_VMCLOCK, *arguments, path=path, XDG_CACHE_HOME=str(cache))
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn(said, done.stderr)
        self.assertFalse(cache.exists())


if __name__ == "__main__":
    unittest.main()
