# SPDX-License-Identifier: BSD-2-Clause
"""boot/run up to the machine's start: what it calls in which order, and what it exits with when a call
fails."""

import shutil
import sys
import unittest

from fakes import Faked
from place import TREE

CONFIGURE = "cmake --preset run"
BUILD = "cmake --build --preset run"
# In place of what starts machines.
MAIN = """
import os, sys
print("vm", *sys.argv[1:])
print("in", os.getcwd(), file=sys.stderr)
sys.exit(7)
"""


class BootRun(Faked):
    def setUp(self):
        super().setUp()
        tree = self.folder
        self.copy_setup()
        shutil.copy(TREE / "boot" / "run", tree / "boot" / "run")
        shutil.copytree(TREE / "boot" / "vm", tree / "boot" / "vm",
                        ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(TREE / "boot" / "report", tree / "boot" / "report")
        (tree / "boot" / "vm" / "__main__.py").write_text(MAIN)
        self.fake("cmake", 'case $* in *preset\\ run) mkdir -p build/run; touch build/run/build.ninja ;; esac'
                           "\necho built")
        self.set_up("")

    def set_up(self, answer):
        self.fake("setup", answer)
        (self.programs / "setup").replace(self.folder / "boot" / "setup" / "setup")

    def boot(self, *arguments):
        return self.faked(self.folder / "boot" / "run", *arguments)

    def boots(self, *arguments):
        done = self.boot(*arguments)
        self.assertEqual(done.returncode, 7, done)  # the machine's
        self.assertEqual(done.stdout, " ".join(("vm", *arguments)) + "\n")
        calls = self.calls()
        self.let_fail()
        return calls, done

    def test_order(self):
        calls, done = self.boots()
        self.assertEqual(calls, ["setup run x86_64", CONFIGURE, BUILD])
        self.assertIn("boot/run: building in build/run\n", done.stderr)
        calls, done = self.boots("--arch", "aarch64")
        self.assertEqual(calls, ["setup run aarch64", BUILD])
        self.assertNotIn("boot/run: ", done.stderr)
        self.assertNotIn("built", done.stdout + done.stderr)

    def test_built_by_another(self):
        """Who cannot read what the build rests on: it is made anew, and again only then."""
        self.boots()
        left = self.folder / "build" / "run" / "left"
        left.touch()
        for cache, steps in (("his", [CONFIGURE, BUILD]), ("his", [BUILD]), ("hers", [CONFIGURE, BUILD])):
            self.let_fail()
            done = self.faked(self.folder / "boot" / "run", XDG_CACHE_HOME=str(self.folder / cache))
            self.assertEqual(done.returncode, 7, done)
            self.assertEqual(self.calls("cmake"), steps)
            self.assertFalse(left.exists())

    def test_bare(self):
        """Their target is not there before it is configured with a compiler for it."""
        for arch in ("x86_64", "aarch64"):
            calls, _ = self.boots("--image", "date", "--arch", arch)
            self.assertEqual(calls, [f"setup run {arch} --bare", CONFIGURE, BUILD,
                                     f"{BUILD} --target bare-{arch}"])

    def test_disk(self):
        """What the disk is made of and boots from."""
        calls, _ = self.boots("--image", "efi-driver")
        self.assertEqual(calls, ["setup run x86_64 --disk", CONFIGURE, BUILD])

    def test_usage(self):
        """Before anything is set up."""
        for arguments in (("--lost",), ("--arch", "vax"), ("--image", "none")):
            done = self.boot(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        done = self.boot("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertTrue(done.stdout.startswith("usage: "), done)
        self.assertEqual(self.calls(), [])

    def test_set_up_fails(self):
        for code in (1, 2):
            self.set_up(f"echo why >&2; exit {code}")
            done = self.boot()
            self.assertEqual((done.returncode, done.stdout, done.stderr), (code, "", "why\n"))
            self.assertEqual(self.calls("cmake"), [])

    def test_build_fails(self):
        """Each of its steps: what it said is shown, and no machine is started."""
        steps = [CONFIGURE, BUILD, f"{BUILD} --target bare-x86_64"]
        for at, step in enumerate(steps):
            self.let_fail(("cmake", step.partition(" ")[2], "all", "no compiler"))
            done = self.boot("--image", "date")
            self.assertEqual((done.returncode, done.stdout), (1, ""), done)
            self.assertTrue(done.stderr.endswith("no compiler\nboot/run: FAILED: the build\n"), done)
            self.assertEqual(self.calls("cmake"), steps[:at + 1])

    def test_no_room_to_build(self):
        (self.folder / "build").touch()
        done = self.boot()
        self.assertEqual((done.returncode, done.stdout), (1, ""), done)
        self.assertTrue(done.stderr.endswith("boot/run: FAILED: the build\n"), done)
        self.assertEqual(self.calls("cmake"), [])

    def without_python(self):
        """A system whose Python comes with the set-up."""
        links = self.folder / "links"
        links.mkdir()
        for name in ("sh", "dirname", "mkdir", "touch", "cat", "grep", "ln", "rm"):
            (links / name).symlink_to(shutil.which(name))
        self.set_up(f'ln -sf "{sys.executable}" "{links}/python3"')
        self.path = f"{self.programs}:{links}"

    def test_python_comes_with_set_up(self):
        self.without_python()
        calls, _ = self.boots("--arch", "aarch64")
        self.assertEqual(calls, ["setup run", "setup run aarch64", CONFIGURE, BUILD])

    def test_usage_without_python(self):
        self.without_python()
        done = self.boot("--lost")
        self.assertEqual(done.returncode, 2, done)
        self.assertEqual(self.calls(), ["setup run"])
        self.let_fail()

    def test_set_up_fails_without_python(self):
        self.without_python()
        self.set_up("exit 1")
        self.assertEqual(self.boot().returncode, 1)
        self.assertEqual(self.calls(), ["setup run"])


if __name__ == "__main__":
    unittest.main()
