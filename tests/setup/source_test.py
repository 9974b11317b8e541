# SPDX-License-Identifier: BSD-2-Clause
"""boot/setup/*-source: find sources or fail, and leave nothing half done behind."""

import os
import unittest

from place import TREE, Place

PROGRAMS = [TREE / "boot" / "setup" / name for name in ("cmocka-source", "libfdt-source", "u-boot-source")]


class Source(Place):
    def each(self):
        for program in PROGRAMS:
            with self.subTest(program.name):
                cache = self.folder / program.name
                yield program, cache, {"XDG_CACHE_HOME": str(cache)}

    def test_usage(self):
        for program, _, _ in self.each():
            self.assert_usage(program, "--chek")
            self.assert_usage(program, "--check", "--check")

    def test_finds(self):
        """The sources of libfdt, which setup has made sure of, compile as they are found."""
        found = self.run_script(PROGRAMS[1], "--check")
        if found.returncode != 0:
            self.skipTest(found.stderr.strip())
        folder = found.stdout.rstrip("\n")
        done = self.run_script("/usr/bin/env", "gcc", f"-I{folder}", "-c", f"{folder}/fdt.c",
                               "-o", str(self.folder / "fdt.o"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_check_fetches_nothing(self):
        for program, cache, variables in self.each():
            done = self.run_script(program, "--check", **variables)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("no sources of", done.stderr)
            self.assertFalse(cache.exists())

    def test_no_mirror(self):
        """A machine without network: an apt-get that fails as apt-get does then."""
        path = self.path_without("apt-get")
        self.program("apt-get", '[ "$1" != indextargets ] || exec /usr/bin/apt-get "$@"\n'
                     "echo 'E: Failed to fetch: Temporary failure resolving'\nexit 100\n")
        for program, cache, variables in self.each():
            done = self.run_script(program, path=path, **variables)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("Temporary failure resolving", done.stderr)
            self.assertIn("cannot fetch the sources of", done.stderr)
            self.assertEqual(os.listdir(cache / "libvmclock"), [])

    def test_no_apt(self):
        path = self.path_without("apt-get")
        for program, cache, variables in self.each():
            done = self.run_script(program, path=path, **variables)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("please unpack a release of", done.stderr)
            self.assertFalse(cache.exists())


if __name__ == "__main__":
    unittest.main()
