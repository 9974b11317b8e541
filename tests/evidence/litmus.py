# SPDX-License-Identifier: BSD-2-Clause
"""The locks under the CPUs' memory models, and the code that is emitted for them, barrier by barrier: what
tests/litmus finds, and tests/link of the page's reader.
"""

import re
import shutil
import subprocess
import sys

import page as pages
import store

NAME = "litmus"
TITLE = "locks under the CPUs' memory models"
INPUTS = ("lib", "arch", "tests/litmus", "tests/link", "tests/evidence/litmus.py")
ROOM = store.ROOT / "tests/litmus"
READER = store.ROOT / "tests/link/lock_order.py"
DISASSEMBLERS = {"x86_64": "objdump", "i386": "objdump", "aarch64": "aarch64-linux-gnu-objdump",
                 "armv7": "arm-linux-gnueabihf-objdump"}
TEST = re.compile(r"^(\S+\.litmus): (\w+) in (\d+) states$")
VARIANT = re.compile(r"^  (.*): (\w+) in (\d+) states$")
TARGET = re.compile(r"^(\S+ \w+): lacks (\d+)$")
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


def read(text):
    """[{target, lacks, cuts: [{cut, lacks}]}] of what lock_order.py prints of one CPU."""
    codes = re.findall(r"^\S+ (\w+) (-\w+): (\d+) faults$", text, re.M)
    cuts = [{"cut": what, "lacks": int(fault != "NOT FOUND")}
            for what, fault in re.findall(r"^without (.*?): (.*)$", text, re.M)]
    return [{"target": f"lib/page.c {arch} {level}", "lacks": int(faults), "cuts": cuts if at == 0 else []}
            for at, (arch, level, faults) in enumerate(codes)]


def asked(*command):
    return subprocess.run([sys.executable, "-B", *map(str, command)], capture_output=True, text=True, check=False)


def run(_context):
    proven = asked(ROOM / "litmus.py", "--prover", store.ROOT / "boot/setup/prover",
                   *sorted(ROOM.glob("*.litmus")))
    if proven.returncode == 77:
        raise store.NotRun(proven.stdout.strip())
    lacking = sorted({tool for tool in DISASSEMBLERS.values() if not shutil.which(tool)})
    if lacking:
        raise store.NotRun(f"no {', '.join(lacking)}")
    compiled = asked(ROOM / "emitted.py", "--clang", "clang", "--root", store.ROOT)
    readers = [asked(READER, "--arch", arch, "--objdump", tool, "--root", store.ROOT, "clang")
               for arch, tool in DISASSEMBLERS.items()]
    targets = [target for done in readers for target in read(done.stdout)]
    return result(models(proven.stdout), emitted(compiled.stdout) + targets,
                  not any(done.returncode for done in (proven, compiled, *readers))
                  and len(targets) == 2 * len(readers))


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
                       f" weakened show; {seen} of {len(gone)} taken out of the source are seen in"
                       f" the code of {len({target['target'].split()[1] for target in targets})} CPUs"}


def page(found):
    rows = [(test["test"], test["said"], test["states"],
             f"{sum(cut['said'] == 'Sometimes' for cut in test['cuts'])} of {len(test['cuts'])}")
            for test in found["tests"]]
    lines = pages.table(("model", "torn", "states", "barriers whose loss is noticed"), rows)
    lines += ["", *(f"* {test['test']}: {cut['cut']}: torn {cut['said'].lower()}"
                    for test in found["tests"] for cut in test["cuts"]), ""]
    rows = [(target["target"], target["lacks"], f"{sum(cut['lacks'] > 0 for cut in target['cuts'])}"
             f" of {len(target['cuts'])}") for target in found["targets"]]
    return lines + pages.table(("emitted for", "faults", "orders whose loss is noticed"), rows)
