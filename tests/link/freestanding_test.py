# SPDX-License-Identifier: BSD-2-Clause
"""Shows that freestanding.py finds each fault that it is there for."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import freestanding

OPTIONS = None


class Faults(unittest.TestCase):
    def faults_of(self, source):
        with tempfile.TemporaryDirectory() as folder:
            code = pathlib.Path(folder, "code.c")
            code.write_text(source)
            out = str(code.with_suffix(".o"))
            subprocess.run([OPTIONS.compiler, "-O0", "-fPIC", "-ffreestanding", "-fno-stack-protector",
                            "-fvisibility=hidden", "-c", str(code), "-o", out], check=True)
            faults, _ = freestanding.faults_of(OPTIONS.linker, OPTIONS.readelf, [out])
            return "\n".join(faults)

    def test_clean(self):
        self.assertEqual(self.faults_of("int f(int a) { return a + 1; }"), "")

    def test_undefined_symbol(self):
        self.assertIn("needs memcpy", self.faults_of(
            "void *memcpy(void *, const void *, unsigned long);"
            "void f(char *a, char *b) { memcpy(a, b, 9); }"))

    def test_data(self):
        self.assertIn("writable section .data", self.faults_of("int a = 1;"))

    def test_bss(self):
        self.assertIn("writable section .bss", self.faults_of("int a;"))

    def test_relocated_data(self):
        self.assertIn("writable section .data.rel", self.faults_of(
            'const char *const a[] = {"x", "y"};'))

    def test_relocation(self):
        self.assertIn("relocation", self.faults_of(
            '__attribute__((section(".rodata"))) const char *const a[] = {"x", "y"};'))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for tool in ("--compiler", "--linker", "--readelf"):
        parser.add_argument(tool, required=True)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
