# SPDX-License-Identifier: BSD-2-Clause
"""The exact oracle on other machines: its driver, compiled for each, answers the same cases.

A target is NAME=COMPILER or NAME=COMPILER:EMULATOR; suite.py has left the core's objects for it in the folder
NAME of those of --objects. Exit code: 0; 1 a mismatch; 77 no such tool.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", required=True)
    parser.add_argument("--cases", required=True)
    parser.add_argument("--objects", required=True, type=pathlib.Path)
    parser.add_argument("--target", action="append", required=True)
    options = parser.parse_args()
    root = options.root
    with tempfile.TemporaryDirectory() as folder:
        drivers = []
        for target in options.target:
            name, tools = target.split("=")
            compiler, *emulator = filter(None, tools.split(":"))
            for tool in (compiler, *emulator):
                if not shutil.which(tool):
                    print(f"skipped: there is no {tool or 'compiler'} for {name}")
                    return SKIPPED
            program = str(pathlib.Path(folder, name))
            subprocess.run([compiler, "-std=c11", "-O2", "-static", f"-I{root}/lib/include",
                            f"-I{root}", *pathlib.Path(root, "tests/oracle").glob("*.c"),
                            *(options.objects / name).glob("*.o"), "-o", program], check=True)
            drivers += ["--driver", " ".join([*emulator, program])]
        done = subprocess.run([sys.executable, "-B", f"{root}/tests/oracle/oracle.py", "--cases",
                               options.cases, "--thin", "40", "--seed", "19720630", *drivers])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
