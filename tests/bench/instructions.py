# SPDX-License-Identifier: BSD-2-Clause
"""Instructions a call of each row of bench, counted by callgrind, and their ratios.

Unlike the times they are the same in every run. A system call counts as one instruction.
"""

import pathlib
import re
import subprocess
import sys
import tempfile


def counted(bench, name, count):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={pathlib.Path(folder, 'out')}",
             bench, name, str(count)], capture_output=True, text=True)
    match = re.search(r"Collected : (\d+)", done.stderr)
    if "Unrecognised instruction" in done.stderr:
        # Its CPUID names a RDTSCP that it then does not know, where the machine's own has none.
        print("skipped: this valgrind does not know the counter read that its CPUID offers")
        sys.exit(77)
    if done.returncode or not match:
        sys.exit(f"{name}: valgrind failed: {done.stderr}")
    return int(match[1])


def main():
    bench = sys.argv[1]
    usage = subprocess.run([bench, "--names"], capture_output=True, text=True)
    names = [line.strip() for line in usage.stderr.splitlines()[1:]]
    if not names:
        sys.exit("bench names no rows")
    few, many = 1024, 9 * 1024
    costs = {name: (counted(bench, name, many) - counted(bench, name, few)) / (many - few)
             for name in names}
    counter, gettime = costs[names[0]], costs[names[1]]
    print(f"{'':30} {'instructions':>12} {'/ counter':>12} {'/ clock_gettime':>15}")
    for name, cost in costs.items():
        print(f"{name:30} {cost:12.1f} {cost / counter:12.2f} {cost / gettime:15.2f}")


if __name__ == "__main__":
    main()
