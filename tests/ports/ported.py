# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of all ports share: sources of Debian's, a tree of them for us alone, a README's commands,
machines whose clock says 2001, pages that tell no time."""

import contextlib
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "boot")]

from lab import pages  # noqa: E402  (the path comes first)
from vm import machines  # noqa: E402

TREE = HERE.parents[1]
PORTS = TREE / "boot" / "ports"
REPORT = TREE / "boot" / "report"
RTC_IS_WRONG = "-rtc base=2001-01-01T00:00:00"
RTC_SEC = 978307200

# A page of the machine's own memory, where vmclock-low.asl says it is: GRUB for i386-pc reaches 4 GiB. A test
# arrangement: firmware knows the page and gives it out, and GRUB, which begins at both ends, leaves it alone.
LOW = machines.Page(
    options=(
        "-object memory-backend-file,id=ram,mem-path={page},size=256M,share=on",
        "-machine memory-backend=ram",
        "-acpitable file={aml}",
    ),
    table=str(HERE / "vmclock-low.asl"), file_bytes=machines.RAM_SIZE, offset=0x4000000, phys=0x4000000)


def sources(script, what):
    """The folder that a script of boot/setup prints; else the test is skipped."""
    found = subprocess.run([TREE / "boot/setup" / script], stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode:
        print(f"skipped: no sources of {what}")
        sys.exit(77)
    return pathlib.Path(found.stdout.splitlines()[0])


def commands(port):
    """The README's one block of commands, as lines."""
    blocks = re.findall(r"(?:^    \S.*\n)+", (PORTS / port / "README.md").read_text(), re.MULTILINE)
    with_add = [block for block in blocks if f"boot/ports/{port}/add" in block]
    if len(with_add) != 1:
        sys.exit(f"README.md has {len(with_add)} blocks that add the port, not one")
    return re.sub("^    ", "", with_add[0], flags=re.MULTILINE).splitlines()


def run(lines, folder=TREE, **environment):
    """What the commands printed, which begin in the folder."""
    environment = {**os.environ, **environment}
    environment.pop("MAKELEVEL", None)
    done = subprocess.run(["sh", "-ec", "\n".join(lines)], cwd=folder, env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode:
        sys.exit(f"{done.stdout[-8000:]}\nthe build failed")
    return done.stdout


@contextlib.contextmanager
def tree_of(pristine):
    """A copy of the sources beside them, for this test. It stays; nobody else builds in it meanwhile."""
    tree = pristine.parent / f"ported-{pristine.name}"
    with open(tree.parent / f".lock-{tree.name}", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tree.exists():
            whole = pristine.parent / f".{tree.name}.{os.getpid()}"
            shutil.copytree(pristine, whole, symlinks=True)
            whole.rename(tree)
        yield tree


class FallsBack:
    """Pages that tell no time, for a Case that has assert_falls_back(state, error, **changes)."""

    def test_no_clock(self):
        self.assert_falls_back("no-clock", "no-clock", counter_id=pages.COUNTER_INVALID)

    def test_unsynchronised(self):
        self.assert_falls_back("unsynchronised", "unsynchronised", clock_status=pages.UNRELIABLE)

    def test_bad_page(self):
        self.assert_falls_back("bad-page", "magic", magic=b"VCLX")
