# SPDX-License-Identifier: BSD-2-Clause
"""The release, made twice and used by somebody who has neither Python nor git.

Usage: dist.py CMAKE COMMAND..., the command that makes it but for its --out.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

CMAKE, MAKE = sys.argv[1], sys.argv[2:]
# What the archive is for, beside the sources.
WANTED = ("README.md", "LICENSE", "CHANGELOG.md", "CHECKSUMS", "CMakeLists.txt", "lib/sources.txt",
          "amalgamation/vmclock.c", "amalgamation/vmclock.h", "man/man1/vmclock-publish.1",
          "efi/vmclock-check-x64.efi", "efi/vmclock-check-ia32.efi", "efi/vmclock-check-aa64.efi",
          "efi/vmclock-driver-x64.efi", "efi/vmclock-driver-ia32.efi", "efi/vmclock-driver-aa64.efi",
          "efi/vmclock-check.man", "efi/vmclock-check.img",
          "images/x86_64/date.elf", "images/aarch64/date.img", "licenses/newlib.txt", "boot/fdt/NOTICE.md")
# What compiles the library, and no more.
TOOLS = ("cc", "as", "ld", "ar", "ranlib", "ninja", "sh", "uname")
# Whoever runs us may have told CMake of tools that are not there, as a compiler's launcher.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("CMAKE_")}


class Dist(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="vmclock-dist."))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.archive = cls.made(cls.folder / "once")
        with tarfile.open(cls.archive) as archive:
            cls.members = archive.getmembers()
        subprocess.run(["tar", "-C", str(cls.folder), "-xzf", str(cls.archive)], check=True)
        (cls.tree,) = cls.folder.glob("libvmclock-*")

    @classmethod
    def made(cls, out, **environment):
        subprocess.run([*MAKE, "--out", str(out)], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, **environment})
        (archive,) = out.glob("*.tar.gz")
        return archive

    def run_there(self, *command, **environment):
        done = subprocess.run(command, cwd=self.tree, capture_output=True, text=True, check=False,
                              env={**ENVIRONMENT, **environment})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_content(self):
        names = {member.name.partition("/")[2] for member in self.members}
        self.assertEqual(set(WANTED) - names, set())
        for member in self.members:
            self.assertTrue(member.isfile() and not member.name.startswith(("/", ".")), member.name)
            self.assertEqual((member.uid, member.gid, member.uname, member.gname), (0, 0, "", ""))
            self.assertIn(member.mode, (0o644, 0o755))
        self.assertEqual(self.archive.read_bytes()[:10], b"\x1f\x8b\x08\0\0\0\0\0\x02\xff")  # whatever Python it was
        self.assertEqual(len({member.mtime for member in self.members}), 1)
        self.assertFalse([name for name in names if name.startswith((".ci", ".git", "build/"))])

    def test_tools(self):
        """Who wants the same bytes has to have the same."""
        said = (self.tree / "TOOLS").read_text()
        for tool in (r"clang version \d+", r"LLD \d+", r"x86_64-linux-gnu-gcc .*\d", r"aarch64-linux-gnu-gcc .*\d",
                     r"GNU ld .*\d", r"newlib-\d.*-x86_64-\d+$", r"newlib-\d.*-aarch64-\d+$", r"dtc-\d"):
            self.assertRegex(said, f"(?m){tool}")

    def test_checksums(self):
        checked = self.run_there("sha256sum", "--check", "--strict", "CHECKSUMS").splitlines()
        self.assertEqual(len(checked), len(self.members) - 1)
        (beside,) = self.archive.parent.glob("*.sha256")
        self.assertEqual(beside.read_text().split(),
                         [hashlib.sha256(self.archive.read_bytes()).hexdigest(), self.archive.name])

    def test_same_bytes(self):
        """Again, at another time, by another user's habits."""
        again = self.made(self.folder / "again", TZ="Asia/Tokyo", LC_ALL="C")
        self.assertEqual(again.read_bytes(), self.archive.read_bytes())

    def test_by_a_release(self):
        """A release makes itself again, without git: but for what it is built from, that is."""
        root = MAKE[:MAKE.index("--root") + 1] + [str(self.tree)] + MAKE[MAKE.index("--root") + 2:]
        done = subprocess.run([*root, "--out", str(self.folder / "theirs")], check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        (theirs,) = (self.folder / "theirs").glob("*.tar.gz")
        self.assertEqual(theirs.read_bytes(), self.archive.read_bytes())

    def test_names_nobodys_folders(self):
        """Not the tree's, nor where what is built was built, nor where its newlib was: other people have others. The
        sources may name a folder, whose ever it is."""
        cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "libvmclock")
        root = pathlib.Path(MAKE[MAKE.index("--root") + 1])
        theirs = {str(root), str(cache), tempfile.gettempdir() + "/.",
                  *(file.partition("=")[2].rpartition("/boot/")[0] for file in MAKE if file.startswith("efi/"))}
        for member in self.members:
            if root.joinpath(*pathlib.PurePosixPath(member.name).parts[1:]).exists():
                continue
            content = (self.tree.parent / member.name).read_bytes()
            self.assertEqual([name for name in theirs if name.encode() in content], [], member.name)

    def test_something_missing(self):
        done = subprocess.run([*MAKE, "efi/lost.efi=/nowhere", "--out", str(self.folder / "none")],
                              check=False, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (1, "dist: not there: efi/lost.efi\n"))
        self.assertFalse((self.folder / "none").exists())

    def test_compiles_alone(self):
        for flags in (("-Os",), ("-m32", "-mregparm=3", "-mrtd", "-ffreestanding", "-O2")):
            for part in ("", "_acpi", "_efi", "_sources"):
                self.run_there("cc", *flags, "-Werror", "-c", f"amalgamation/vmclock{part}.c",
                               "-o", f"vmclock{part}.o")
            self.run_there("sh", "-c", 'ld $1 -r vmclock*.o -o whole.o; rm vmclock*.o', "sh",
                           "-melf_i386" if "-m32" in flags else "-melf_x86_64")
            needed = self.run_there("nm", "-u", "whole.o").split()
            self.assertEqual([name for name in needed if name not in ("U", "_GLOBAL_OFFSET_TABLE_")], [])

    def test_builds_without_python_and_git(self):
        tools = self.folder / "tools"
        tools.mkdir()
        for name in TOOLS:
            (tools / name).symlink_to(os.path.realpath(shutil.which(name)))
        build, prefix = self.folder / "build", self.folder / "prefix"
        there = {"PATH": str(tools)}
        self.run_there(CMAKE, "-G", "Ninja", "-S", ".", "-B", str(build),
                       "-DCMAKE_DISABLE_FIND_PACKAGE_Python3=ON", **there)
        self.run_there(CMAKE, "--build", str(build), **there)
        self.run_there(CMAKE, "--install", str(build), "--prefix", str(prefix), **there)
        for file in ("vmclock.c", "vmclock_acpi.h"):
            self.assertEqual((prefix / "share/vmclock/amalgamation" / file).read_bytes(),
                             (self.tree / "amalgamation" / file).read_bytes())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
