# SPDX-License-Identifier: BSD-2-Clause
"""Guards of boot/setup that stand behind others, each without the one in front of it: the functions that the
scripts share, called with what their callers see to."""

import shlex
import unittest

from place import TREE, Place

SETUP = TREE / "boot" / "setup"
SOURCED = ". {setup}/private.sh; . {setup}/cached.sh; . {setup}/alive.sh; name=pairs; cache={cache}; set -u\n"


class Pairs(Place):
    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"
        self.cache.mkdir()
        self.path = self.path_without()

    def run_lines(self, lines, cache=None):
        """Lines of shell behind the functions."""
        sourced = SOURCED.format(setup=shlex.quote(str(SETUP)),
                                 cache=shlex.quote(str(self.cache) if cache is None else cache))
        return self.run_script("/bin/sh", "-c", sourced + lines, path=self.path)

    def assert_fails(self, done, said):
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertIn(said, done.stderr)

    def test_fetched_is_looked_at(self):
        """Although the function that fetches has said that all went well."""
        self.assert_fails(self.run_lines("look() { :; }; put() { :; }; fetched it put"),
                          "pairs: what was fetched is not as expected\n")
        self.assert_fails(self.run_lines("look() { :; }; put() { return 3; }; fetched it put"), "")

    def test_looked_at_once_more(self):
        """Behind the lock: what another one fetched meanwhile is not fetched again."""
        done = self.run_lines("look() { echo there; exit 0; }; put() { echo put; }; fetched it put")
        self.assertEqual((done.returncode, done.stdout), (0, "there\n"), done)

    def test_unpacked_as_expected(self):
        """An archive that has a folder of the name and not what proves it: nothing of it is kept."""
        source = ". %s; name=pairs what=it source=it prefix=it- part= proof=file\n" % shlex.quote(
            str(SETUP / "source.sh"))
        done = self.run_lines(f"here={shlex.quote(str(SETUP))}; " + source +
                              'fetch() { :; }; unpack() { mkdir -p "$2/it-1"; }; fetch_source')
        self.assert_fails(done, "pairs: the sources of it are not as expected\n")
        self.assertEqual([path for path in self.cache.iterdir() if not path.name.startswith(".lock")], [])

    def test_no_cache(self):
        """Nothing is removed below the root where there is no folder of the user's."""
        kept = self.folder / "kept"
        kept.mkdir()
        new = self.folder / "new"
        new.mkdir()
        done = self.run_lines(f"keep {shlex.quote(str(new))} {shlex.quote(str(kept)[1:])}", cache="")
        self.assertNotEqual(done.returncode, 0, done)
        self.assertTrue(kept.exists() and new.exists())

    def test_stand_ins_leave_the_system_alone(self):
        """A program of a test's own takes the place of a link, and not of what that leads to."""
        theirs = self.folder / "theirs"
        theirs.write_text("kept")
        (self.programs / "iasl").unlink(missing_ok=True)
        (self.programs / "iasl").symlink_to(theirs)
        self.program("iasl", "exit 3\n")
        self.assertEqual(theirs.read_text(), "kept")
        self.assertEqual(self.run_script(self.programs / "iasl").returncode, 3)

    def test_packages_are_whole(self):
        """One of them cannot be unpacked: what came before it is no QEMU."""
        archives = self.folder / "work" / "cache" / "archives"
        archives.mkdir(parents=True)
        for package in "abc":
            (archives / f"{package}.deb").touch()
        self.program("apt-get", "")
        self.program("dpkg-deb", 'case $2 in */b.deb) exit 2 ;; esac; echo "$2"')
        done = self.run_lines(f"private_unpack {shlex.quote(str(self.folder / 'work'))} suite root it")
        self.assertEqual(done.returncode, 1, done)
        self.assertEqual(done.stdout, f"{archives}/a.deb\n")


if __name__ == "__main__":
    unittest.main()
