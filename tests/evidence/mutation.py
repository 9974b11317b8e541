# SPDX-License-Identifier: BSD-2-Clause
"""Mutants of the core and of the drivers, judged one after the other for as long as there is time.

What breaks them and what notices is tests/mutation's; this keeps each verdict, so that the next run goes on
with those that have none. They come in a random order, so that a part of them is a sample of all. A verdict is
of one state of what is broken; a survivor's of one of the tests, too: when they change, it is judged again.
"""

import argparse
import concurrent.futures
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

import page as pages
import store

NAME = "mutation"
TITLE = "mutants that the suite kills"
HOURS = True
INPUTS = ("lib", "drivers", "arch", "tests/mutation", "tests/unit", "tests/oracle")
BROKEN, TESTS = ("lib", "arch", "drivers"), ("tests/mutation", "tests/unit", "tests/oracle", "tests/data")
VERDICTS = "tests/mutation/equivalents.txt"
WANTED = 97  # per cent killed
ROOMS = ("drivers/acpi", "drivers/fdt", "drivers/source")
ROOMS_SHARE, ROOMS_LEAST_SEC = 0.4, 1200  # of the time; a room's build takes minutes


def rooms_modules():
    folder = str(store.ROOT / "tests/mutation")
    if folder not in sys.path:
        sys.path.append(folder)
    import mutate  # noqa: PLC0415 (found by the path above)
    import rooms  # noqa: PLC0415
    import verdicts  # noqa: PLC0415
    return mutate, rooms, verdicts


def key(mutant):
    return f"{mutant.path}:{mutant.line + 1}: {mutant.text.strip()}"


def entry(mutant, verdict):
    return {"key": key(mutant), "path": mutant.path, "line": mutant.line + 1, "kind": mutant.kind,
            "original": mutant.original.strip(), "text": mutant.text.strip(), "verdict": verdict}


class Verdicts:
    """Those of the journal that are of the present tree, {key: entry}, and new ones."""

    def __init__(self, journal):
        self.journal = journal
        self.of = {"core": store.digest(BROKEN[:2])[:16], "rooms": store.digest(BROKEN)[:16]}
        self.tests = store.digest(TESTS, without=(VERDICTS,))[:16]
        self.known = {line["key"]: line for line in journal.entries() if self.is_present(line)}

    def state_of(self, path):
        return self.of["core" if path.startswith("lib/") else "rooms"]

    def is_present(self, line):
        return line["of"] == self.state_of(line["path"]) and (line["verdict"] != "survived"
                                                              or line["tests"] == self.tests)

    def without(self, mutants):
        return [mutant for mutant in mutants if key(mutant) not in self.known]

    def add(self, mutant, verdict):
        line = {**entry(mutant, verdict), "of": self.state_of(mutant.path), "tests": self.tests}
        self.journal.add(line)
        self.known[line["key"]] = line


def judge(mutants, verdicts, judged, until, ended=threading.Event()):
    """Judges those without a verdict until the time is over, or it is ended. Returns how many there were."""
    count = 0
    for mutant in verdicts.without(mutants):
        if time.monotonic() >= until or ended.is_set():
            break
        verdict = judged(mutant)
        if ended.is_set():
            break
        verdicts.add(mutant, verdict)
        count += 1
    return count


def core_mutants(mutate, seed):
    options = argparse.Namespace(only=None, seed=seed, count=0)
    return mutate.all_mutants(store.ROOT, options)


def unless(ended, passes):
    """A mutant is asked by a score of programs, of which each may have to be compiled first."""
    def asked(*arguments):
        if ended.is_set():
            raise concurrent.futures.CancelledError
        return passes(*arguments)
    return asked


def what_is_broken(work):
    broken = set()
    for done in work:
        try:
            done.result()
        except SystemExit as why:
            broken.add(f"core: {why}")
    return sorted(broken)


def judge_core(mutate, mutants, verdicts, until, context):
    """What was wrong with the tests themselves; most often nothing."""
    left = verdicts.without(mutants)
    if not left or time.monotonic() >= until:
        return []
    listed = (store.ROOT / "lib/sources.txt").read_text(encoding="utf-8").splitlines()
    sources = [f"lib/{name}" for name in listed if name and not name.startswith("#")]
    options = argparse.Namespace(cc="gcc", sources=sources)
    with tempfile.TemporaryDirectory(prefix="vmclock-mutants-") as name:
        folder = Path(name)
        for room in ("lib", "arch"):
            shutil.copytree(store.ROOT / room, folder / "tree" / room)
        shared = mutate.Shared(folder, options)
        benches = [mutate.Bench(folder / f"bench{n}", folder / "tree", options, left) for n in range(context.jobs)]
        shared.keep(folder / "bench0" / "native")
        ended = threading.Event()
        shared.passes = unless(ended, shared.passes)
        with concurrent.futures.ThreadPoolExecutor(context.jobs) as pool:
            work = [pool.submit(judge, left[n::context.jobs], verdicts,
                                lambda mutant, bench=bench: bench.judge(mutant, shared), until, ended)
                    for n, bench in enumerate(benches)]
            try:
                return what_is_broken(work)
            finally:
                ended.set()  # else Ctrl-C waits until the time is over


