# SPDX-License-Identifier: BSD-2-Clause
"""A machine that lacks what set-up fetches has the same rows: each says that it is skipped, and why.

usage: same_rows.py CMAKE CTEST TREE BUILD
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def rows(ctest, build):
    said = subprocess.run([ctest, "--test-dir", build, "-N"], check=True, capture_output=True, text=True).stdout
    return [line.partition(": ")[2] for line in said.splitlines() if line.lstrip().startswith("Test ")]


def main(cmake, ctest, tree, build):
    with tempfile.TemporaryDirectory(prefix="vmclock-rows-") as folder:
        # Nothing is fetched either: this apt-get has no mirror.
        programs = Path(folder, "bin")
        programs.mkdir()
        (programs / "apt-get").write_text("#!/bin/sh\nexit 100\n")
        (programs / "apt-get").chmod(0o755)
        environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(folder, "cache"),
                           PATH=f"{programs}:{os.environ['PATH']}")
        done = subprocess.run([cmake, "-S", tree, "--preset", "test", "-B", os.path.join(folder, "build")],
                              env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        here, there = rows(ctest, build), rows(ctest, os.path.join(folder, "build"))
    for name in sorted({*here} ^ {*there}):
        print(f"only {'with' if name in here else 'without'} what is fetched: {name}")
    print(f"{len(here)} rows, and {len(there)} without what is fetched")
    return 0 if here and sorted(here) == sorted(there) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
