# SPDX-License-Identifier: BSD-2-Clause
"""The core and the drivers as a foreign tree compiles them: with its headers, its flags, and no others.

A folder beside this has headers of our own that lack, or have otherwise, what those of one such tree do:

    unikraft    no UINTPTR_MAX; an offsetof that names what nobody declared
    posix-uefi  one header for all, where int8_t is char and offsetof no constant
    ipxe        types without limits and constants, no uintptr_t; arguments in registers on i386
    grub        -nostdinc, and yet hosted; no 64-bit constants; limits that #if cannot read
    u-boot      types in linux/types.h and an almost empty stdint.h; it brings the libfdt

Clang and GCC compile all of it without a warning; linked together, GCC's needs no symbol (of libfdt
three) from elsewhere. Exits 1 on a fault.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import typing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "link"))

import cell  # noqa: E402  (the path comes first)
import freestanding  # noqa: E402

WARNINGS = ("-Wall", "-Wextra", "-Wundef", "-Werror")
FREESTANDING = ("-ffreestanding", "-fno-stack-protector")


class Tree(typing.NamedTuple):
    flags: tuple
    types: str = ""     # VMCLOCK_TYPES_HEADER
    before: str = ""    # a header of the tree that its sources include before ours
    target: str = ""    # for clang; empty: this machine's
    libfdt: bool = False


TREES = {
    "unikraft": Tree(("-std=gnu11", "-O0", *FREESTANDING, "-mno-red-zone", "-fno-pic")),
    "posix-uefi": Tree(("-std=gnu11", "-O0", *FREESTANDING, "-fshort-wchar", "-mno-red-zone", "-fno-pic"),
                       types="uefi.h", before="uefi.h"),
    "ipxe": Tree(("-std=gnu99", "-O0", *FREESTANDING, "-m32", "-mregparm=3", "-mrtd", "-fno-pic")),
    "grub": Tree(("-std=gnu99", "-Os", "-fno-stack-protector", "-fno-builtin", "-mno-red-zone", "-fno-pic")),
    "u-boot": Tree(("-std=gnu11", "-O0", *FREESTANDING, "-mgeneral-regs-only", "-mstrict-align", "-fno-pic"),
                   types="linux/types.h", target="aarch64-none-elf", libfdt=True),
}


def compiled(options, tree, compiler, sources, out):
    """The object of the sources, taken together as the headers of a tree let them be."""
    root = options.root
    flags = [*tree.flags, "-fsyntax-only"] if compiler == options.clang else tree.flags
    # U-Boot's libfdt.h is the port's; what is behind it, any libfdt's.
    port = [f"-I{root}/boot/ports/u-boot/include"] if tree.libfdt else []
    command = [compiler, *flags, *WARNINGS, "-nostdinc", *port, f"-I{HERE / options.tree}",
               f"-I{root}/lib/include", f"-I{root}/drivers/include", f"-I{root}"]
    if compiler == options.clang and tree.target:
        command.append(f"--target={tree.target}")
    if tree.types:
        command.append(f'-DVMCLOCK_TYPES_HEADER="{tree.types}"')
    if tree.before:
        command += ["-include", tree.before]
    if tree.libfdt:
        command += ["-isystem", f"{root}/boot/fdt/libc", "-isystem", options.libfdt]
    done = subprocess.run([*command, "-c", cell.together(sources, f"{out}.c"), "-o", out],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[:4000]}")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", choices=TREES)
    for name in ("--root", "--gcc", "--clang", "--linker", "--readelf", "--libfdt", "--needs"):
        parser.add_argument(name, required=True)
    for name in ("--core", "--drivers", "--fdt"):
        parser.add_argument(name, nargs="+", required=True, help="sources")
    options = parser.parse_args()

    tree = TREES[options.tree]
    rooms = [options.core, options.drivers, *([options.fdt] if tree.libfdt else [])]
    with tempfile.TemporaryDirectory() as folder:
        for compiler in (options.clang, options.gcc):
            objects = [compiled(options, tree, compiler, sources, f"{folder}/{number}.o")
                       for number, sources in enumerate(rooms)]
        faults, found = freestanding.faults_of(
            options.linker, options.readelf, objects, pie=False,
            needs=options.needs.split(",") if tree.libfdt else ())
    size = sum(size for size, flags in found.values() if "X" in flags)
    print(f"{options.tree}: {size} bytes of code, {len(faults)} faults", *faults, sep="\n")
    return 1 if faults or not size else 0


if __name__ == "__main__":
    sys.exit(main())
