# SPDX-License-Identifier: BSD-2-Clause
"""Adds boot/ports/grub to Debian's GRUB by the commands of its README alone, and builds it.

Usage: grub_build.py FOLDER   where what was built is left, a folder a platform, for the tests that boot it
As build.py, with one tree in the user's cache. Of GRUB's modules those are built that the tests load.
autogen.sh and configure run again only when what they read of ours has changed. Exits 1 on a warning about
our files, 77 when there is no GRUB to be had.
"""

import hashlib
import pathlib
import re
import shutil
import sys

import ported

WARNING = re.compile(r"^\S*contrib/vmclock/\S+:\d+.*(?:warning|error|note):.*$", re.MULTILINE)
PLATFORMS = {"i386-pc": ("i386", "pc"), "x86_64-efi": ("x86_64", "efi")}  # $TARGET, $PLATFORM
MODULES = ("acpi archelp boot bufio crypto date datehook datetime echo extcmd gettext halt memdisk minicmd mmap net"
           " normal priority_queue serial sleep tar terminal terminfo test vmclock").split()
OWN_MODULES = {"i386-pc": ["pci"]}  # which is in the kernel elsewhere
IMAGES = {"i386-pc": ["boot", "diskboot", "lzma_decompress"]}


def makeflags(platform):
    """What narrows GRUB's make to what the tests load."""
    images, modules = IMAGES.get(platform, ()), [*MODULES, *OWN_MODULES.get(platform, ())]
    lists = {
        "platform_PROGRAMS": [*(f"{name}.image" for name in images), *(f"{name}.module" for name in modules),
                              "kernel.exec"],
        "platform_DATA": [*(f"{name}.img" for name in images), *(f"{name}.mod" for name in modules),
                          "kernel.img", "moddep.lst", "command.lst"],
        "MODULE_FILES": [f"{name}.module" for name in modules],
        "MOD_FILES": [f"{name}.mod" for name in modules],
        "MARKER_FILES": [f"{name}.marker" for name in modules],
    }
    return "-s -j2 -- " + " ".join(f"{name}=" + "\\ ".join(words) for name, words in lists.items())


def basis():
    """What tells whether autogen.sh and configure have to run: all that they read of ours."""
    port = ported.PORTS / "grub"
    whole = hashlib.sha256("\n".join(ported.commands("grub")).encode())
    for path in (port / "Makefile.core.def", port / "Makefile.core.common"):
        whole.update(path.read_bytes())
    return whole.hexdigest() + " " + " ".join(sorted(path.name for path in ported.REPORT.glob("*.c")))


def build(tree, lines):
    """What building for each platform printed."""
    stamp = tree / ".ported"
    if not stamp.exists() or stamp.read_text() != basis():
        for folder in PLATFORMS:
            shutil.rmtree(tree / folder, ignore_errors=True)
        stamp.unlink(missing_ok=True)
    said = ""
    for folder, (target, platform) in PLATFORMS.items():
        done = {"autogen.sh": stamp.exists(), "configure": (tree / folder / "Makefile").exists()}
        said += ported.run([line for line in lines if not any(done[word] and word in line for word in done)],
                           GRUB=str(tree), TARGET=target, PLATFORM=platform, FOLDER=folder,
                           MAKEFLAGS=makeflags(folder))
        stamp.write_text(basis())
    return said


def mkimage(tree):
    """GRUB's program that makes an image, built once."""
    program = tree / "i386-pc" / "grub-mkimage"
    if not program.exists():
        ported.run(["make -C grub-core/lib/gnulib", "make grub_script.tab.h grub_script.yy.h grub-mkimage"],
                   MAKEFLAGS="-s -j2", folder=program.parent)
    return program


def main():
    out = pathlib.Path(sys.argv[1])
    with ported.tree_of(ported.sources("grub-source", "GRUB")) as tree:
        said = build(tree, ported.commands("grub"))
        program = mkimage(tree)
        objects = sorted(tree.glob("*/grub-core/contrib/vmclock/**/*.o"))
        warnings = WARNING.findall(said)
        print(f"{tree.name}: {len(objects)} objects of ours, {len(warnings)} warnings")
        print("\n".join(warnings))
        if warnings or len(objects) < 12 * len(PLATFORMS):
            return 1
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        shutil.copy(program, out)
        for folder in PLATFORMS:
            (out / folder).mkdir()
            for pattern in ("*.mod", "*.img", "*.lst"):
                for file in (tree / folder / "grub-core").glob(pattern):
                    shutil.copy(file, out / folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
