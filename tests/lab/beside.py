# SPDX-License-Identifier: BSD-2-Clause
"""Runs Python in the current folder; cases of unittest beside each other, for those that wait more than they work.

    beside.py -m unittest -v NAME...
    beside.py ARGUMENT...               anything else is Python's alone

Prints what each case printed, one after the other, and at last unittest's word for all. Exit: 0 if all passed or were
skipped, else 1.
"""

import ctypes
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import tempfile
import unittest

AT_ONCE = 8
PASSED, FAILED, SKIPPED = 76, 1, 77  # of a case's process; a case that ends it ends it with another
LIBC, PR_SET_PDEATHSIG = ctypes.CDLL(None), 1


def names_of(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from names_of(part)
        else:
            yield part.id()


def run_case(name, out):
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(out.fileno(), number)
    case = unittest.defaultTestLoader.loadTestsFromName(name)
    result = unittest.TextTestRunner(verbosity=2).run(case)
    if not result.wasSuccessful() or not result.testsRun:
        sys.exit(FAILED)
    sys.exit(SKIPPED if result.skipped else PASSED)


class Case:
    """One that runs, in a process of its own."""

    def __init__(self, name):
        self.name, self.out = name, tempfile.TemporaryFile()
        # Forked: what the tests import is read once.
        self.process = multiprocessing.get_context("fork").Process(target=run_case, args=(name, self.out))
        self.process.start()

    def end(self):
        """What it said, and whether it was skipped; None if it failed."""
        self.process.join()
        self.out.seek(0)
        print(self.out.read().decode(errors="replace"), end="", flush=True)
        self.out.close()
        if self.process.exitcode in (PASSED, SKIPPED):
            return self.process.exitcode == SKIPPED
        print(f"{self.name}: exit code {self.process.exitcode}", flush=True)
        return None


def run_all(names):
    """Of each, as Case.end says."""
    waiting, running, ends = list(reversed(names)), [], []
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            running.append(Case(waiting.pop()))
        multiprocessing.connection.wait([case.process.sentinel for case in running])
        for case in [case for case in running if not case.process.is_alive()]:
            running.remove(case)
            ends.append(case.end())
    return ends


def main():
    words = sys.argv[1:]
    if words[:3] != ["-m", "unittest", "-v"]:
        os.execv(sys.executable, [sys.executable, "-B", *words])
    sys.path[0] = os.getcwd()
    loader = unittest.TestLoader()
    names = list(names_of(loader.loadTestsFromNames(words[3:])))
    if loader.errors:
        sys.exit("".join(loader.errors))
    ends = run_all(names)
    failed, skipped = ends.count(None), ends.count(True)
    print(f"Ran {len(ends)} tests")
    if failed or not ends:
        sys.exit(f"FAILED (failures={failed}, skipped={skipped})")
    print(f"OK (skipped={skipped})" if skipped else "OK")


if __name__ == "__main__":
    main()
