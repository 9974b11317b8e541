# SPDX-License-Identifier: BSD-2-Clause
"""Whether the MemorySanitizer's rows can fail: a driver with a store taken out has to be found.

A plant is a line of the driver, the test that uses what the line no longer writes, and where.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

PLANTS = (
    ("    efi_time_unset(date);\n", "efi_written", "in vmclock_efi_ask"),  # used by the driver itself
    ("    time->ns = date.nanosecond;\n", "efi_time", "test_efi_time.c"),  # by who asked it
)
FINDING = "WARNING: MemorySanitizer: use-of-uninitialized-value"


def output(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def main():
    own, compiler = sys.argv[1:], []
    if "--" in own:
        own, compiler = own[:own.index("--")], own[own.index("--") + 1:]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", required=True, help="the driver")
    parser.add_argument("--objects", required=True, nargs="+", help="all else, and all its tests")
    options = parser.parse_args(own)
    source = pathlib.Path(options.source)
    text = source.read_text()

    with tempfile.TemporaryDirectory() as folder:
        planted, program = f"{folder}/planted.c", f"{folder}/planted"
        for plant, test, place in PLANTS:
            if text.count(plant) != 1:
                sys.exit(f"{source} has not one line {plant.strip()!r}")
            pathlib.Path(planted).write_text(text.replace(plant, ""))
            objects = [name for name in options.objects
                       if "_test_" not in name or name.endswith(f"_test_{test}.c.o")]
            code, said = output([*compiler, f"-I{source.parent}", planted, *objects, "-o", program])
            if code:
                sys.exit(said)
            code, said = output([program])
            if not code or FINDING not in said or place not in said:
                sys.exit(f"without {plant.strip()!r} nothing is found {place}:\n{said}")
            print(f"found {place}: no {plant.strip()!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
