#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs a row of unittest up to its first failure, and no case of it much longer than it takes of the unbroken tree.

A case waits for seconds or minutes for what a program that works says at once: a broken one often never says it.

Usage: hasty.py TIMES -m unittest ARGUMENT...
       hasty.py TIMES SCRIPT ARGUMENT...    one that calls unittest.main()

TIMES: a JSON file of how long each case took. Where there is none no case has a limit, and it is written.
Exit: as the row does; 75 if what failed first was not given the time it wants: that may also be a busy machine.
"""
import json
import os
import runpy
import signal
import sys
import time
import unittest
from pathlib import Path

IMPATIENT = 75
# No case is hurried more than that.
LEAST_SEC, SLOWER = float(os.environ.get("HASTY_LEAST_SEC", "5")), 4
AGAIN_SEC = 0.5           # a case that has many parts, or waits when it ends, is told again


class OutOfTime(Exception):
    """None of those that tests expect."""


class Haste:
    def __init__(self, times):
        self.known, self.took_sec = times, {}
        self.ended, self.doubtful, self.failed = False, False, False

    def limit_sec(self, case):
        return max(LEAST_SEC, SLOWER * self.known.get(case, 0))

    def end_case(self, _number, _frame):
        self.ended = True
        raise OutOfTime("no time is left for this case")

    def hurried(self, run):
        """Of a case."""
        def limited(case, result=None):
            if self.known is not None:
                self.ended = False
                signal.setitimer(signal.ITIMER_REAL, self.limit_sec(case.id()), AGAIN_SEC)
            began = time.monotonic()
            try:
                return run(case, result)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                self.took_sec[case.id()] = round(time.monotonic() - began, 3)
        return limited

    def watched(self, add):
        """Of a result: what adds a failure to it."""
        def added(result, test, *failure):
            if failure[-1] is not None:
                self.doubtful |= self.ended and not self.failed
                self.failed = True
                result.stop()
            return add(result, test, *failure)
        return added


def run_row(words):
    if words[:2] == ["-m", "unittest"]:
        sys.path[0] = os.getcwd()
        sys.argv[1:] = words[2:]
        runpy.run_module("unittest", run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = str(Path(words[0]).parent)
        sys.argv[:] = words
        runpy.run_path(words[0], run_name="__main__")


def main():
    file, words = Path(sys.argv[1]), sys.argv[2:]
    haste = Haste(json.loads(file.read_text()) if file.exists() else None)
    signal.signal(signal.SIGALRM, haste.end_case)
    unittest.TestCase.run = haste.hurried(unittest.TestCase.run)
    for name in ("addFailure", "addError", "addSubTest"):
        setattr(unittest.TestResult, name, haste.watched(getattr(unittest.TestResult, name)))
    try:
        run_row(words)
    except SystemExit as end:
        if haste.known is None and not haste.failed:
            file.write_text(json.dumps(haste.took_sec))
        raise SystemExit(IMPATIENT if haste.doubtful else end.code) from None
    except OutOfTime:  # as a case ended by itself
        raise SystemExit(IMPATIENT) from None


if __name__ == "__main__":
    main()
