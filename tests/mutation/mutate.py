#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Breaks the core in many small ways and sees whether its tests notice.

A mutant is killed when the oracle's driver answers otherwise than the unbroken core, when a unit test
fails, or when either does not end in time. One whose object code is that of the original is no mutant.
equivalents.txt names those that no test can kill, with a verdict. Exit: 0 if at least 95 % of the
others are killed.
"""
import argparse
import concurrent.futures
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import mutants
from verdicts import ROOT, clean_up_on_signals, end_with_us, report

TIMEOUT_SEC, UNBROKEN_TIMEOUT_SEC = 5, 120
SLOWER = 10  # a mutant may take so much longer than the unbroken core: the machine may be busy by then
# What is broken: all of the core that is code; other headers only declare.
SUBJECTS = ("lib/audit.c", "lib/calendar.c", "lib/calibrate.c", "lib/calibrated.c", "lib/civil.c", "lib/clamp.c",
            "lib/clamp_steer.c", "lib/clock.c", "lib/combine.c", "lib/counter.c", "lib/deadline.c", "lib/error.c",
            "lib/estimate.c", "lib/guard.c", "lib/leap.c", "lib/line.c", "lib/many.c", "lib/names.c", "lib/page.c",
            "lib/publish.c", "lib/ratio.c", "lib/reader.c", "lib/smear.c", "lib/steer.c", "lib/steer_axis.c",
            "lib/steered.c", "lib/strings.c", "lib/text.c", "lib/utc.c", "lib/vmclock_time.c", "lib/calendar.h",
            "lib/clock.h", "lib/estimate.h", "lib/fields.h", "lib/line.h", "lib/snapshot.h", "lib/steer.h",
            "lib/wide.h", "lib/window.h")
DECLARE = ("lib/calibrate.h", "lib/clamp.h", "lib/listed.h", "lib/ratio.h", "lib/strings.h", "lib/time.h",
           "lib/utc.h", "lib/wire.h")
# The programs of unit tests, each with the core's fixture; asked in this order, after the oracle. Those whose
# name the broken file's begins with are asked first.
UNITS = {"core": "core/[!a]*.c", "reader": "reader/test_reader*.c", "tries": "reader/test_tries.c",
         "calibrate": "calibrate/test_calibrate.c", "calibrate_period": "calibrate/test_calibrate_period.c",
         "combine": "calibrate/test_combine.c",
         "audit": "audit/test_audit.c", "guard": "audit/test_guard.c", "counter": "../targets/test_counter.c",
         **{name: f"publish/test_{name}.c"
            for name in ("publish", "publish_sequence", "publish_promise", "publish_random")},
         **{name: f"steer/test_{name}.c"
            for name in ("steer", "steer_axis", "steer_clamp", "steer_estimate", "steer_exact", "steer_far",
                         "steer_readers", "steer_utc")}}
ORACLE = "oracle"
CORE = "libcore.so"  # that each program is linked with once, and then run with each mutant's
CASES, THIN = 12000, 90  # of the oracle, in all
# The portable forms are mutated too: the header that has them is built both ways.
VARIANTS = {"native": (), "portable": ("-DVMCLOCK_PORTABLE",)}
# In sessions of their own: what a terminal's Ctrl-C ended would be a verdict.
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL,
         "start_new_session": True}


def variants_of(mutant):
    return tuple(VARIANTS) if mutant.path == "lib/wide.h" else ("native",)


def with_core(folder):
    """The environment of a program that is to run with the core that is there."""
    return {**os.environ, "LD_LIBRARY_PATH": str(folder)}


class Bench:
    """A copy of the core that is broken and mended again, and what is needed to judge it."""

    def __init__(self, folder, tree, options, chosen):
        self.folder, self.cc, self.sources = folder, options.cc, options.sources
        shutil.copytree(tree, folder)
        for variant in {variant for mutant in chosen for variant in variants_of(mutant)} | {"native"}:
            (folder / variant).mkdir()
            self.compile_all(variant)
        self.original = {path: path.read_bytes() for path in folder.glob("*/*.o")}

    def compile(self, variant, source):
        """The object of a source of the core; None if it does not compile."""
        output = self.folder / variant / (Path(source).stem + ".o")
        # What a mutant leaves uninitialised is a pattern, and not by chance the right value.
        command = [self.cc, "-std=c11", "-O1", "-fPIC", "-Werror=return-type",
                   "-ftrivial-auto-var-init=pattern", *VARIANTS[variant],
                   f"-I{self.folder}/lib/include", f"-I{self.folder}", "-c",
                   str(self.folder / source), "-o", str(output)]
        return output if subprocess.run(command, **QUIET).returncode == 0 else None

    def compile_all(self, variant):
        return [self.compile(variant, source) for source in self.sources]

    def affected(self, mutant):
        return self.sources if mutant.path.endswith(".h") else [mutant.path]

    def judge(self, mutant, shared):
        """'killed by ...', 'same code', 'does not compile' or 'survived'."""
        path = self.folder / mutant.path
        text = path.read_text()
        lines = text.splitlines(keepends=True)
        lines[mutant.line] = mutant.text + "\n"
        path.write_text("".join(lines))
        try:
            return self.verdict(mutant, shared)
        finally:
            path.write_text(text)
            for output, content in self.original.items():
                output.write_bytes(content)

    def verdict(self, mutant, shared):
        verdict = "same code"
        for variant in variants_of(mutant):
            changed = False
            for source in self.affected(mutant):
                output = self.compile(variant, source)
                if output is None:
                    return "does not compile"
                changed |= output.read_bytes() != self.original[output]
            if changed:
                if not shared.link_core(self.folder / variant):  # it needs what is nowhere
                    return "does not compile"
                verdict = shared.test(self.folder / variant, mutant.path)
                if verdict.startswith("killed"):
                    return verdict
        return verdict


class Shared:
    """The tests, each compiled and seen to pass when the first mutant asks for it, and the oracle's answers."""

    def __init__(self, folder, options):
        self.folder, self.cc = folder, options.cc
        self.whole = folder / "whole"  # the unbroken core
        self.programs, self.limits, self.answers = {}, {}, None
        self.locks = {name: threading.Lock() for name in (ORACLE, *UNITS)}
        self.questions = folder / "questions"

    def keep(self, core):
        shutil.copytree(core, self.whole)
        if not self.link_core(self.whole):
            sys.exit("the unbroken core cannot be linked")

    def compile(self, name, sources):
        (self.folder / name).mkdir()
        outputs = []
        for source in sorted(sources):
            outputs.append(str(self.folder / name / (source.stem + ".o")))
            subprocess.run([self.cc, "-std=c11", "-O1", "-w", f"-I{ROOT}/lib/include", f"-I{ROOT}",
                            "-c", source, "-o", outputs[-1]], check=True)
        return outputs

    def link_core(self, core):
        """From its objects. Whether that is possible."""
        command = [self.cc, "-shared", f"-Wl,-z,defs,-soname,{CORE}", "-o", core / CORE, *core.glob("*.o")]
        return subprocess.run(command, **QUIET).returncode == 0

    def link(self, name, objects):
        program = self.folder / name / "program"
        subprocess.run([self.cc, "-o", program, *objects, self.whole / CORE,
                        *(["-lcmocka"] if name in UNITS else ())], check=True, **QUIET)
        return program

    def prepare(self, name):
        """Sees the unbroken core pass a test, and how long that takes."""
        with self.locks[name]:
            if name not in self.limits:
                try:
                    self.programs[name] = self.build(name)
                except subprocess.CalledProcessError as error:  # which a mutant might, and no test may
                    sys.exit(f"{name} is not to be had for the unbroken core: {error}")
                began = time.monotonic()
                answers = self.run(name, self.whole, UNBROKEN_TIMEOUT_SEC)
                if answers is None:
                    sys.exit(f"the tests of {name} fail on the unbroken core")
                if name == ORACLE:
                    self.answers = answers
                self.limits[name] = max(TIMEOUT_SEC, SLOWER * (time.monotonic() - began))

    def build(self, name):
        if name in UNITS:
            return self.link(name, self.compile(name, {*(ROOT / "tests/unit").glob(UNITS[name]),
                                                       ROOT / "tests/unit/core/fixture.c"}))
        driver = self.link(name, self.compile(name, (ROOT / "tests/oracle").glob("*.c")))
        self.ask_oracle(driver)
        return driver

    def ask_oracle(self, driver):
        """Keeps its questions; it judges the unbroken core."""
        subprocess.run([sys.executable, ROOT / "tests/oracle/oracle.py", "--driver", driver, "--cases",
                        str(CASES), "--thin", str(THIN), "--save", self.questions], check=True,
                       stdout=subprocess.DEVNULL, env=with_core(self.whole))

    def passes(self, core, name):
        self.prepare(name)
        told = self.run(name, core, self.limits[name])
        return told == self.answers if name == ORACLE else told is not None

    def run(self, name, core, timeout_sec):
        """What it prints; None if it fails or does not end."""
        with open(self.questions if name == ORACLE else os.devnull, "rb") as stream:
            try:
                done = subprocess.run([self.programs[name]], stdin=stream, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, timeout=timeout_sec, env=with_core(core),
                                      start_new_session=True, preexec_fn=end_with_us)
            except subprocess.TimeoutExpired:
                return None
        return done.stdout if done.returncode == 0 else None

    def order(self, path):
        topic = Path(path).stem.partition("_")[0]
        first = [name for name in UNITS if topic.startswith(name.partition("_")[0])]
        return [*first, ORACLE, *(name for name in UNITS if name not in first)]

    def test(self, core, path):
        for name in self.order(path):
            if not self.passes(core, name):
                return "killed by the oracle" if name == ORACLE else f"killed by the tests of {name}"
        return "survived"


