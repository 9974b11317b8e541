# SPDX-License-Identifier: BSD-2-Clause
"""Adds boot/ports/edk2 to Debian's EDK II by the commands of its README alone, and builds it.

Usage: edk2_build.py FOLDER vmclock|ovmf|aarch64   where what was built is left, for the tests that boot it; and what
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
PROGRAMS = ("RealTimeClock.efi", "VmclockDriver.efi", "VmclockCheck.efi")
X64 = {"ARCH": "X64", "TOOLS": "GCC5"}
# The README's variables, where it is built, and what is wanted besides the programs.
BUILDS = {
    "vmclock": ({**X64, "DSC": "VmclockPkg"}, "Build/Vmclock", ()),
    "ovmf": ({**X64, "PLATFORM": "OvmfPkg/OvmfPkgX64", "DSC": "OvmfPkgX64", "OPTIONS": "-D NETWORK_ENABLE=FALSE"},
             "Build/OvmfX64", ("FV/OVMF.fd",)),
    "aarch64": ({"ARCH": "AARCH64", "TOOLS": "GCC49", "GCC49_AARCH64_PREFIX": "aarch64-linux-gnu-", "DSC": "VmclockPkg"},
                "Build/Vmclock", ()),
}


MADE = {".obj", ".lib", ".dll", ".debug", ".efi", ".ffs", ".Fv", ".fd"}
HALF_S = 60


def forget_half(built, mark):
    """Of a build that was ended in its midst: what was written last, which make would take for whole."""
    made = {file: file.stat().st_mtime for file in built.rglob("*") if file.suffix in MADE} if mark.exists() else {}
    last_s = max(made.values(), default=0)
    for file, written_s in made.items():
        if written_s > last_s - HALF_S:
            file.unlink()
    built.mkdir(parents=True, exist_ok=True)
    mark.touch()


def main():
    out = pathlib.Path(sys.argv[1])
    chosen, folder, more = BUILDS[sys.argv[2]]
    arch = chosen["ARCH"]
    folder += f"/DEBUG_{chosen['TOOLS']}"
    options = f"-n 2 {chosen.get('OPTIONS', '')}"
    with ported.tree_of(ported.sources("edk2-source", "EDK II")) as tree:
        built = tree / folder
        mark = built / "under-way"
        forget_half(built, mark)
        shutil.rmtree(built / arch / "VmclockPkg", ignore_errors=True)  # so that our part is compiled anew
        before_s = time.monotonic()
        said = ported.run(ported.commands("edk2"), EDK2=str(tree), **{**chosen, "OPTIONS": options},
                          MAKEFLAGS="-s -j2", WORKSPACE="", PYTHON_COMMAND=sys.executable)
        took_s = time.monotonic() - before_s
        mark.unlink()
        objects = sorted((built / arch / "VmclockPkg").rglob("*.obj"))
        warnings = WARNING.findall(said)
        print(f"{tree.name}: {len(objects)} objects of ours, {len(warnings)} warnings, {took_s:.0f} s")
        print("\n".join(warnings))
        if warnings or len(objects) < 60:
            return 1
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        for name in (*more, *(f"{arch}/{program}" for program in PROGRAMS)):
            shutil.copy(built / name, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
