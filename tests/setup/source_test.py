# SPDX-License-Identifier: BSD-2-Clause
"""boot/setup/*-source: find sources or fail, and leave nothing half done behind."""

import concurrent.futures
import platform
import unittest

from place import TREE, Place, apt_lists

PROGRAMS = [TREE / "boot" / "setup" / name
            for name in ("cmocka-source", "libfdt-source", "u-boot-source", "grub-source", "edk2-source",
                         "acpica-source")]


# An apt-get that gives sources of libfdt, slowly, and counts how often it is asked to. The first time
# it has none, where there is a file "poor" beside it.
APT_GET = """
case $* in
*update*) exit ;;
esac
echo fetch >>"{folder}/fetched"
if [ -e "{folder}/poor" ]; then
    rm "{folder}/poor"
    echo 'E: Failed to fetch: 404 Not Found' >&2
    exit 100
fi
sleep 1
mkdir -p dtc-1/libfdt && touch dtc-1/libfdt/fdt.c
tar -czf device-tree-compiler_1.orig.tar.gz dtc-1
"""


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
        self.program("apt-get", apt_lists() +
                     "echo 'E: Failed to fetch: Temporary failure resolving'\nexit 100\n")
        for program, cache, variables in self.each():
            done = self.run_script(program, path=path, **variables)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("Temporary failure resolving", done.stderr)
            self.assertIn("cannot fetch the sources of", done.stderr)
            self.assertEqual(self.left_in(cache), [])

    def with_apt_get(self):
        path = self.path_without("apt-get")
        self.program("apt-get", apt_lists() + APT_GET.format(folder=self.folder))
        return {"path": path, "XDG_CACHE_HOME": str(self.folder / "a \"c\u00e4che\"")}

    def fetched(self):
        return len((self.folder / "fetched").read_text().split())

    def test_one_fetches(self):
        """Of those that want the same at a time; the others wait for it, and have it."""
        options = self.with_apt_get()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            runs = list(pool.map(lambda _: self.run_script(PROGRAMS[1], **options), range(4)))
        for done in runs:
            self.assertEqual((done.returncode, done.stdout), (0, runs[0].stdout), done)
        self.assertTrue(runs[0].stdout.endswith("/libvmclock/dtc-1/libfdt\n"), runs[0])
        self.assertEqual(self.fetched(), 1)

    def test_a_poor_mirror(self):
        """What a newer release has is no failure, and nothing looks like one."""
        options = self.with_apt_get()
        (self.folder / "poor").touch()
        done = self.run_script(PROGRAMS[1], **options)
        if platform.freedesktop_os_release().get("VERSION_CODENAME") == "trixie":  # none is newer
            self.assertEqual((done.returncode, self.fetched()), (1, 1), done)
            self.assertIn("404 Not Found", done.stderr)
            return
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.fetched(), 2)
        self.assertIn("fetching those of trixie", done.stderr)
        self.assertNotRegex(done.stderr, "(?m)^E:")

    def test_no_apt(self):
        path = self.path_without("apt-get")
        for program, cache, variables in self.each():
            done = self.run_script(program, path=path, **variables)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertIn("please unpack a release of", done.stderr)
            self.assertFalse(cache.exists())


if __name__ == "__main__":
    unittest.main()
