# SPDX-License-Identifier: BSD-2-Clause
"""The litmus tests are about the code: compiles the publisher for both architectures and compares
its stores of the sequence count, its barriers and its counter read, in order, with the tests' P0.
"""

import argparse
import pathlib
import re
import subprocess
import sys

# The kind of each instruction of interest. seq_count is at 12 in the page; the counter is read by a
# call through a pointer, as is memory behind calls.
KINDS = {
    "aarch64": [
        (r"dmb\s+ishst", "write barrier"), (r"dmb\s+ish$", "full barrier"),
        (r"(blr|br)\s", "call"), (r"str\s+w\w+, \[x\d+, #12\]", "store seq"),
    ],
    "x86_64": [
        (r"mfence", "full barrier"), (r"(call|jmp)q?\s+\*", "call"),
        (r"movl\s+%\w+, 12\(%\w+\)", "store seq"),
    ],
}

# What has to come in this order, with anything that is not named here in between. The columns of
# *-lock.litmus and *-monotonic.litmus; on x86 the lock's barriers are no instructions.
ORDERS = {
    "aarch64": {
        "vmclock_publish_begin": [["store seq", "write barrier"],
                                  ["store seq", "full barrier", "call"]],
        "vmclock_publish_commit": [["write barrier", "store seq"]],
    },
    "x86_64": {
        "vmclock_publish_begin": [["store seq", "full barrier", "call"]],
        "vmclock_publish_commit": [["store seq"]],
    },
}


def functions(clang, root, target):
    """Function -> kinds of its instructions, in order."""
    listing = subprocess.run(
        [clang, f"--target={target}-none-elf", "-O2", "-std=c11", "-ffreestanding",
         "-mgeneral-regs-only", f"-I{root}/lib/include", f"-I{root}", "-S", "-o", "-",
         root / "lib/publish.c"], check=True, capture_output=True, text=True).stdout
    found, name = {}, None
    for line in listing.splitlines():
        if match := re.match(r"(\w+):", line):
            name = match[1]
            found[name] = []
        elif name and line.startswith("\t"):
            text = line.strip().replace("\t", " ")
            found[name] += [kind for pattern, kind in KINDS[target]
                            if re.match(pattern, text)][:1]
    return found


def has_order(kinds, order):
    rest = iter(kinds)
    return all(kind in rest for kind in order)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clang", required=True)
    parser.add_argument("--root", required=True, type=pathlib.Path)
    options = parser.parse_args()
    wrong = 0
    for target, orders in ORDERS.items():
        found = functions(options.clang, options.root, target)
        for name, wanted in orders.items():
            print(f"{target} {name}: {', '.join(found[name])}")
            for order in wanted:
                if not has_order(found[name], order):
                    print(f"  lacks: {', '.join(order)}")
                    wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
