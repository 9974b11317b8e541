# SPDX-License-Identifier: BSD-2-Clause
"""The amalgamation is the same whenever it is generated, says what it is, and is all that one needs.

Its parts go together, on CPUs and by calling conventions that no row of the matrix has too; each of its
switches leaves something out that nothing else needs. Prints what features of the core take.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import footprint
import freestanding

OPTIONS = None
PARTS = ("vmclock", "vmclock_acpi", "vmclock_efi", "vmclock_fdt", "vmclock_sources")
WARNINGS = ("-Wall", "-Wextra", "-Wundef", "-Wunused", "-Wpedantic", "-Werror")
SMALL = ("-std=c11", "-Os", "-ffreestanding", "-fno-stack-protector", "-fno-pic", "-ffunction-sections",
         "-fdata-sections", "-fno-asynchronous-unwind-tables")
CONSUMER = """#include "vmclock.h"
#include "vmclock_acpi.h"
#include "vmclock_efi.h"
#include "vmclock_fdt.h"
#include "vmclock_sources.h"
int main(void)
{
    struct vmclock clk;
    struct vmclock_region region;
    return vmclock_open(&clk, nullptr, 0) != VMCLOCK_ERR_ARGUMENT ||
           vmclock_efi_find(nullptr, nullptr, &region) == 0;
}
"""


def switches():
    """The switches that the core's heading lists."""
    text = pathlib.Path(OPTIONS.amalgamation, "vmclock", "vmclock.c").read_text(encoding="utf-8")
    return re.findall(r"^ \*     (VMCLOCK_NO_[A-Z]+) ", text, re.MULTILINE)


def size_of(file):
    """Bytes of code and constants."""
    return sum(size for size, _ in freestanding.sections(OPTIONS.readelf, file).values())


class Case(unittest.TestCase):
    def setUp(self):
        self.built = pathlib.Path(OPTIONS.amalgamation, "vmclock")
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def compiled(self, compiler, *flags, part="vmclock"):
        """The object of a part."""
        out = str(self.folder / f"{part}.o")
        subprocess.run([compiler, *WARNINGS, *flags, "-isystem", OPTIONS.libfdt, "-isystem",
                        f"{OPTIONS.root}/boot/fdt/libc", "-c", f"{self.built}/{part}.c", "-o", out], check=True)
        return out

    def assert_whole(self, objects, needs=()):
        """Linked together they need no more than this."""
        whole = str(self.folder / "whole.o")
        subprocess.run([OPTIONS.linker, "-r", *objects, "-o", whole], check=True)
        self.assertEqual(freestanding.undefined(OPTIONS.readelf, whole), sorted(needs))

    def assert_parts(self, compiler, *flags):
        self.assert_whole([self.compiled(compiler, *flags, part=part) for part in PARTS],
                          OPTIONS.needs.split(","))


