# SPDX-License-Identifier: BSD-2-Clause
"""Proves publisher.c by CBMC, and that the proof is about something.

The second run asserts that a death never leaves a busy page, and never a whole one: both have to be
refuted. With --faults others take a step of the lock out of the publisher, and the proof has to fail.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

FLAGS = ("--unwind", "115", "--unwinding-assertions", "--bounds-check", "--pointer-check", "--c11")
# What is taken out of publish.c, and an assertion that then has to fail.
FAULTS = (
    ("publisher->seq |= 1;", "busy, whole, or not yet a page"),
    ("publisher->seq++;", "healed"),
)


def failed_assertions(cbmc, root, publisher, *flags):
    """The texts of the assertions that do not hold."""
    done = subprocess.run(
        [cbmc, *FLAGS, *flags, "-I", root / "lib/include", "-I", root,
         root / "tests/model/publisher.c", publisher, root / "lib/page.c"],
        capture_output=True, text=True)
    if done.returncode not in (0, 10):
        sys.exit(f"cbmc failed:\n{done.stdout}{done.stderr}")
    return set(re.findall(r"^\[\S+\] line \d+ (.*): FAILURE$", done.stdout, re.MULTILINE))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prover", required=True, help="boot/setup/prover")
    parser.add_argument("--root", required=True, type=pathlib.Path)
    parser.add_argument("--faults", action="store_true")
    options = parser.parse_args()
    found = subprocess.run([options.prover, "cbmc"], capture_output=True, text=True)
    if found.returncode:
        print(f"skipped: {found.stderr.strip()}")
        return 77
    cbmc, source = found.stdout.strip(), options.root / "lib/publish.c"
    failed = failed_assertions(cbmc, options.root, source)
    print(f"as it is: {', '.join(failed) or 'proven'}")
    wrong = len(failed)
    failed = failed_assertions(cbmc, options.root, source, "-DLIVES=2", "-DWITNESS")
    print(f"deaths reached: {', '.join(sorted(failed))}")
    wrong += failed != {"never busy", "never whole after a death"}
    text = source.read_text()
    for line, expected in FAULTS if options.faults else ():
        if text.count(line) != 1:
            sys.exit(f"publish.c has no single line '{line}'")
        with tempfile.TemporaryDirectory() as folder:
            faulty = pathlib.Path(folder, "publish.c")
            faulty.write_text(text.replace(line, ""))
            failed = failed_assertions(cbmc, options.root, faulty, "-DLIVES=2")
        print(f"without '{line}': {', '.join(sorted(failed)) or 'proven'}")
        wrong += expected not in failed
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
