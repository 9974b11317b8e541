# SPDX-License-Identifier: BSD-2-Clause
"""The locks under the CPUs' memory models: what tests/litmus finds, barrier by barrier."""

import re
import subprocess
import sys

import page as pages
import store

NAME = "litmus"
TITLE = "locks under the CPUs' memory models"
INPUTS = ("lib", "arch", "tests/litmus")
ROOM = store.ROOT / "tests/litmus"
TEST = re.compile(r"^(\S+\.litmus): (\w+) in (\d+) states$")
VARIANT = re.compile(r"^  (.*): (\w+) in (\d+) states$")
TARGET = re.compile(r"^(\w+): lacks (\d+)$")
CUT = re.compile(r"^  without the (\w+) barrier at \d+: lacks (\d+)$")


def models(text):
    """[{test, said, states, cuts: [{cut, said}]}] of what litmus.py prints."""
    tests = []
    for line in text.splitlines():
        if match := TEST.match(line):
            tests.append({"test": match[1], "said": match[2], "states": int(match[3]), "cuts": []})
        elif (match := VARIANT.match(line)) and tests:
            tests[-1]["cuts"].append({"cut": match[1], "said": match[2]})
    return tests


def emitted(text):
    """[{target, lacks, cuts: [{cut, lacks}]}] of what emitted.py prints."""
    targets = []
    for line in text.splitlines():
        if match := TARGET.match(line):
            targets.append({"target": match[1], "lacks": int(match[2]), "cuts": []})
        elif (match := CUT.match(line)) and targets:
            targets[-1]["cuts"].append({"cut": match[1], "lacks": int(match[2])})
    return targets


def asked(*command):
    return subprocess.run([sys.executable, "-B", *map(str, command)], capture_output=True, text=True, check=False)


def run(_context):
    proven = asked(ROOM / "litmus.py", "--prover", store.ROOT / "boot/setup/prover",
                   *sorted(ROOM.glob("*.litmus")))
    if proven.returncode == 77:
        raise store.NotRun(proven.stdout.strip())
    compiled = asked(ROOM / "emitted.py", "--clang", "clang", "--root", store.ROOT)
    return result(models(proven.stdout), emitted(compiled.stdout),
                  not proven.returncode and not compiled.returncode)


def result(tests, targets, passed):
    cuts = [cut for test in tests for cut in test["cuts"]]
    caught = sum(cut["said"] == "Sometimes" for cut in cuts)
    never = sum(test["said"] == "Never" for test in tests)
    gone = [cut for target in targets for cut in target["cuts"]]
    seen = sum(cut["lacks"] > 0 for cut in gone)
    holds = bool(passed and tests and targets and never == len(tests) and caught == len(cuts)
                 and seen == len(gone) and not any(target["lacks"] for target in targets))
    return {"holds": holds, "tests": tests, "targets": targets,
            "summary": f"{never} of {len(tests)} locks never torn; {caught} of {len(cuts)} barriers taken out or"
                       f" weakened show; {seen} of {len(gone)} taken out of the publisher's source are seen in"
                       f" the code of {len(targets)} CPUs"}


def page(found):
    rows = [(test["test"], test["said"], test["states"],
             f"{sum(cut['said'] == 'Sometimes' for cut in test['cuts'])} of {len(test['cuts'])}")
            for test in found["tests"]]
    lines = pages.table(("model", "torn", "states", "barriers whose loss is noticed"), rows)
    lines += ["", *(f"* {test['test']}: {cut['cut']}: torn {cut['said'].lower()}"
                    for test in found["tests"] for cut in test["cuts"]), ""]
    rows = [(target["target"], target["lacks"], f"{sum(cut['lacks'] > 0 for cut in target['cuts'])}"
             f" of {len(target['cuts'])}") for target in found["targets"]]
    return lines + pages.table(("emitted for", "orders lacking", "barriers whose loss is noticed"), rows)
