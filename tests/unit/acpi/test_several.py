# SPDX-License-Identifier: BSD-2-Clause
"""Machines of several tables, tests/data/acpi/several: NAME-1.asl, NAME-2.asl, ... in that order.

Usage: test_several.py ACPIEXEC PROBE SOURCES TABLES
The first source carries the oracle: "Expect:" lines as in single tables; "Path:" of the device if it
is not \\_SB.VCLK, "Parent:" of what is around it; "Run:" a method to be executed; "Truth:" the range
that ACPICA's interpreter then has, "absent" or "no range".
"""
import concurrent.futures
import pathlib
import re
import struct
import subprocess
import sys
import unittest

from crs import memory_range
from test_programs import value_of

ACPIEXEC, PROBE, SOURCES, TABLES = sys.argv[1:5]
WORKERS = 16


def lines_of(source, key):
    return re.findall(rf"^// {key}: (.*)$", source.read_text(), re.M)


def tables_of(source):
    name = source.stem[:-2]
    count = len(list(source.parent.glob(f"{name}-?.asl")))
    return [pathlib.Path(TABLES, f"{name}-{i + 1}.aml") for i in range(count)]


def truth_of(source):
    """What ACPICA's interpreter has after the methods were run. The DSDT is loaded first."""
    path = (lines_of(source, "Path") or ["\\_SB.VCLK"])[0]
    tables = sorted(tables_of(source), key=lambda table: table.read_bytes()[:4] != b"DSDT")
    names = [path + "._STA", path + "._CRS", path]
    names += [parent + "._STA" for parent in lines_of(source, "Parent")]
    asked = "".join(f"evaluate {name}\n" for name in lines_of(source, "Run") + names) + "quit\n"
    done = subprocess.run([ACPIEXEC, *tables], input=asked, capture_output=True, text=True,
                          timeout=120)
    answers = done.stdout.split("\nEvaluating ")[1:][-len(names):]
    status, crs, _, *around = [value_of(answer) for answer in answers]
    if "failed with status AE_NOT_FOUND" in answers[2] or (status is not None and not status & 1):
        return "absent"
    if any(value is not None and not value & 9 for value in around):
        return "absent"
    if not isinstance(crs, bytes):
        return "no range"
    return "0x%x 0x%x" % memory_range(crs)


def said_of(source, folder):
    """What the drivers say: the devices, the result, the refusals."""
    sets = folder / (source.stem + ".sets")
    tables = [table.read_bytes() for table in tables_of(source)]
    sets.write_bytes(struct.pack("<I", len(tables)) + b"".join(tables))
    done = subprocess.run([PROBE, "sets", sets], capture_output=True, text=True, check=True)
    sets.unlink()
    lines = done.stdout.splitlines()[1:]
    return ([line for line in lines if line.startswith("ok ")] or
            [lines[-1].removeprefix("result ")], lines)


class Several(unittest.TestCase):
    def test_each(self):
        sources = sorted(pathlib.Path(SOURCES).glob("*-1.asl"))
        self.assertGreaterEqual(len(sources), 25)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for source, truth in zip(sources, pool.map(truth_of, sources)):
                with self.subTest(source=source.name):
                    expected = lines_of(source, "Expect")
                    self.assertEqual([truth], lines_of(source, "Truth"))
                    said, lines = said_of(source, pathlib.Path(TABLES))
                    self.assertEqual(said, expected, lines)
                    if expected[0].startswith("ok "):
                        self.assertEqual(expected, ["ok " + truth])
                    if expected == ["no-device"]:
                        self.assertEqual(truth, "absent")
        print(f"{len(sources)} machines", file=sys.stderr)

    def test_second_definition_is_refused(self):
        _, lines = said_of(pathlib.Path(SOURCES, "twice-1.asl"), pathlib.Path(TABLES))
        self.assertEqual(lines, ["ok 0xfeffb000 0x1000", "unsupported SSDT+0x2b", "result ok"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
