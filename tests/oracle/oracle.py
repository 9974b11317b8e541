#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares the core with an exact model in Python's integers, to the last bit.

Every driver that is named runs the same cases: builds with different multiplications, compilers
or machines are compared with the model and so with each other.
"""
import argparse
import itertools
import os
import random
import shlex
import struct
import subprocess
import sys
import threading
import time

import cases
import cases_calibrate
import cases_utc
import records
import records_utc
import vectors

CHUNK = 4096
SHOWN = 5  # mismatches printed per kind

# (what, kind, generator of n random cases, generators of extreme cases, share of the random cases)
PLAN = (
    ("time and bound", records.At, cases.at_cases,
     (cases.at_extremes, cases.at_borders, cases.guard_cases, cases.check_cases, cases.have_cases), 0.30),
    ("carries", records.At, cases.carry_cases, (), 0.05),
    ("realistic time and bound", records.At, cases.realistic_cases, (), 0.07),
    ("array of counters", records.Many, cases.many_cases, (cases.many_extremes,), 0.02),
    ("leap rule", records.Rule, cases.rule_cases, (cases.rule_extremes,), 0.08),
    ("axis, UTC, TAI", records.Label, cases.label_cases, (), 0.12),
    ("UTC to axis", records.Unlabel, cases.unlabel_cases, (), 0.06),
    ("smear", records.Smear, cases.smear_cases, (), 0.12),
    ("civil", records.Civil, cases.civil_cases, (cases.civil_extremes,), 0.07),
    ("civil back", records.Uncivil, cases.uncivil_cases, (cases.uncivil_extremes,), 0.05),
    ("time helpers", records.Time, cases.time_cases, (cases.time_extremes,), 0.06),
    ("calibrate", records.Calibrate, cases_calibrate.calibrate_cases, (), 0.03),
    ("combine", records.Combine, cases_calibrate.combine_cases, (), 0.02),
    ("UTC with its interval", records_utc.Utc, cases_utc.utc_cases, (), 0.05),
    ("estimate", records_utc.Estimate, cases_utc.estimate_cases, (cases_utc.estimate_extremes,), 0.03),
    ("text", records_utc.Text, cases_utc.text_cases, (), 0.03),
    ("deadlines", records_utc.Deadline, cases_utc.deadline_cases, (cases_utc.deadline_extremes,), 0.02),
)


class Driver:
    """A running driver: answers batches of records."""

    def __init__(self, command):
        self.name = command
        # A path may have blanks in it; else it is a command with arguments.
        words = [command] if os.path.exists(command) else shlex.split(command)
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def ask(self, number, packed, size):
        header = struct.pack("<II", number, len(packed))
        feeder = threading.Thread(target=self.feed, args=(header + b"".join(packed),))
        feeder.start()
        answer = self.process.stdout.read(size * len(packed))
        feeder.join()
        if len(answer) != size * len(packed):
            sys.exit(f"{self.name}: ended early, exit code {self.process.wait()}")
        return answer

    def feed(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            sys.exit(f"{self.name}: exit code {self.process.returncode}")


class Tally:
    """Counts of one kind of comparison."""

    def __init__(self, what):
        self.what, self.cases, self.loose, self.wrong = what, 0, 0, 0

    def compare(self, kind, batch, expected, answer, driver):
        size = kind.out.size
        for n, case in enumerate(batch):
            got = answer[n * size:(n + 1) * size]
            if got == expected[n]:
                continue
            if kind.accept(case, got):
                self.loose += 1
                continue
            self.wrong += 1
            if self.wrong <= SHOWN:
                print(f"MISMATCH {self.what} {driver.name}\n  case {case}\n"
                      f"  want {kind.out.unpack(expected[n])}\n  got  {kind.out.unpack(got)}")

    def show(self):
        print(f"{self.what:26} {self.cases:9} cases, {self.wrong} wrong"
              + (f", {self.loose} not the expected, but allowed" if self.loose else ""))


def run(what, kind, source, drivers, save):
    tally = Tally(what)
    while batch := list(itertools.islice(source, CHUNK)):
        packed = [kind.pack(case) for case in batch]
        expected = [kind.expect(case) for case in batch]
        whole = b"".join(expected)
        tally.cases += len(batch)
        for driver in drivers:
            answer = driver.ask(kind.number, packed, kind.out.size)
            if answer != whole:
                tally.compare(kind, batch, expected, answer, driver)
        if save:
            save.write(struct.pack("<II", kind.number, len(batch)) + b"".join(packed))
    tally.show()
    return tally


def thinned(source, step):
    """Every step-th case, so that a short run still sees all regions; all of what is not regular."""
    if source is cases.guard_cases:
        return source()
    return itertools.islice(source(), 0, None, step)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--driver", action="append", default=[], help="command line; repeatable")
    parser.add_argument("--cases", type=int, default=1000000, help="random cases in all")
    parser.add_argument("--thin", type=int, default=1, help="only every n-th extreme case")
    parser.add_argument("--seed", type=int, default=20170101)
    parser.add_argument("--save", type=argparse.FileType("wb"), help="write the questions here")
    options = parser.parse_args()

    began = time.monotonic()
    drivers = [Driver(command) for command in options.driver]
    tallies = [run(f"vectors: {name}", kind, iter(rows), drivers, options.save)
               for name, kind, rows in vectors.check_model_and_load()]
    for what, kind, randoms, extremes, share in PLAN:
        rng = random.Random(f"{options.seed} {what}")
        source = itertools.chain(*(thinned(extreme, options.thin) for extreme in extremes),
                                 randoms(rng, int(options.cases * share)))
        tallies.append(run(what, kind, source, drivers, options.save))
    for driver in drivers:
        driver.close()
    total, wrong = sum(t.cases for t in tallies), sum(t.wrong for t in tallies)
    print(f"{total} cases by {len(drivers)} drivers in {time.monotonic() - began:.1f} s: "
          f"{wrong} mismatches")
    return 1 if wrong or not drivers else 0


if __name__ == "__main__":
    sys.exit(main())
