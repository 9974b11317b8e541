# SPDX-License-Identifier: BSD-2-Clause
"""Adds boot/ports/edk2 to Debian's EDK II by the commands of its README alone, and builds it.

Usage: edk2_build.py FOLDER vmclock|ovmf   where what was built is left, for the tests that boot it; and what
As build.py, with one tree in the user's cache. OVMF comes without its network, which nobody here uses, and with it
without OpenSSL. Exits 1 on a warning about our files, 77 when there is no EDK II to be had.
"""

import pathlib
import re
import shutil
import sys
import time

import ported

WARNING = re.compile(r"^\S*VmclockPkg/\S+:\d+.*(?:warning|error|note):.*$", re.MULTILINE)
PROGRAMS = ("X64/RealTimeClock.efi", "X64/VmclockDriver.efi", "X64/VmclockCheck.efi")
# $PLATFORM, $DSC, $OPTIONS, where it is built, and what of that is wanted.
BUILDS = {
    "vmclock": ("", "VmclockPkg", "-n 2", "Build/Vmclock/DEBUG_GCC5", PROGRAMS),
    "ovmf": ("OvmfPkg/OvmfPkgX64", "OvmfPkgX64", "-n 2 -D NETWORK_ENABLE=FALSE", "Build/OvmfX64/DEBUG_GCC5",
             ("FV/OVMF.fd", *PROGRAMS)),
}


def main():
    out = pathlib.Path(sys.argv[1])
    platform, dsc, options, folder, files = BUILDS[sys.argv[2]]
    with ported.tree_of(ported.sources("edk2-source", "EDK II")) as tree:
        built = tree / folder
        shutil.rmtree(built / "X64/VmclockPkg", ignore_errors=True)  # so that our part is compiled anew
        before_s = time.monotonic()
        said = ported.run(ported.commands("edk2"), EDK2=str(tree), PLATFORM=platform, DSC=dsc, OPTIONS=options,
                          MAKEFLAGS="-s -j2", WORKSPACE="", PYTHON_COMMAND=sys.executable)
        took_s = time.monotonic() - before_s
        objects = sorted((built / "X64/VmclockPkg").rglob("*.obj"))
        warnings = WARNING.findall(said)
        print(f"{tree.name}: {len(objects)} objects of ours, {len(warnings)} warnings, {took_s:.0f} s")
        print("\n".join(warnings))
        if warnings or len(objects) < 60:
            return 1
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        for name in files:
            shutil.copy(built / name, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
