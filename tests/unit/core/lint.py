#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs clang-tidy or cppcheck over lib/, arch/ and drivers/, or clang-format over the tree; any finding fails."""
import argparse
import concurrent.futures
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tree"))

import tree  # noqa: E402  (the path comes first)

ROOMS = ("lib", "arch", "drivers")
# The architectures' headers are seen through page.c, for each of them.
TARGETS = ("x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu")


# That clang's analyzer goes through, of a function: a tenth of its own default takes a quarter of the time.
SOME_STATES, ALL_STATES = 20000, 225000


def clang_tidy_long(root):
    return clang_tidy(root, ALL_STATES)


def sources(root):
    return sorted(str(path) for room in ROOMS for path in (root / room).rglob("*.c"))


def includes(root):
    folders = ["lib/include", "drivers/include", "."]
    return [f"-I{root / folder}" for folder in folders]


def clang_tidy(root, states=SOME_STATES):
    """The checks are in .clang-tidy. Freestanding, so no other target's libc is needed."""
    flags = ["-std=c11", "-ffreestanding", *includes(root),
             *(word for option in ("-analyzer-config", f"max-nodes={states}") for word in ("-Xclang", option))]
    work = [["clang-tidy", "--quiet", source, "--", *flags] for source in sources(root)]
    work += [["clang-tidy", "--quiet", str(root / "lib/page.c"), "--", f"--target={target}", *flags]
             for target in TARGETS[1:]]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return any(list(pool.map(run, work)))


# Wrong findings of cppcheck 2.17, which forgets that unsigned arithmetic wraps around.
WRONG = ("knownConditionTrueFalse:*/lib/wide.h", "knownConditionTrueFalse:*/lib/many.c",
         "knownConditionTrueFalse:*/drivers/acpi/token.c",
         "knownConditionTrueFalse:*/lib/steered.c",  # a volatile sequence count, read twice
         "constParameterCallback:*/drivers/efi/memory.c",  # a callback's type is given
         "uninitvar:*/lib/calibrate.c")  # set by the first of at least one sample


def cppcheck(root):
    return run(["cppcheck", "--std=c11", "--quiet", "--error-exitcode=1", "--inline-suppr",
                "--enable=warning,style,performance,portability",
                "--suppress=missingIncludeSystem", "--suppress=unusedStructMember",
                "--suppress=variableScope", "--suppress=normalCheckLevelMaxBranches",
                *(f"--suppress={wrong}" for wrong in WRONG), "--template=gcc",
                # Swapping bytes is no change on this machine; callees fill what they are given.
                "--suppress=selfAssignment", "--suppress=ctuuninitvar",
                "-D__x86_64__", "-D__BYTE_ORDER__=1234", "-D__ORDER_BIG_ENDIAN__=4321",
                "-D__ORDER_LITTLE_ENDIAN__=1234", "-D__SIZEOF_INT128__=16",
                *includes(root), *sources(root)])


NOISE = (" generated", "Suppressed", "Use -header-filter", "] Processing file ")


UNFORMATTED = "boot/ports/u-boot"  # in the style of its own tree


def clang_format(root):
    """What 14 and 19 disagree on is written differently, or fenced: casts before a sign, a < b ? c : d > e."""
    files = [str(path) for path, _parts in tree.files_of(root)
             if path.suffix in (".c", ".h") and not path.is_relative_to(root / UNFORMATTED)]
    print(f"{len(files)} files")
    return not files or run(["clang-format", "--style=file", "--dry-run", "--Werror", *files])


def run(command):
    finished = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = [line for line in finished.stdout.splitlines()
             if not any(noise in line for noise in NOISE)]
    if lines:
        print("\n".join(lines))
    return finished.returncode != 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=("clang-tidy", "clang-tidy.long", "cppcheck", "format"))
    parser.add_argument("--root", type=Path, required=True)
    options = parser.parse_args()
    tools = {"clang-tidy": clang_tidy, "clang-tidy.long": clang_tidy_long, "cppcheck": cppcheck, "format": clang_format}
    return int(tools[options.tool](options.root))


if __name__ == "__main__":
    sys.exit(main())
