# SPDX-License-Identifier: BSD-2-Clause
"""boot/setup/newlib: finds what it has built, or fails by name and leaves nothing behind."""

import pathlib
import unittest

from place import TREE, Place, apt_lists

NEWLIB = TREE / "boot" / "setup" / "newlib"


class Newlib(Place):
    def test_usage(self):
        for arguments in ((), ("vax",), ("x86_64", "aarch64"), ("--chek", "x86_64")):
            with self.subTest(arguments):
                self.assert_usage(NEWLIB, *arguments)

    def test_is_complete(self):
        for arch in ("x86_64", "aarch64"):
            found = self.run_script(NEWLIB, "--check", arch)
            if found.returncode != 0:
                self.skipTest(found.stderr.strip())
            folder = pathlib.Path(found.stdout.rstrip("\n"))
            for name in ("include/time.h", "include/stdio.h", "lib/libc.a", "lib/libm.a", "COPYING.NEWLIB"):
                self.assertTrue((folder / name).is_file(), name)
            self.assertNotIn(b"/.newlib.", (folder / "lib/libc.a").read_bytes(), "names where it was built")

    def test_none_here(self):
        cache = self.folder / "cache"
        done = self.run_script(NEWLIB, "--check", "x86_64", XDG_CACHE_HOME=str(cache))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn("no newlib for x86_64", done.stderr)
        self.assertFalse(cache.exists())

    def test_no_home(self):
        done = self.run_script("/usr/bin/env", "-u", "HOME", "-u", "XDG_CACHE_HOME", NEWLIB, "x86_64")
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn("HOME", done.stderr)

    def test_no_mirror(self):
        """A machine without network: an apt-get that fails as apt-get does then."""
        path = self.path_without("apt-get")
        self.program("apt-get", apt_lists() +
                     "echo 'E: Failed to fetch: Temporary failure resolving'\nexit 100\n")
        cache = self.folder / "cache"
        done = self.run_script(NEWLIB, "x86_64", path=path, XDG_CACHE_HOME=str(cache))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn("Temporary failure resolving", done.stderr)
        self.assertEqual(self.left_in(cache), [])


if __name__ == "__main__":
    unittest.main()
