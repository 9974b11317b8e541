#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compiles abi_linux.c against the kernel's header, and checks that it leaves nothing out.

Exit: 0 both headers agree; 77 the kernel's header cannot be had here; else they differ.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIP = 77


def names_of(header):
    """Constants and members that the header defines."""
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    constants = re.findall(r"^\s*#\s*define\s+(VMCLOCK_\w+)\s+\S", code, re.M)
    body = re.search(r"struct vmclock_abi\s*\{(.*?)\n\};", code, re.S)[1]
    members = re.findall(r"^\s*__\w+\s+(\w+)(?:\[\d+\])?;", body, re.M)
    return constants, members


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--include", required=True, help="the folder of <vmclock/abi.h>")
    options = parser.parse_args()

    fetched = subprocess.run([HERE / "fetch-vmclock-abi"], stdout=subprocess.PIPE, text=True)
    if fetched.returncode != 0:
        print("skipped: the kernel's header vmclock-abi.h cannot be fetched here")
        return SKIP
    folder = fetched.stdout.strip()
    test = HERE / "abi_linux.c"
    compiled = subprocess.run([options.cc, "-std=c11", "-Wall", "-Wextra", "-Werror",
                               "-fsyntax-only", "-I", options.include, "-isystem", folder, test])
    if compiled.returncode != 0:
        return 1
    constants, members = names_of((Path(folder) / "linux/vmclock-abi.h").read_text())
    text = test.read_text()
    missing = [name for name in constants if f"SAME_CONSTANT({name}," not in text]
    missing += [name for name in members if f"SAME_MEMBER({name});" not in text]
    for name in missing:
        print(f"{name} of the kernel's header is not compared")
    print(f"{len(constants)} constants and {len(members)} members agree with {folder}")
    return 1 if missing or len(members) < 23 else 0


if __name__ == "__main__":
    sys.exit(main())
