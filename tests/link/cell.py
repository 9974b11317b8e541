# SPDX-License-Identifier: BSD-2-Clause
"""One cell of the link matrix: a compiler, a target and a level of optimisation.

Compiles the amalgamation, the core and its other parts, with the flags of such images, links all of it and
wants no symbol from elsewhere (of libfdt just three, for its driver), no writable data and no
relocation at load time. Prints the sizes: the core, with the drivers, and with that of libfdt; exits 1
on a fault. (The archives, compiled file by file, are checked by freestanding.py.)
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import freestanding
import pe

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror")
COMMON = ("-std=c11", "-ffreestanding", "-fshort-wchar", "-fno-stack-protector",
          "-fvisibility=hidden", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables")
DRIVERS = ("acpi", "efi", "sources")  # parts of the amalgamation; fdt is by itself
# What the images of an architecture are compiled with, by compiler: (both, gcc only, clang only).
ARCHITECTURES = {
    "x86_64": (("-mno-red-zone", "-mgeneral-regs-only"), (), ()),
    "i386": (("-mgeneral-regs-only",), ("-m32",), ()),
    "aarch64": (("-mgeneral-regs-only", "-mstrict-align"), ("-mno-outline-atomics",), ()),
    "armv7": (("-march=armv7-a", "-mno-unaligned-access"),
              ("-mgeneral-regs-only", "-mfloat-abi=softfp"), ("-mfloat-abi=soft",)),
    "s390x": (("-msoft-float",), (), ()),  # big-endian; the counter is the caller's
}
CLANG_TARGETS = {
    ("elf", "x86_64"): "x86_64-none-elf", ("elf", "i386"): "i686-none-elf",
    ("elf", "aarch64"): "aarch64-none-elf", ("elf", "armv7"): "armv7-none-eabi",
    ("pe", "x86_64"): "x86_64-unknown-windows", ("pe", "i386"): "i686-unknown-windows",
    ("pe", "aarch64"): "aarch64-unknown-windows",
}


def flags_of(options):
    both, gcc, clang = ARCHITECTURES[options.arch]
    if (options.format, options.arch) == ("pe", "i386"):
        clang = (*clang, "-fno-jump-tables")  # tables of absolute addresses there: see pe.py
    if options.kind == "gcc":
        return [*both, *gcc]
    return [f"--target={CLANG_TARGETS[options.format, options.arch]}", *both, *clang]


def compiled(options, source, pic, out):
    """The object of one source."""
    root = options.root
    includes = (f"-I{root}/boot/fdt/libc", "-isystem", options.libfdt)
    command = [options.compiler, *flags_of(options), *COMMON, *WARNINGS, f"-{options.level}", *pic,
               *includes, "-c", source, "-o", out]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}")
    return out


def together(sources, out):
    """One source that is all of them: several take the compiler longer."""
    lines = [f'#include "{source}"' for source in sources]
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return out


def checked(options, objects, pic, needs=()):
    """The faults of the objects linked together, and the size of their code in bytes."""
    if options.format == "pe":
        return pe.faults_of(options.linker, objects, needs, "vmclock_fdt_find")
    faults, found = freestanding.faults_of(options.linker, options.readelf, objects,
                                           pie="-fPIC" in pic, needs=needs)
    return faults, sum(size for size, flags in found.values() if "X" in flags)


def position(options):
    """PE knows no -fPIC. For ELF, what images of the level mostly are: the smallest are fixed."""
    if options.format == "pe":
        return []
    return ["-fno-pic"] if options.level == "Os" else ["-fPIC"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--format", choices=("elf", "pe"), required=True)
    parser.add_argument("--kind", choices=("gcc", "clang"), required=True)
    parser.add_argument("--arch", choices=ARCHITECTURES, required=True)
    parser.add_argument("--level", choices=("O0", "O1", "Og", "O2", "Os"), required=True)
    for tool in ("--compiler", "--linker", "--readelf", "--root", "--amalgamation", "--result"):
        parser.add_argument(tool, required=True)
    parser.add_argument("--libfdt", required=True, help="the folder of its headers")
    parser.add_argument("--needs", required=True, help="names of libfdt, by commas")
    options = parser.parse_args()

    pathlib.Path(options.result).unlink(missing_ok=True)
    pic, faults, sizes = position(options), [], []
    with tempfile.TemporaryDirectory() as folder:
        parts = f"{options.amalgamation}/vmclock/vmclock"
        core = compiled(options, f"{parts}.c", pic, f"{folder}/core.o")
        drivers = compiled(options, together([f"{parts}_{part}.c" for part in DRIVERS], f"{folder}/drivers.c"),
                           pic, f"{folder}/drivers.o")
        fdt = compiled(options, f"{parts}_fdt.c", pic, f"{folder}/fdt.o")
        for objects, needs in (([core], ()), ([core, drivers], ()),
                               ([core, drivers, fdt], options.needs.split(","))):
            found, text = checked(options, objects, pic, needs)
            faults += found
            sizes.append(text)
    for fault in dict.fromkeys(faults):
        print("fault:", fault)
    line = (f"{options.format:4} {options.kind:6} {options.arch:8} -{options.level} "
            f"{''.join(pic):9} {sizes[0]:8} {sizes[1]:8} {sizes[2]:8}")
    print(line)
    if faults or not all(sizes):
        return 1
    pathlib.Path(options.result).write_text(line + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
