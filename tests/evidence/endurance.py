# SPDX-License-Identifier: BSD-2-Clause
"""What is only rare: fuzzing with corpora that grow, contended reads, simulated years, guests that are restored;
counters that add up.

A finding of a fuzzer stays in OUT/endurance/findings until it is mended.
"""

import functools
import os
import re
import subprocess
import sys
import time
from collections import Counter

import page as pages
import store

NAME = "endurance"
TITLE = "fuzzing, contended reads, simulated years, restored guests"
HOURS = True
INPUTS = ("lib", "drivers", "arch", "boot/bare", "boot/linux", "tests/fuzz", "tests/races", "tests/sim", "tests/live")
TARGETS = ("tables", "aml", "crs", "page", "fdt")
WITH_DICTIONARY = ("tables", "aml", "crs")
SLOT_SEC = 600  # a journal's entry stands for so much at most
SHARES = {"fuzz": 0.6, "races": 0.2, "sim": 0.1, "restores": 0.1}
WANTED = {"executions": 10**9, "reads": 10**10, "years": 100, "restores": 1000}
READS, CONTENDED = 20_000_000, 200_000  # of one entry
CYCLES = 10  # of an entry; see tests/live/device.py


def program(context, path):
    found = context.build / path
    if not found.exists():
        raise store.NotRun(f"no {found}: tests/run builds it")
    return found


def number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def fuzz(context, folder, seconds, seed, target):
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
            "seconds": number(r"Done \d+ runs in (\d+) second", done.stderr),
            "edges": number(r"\bcov: (\d+)", done.stderr), "corpus": len(list(corpus.iterdir()))}


def races(context, folder, seconds, seed):  # noqa: ARG001 (as the others)
    done = subprocess.run([program(context, "tests/races/races"), str(READS), str(CONTENDED)],
                          capture_output=True, text=True, check=False)
    if done.returncode == 77:
        raise store.NotRun(done.stdout.strip())
    text = re.search(r"^vmclock_take_snapshot: (\d+) reads, (\d+) contended, (\d+) torn", done.stdout, re.M)
    reads, contended, torn = map(int, text.groups()) if text else (0, 0, -1)
    return {"kind": "races", "seed": seed, "holds": done.returncode == 0 and torn == 0, "reads": reads,
            "contended": contended}


def sim(context, folder, seconds, seed):  # noqa: ARG001
    years = 10
    done = subprocess.run([sys.executable, "-B", store.ROOT / "tests/sim/sim.py", "--driver",
                           program(context, "tests/sim/sim_driver"), "--years", str(years), "--step-sec", "14400",
                           "--seed", str(seed)], capture_output=True, text=True, check=False)
    return {"kind": "sim", "seed": seed, "holds": done.returncode == 0, "years": years,
            "said": done.stdout.strip().splitlines()[-1:]}


def restores(context, folder, seconds, seed):  # noqa: ARG001
    """Each cycle loads two snapshots, each fifth migrates; the first reading behind each is judged."""
    for path in ("boot/linux/vmclock-publish", "tests/live/ask", "boot/bare/x86_64/mailbox.elf"):
        program(context, path)
    counted = 0
    for test, count in (("save_and_load", 2 * CYCLES), ("migrate", CYCLES // 5)):
        done = subprocess.run([sys.executable, "-B", "-m", "unittest", f"device.Device.test_{test}"],
                              cwd=store.ROOT / "tests/live", capture_output=True, text=True, check=False,
                              env={**os.environ, "VMCLOCK_BUILD": str(context.build), "VMCLOCK_LIVE_CYCLES": str(CYCLES)})
        if "skipped=" in done.stderr:
            raise store.NotRun("no QEMU with a vmclock device")
        if done.returncode:
            return {"kind": "restores", "seed": seed, "holds": False, "restores": counted, "said": done.stderr[-2000:]}
        counted += count
    return {"kind": "restores", "seed": seed, "holds": True, "restores": counted}


KINDS = {**{target: functools.partial(fuzz, target=target) for target in TARGETS},
         "races": races, "sim": sim, "restores": restores}


def run(context):
    folder = context.folder(NAME)
    journal = store.Journal(context, sys.modules[__name__])
    seeds = iter(range(context.seed + len(journal.entries()), 2**31))
    missing = {}
    with store.endable() as work:
        for name, kind in KINDS.items():
            share = SHARES["fuzz"] / len(TARGETS) if name in TARGETS else SHARES[name]
            until = time.monotonic() + 3600 * context.hours * share
            while name not in missing and (left := until - time.monotonic()) > 0:
                try:
                    journal.add(kind(context, folder, seconds=max(1, round(min(left, SLOT_SEC))), seed=next(seeds)))
                except store.NotRun as why:
                    missing[name] = str(why)
    if len(missing) == len(KINDS):
        raise store.NotRun("; ".join(missing.values()))
    return {**result(journal.entries()), "missing": missing, **work}


def result(entries):
    targets = {target: [entry for entry in entries if entry.get("target") == target] for target in TARGETS}
    total = Counter({"executions": 0, "reads": 0, "contended": 0, "years": 0, "restores": 0})
    for entry in entries:
        total.update({name: entry.get(name, 0) for name in total})
    faults = [entry for entry in entries if not entry["holds"]]
    reached = all(total[name] >= number for name, number in WANTED.items())
    return {"holds": reached and not faults, "total": dict(total), "faults": faults,
            "targets": {target: {"executions": sum(entry["executions"] for entry in found),
                                 "speed": sum(entry["executions"] for entry in found)
                                 // max(1, sum(entry.get("seconds", 0) for entry in found)),
                                 "edges": max((entry["edges"] for entry in found), default=0),
                                 "corpus": found[-1]["corpus"] if found else 0}
                        for target, found in targets.items()},
            "summary": f"{total['executions']:,} executions, {total['reads']:,} reads of which"
                       f" {total['contended']:,} contended, {total['years']} simulated years,"
                       f" {total['restores']} restores; {len(faults)} findings"}


def page(found):
    rows = [(name, found["total"][name], number, found["total"][name] >= number)
            for name, number in WANTED.items()]
    lines = [*pages.table(("", "so far", "wanted", "reached"), rows), "",
             *(f"**Not run:** {name}: {why}." for name, why in found["missing"].items()), ""]
    rows = [(target, counts["executions"], counts["speed"], counts["edges"], counts["corpus"])
            for target, counts in found["targets"].items()]
    return [*lines, *pages.table(("target", "executions", "a second", "edges", "inputs kept"), rows), "",
            *(f"* {fault}" for fault in found["faults"])]
