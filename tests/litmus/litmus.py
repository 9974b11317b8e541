# SPDX-License-Identifier: BSD-2-Clause
"""The sequence lock's litmus tests under herd7's memory models.

Each test as it stands must say Never. Then every barrier in it is taken out, one at a time, and a full
barrier is also weakened to a write barrier: each such variant must say Sometimes, so none is there
for nothing, and the test can see what the barrier is for.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

BARRIER = re.compile(r"DMB(?: \w+)?|mfence|lfence|sfence", re.IGNORECASE)
WEAKER = {"DMB ISH": "DMB ISHST", "DMB": "DMB ST"}  # the model knows no such barrier on x86


def variants(text):
    """(what was changed, the test's text) for each barrier of the program; comments are left alone."""
    start = text.index("\n P0 ")
    for match in BARRIER.finditer(text, start):
        row = text.count("\n", start, match.start()) - 1
        column = text.count("|", text.rindex("\n", 0, match.start()), match.start())
        for change in ("", *([WEAKER[match[0]]] if match[0] in WEAKER else [])):
            yield (f"P{column} row {row}: {match[0]} -> {change or 'nothing'}",
                   text[:match.start()] + change.ljust(len(match[0])) + text[match.end():])


def observation(herd7, text):
    with tempfile.NamedTemporaryFile("w", suffix=".litmus") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([herd7, file.name], capture_output=True, text=True)
    match = re.search(r"^Observation \S+ (\w+) (\d+) (\d+)$", done.stdout, re.MULTILINE)
    if done.returncode or not match or "Warning" in done.stderr:
        sys.exit(f"herd7 failed:\n{done.stdout}{done.stderr}")
    return match[1], int(match[2]) + int(match[3])


def check(herd7, path):
    """How many of the test's variants are not as they must be, and how many variants there are."""
    text = path.read_text()
    said, states = observation(herd7, text)
    print(f"{path.name}: {said} in {states} states")
    wrong, count = int(said != "Never"), 0
    for name, variant in variants(text):
        said, states = observation(herd7, variant)
        print(f"  {name}: {said} in {states} states")
        wrong += said != "Sometimes"
        count += 1
    return wrong, count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prover", required=True, help="boot/setup/prover")
    parser.add_argument("tests", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    found = subprocess.run([options.prover, "herd7"], capture_output=True, text=True)
    if found.returncode:
        print(f"skipped: {found.stderr.strip()}")
        return 77
    results = [check(found.stdout.strip(), path) for path in options.tests]
    wrong, count = map(sum, zip(*results))
    print(f"{len(results)} tests, {count} barriers taken out or weakened, {wrong} not as expected")
    return 1 if wrong or count < 6 else 0


if __name__ == "__main__":
    sys.exit(main())
