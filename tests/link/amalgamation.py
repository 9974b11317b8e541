# SPDX-License-Identifier: BSD-2-Clause
"""The amalgamation is the same whenever it is generated, says what it is, and is all that one needs."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

OPTIONS = None
CONSUMER = """#include "vmclock.h"
int main(void)
{
    struct vmclock clk;
    return vmclock_open(&clk, nullptr, 0) != VMCLOCK_ERR_ARGUMENT;
}
"""


def generate(sources, out):
    subprocess.run([sys.executable, "-B", f"{OPTIONS.root}/lib/amalgamate.py", "--version",
                    OPTIONS.version, "--root", OPTIONS.root, "--out", out, *sources], check=True)


class Amalgamation(unittest.TestCase):
    def setUp(self):
        self.built = pathlib.Path(OPTIONS.amalgamation, "vmclock")

    def test_same_bytes_again(self):
        with tempfile.TemporaryDirectory() as folder:
            generate(reversed(OPTIONS.sources), folder)
            for name in ("vmclock.c", "vmclock.h"):
                self.assertEqual(pathlib.Path(folder, name).read_bytes(),
                                 (self.built / name).read_bytes())

    def test_says_what_it_is(self):
        for name in ("vmclock.c", "vmclock.h"):
            lines = (self.built / name).read_text(encoding="utf-8").splitlines()
            self.assertEqual(lines[0], "/* SPDX-License-Identifier: BSD-2-Clause */")
            self.assertIn(f"libvmclock {OPTIONS.version}:", lines[2])

    def test_two_files_are_enough(self):
        for compiler in (OPTIONS.gcc, OPTIONS.clang):
            with tempfile.TemporaryDirectory() as folder:
                for name in ("vmclock.c", "vmclock.h"):
                    pathlib.Path(folder, name).write_bytes((self.built / name).read_bytes())
                pathlib.Path(folder, "user.cpp").write_text(CONSUMER, encoding="utf-8")
                run = {"cwd": folder, "check": True}
                subprocess.run([compiler, "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                                "-c", "vmclock.c"], **run)
                subprocess.run([compiler, "-x", "c++", "-std=c++17", "-Wall", "-Wextra",
                                "-Wpedantic", "-Werror", "-c", "user.cpp"], **run)
                subprocess.run([compiler, "vmclock.o", "user.o", "-o", "user"], **run)
                subprocess.run([f"{folder}/user"], **run)

    def test_every_level(self):
        """In one file a compiler inlines, and warns of, what it does not see across several."""
        with tempfile.TemporaryDirectory() as folder:
            for compiler in (OPTIONS.gcc, OPTIONS.clang):
                for level in ("-O0", "-O1", "-Og", "-O2", "-O3", "-Os"):
                    with self.subTest(compiler=compiler, level=level):
                        subprocess.run(
                            [compiler, "-std=c11", level, "-ffreestanding", "-Wall", "-Wextra",
                             "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-c",
                             f"{self.built}/vmclock.c", "-o", f"{folder}/vmclock.o"], check=True)

    def test_other_architecture(self):
        """Any CPU that the compiler knows, with the caller's own counter."""
        with tempfile.TemporaryDirectory() as folder:
            for target in ("riscv32", "riscv64", "powerpc64", "mips"):
                subprocess.run([OPTIONS.clang, f"--target={target}-none-elf", "-std=c11", "-O2",
                                "-ffreestanding", "-Wall", "-Wextra", "-Werror", "-c",
                                f"{self.built}/vmclock.c", "-o", f"{folder}/{target}.o"], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for value in ("--root", "--version", "--amalgamation", "--gcc", "--clang"):
        parser.add_argument(value, required=True)
    parser.add_argument("sources", nargs="+")
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
