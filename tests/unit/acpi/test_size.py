# SPDX-License-Identifier: BSD-2-Clause
"""Part of a driver stays small: code and constants. Prints every file's share.

Usage: test_size.py NM LIMIT PART,PART... OBJECT...
LIMIT: bytes. PART: a source's name. OBJECT: as images have them: -Os, no unwind tables
"""
import subprocess
import sys


def sizes_of(nm, paths):
    """Of each, bytes of functions and constants: all that nm knows a size of, without data to be written."""
    lines = subprocess.run([nm, "-S", "-A", *paths], capture_output=True, text=True, check=True).stdout
    sizes = dict.fromkeys(paths, 0)
    for line in lines.splitlines():
        path, _, row = line.rpartition(":")
        row = row.split()
        if len(row) != 4:
            continue
        if row[2] in "bBdDcCsS":
            sys.exit(f"{path}: writable data: {row[3]}")
        sizes[path] += int(row[1], 16)
    return sizes


def main(nm, limit, parts, *paths):
    sizes = {path.rsplit("/", 1)[-1].split(".")[0]: size for path, size in sizes_of(nm, paths).items()}
    for name, count in sizes.items():
        print(f"{count:6} {name}")
    limited = sum(sizes[name] for name in parts.split(","))
    print(f"{limited:6} {parts}, of at most {limit}\n{sum(sizes.values()):6} all")
    return 0 if 0 < limited <= int(limit) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
