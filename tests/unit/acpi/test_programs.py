# SPDX-License-Identifier: BSD-2-Clause
"""Random programs of several tables, by the drivers and by ACPICA's interpreter.

Usage: test_programs.py ACPIEXEC PROBE COUNT [SEED]
What the drivers say must hold before and after every method of the program was executed: a device
that is found is present, at that range; where they find none, there is none. That they refuse to
say is no fault; how often they do is printed.
"""
import collections
import concurrent.futures
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile

import aml
import programs
from crs import memory_range

BATCH = 48  # programs in one run of acpiexec
WORKERS = 12
UNKNOWN = "at which ACPICA itself crashed, or hung"
HANGS_S = 60  # with one program
SIGNATURES = (b"DSDT", b"SSDT", b"SSDT")


def dotted(path):
    return "\\" + ".".join(path)


def tables_of(batch):
    """The tables of all programs of a batch together."""
    return [aml.table(SIGNATURES[i], b"".join(p.tables[i] for p in batch), i)
            for i in range(programs.TABLES)]


def commands(batch):
    """What acpiexec is asked: each program's device, its methods, the device again."""
    lines = []
    for program in batch:
        asked = [dotted(program.path + (own,)) for own in ("_HID", "_CID", "_STA", "_CRS")]
        asked += [dotted(parent + ("_STA",)) for parent in program.parents]
        asked += [dotted(program.path), *map(dotted, program.parents)]
        for line in asked + [dotted(run) for run in program.runs] + asked:
            lines.append("evaluate " + line)
    return "\n".join(lines) + "\nquit\n"


def value_of(answer):
    """What one evaluation gave: bytes, int, str or a list of strings, None: no such name."""
    if "failed with status AE_NOT_FOUND" in answer:
        return None
    if "[Buffer]" in answer:
        rows = re.findall(r"\b[0-9A-F]{4}: ((?:[0-9A-F]{2} )+)", answer)
        return bytes.fromhex("".join(rows))
    integer = re.search(r"\[Integer\] = ([0-9A-F]+)", answer)
    if integer:
        return int(integer[1], 16)
    return re.findall(r'"([^"]*)"', answer)


def truth_of(answers, program):
    """(first, length) of a device that is there, or None."""
    values = [value_of(answer) for answer in answers]
    hid, cid, status, crs = values[:4]
    around = values[4:4 + len(program.parents)]
    exists = ["failed with status AE_NOT_FOUND" not in answer for answer in answers[4 + len(program.parents):]]
    ids = [i for v in (hid, cid) if isinstance(v, list) for i in v]
    if not all(exists) or not {"AMZNC10C", "VMCLOCK"} & set(ids):
        return None
    if status is not None and not (isinstance(status, int) and status & 1):
        return None
    if any(isinstance(s, int) and not s & 9 for s in around):
        return None
    try:
        return memory_range(crs)
    except (ValueError, IndexError, TypeError):
        return "no range"


def truths(acpiexec, batch):
    """What ACPICA makes of each program's device, before and after its methods were executed; None
    for a program at which it ends by itself, or never."""
    shared = [program for program in batch if not program.alone]
    known = dict(zip(map(id, shared), truths_together(acpiexec, shared) or ()))
    for program in batch:
        yield known.get(id(program)) or (truths_together(acpiexec, [program]) or [None])[0]


def truths_together(acpiexec, batch):
    """The same for programs that do not end their tables; None if one of them ends acpiexec, or hangs it."""
    asked = commands(batch)
    with tempfile.TemporaryDirectory(prefix="vmclock-programs-") as folder:
        paths = []
        for i, table in enumerate(tables_of(batch)):
            paths.append(pathlib.Path(folder, f"t{i}.aml"))
            paths[-1].write_bytes(table)
        try:
            done = subprocess.run([acpiexec, "-dt", *paths], input=asked, capture_output=True, text=True,
                                  errors="replace", timeout=HANGS_S if len(batch) == 1 else 300)
        except subprocess.TimeoutExpired:
            return None
    answers = done.stdout.split("\nEvaluating ")[1:]
    if len(answers) != asked.count("evaluate "):
        if "Segmentation Fault" in done.stdout + done.stderr:
            return None
        raise RuntimeError(f"not all questions have an answer: {done.stdout[-3000:]}")
    found, at = [], 0
    for program in batch:
        each = 4 + 1 + 2 * len(program.parents)
        before = truth_of(answers[at:at + each], program)
        at += each + len(program.runs)
        found.append((before, truth_of(answers[at:at + each], program)))
        at += each
    return found


def sayings(probe, batch):
    """What the drivers say of each: the result, and the ranges found."""
    with tempfile.NamedTemporaryFile(prefix="vmclock-programs-") as sets:
        for program in batch:
            sets.write(struct.pack("<I", programs.TABLES) + b"".join(tables_of([program])))
        sets.flush()
        done = subprocess.run([probe, "sets", sets.name], capture_output=True, text=True,
                              check=True)
    for lines in done.stdout.split("set\n")[1:]:
        yield lines.split("result ")[1].strip(), [
            tuple(int(field, 16) for field in line.split()[1:3])
            for line in lines.splitlines() if line.startswith("ok ")]


def is_right(result, found, before, after):
    if result == "unsupported":
        return True
    if before is None and after is None:
        return not found
    if result == "resource":
        return before in ("no range", None) and after in ("no range", None)
    return found == [before] == [after]


def examine(acpiexec, probe, seed):
    """One batch: a counter of outcomes, and the faults as text."""
    rng = random.Random(seed)
    batch = [programs.Program(rng, i) for i in range(BATCH)]
    outcomes, faults = collections.Counter(), []
    for program, (result, found), truth in zip(batch, sayings(probe, batch), truths(acpiexec, batch)):
        outcomes[result] += 1
        if truth is None:
            outcomes[UNKNOWN] += 1
            continue
        before, after = truth
        outcomes["unsupported, though there and the same"] += (
            result == "unsupported" and before == after and isinstance(before, tuple))
        if is_right(result, found, before, after):
            continue
        # An error in one program makes ACPICA lose its place in the next: ask for this one alone.
        before, after = next(truths(acpiexec, [program])) or truth
        if not is_right(result, found, before, after):
            faults.append(f"seed {seed}, {program.device_name}: {result} {found}, "
                          f"before {before}, after {after}")
    return outcomes, faults


def main(acpiexec, probe, count, first="0"):
    batches = -(-int(count) // BATCH)
    outcomes, faults = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for counted, found in pool.map(lambda i: examine(acpiexec, probe, int(first) + i),
                                       range(batches)):
            outcomes += counted
            faults += found
    print(f"{batches * BATCH} programs: " + ", ".join(f"{n} {k}" for k, n in outcomes.items()))
    print("\n".join(faults[:20]) + f"\n{len(faults)} faults")
    known = outcomes[UNKNOWN] * 100 < batches * BATCH
    return 0 if known and not faults and outcomes["ok"] and outcomes["no-device"] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
