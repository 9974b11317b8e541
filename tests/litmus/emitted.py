# SPDX-License-Identifier: BSD-2-Clause
"""The litmus tests are about the code: compiles the publisher, and the updater of a steered clock, for each
architecture and compares their stores of the sequence count, their barriers and their counter read, in order, with
the tests' P0. So it does with the calls that promise an order to the caller's own work. Then each barrier is taken
out of the source: that must be found. (The page's reader: tests/link/lock_order.py.)
"""

import argparse
import pathlib
import re
import subprocess
import sys

FLAGS = {"aarch64": ["--target=aarch64-none-elf", "-mgeneral-regs-only"],
         "armv7": ["--target=armv7-none-eabi", "-march=armv7-a"],
         "x86_64": ["--target=x86_64-none-elf", "-mgeneral-regs-only"],
         "i386": ["--target=i386-none-elf", "-march=i586", "-mgeneral-regs-only"]}

# The kind of each instruction of interest. seq_count is at 12 in the page, version at 8, magic at 0; seq is at 8 in the
# steered clock. The counter is read by a call through a pointer, as is memory behind calls, or when the page's
# snapshot is taken.
KINDS = {
    "aarch64": [
        (r"dmb\s+ishst", "write barrier"), (r"dmb\s+ish$", "full barrier"),
        (r"(blr|br)\s|bl\s+vmclock_take_snapshot", "call"), (r"str\s+w\w+, \[x\d+, #(12|8)\]", "store seq"),
        (r"strh\s+w\w+, \[x\d+, #8\]", "store version"), (r"str\s+w\w+, \[x\d+\]", "store magic"),
    ],
    "armv7": [
        (r"dmb\s+ishst", "write barrier"), (r"dmb\s+ish$", "full barrier"),
        (r"(blx|bx)\s+r|bl\s+vmclock_take_snapshot", "call"), (r"str\s+r\w+, \[r\d+, #(12|8)\]", "store seq"),
        (r"strh\s+r\w+, \[r\d+, #8\]", "store version"), (r"str\s+r\w+, \[r\d+\]", "store magic"),
    ],
    "x86_64": [
        (r"mfence", "full barrier"), (r"(call|jmp)q?\s+\*|callq?\s+vmclock_take_snapshot", "call"),
        (r"(movl\s+%\w+, |orl\s+\$1, |incl\s+|addl\s+\$1, )(12|8)\(%\w+\)", "store seq"),
    ],
    "i386": [
        (r"lock\b", "full barrier"), (r"(call|jmp)l?\s+\*|calll?\s+vmclock_take_snapshot", "call"),
        (r"(movl\s+%\w+, |orl\s+\$1, |incl\s+|addl\s+\$1, )(12|8)\(%\w+\)", "store seq"),
    ],
}

# What has to come in this order, with anything that is not named here in between. But for TO_CALLERS and
# publish_take_over the columns of *-lock.litmus and *-monotonic.litmus, and of *-steer.litmus; on x86 the lock's
# barriers are no instructions.
TO_CALLERS = {
    "lib/calibrated.c": {"vmclock_sample_end": [["full barrier", "call"]]},
    "lib/guard.c": {"vmclock_guard_take": [["call", "full barrier"]],
                    "vmclock_guard_ask": [["full barrier", "call"]]},
}
ON_ARM = {
    "lib/publish.c": {
        # publish_put_head, for plain memory, and behind it for calls: size, version, magic.
        "publish_take_over": [["store version", "write barrier", "store magic",
                               "call", "call", "write barrier", "call"]],
        "vmclock_publish_begin": [["store seq", "write barrier"], ["store seq", "full barrier", "call"]],
        "vmclock_publish_commit": [["write barrier", "store seq"]],
    },
    "lib/steer.c": {"steer_switch": [["store seq", "full barrier", "call", "write barrier", "store seq"]]},
    **TO_CALLERS,
}
ON_X86 = {
    "lib/publish.c": {
        "vmclock_publish_begin": [["store seq", "full barrier", "call"]],
        "vmclock_publish_commit": [["store seq"]],
    },
    "lib/steer.c": {"steer_switch": [["store seq", "full barrier", "call", "store seq"]]},
    **TO_CALLERS,
}
ORDERS = {"aarch64": ON_ARM, "armv7": ON_ARM, "x86_64": ON_X86, "i386": ON_X86}
# Where the barriers of these orders are, and how many.
BEGINS = {"lib/publish.c": ("static int publish_put_head(", 5), "lib/steer.c": ("static int steer_switch(", 2),
          "lib/calibrated.c": ("int vmclock_sample_end(", 1), "lib/guard.c": ("int vmclock_guard_take(", 2)}


def functions(clang, root, target, source):
    """Function -> kinds of its instructions, in order."""
    listing = subprocess.run(
        [clang, *FLAGS[target], "-O2", "-std=c11", "-ffreestanding", f"-I{root}/lib/include",
         f"-I{root}", "-S", "-o", "-", "-x", "c", "-"], check=True, capture_output=True, text=True,
        input=source).stdout
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


def lacking(options, target, path, source):
    """How many of the orders the compiled source does not have."""
    found = functions(options.clang, options.root, target, source)
    return sum(not has_order(found[name], order)
               for name, orders in ORDERS[target][path].items() for order in orders)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clang", required=True)
    parser.add_argument("--root", required=True, type=pathlib.Path)
    options = parser.parse_args()
    wrong = 0
    for path, (begin, count) in BEGINS.items():
        source = (options.root / path).read_text(encoding="utf-8")
        begins = source.index(begin)
        barriers = list(re.finditer(r"vmclock_arch_(\w+)_barrier\(\);", source[begins:]))
        wrong += len(barriers) != count
        for target in ORDERS:
            lacks = lacking(options, target, path, source)
            print(f"{path} {target}: lacks {lacks}")
            wrong += lacks
            for match in barriers:
                if ORDERS[target] is ON_X86 and match[1] != "full":
                    continue  # is no instruction there
                cut = source[:begins + match.start()] + source[begins + match.end():]
                lacks = lacking(options, target, path, cut)
                print(f"  without the {match[1]} barrier at {match.start()}: lacks {lacks}")
                wrong += not lacks
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