def all_mutants(tree, options):
    found = []
    for path in options.only or SUBJECTS:
        found += mutants.of_file(path, (tree / path).read_text())
    random.Random(options.seed).shuffle(found)
    return found[:options.count] if options.count else found


def judge_share(bench, share, shared, verbose):
    results = []
    for mutant in share:
        results.append((mutant, bench.judge(mutant, shared)))
        if verbose:
            print(f"{results[-1][1]}: {mutant.path}:{mutant.line + 1}: {mutant.text.strip()}", flush=True)
    return results


def judge_all(chosen, tree, options, folder):
    """[(mutant, verdict)], by as many benches as there are jobs."""
    shared = Shared(folder, options)
    benches = [Bench(folder / f"bench{n}", tree, options, chosen) for n in range(options.jobs)]
    shared.keep(folder / "bench0" / "native")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        shares = [chosen[n::options.jobs] for n in range(options.jobs)]
        work = [pool.submit(judge_share, *pair, shared, options.verbose) for pair in zip(benches, shares)]
        return [result for done in work for result in done.result()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="+", help="the core's C files, relative to the tree")
    parser.add_argument("--count", type=int, default=0, help="so many, chosen by --seed; 0: all")
    parser.add_argument("--only", action="append", help="break this file; default: all subjects")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minimum", type=float, default=95, help="per cent")
    parser.add_argument("--verbose", action="store_true", help="each verdict as it falls")
    options = parser.parse_args()
    options.sources = [str(Path(s).resolve().relative_to(ROOT)) for s in options.sources]

    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="vmclock-mutation-"))
    clean_up_on_signals(folder)
    try:
        tree = folder / "tree"
        for room in ("lib", "arch"):
            shutil.copytree(ROOT / room, tree / room)
        chosen = all_mutants(tree, options)
        share = report(judge_all(chosen, tree, options, folder))
    finally:
        shutil.rmtree(folder)
    print(f"{len(chosen)} changes in {time.monotonic() - began:.0f} s")
    return 0 if share >= options.minimum else 1


if __name__ == "__main__":
    sys.exit(main())
