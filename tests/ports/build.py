# SPDX-License-Identifier: BSD-2-Clause
"""Adds boot/ports/u-boot to Debian's U-Boot by the commands of its README alone, and builds it.

Usage: build.py U_BOOT_BIN   where what was built is left, for the tests that boot it
The tree stays in the user's cache, so that only the first time is long; our files are compiled each
time. It is one tree for all checkouts of ours: they build in turn, and boot copies. Exits 1 on a warning
about our files, 77 when there is no U-Boot to be had.
"""

import re
import shutil
import sys

import ported

WARNING = re.compile(r"^\S*lib/vmclock/\S+:\d+.*(?:warning|error|note):.*$", re.MULTILINE)


def main():
    with ported.tree_of(ported.sources("u-boot-source", "U-Boot")) as tree:
        shutil.rmtree(tree / "lib" / "vmclock", ignore_errors=True)  # so that our part is compiled anew
        said = ported.run(ported.commands("u-boot"), U_BOOT=str(tree), MAKEFLAGS="-s -j2")
        objects = sorted((tree / "lib" / "vmclock").rglob("*.o"))
        warnings = WARNING.findall(said)
        print(f"{tree.name}: {len(objects)} objects of ours, {len(warnings)} warnings")
        print("\n".join(warnings))
        if warnings or len(objects) < 15 or not (tree / "u-boot.bin").exists():
            return 1
        shutil.copy(tree / "u-boot.bin", sys.argv[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
