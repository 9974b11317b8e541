# SPDX-License-Identifier: BSD-2-Clause
"""Instructions of a whole search in 64 KiB, 256 KiB and 1 MiB of AML, counted by callgrind.

Usage: instructions.py PROGRAM    the program of test_cost.c
Per byte they agree within 1.2, for each kind of AML, and are at most 300; so is what is made to
be dear, which test_cost shows to be linear, at 64 KiB.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

SIZES_KIB = (64, 256)
LIMIT = 1.2
EACH_LIMIT = 300
KINDS = ("names", "devices", "methods", "refused devices",  # test_cost has more, in blocks
         "constants behind it", "conditions behind it", "names for nothing")
DEAR = ("absent devices, deep", "names, deep", "strings, deep", "null scopes, deep", "buffers, deep",
        "null names, deep", "ids, deep", "malformed scopes, deep", "empty methods, deep",
        "malformed scopes, lent", "letters, apart", "small letters, apart",
        "conditions, apart", "malformed conditions, apart", "nameless Names, apart",
        "nameless buffers, apart", "buffers of its own", "null names of its own")


def counted(program, name, kib):
    """Instructions of the search, and the AML's bytes."""
    with tempfile.TemporaryDirectory(prefix="vmclock-acpi-") as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={pathlib.Path(folder, 'out')}",
             "--toggle-collect=vmclock_acpi_find", program, name, str(kib)],
            capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    length = re.search(r"(\d+) bytes", done.stdout)
    if done.returncode or not collected or not length:
        sys.exit(f"{name}: {done.stdout}{done.stderr}")
    return int(collected[1]), int(length[1])


def main(program):
    failed = False
    for name in KINDS + DEAR:
        sizes = SIZES_KIB[:1] if name in DEAR else SIZES_KIB
        counts = [counted(program, name, kib) for kib in sizes]
        each = [count / length for count, length in counts]
        failed = failed or min(each) < 1 or max(each) >= LIMIT * min(each)
        failed = failed or max(each) > EACH_LIMIT
        print(f"{name}: " + ", ".join(f"{count} instructions at {kib} KiB"
                                      for (count, _), kib in zip(counts, sizes))
              + "; a byte: " + ", ".join(f"{value:.2f}" for value in each))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