class Amalgamation(Case):
    def test_same_bytes_again(self):
        subprocess.run([sys.executable, "-B", f"{OPTIONS.root}/lib/amalgamate.py", "--version",
                        OPTIONS.version, "--root", OPTIONS.root, "--out", self.folder], check=True)
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()},
                         {path.name: path.read_bytes() for path in self.built.iterdir()})

    def test_nothing_is_left_out(self):
        """Not a source, in a list or in none, nor a public header."""
        for room in ("lib", "drivers", "arch"):
            shutil.copytree(pathlib.Path(OPTIONS.root, room), self.folder / room)
        for name in ("smbios/smbios.c", "source/goldfish.c", "include/vmclock/smbios.h"):
            file = self.folder / "drivers" / name
            file.parent.mkdir(exist_ok=True)
            file.write_text("/* SPDX-License-Identifier: BSD-2-Clause */\n", encoding="utf-8")
        with open(self.folder / "drivers/sources.txt", "a", encoding="utf-8") as sources:
            print("smbios/smbios.c", file=sources)
        done = subprocess.run([sys.executable, "-B", f"{OPTIONS.root}/lib/amalgamate.py", "--version", "1",
                               "--root", self.folder, "--out", self.folder / "out"],
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.stderr, "in no part (PARTS), or not in sources.txt: drivers/smbios/smbios.c "
                                      "drivers/source/goldfish.c drivers/include/vmclock/smbios.h\n")
        self.assertEqual(done.returncode, 1)

    def test_says_what_it_is(self):
        for name in (part + suffix for part in PARTS for suffix in (".c", ".h")):
            lines = (self.built / name).read_text(encoding="utf-8").splitlines()
            self.assertEqual(lines[0], "/* SPDX-License-Identifier: BSD-2-Clause */")
            self.assertIn(f"libvmclock {OPTIONS.version}:", lines[2])

    def test_files_are_enough(self):
        """In a folder of their own, without any other; and in a program of C++."""
        for part in PARTS:
            for name in (f"{part}.c", f"{part}.h"):
                (self.folder / name).write_bytes((self.built / name).read_bytes())
        (self.folder / "user.cpp").write_text(CONSUMER, encoding="utf-8")
        used = [part for part in PARTS if part != "vmclock_fdt"]  # which wants a libfdt beside it
        for compiler in (OPTIONS.gcc, OPTIONS.clang):
            run = {"cwd": self.folder, "check": True}
            subprocess.run([compiler, "-std=c11", *WARNINGS, "-c", *(f"{part}.c" for part in used)], **run)
            subprocess.run([compiler, "-x", "c++", "-std=c++11", *WARNINGS, "-c", "user.cpp"], **run)
            subprocess.run([compiler, *(f"{part}.o" for part in used), "user.o", "-o", "user"], **run)
            subprocess.run([self.folder / "user"], **run)

    def test_every_level(self):
        """In one file a compiler inlines, and warns of, what it does not see across several.

        These are the levels that no cell of the matrix has: the rest is compiled there.
        """
        for compiler, levels in ((OPTIONS.gcc, ("-O3",)), (OPTIONS.clang, ("-O1", "-Og", "-O3"))):
            for level in levels:
                with self.subTest(compiler=compiler, level=level):
                    self.compiled(compiler, "-std=c11", level, "-ffreestanding", "-Wconversion", "-Wshadow")

    def test_other_architecture(self):
        """Any CPU that the compiler knows, with the caller's own counter."""
        for target in ("riscv32", "riscv64", "powerpc64", "mips"):
            out = self.compiled(OPTIONS.clang, f"--target={target}-none-elf", "-std=c11", "-O2", "-ffreestanding")
            missing = set(freestanding.undefined(OPTIONS.readelf, out))
            self.assertEqual(missing - {".TOC."}, set(), target)  # which a linker for powerpc64 makes

    def test_no_call_of_another_compiler(self):
        """What Clang expands GCC may call its library for, where the CPU has no instruction: to count bits."""
        for target in ("riscv32", "riscv64", "mips"):
            for part in PARTS:
                text = subprocess.run([OPTIONS.clang, f"--target={target}-none-elf", "-ffreestanding", "-E",
                                       "-isystem", OPTIONS.libfdt, "-isystem", f"{OPTIONS.root}/boot/fdt/libc",
                                       f"{self.built}/{part}.c"], check=True, capture_output=True, text=True).stdout
                self.assertEqual(re.findall(r"__builtin_(?:clz|ctz|ffs|popcount|parity)\w*", text), [], (target, part))

    def test_parts_of_riscv64(self):
        self.assert_parts(OPTIONS.clang, "--target=riscv64-none-elf", "-std=c11", "-O0", "-ffreestanding")

    def test_parts_with_arguments_in_registers(self):
        """As iPXE is built on i386."""
        self.assert_parts(OPTIONS.gcc, "-m32", "-mregparm=3", "-mrtd", "-std=gnu99", "-O0", "-ffreestanding",
                          "-fno-pic", "-fno-stack-protector", "-Wno-pedantic")

    def test_parts_for_an_i386(self):
        """As GRUB is built: there is no swap of 64 bits."""
        self.assert_parts(OPTIONS.gcc, "-m32", "-march=i386", "-std=gnu99", "-Os", "-ffreestanding", "-fno-pic",
                          "-fno-stack-protector", "-Wno-pedantic")


class Switches(Case):
    def test_each(self):
        """Whatever is left out, nothing is missing, and nothing is left unused."""
        names = switches()
        self.assertGreater(len(names), 8)
        for name in names:
            with self.subTest(name):
                self.compiled(OPTIONS.gcc, "-std=c11", "-ffreestanding", "-fsyntax-only", f"-D{name}")
                out = self.compiled(OPTIONS.clang, "-std=c11", "-O0", "-ffreestanding", f"-D{name}")
                self.assertEqual(freestanding.undefined(OPTIONS.readelf, out), [])

    def test_sizes(self):
        """All of them together, and each feature on top of that: they take what they say."""
        all_out = [f"-D{name}" for name in switches()]
        self.compiled(OPTIONS.clang, *SMALL, *all_out)
        core = self.compiled(OPTIONS.gcc, *SMALL)
        self.print_smallest_readers(core)
        whole = size_of(core)
        least = size_of(self.compiled(OPTIONS.gcc, *SMALL, *all_out))
        print(f"\nvmclock.c at -Os: {whole} bytes of code and constants; with every switch {least}, and more with")
        for name in all_out:
            out = self.compiled(OPTIONS.gcc, *SMALL, *(other for other in all_out if other != name))
            self.assertEqual(freestanding.undefined(OPTIONS.readelf, out), [], name)
            more = size_of(out) - least
            print(f"  {name.removeprefix('-DVMCLOCK_NO_').lower():10} {more:6}")
            self.assertGreater(more, 0, name)
        self.assertLess(least, whole // 4)

    def print_smallest_readers(self, core):
        """By a linker that leaves out what is not used."""
        acpi = self.compiled(OPTIONS.gcc, *SMALL, part="vmclock_acpi")
        for entries, files in ((footprint.ENTRIES, [core]),
                               ((*footprint.ENTRIES, "vmclock_acpi_find"), [core, acpi])):
            image = str(self.folder / "image")
            text = footprint.text_of(OPTIONS.linker, OPTIONS.readelf, entries, files, image)
            print(f"\n{' + '.join(entries)} at -Os: {text} bytes of text, with constants {size_of(image)}")

    def test_what_a_part_needs(self):
        for name in ("CALIBRATE", "GUARD", "UTC"):
            done = subprocess.run([OPTIONS.clang, "-std=c11", "-fsyntax-only", f"-DVMCLOCK_NO_{name}",
                                   self.built / "vmclock_sources.c"], stderr=subprocess.PIPE, text=True)
            self.assertIn(f"vmclock_sources.c needs what VMCLOCK_NO_{name} leaves out", done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for value in ("--root", "--version", "--amalgamation", "--gcc", "--clang", "--linker", "--readelf",
                  "--libfdt", "--needs"):
        parser.add_argument(value, required=True)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
