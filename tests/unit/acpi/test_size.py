# SPDX-License-Identifier: BSD-2-Clause
"""The AML scanner stays small: 6 KiB of code and constants. Prints every file's share.

Usage: test_size.py NM OBJECT...   objects as images have them: -Os, no unwind tables
"""
import subprocess
import sys

LIMIT = 6 << 10
SCANNER = ("aml", "cursor", "outside", "resource", "token")


def size(nm, path):
    """Bytes of functions and constants: all that nm knows a size of, without data to be written."""
    lines = subprocess.run([nm, "-S", path], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in lines.splitlines()]
    sized = [row for row in rows if len(row) == 4]
    writable = [row[3] for row in sized if row[2] in "bBdDcCsS"]
    if writable:
        sys.exit(f"{path}: writable data: {' '.join(writable)}")
    return sum(int(row[1], 16) for row in sized)


def main(nm, *paths):
    sizes = {path.rsplit("/", 1)[-1].split(".")[0]: size(nm, path) for path in paths}
    for name, count in sizes.items():
        print(f"{count:6} {name}")
    scanner = sum(sizes[name] for name in SCANNER)
    print(f"{scanner:6} the scanner, of at most {LIMIT}\n{sum(sizes.values()):6} all")
    return 0 if 0 < scanner <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
