# SPDX-License-Identifier: BSD-2-Clause
"""What is only rare: fuzzing with corpora that grow, contended reads, simulated years; counters that add up.

A finding of a fuzzer stays in OUT/endurance/findings until it is mended.
"""

import re
import subprocess
import sys
import time
from collections import Counter

import page as pages
import store

NAME = "endurance"
TITLE = "fuzzing, contended reads, simulated years"
HOURS = True
INPUTS = ("lib", "drivers", "arch", "tests/fuzz", "tests/races", "tests/sim")
TARGETS = ("tables", "aml", "crs", "page", "fdt")
WITH_DICTIONARY = ("tables", "aml", "crs")
SLOT_SEC = 600  # a journal's entry stands for so much at most
SHARES = {"fuzz": 0.6, "races": 0.2, "sim": 0.2}
WANTED = {"executions": 10**9, "reads": 10**10, "years": 100, "restores": 1000}
READS, CONTENDED = 20_000_000, 200_000  # of one entry


def program(context, path):
    found = context.build / path
    if not found.exists():
        raise store.NotRun(f"no {found}: tests/run builds it")
    return found


def number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def fuzz(context, folder, target, seconds, seed):
    """One entry of a target: counts, and whether there was no finding."""
    corpus = folder / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    findings = folder / "findings"
    findings.mkdir(exist_ok=True)
    command = [program(context, f"tests/fuzz/fuzz_{target}"), f"-max_total_time={seconds}", f"-seed={seed}",
               "-timeout=60", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=1",
               f"-artifact_prefix={findings}/{target}-", corpus, context.build / "tests/fuzz/seeds" / target]
    if target in WITH_DICTIONARY:
        command.append(f"-dict={store.ROOT / 'tests/fuzz/acpi.dict'}")
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", check=False)
    return {"kind": "fuzz", "target": target, "seed": seed, "holds": done.returncode == 0,
            "executions": number(r"number_of_executed_units:\s+(\d+)", done.stderr),
            "edges": number(r"\bcov: (\d+)", done.stderr), "corpus": len(list(corpus.iterdir()))}


def races(context, _folder, _seconds, seed):
    done = subprocess.run([program(context, "tests/races/races"), str(READS), str(CONTENDED)],
                          capture_output=True, text=True, check=False)
    if done.returncode == 77:
        raise store.NotRun(done.stdout.strip())
    text = re.search(r"^vmclock_take_snapshot: (\d+) reads, (\d+) contended, (\d+) torn", done.stdout, re.M)
    reads, contended, torn = map(int, text.groups()) if text else (0, 0, -1)
    return {"kind": "races", "seed": seed, "holds": done.returncode == 0 and torn == 0, "reads": reads,
            "contended": contended}


def sim(context, _folder, _seconds, seed):
    years = 10
    done = subprocess.run([sys.executable, "-B", store.ROOT / "tests/sim/sim.py", "--driver",
                           program(context, "tests/sim/sim_driver"), "--years", str(years), "--step-sec", "14400",
                           "--seed", str(seed)], capture_output=True, text=True, check=False)
    return {"kind": "sim", "seed": seed, "holds": done.returncode == 0, "years": years,
            "said": done.stdout.strip().splitlines()[-1:]}


def run(context):
    folder = context.folder(NAME)
    journal = store.Journal(context, sys.modules[__name__])
    seeds = iter(range(context.seed + len(journal.entries()), 2**31))
    for kind, share in SHARES.items():
        each = 3600 * context.hours * share / (len(TARGETS) if kind == "fuzz" else 1)
        for target in TARGETS if kind == "fuzz" else (kind,):
            until = time.monotonic() + each
            while (left := until - time.monotonic()) > 0:
                slot = max(1, round(min(left, SLOT_SEC)))
                seed = next(seeds)
                journal.add(fuzz(context, folder, target, slot, seed) if kind == "fuzz"
                            else {"races": races, "sim": sim}[kind](context, folder, slot, seed))
    return result(journal.entries())


def result(entries):
    targets = {target: [entry for entry in entries if entry.get("target") == target] for target in TARGETS}
    total = Counter({"executions": 0, "reads": 0, "contended": 0, "years": 0, "restores": 0})
    for entry in entries:
        total.update({name: entry.get(name, 0) for name in total})
    faults = [entry for entry in entries if not entry["holds"]]
    reached = all(total[name] >= number for name, number in WANTED.items())
    return {"holds": reached and not faults, "total": dict(total), "faults": faults,
            "targets": {target: {"executions": sum(entry["executions"] for entry in found),
                                 "edges": max((entry["edges"] for entry in found), default=0),
                                 "corpus": found[-1]["corpus"] if found else 0}
                        for target, found in targets.items()},
            "summary": f"{total['executions']:,} executions, {total['reads']:,} reads of which"
                       f" {total['contended']:,} contended, {total['years']} simulated years;"
                       f" {len(faults)} findings"}


def page(found):
    rows = [(name, found["total"][name], number, found["total"][name] >= number)
            for name, number in WANTED.items()]
    lines = [*pages.table(("", "so far", "wanted", "reached"), rows), "",
             "Restores are counted by no driver yet; the rows of tests/live do some each.", ""]
    rows = [(target, counts["executions"], counts["edges"], counts["corpus"])
            for target, counts in found["targets"].items()]
    return [*lines, *pages.table(("target", "executions", "edges", "inputs kept"), rows), "",
            *(f"* {fault}" for fault in found["faults"])]
