# SPDX-License-Identifier: BSD-2-Clause
"""The suite again and again on a machine that has other work: which rows failed, and how often.

The work is as many loops as there are processors, at the lowest priority but one. A row that fails once
counts: nothing is tried again.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter

import page as pages
import store

NAME = "flakes"
TITLE = "the suite on a loaded machine, rows that failed"
HOURS = True
INPUTS = ("CMakeLists.txt", "CMakePresets.json", "arch", "lib", "drivers", "boot", "tests")
WANTED = 20  # runs
BUSY = "while True: pass"


def judged(path):
    """({row: why it failed}, how many ran) of CTest's JUnit file."""
    failed, ran = {}, 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        skipped = case.find("skipped")
        failure = case.find("failure")
        mark = skipped.get("message", "") if skipped is not None else ""
        if failure is not None or (skipped is not None and not mark.startswith("SKIP_")
                                   and case.get("status") != "disabled"):
            failed[case.get("name")] = ((failure.get("message") if failure is not None else mark) or "failed")
        ran += skipped is None
    return failed, ran


def one(context, folder, number):
    report = folder / f"run-{number}.xml"
    report.unlink(missing_ok=True)
    loops = [subprocess.Popen(["nice", "-n", "18", sys.executable, "-c", BUSY]) for _ in range(os.cpu_count())]
    try:
        done = subprocess.run(["ctest", "--test-dir", context.build, "-LE", "^long$", "-j", str(context.jobs),
                               "--timeout", "1200", "--output-junit", report], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, check=False)
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()
    if not report.exists():
        raise store.NotRun(f"ctest in {context.build} wrote no results")
    failed, ran = judged(report)
    return {"number": number, "ran": ran, "failed": failed, "ends": done.returncode}


def run(context):
    if not (context.build / "CTestTestfile.cmake").exists():
        raise store.NotRun(f"no build in {context.build}: tests/run makes it")
    journal = store.Journal(context, sys.modules[__name__])
    until = time.monotonic() + 3600 * context.hours
    with store.endable() as work:
        while not journal.entries() or time.monotonic() < until:
            journal.add(one(context, context.folder(NAME), len(journal.entries()) + 1))
    return {**result(journal.entries()), **work}


def result(entries):
    rows = Counter(row for entry in entries for row in entry["failed"])
    why = {row: reason for entry in entries for row, reason in entry["failed"].items()}
    return {"holds": not rows and len(entries) >= WANTED, "runs": len(entries),
            "rows": [[row, count, why[row]] for row, count in rows.most_common()],
            "ran": min((entry["ran"] for entry in entries), default=0),
            "summary": f"{len(entries)} of {WANTED} runs, {len(rows)} rows failed at least once"}


def page(found):
    lines = [f"{found['runs']} runs of at least {found['ran']:,} rows each.", ""]
    return lines + (pages.table(("row", "failed", "last"), found["rows"]) if found["rows"] else [])
