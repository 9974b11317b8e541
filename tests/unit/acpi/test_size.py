# SPDX-License-Identifier: BSD-2-Clause
"""Part of a driver stays small: code and constants. Prints every file's share.

Usage: test_size.py NM LIMIT PART,PART... OBJECT...
LIMIT: bytes. PART: a source's name. OBJECT: as images have them: -Os, no unwind tables
"""
import subprocess
import sys


def size(nm, path):
    """Bytes of functions and constants: all that nm knows a size of, without data to be written."""
    lines = subprocess.run([nm, "-S", path], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in lines.splitlines()]
    sized = [row for row in rows if len(row) == 4]
    writable = [row[3] for row in sized if row[2] in "bBdDcCsS"]
    if writable:
        sys.exit(f"{path}: writable data: {' '.join(writable)}")
    return sum(int(row[1], 16) for row in sized)


def main(nm, limit, parts, *paths):
    sizes = {path.rsplit("/", 1)[-1].split(".")[0]: size(nm, path) for path in paths}
    for name, count in sizes.items():
        print(f"{count:6} {name}")
    limited = sum(sizes[name] for name in parts.split(","))
    print(f"{limited:6} {parts}, of at most {limit}\n{sum(sizes.values()):6} all")
    return 0 if 0 < limited <= int(limit) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
