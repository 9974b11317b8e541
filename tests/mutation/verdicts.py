# SPDX-License-Identifier: BSD-2-Clause
"""What the mutation runs share: the list of equivalents, the sums, and an end that leaves nothing."""
import ctypes
import functools
import os
import shutil
import signal
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LIBC, PR_SET_PDEATHSIG = ctypes.CDLL(None), 1


def end_with_us():
    """In a child that may not end by itself: not even SIGKILL for us leaves it behind."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def clean_up_on_signals(folder, groups=()):
    """The threads are not waited for: what they run ends with us. groups: of processes, which may
    have children of their own."""
    def end(number, _frame):
        for group in list(groups):
            os.killpg(group, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(128 + number)

    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


@functools.cache
def lines_of(path):
    return [line.strip() for line in (ROOT / path).read_text().splitlines()]


def places_of(place, original):
    """(path, the lines that are meant, from 1). place: the path; and which of how many, where the line stands
    several times: "lib/a.c 1,3/4"."""
    path, _, which = place.partition(" ")
    found = [at for at, line in enumerate(lines_of(path), 1) if line == original]
    if not found:
        sys.exit(f"equivalents.txt: {path} has no line {original!r}")
    numbers, _, count = (which or "1/1").partition("/")
    chosen = [int(number) for number in numbers.split(",")]
    if int(count) != len(found) or not set(chosen) <= set(range(1, len(found) + 1)):
        sys.exit(f"equivalents.txt: {place}: {original!r} stands {len(found)} times: which of them?")
    return path, [found[number - 1] for number in chosen]


def equivalents():
    """{(path, line from 1, original line, mutated line): verdict}"""
    known = {}
    for line in (HERE / "equivalents.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            place, original, mutated, verdict = (part.strip() for part in line.split(" @@ "))
            path, numbers = places_of(place, original)
            known.update({(path, number, original, mutated): verdict for number in numbers})
    return known


def key_of(mutant):
    return mutant.path, mutant.line + 1, mutant.original.strip(), mutant.text.strip()


def report(results):
    """Prints the survivors and the sums. Returns the share that was killed, in per cent."""
    known = equivalents()
    counts = {}
    for mutant, verdict in sorted(results):
        if verdict == "survived" and key_of(mutant) in known:
            verdict = "equivalent"
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict == "survived":
            print(f"survived: {mutant.path}:{mutant.line + 1} ({mutant.kind})\n"
                  f"  - {mutant.original.strip()}\n  + {mutant.text.strip()}")
    killed = sum(n for verdict, n in counts.items() if verdict.startswith("killed"))
    survived = counts.get("survived", 0)
    for verdict, count in sorted(counts.items()):
        print(f"{count:5} {verdict}")
    share = 100 * killed / max(1, killed + survived)
    print(f"{killed} of {killed + survived} mutants killed: {share:.1f} %")
    return share if killed else 0
