# SPDX-License-Identifier: BSD-2-Clause
"""Adds boot/ports/u-boot to Debian's U-Boot by the commands of its README alone, and builds it.

Usage: build.py U_BOOT_BIN   where what was built is left, for the tests that boot it
The tree stays in the user's cache, so that only the first time is long; our files are compiled each
time. It is one tree for all checkouts of ours: they build in turn, and boot copies. Exits 1 on a warning
about our files, 77 when there is no U-Boot to be had.
"""

import contextlib
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import sys

TREE = pathlib.Path(__file__).resolve().parents[2]
PORT = TREE / "boot" / "ports" / "u-boot"
WARNING = re.compile(r"^\S*lib/vmclock/\S+:\d+.*(?:warning|error|note):.*$", re.MULTILINE)


def sources():
    found = subprocess.run([TREE / "boot/setup/u-boot-source"], stdout=subprocess.PIPE, text=True,
                           check=False)
    if found.returncode:
        print("skipped: no sources of U-Boot")
        sys.exit(77)
    return pathlib.Path(found.stdout.splitlines()[0])


def commands():
    """The README's one block of commands."""
    blocks = re.findall(r"(?:^    \S.*\n)+", (PORT / "README.md").read_text(), re.MULTILINE)
    with_add = [block for block in blocks if "boot/ports/u-boot/add" in block]
    if len(with_add) != 1:
        sys.exit(f"README.md has {len(with_add)} blocks that add the port, not one")
    return re.sub("^    ", "", with_add[0], flags=re.MULTILINE)


def build(tree):
    """What the build printed. Our part is compiled anew."""
    shutil.rmtree(tree / "lib" / "vmclock", ignore_errors=True)
    environment = dict(os.environ, U_BOOT=str(tree), MAKEFLAGS="-s -j2")
    environment.pop("MAKELEVEL", None)
    done = subprocess.run(["sh", "-ec", commands()], cwd=TREE, env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode:
        sys.exit(f"{done.stdout[-8000:]}\nthe build failed")
    return done.stdout


@contextlib.contextmanager
def alone_with(tree):
    """Nobody else builds in it meanwhile."""
    with open(tree.parent / f".lock-{tree.name}", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main():
    pristine = sources()
    tree = pristine.parent / f"ported-{pristine.name}"  # beside it, for this test alone
    with alone_with(tree):
        return ported(pristine, tree)


def ported(pristine, tree):
    """The exit code."""
    if not tree.exists():
        whole = pristine.parent / f".{tree.name}.{os.getpid()}"
        shutil.copytree(pristine, whole, symlinks=True)
        whole.rename(tree)
    said = build(tree)
    objects = sorted((tree / "lib" / "vmclock").rglob("*.o"))
    warnings = WARNING.findall(said)
    print(f"{tree.name}: {len(objects)} objects of ours, {len(warnings)} warnings")
    print("\n".join(warnings))
    if warnings or len(objects) < 15 or not (tree / "u-boot.bin").exists():
        return 1
    shutil.copy(tree / "u-boot.bin", sys.argv[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
