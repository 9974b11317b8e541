# SPDX-License-Identifier: BSD-2-Clause
"""Shows that freestanding.py and pe.py find each fault that they are there for."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import freestanding
import pe

OPTIONS = None


class Faults(unittest.TestCase):
    def faults_of(self, source, pie=True, needs=()):
        with tempfile.TemporaryDirectory() as folder:
            code = pathlib.Path(folder, "code.c")
            code.write_text(source)
            out = str(code.with_suffix(".o"))
            subprocess.run([OPTIONS.compiler, "-O0", "-fPIC", "-ffreestanding", "-fno-stack-protector",
                            "-fvisibility=hidden", "-c", str(code), "-o", out], check=True)
            faults, _ = freestanding.faults_of(OPTIONS.linker, OPTIONS.readelf, [out], pie=pie,
                                               needs=needs)
            return "\n".join(faults)

    def test_clean(self):
        self.assertEqual(self.faults_of("int f(int a) { return a + 1; }"), "")

    def test_undefined_symbol(self):
        self.assertIn("needs memcpy", self.faults_of(
            "void *memcpy(void *, const void *, unsigned long);"
            "void f(char *a, char *b) { memcpy(a, b, 9); }"))

    def test_what_the_consumer_brings(self):
        source = "int one(void), two(void); int f(void) { return one() + two(); }"
        self.assertEqual(self.faults_of(source, needs=("one", "two")), "")
        self.assertEqual(self.faults_of(source, needs=("one", "two"), pie=False), "")
        self.assertEqual(self.faults_of(source, needs=("one",)), "needs two")
        self.assertEqual(self.faults_of(source, needs=("one", "two", "three")), "does not need three")

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

    def test_fixed_address(self):
        self.assertIn("needs memcpy", self.faults_of(
            "void *memcpy(void *, const void *, unsigned long);"
            "void f(char *a, char *b) { memcpy(a, b, 9); }", pie=False))


class FaultsOfPe(unittest.TestCase):
    def faults_of(self, source, target="x86_64-unknown-windows", flags=(), needs=()):
        with tempfile.TemporaryDirectory() as folder:
            code = pathlib.Path(folder, "code.c")
            code.write_text(source)
            out = str(code.with_suffix(".obj"))
            subprocess.run([OPTIONS.clang, f"--target={target}", "-O1", "-ffreestanding", *flags,
                            "-c", str(code), "-o", out], check=True)
            faults, _ = pe.faults_of(OPTIONS.lld_link, [out], needs, "f")
            return "\n".join(faults)

    def test_clean(self):
        self.assertEqual(self.faults_of("int f(int a) { return a + 1; }"), "")

    def test_undefined_symbol(self):
        self.assertIn("memcpy", self.faults_of(
            "void *memcpy(void *, const void *, unsigned long long);"
            "void f(char *a, char *b) { memcpy(a, b, 9); }"))

    def test_what_the_consumer_brings(self):
        source = "int one(void), two(void); int f(void) { return one() + two(); }"
        for target in ("x86_64", "i686", "aarch64"):
            for needs, faults in ((("one", "two"), ""), (("one",), "needs two"),
                                  (("one", "two", "three"), "does not need three")):
                self.assertEqual(self.faults_of(source, f"{target}-unknown-windows", needs=needs),
                                 faults)

    def test_stack_probe(self):
        self.assertIn("__chkstk", self.faults_of(
            "void g(char *a) { *a = 0; } void (*volatile h)(char *) = g;"
            "void f(void) { char a[5000]; h(a); }"))

    def test_data(self):
        self.assertIn("writable section .data", self.faults_of("int a = 1;"))

    def test_relocated_data(self):
        for target in ("x86_64", "i686", "aarch64"):
            self.assertIn("load-time relocation", self.faults_of(
                'const char *const a[] = {"x", "y"};', f"{target}-unknown-windows"))

    def test_relocated_code_of_i386(self):
        self.assertEqual(self.faults_of(
            "static const int a[4] = {1, 2, 3, 4}; int f(unsigned n) { return a[n]; }",
            "i686-unknown-windows"), "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for tool in ("--compiler", "--linker", "--readelf", "--clang", "--lld-link"):
        parser.add_argument(tool, required=True)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