def judge_rooms(rooms, verdicts, until, context):
    """The same."""
    if until - time.monotonic() < ROOMS_LEAST_SEC:
        return []
    broken = []
    with tempfile.TemporaryDirectory(prefix="vmclock-rooms-", dir="/var/tmp") as name:
        bench = rooms.Bench(Path(name), context.jobs)
        if bench.jailed(["true"], rooms.LEAST_SEC) != 0:
            return ["rooms: no namespaces of its own here, and broken scripts must not run without"]
        bench.configure()
        for at, room in enumerate(ROOMS):
            now = time.monotonic()
            share = now + (until - now) / (len(ROOMS) - at)
            mutants = rooms.mutants_of(rooms.ROOMS[room])
            random.Random(context.seed).shuffle(mutants)
            if verdicts.without(mutants) and share - now > 60:
                try:
                    judge(mutants, verdicts, rooms.Judge(bench, room).verdict, share)
                except SystemExit as why:
                    broken.append(f"{room}: {str(why)[-500:]}")
    return broken


def run(context):
    mutate, rooms, known = rooms_modules()
    verdicts = Verdicts(store.Journal(context, sys.modules[__name__], "verdicts"))
    until = time.monotonic() + 3600 * context.hours
    in_core = core_mutants(mutate, context.seed)
    for_rooms = 3600 * context.hours * ROOMS_SHARE
    broken = []
    with store.endable() as work:
        broken += judge_core(mutate, in_core, verdicts,
                             until - (for_rooms if for_rooms >= ROOMS_LEAST_SEC else 0), context)
        broken += judge_rooms(rooms, verdicts, until, context)
    everything = in_core + [mutant for room in ROOMS for mutant in rooms.mutants_of(rooms.ROOMS[room])]
    unnamed = sorted({str(path.relative_to(store.ROOT)) for path in (store.ROOT / "lib").glob("*.[ch]")}
                     - {*mutate.SUBJECTS, *mutate.DECLARE})
    judged = [verdicts.known[key(mutant)] for mutant in everything if key(mutant) in verdicts.known]
    found = result(Counter(mutant.path for mutant in everything), judged, known.equivalents(), unnamed, broken)
    return {**found, **work}


def result(mutants, entries, equivalents, unnamed, broken=()):
    """mutants: {path: how many there are}. equivalents: {(path, line, original, text): why}."""
    files, survivors = defaultdict(Counter), []
    for line in entries:
        what = line["verdict"].split()[0]
        if what == "survived":
            why = equivalents.get((line["path"], line["line"], line["original"], line["text"]))
            what = "equivalent" if why else "survived"
            if not why:
                survivors.append(line)
        files[line["path"]][what] += 1
    total = sum(files.values(), Counter())
    killed, survived, alike = total["killed"], total["survived"], total["equivalent"]
    count = sum(mutants.values())
    share = 100 * killed / max(1, killed + survived)
    return {"holds": len(entries) == count and share >= WANTED and not survivors and not broken,
            "files": {path: {"mutants": number, **files[path]} for path, number in sorted(mutants.items())},
            "survivors": survivors, "unnamed": unnamed, "broken": list(broken),
            "summary": f"{len(entries):,} of {count:,} changes judged, {killed:,} of {killed + survived:,} mutants"
                       f" killed ({share:.1f} %), {alike} survivors with a verdict, {survived} without"}


def page(found):
    rows = [(path, counts["mutants"], sum(n for what, n in counts.items() if what != "mutants"),
             *(counts.get(what, 0) for what in ("killed", "equivalent", "survived")))
            for path, counts in found["files"].items()]
    lines = [f"Wanted: all judged, {WANTED} % killed, a verdict on each survivor. What is judged and neither killed nor"
             " a survivor is the same code, or does not compile.", "",
             *pages.table(("file", "changes", "judged", "killed", "with a verdict", "without"), rows), ""]
    if found["unnamed"]:
        lines += ["No subject of tests/mutation: " + ", ".join(found["unnamed"]) + ".", ""]
    lines += [f"* **Not judged:** {why}" for why in found["broken"]]
    return lines + [f"* {line['path']}:{line['line']}: `{line['original']}` as `{line['text']}`"
                    for line in found["survivors"]]
