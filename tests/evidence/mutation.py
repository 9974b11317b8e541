# SPDX-License-Identifier: BSD-2-Clause
"""Mutants of the core and of the drivers, judged one after the other for as long as there is time.

What breaks them and what notices is tests/mutation's; this keeps each verdict, so that the next run goes on
with those that have none. They come in a random order, so that a part of them is a sample of all.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import page as pages
import store

NAME = "mutation"
TITLE = "mutants that the suite kills"
HOURS = True
INPUTS = ("lib", "drivers", "arch", "tests/mutation", "tests/unit", "tests/oracle")
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


def judge(mutants, known, judged, journal, until):
    """Judges those without a verdict until the time is over. Returns how many there were."""
    count = 0
    for mutant in mutants:
        if time.monotonic() >= until:
            break
        if key(mutant) not in known:
            journal.add(entry(mutant, judged(mutant)))
            known.add(key(mutant))
            count += 1
    return count


def core_mutants(mutate, seed):
    options = argparse.Namespace(only=None, seed=seed, count=0)
    return mutate.all_mutants(store.ROOT, options)


def judge_core(mutate, mutants, known, journal, until, seed):
    left = [mutant for mutant in mutants if key(mutant) not in known]
    if not left or time.monotonic() >= until:
        return
    listed = (store.ROOT / "lib/sources.txt").read_text(encoding="utf-8").splitlines()
    sources = [f"lib/{name}" for name in listed if name and not name.startswith("#")]
    options = argparse.Namespace(cc="gcc", sources=sources, seed=seed, jobs=1)
    with tempfile.TemporaryDirectory(prefix="vmclock-mutants-") as name:
        folder = Path(name)
        for room in ("lib", "arch"):
            shutil.copytree(store.ROOT / room, folder / "tree" / room)
        shared = mutate.Shared(folder, options)
        bench = mutate.Bench(folder / "bench", folder / "tree", options)
        shared.prepare(folder / "bench" / "native")
        judge(left, known, lambda mutant: bench.judge(mutant, shared), journal, until)


def judge_rooms(rooms, known, journal, until, seed, jobs):
    if until - time.monotonic() < ROOMS_LEAST_SEC:
        return
    with tempfile.TemporaryDirectory(prefix="vmclock-rooms-", dir="/var/tmp") as name:
        bench = rooms.Bench(Path(name), jobs)
        if bench.jailed(["true"], rooms.LEAST_SEC) != 0:
            return
        bench.configure()
        for at, room in enumerate(ROOMS):
            now = time.monotonic()
            share = now + (until - now) / (len(ROOMS) - at)
            mutants = rooms.mutants_of(rooms.ROOMS[room])
            random.Random(seed).shuffle(mutants)
            if any(key(mutant) not in known for mutant in mutants) and share - now > 60:
                judge(mutants, known, rooms.Judge(bench, room).verdict, journal, share)


def run(context):
    mutate, rooms, verdicts = rooms_modules()
    journal = store.Journal(context, sys.modules[__name__])
    known = {line["key"] for line in journal.entries()}
    begin = time.monotonic()
    until = begin + 3600 * context.hours
    in_core = core_mutants(mutate, context.seed)
    for_rooms = 3600 * context.hours * ROOMS_SHARE
    judge_core(mutate, in_core, known, journal, until - (for_rooms if for_rooms >= ROOMS_LEAST_SEC else 0),
               context.seed)
    judge_rooms(rooms, known, journal, until, context.seed, context.jobs)
    in_rooms = [mutant for room in ROOMS for mutant in rooms.mutants_of(rooms.ROOMS[room])]
    unnamed = sorted({str(path.relative_to(store.ROOT)) for path in (store.ROOT / "lib").glob("*.[ch]")}
                     - set(mutate.SUBJECTS))
    return result(Counter(mutant.path for mutant in [*in_core, *in_rooms]), journal.entries(),
                  verdicts.equivalents(), unnamed)


def result(mutants, entries, equivalents, unnamed):
    """mutants: {path: how many there are}. equivalents: {(path, original, text): why}."""
    files, survivors = defaultdict(Counter), []
    for line in entries:
        what = line["verdict"].split()[0]
        if what == "survived":
            why = equivalents.get((line["path"], line["original"], line["text"]))
            what = "equivalent" if why else "survived"
            if not why:
                survivors.append(line)
        files[line["path"]][what] += 1
    total = sum(files.values(), Counter())
    killed, survived, alike = total["killed"], total["survived"], total["equivalent"]
    count = sum(mutants.values())
    share = 100 * killed / max(1, killed + survived)
    return {"holds": len(entries) == count and share >= WANTED and not survivors,
            "files": {path: {"mutants": number, **files[path]} for path, number in sorted(mutants.items())},
            "survivors": survivors, "unnamed": unnamed,
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
    return lines + [f"* {line['path']}:{line['line']}: `{line['original']}` as `{line['text']}`"
                    for line in found["survivors"]]
