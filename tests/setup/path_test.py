# SPDX-License-Identifier: BSD-2-Clause
"""A checkout and a cache in folders with blanks, quotes and other letters in their paths: set-up is silent,
an image builds, boots and tells the time. And what CMake itself does not take is refused by name.
"""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

from place import TREE, Place

PARTS = ("CMakeLists.txt", "CMakePresets.json", "arch", "boot", "drivers", "lib")
FOLDER = "it's a w\u00f6rk tree, --tries 0 --bad"
CACHE = "the \u00fcser's cache"
# As boot/run does when all is built; but how narrow a window is, no busy machine can promise.
BOOT = """
import os, shutil
from vm import machines, session, windows
machine, target = machines.choose("date", "x86_64")
for image in (target.file, target.file.replace("date", "date-multiboot")):
    setup = session.Setup(machine, os.path.abspath("build/run/" + image), "--serve",
                          shutil.which(machine.qemu), narrowest_ns=10**9, publisher=[
                              os.path.abspath("build/run/boot/linux/vmclock-publish"), "--authority", "host"])
    with session.Session(setup) as running:
        _lines, report = running.report()
        assert report.values["state"] == "ok", report
        windows.judge(running.readings(), setup.narrowest_ns)
        running.finish("ok")
"""
BUILT = ("vmclock-publish", "bare-x86_64")


class Paths(Place):
    def checkout(self, name):
        tree = self.folder / name
        tree.mkdir()
        for part in PARTS:
            if (TREE / part).is_dir():
                shutil.copytree(TREE / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(TREE / part, tree / part)
        return tree

    def cache(self):
        """What the user has already, by another path: nothing is fetched, nor newlib built anew."""
        theirs = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
        ours = self.folder / CACHE
        ours.mkdir()
        (ours / "libvmclock").symlink_to(theirs / "libvmclock")
        return ours

    def in_tree(self, tree, *command):
        environment = dict(os.environ, XDG_CACHE_HOME=str(self.ours), PYTHONPATH=str(tree / "boot"))
        done = subprocess.run(command, cwd=tree, env=environment, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:])
        return done.stdout

    def test_builds_and_boots(self):
        tree, self.ours = self.checkout(FOLDER), self.cache()
        self.assertEqual(self.in_tree(tree, tree / "boot/setup/setup", "run", "--bare"), "")
        cmake = os.environ.get("VMCLOCK_CMAKE", "cmake")
        self.in_tree(tree, cmake, "--preset", "run")
        self.in_tree(tree, cmake, "--build", "--preset", "run", "--target", *BUILT)
        self.in_tree(tree, "python3", "-BPc", BOOT)
        # What it prints is a command to be copied.
        printed = self.in_tree(tree, "python3", "-BP", "-m", "vm", "--image", "date", "--arch",
                               "x86_64", "--print-command")
        self.assertEqual(self.in_tree(tree, "sh", "-nc", printed), "")

    def test_refused(self):
        for character in '";#$':
            with self.subTest(character):
                tree = self.checkout(f"a{character}b")
                done = self.run_script("/bin/sh", "-c", 'cd "$0" && exec cmake --preset run', str(tree))
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("please move the tree", " ".join(done.stderr.split()))


if __name__ == "__main__":
    unittest.main()
