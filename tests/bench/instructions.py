# SPDX-License-Identifier: BSD-2-Clause
"""Instructions a call of each row of bench, counted by callgrind, and their ratios.

Unlike the times they are the same in every run. A system call counts as one instruction.
"""

import pathlib
import re
import subprocess
import sys
import tempfile


class NoRdtscp(Exception):
    """This valgrind's CPUID names a RDTSCP that it then does not know: the machine's own has none."""


def counted(bench, name, count, words):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={pathlib.Path(folder, 'out')}",
             bench, name, str(count), *words], capture_output=True, text=True)
    match = re.search(r"Collected : (\d+)", done.stderr)
    if "Unrecognised instruction" in done.stderr and not words:
        raise NoRdtscp
    if done.returncode or not match:
        sys.exit(f"{name}: valgrind failed: {done.stderr}")
    return int(match[1])


def costs_of(bench, names, words):
    few, many = 1024, 9 * 1024
    return {name: (counted(bench, name, many, words) - counted(bench, name, few, words)) / (many - few)
            for name in names}


def main():
    bench = sys.argv[1]
    usage = subprocess.run([bench, "--names"], capture_output=True, text=True)
    names = [line.strip() for line in usage.stderr.splitlines()[1:]]
    if not names:
        sys.exit("bench names no rows")
    try:
        costs = costs_of(bench, names, [])
    except NoRdtscp:
        print("As on a CPU without RDTSCP, which this valgrind does not know here:")
        costs = costs_of(bench, names, ["plain"])
    counter, gettime = costs[names[0]], costs[names[1]]
    print(f"{'':30} {'instructions':>12} {'/ counter':>12} {'/ clock_gettime':>15}")
    for name, cost in costs.items():
        print(f"{name:30} {cost:12.1f} {cost / counter:12.2f} {cost / gettime:15.2f}")


if __name__ == "__main__":
    main()
