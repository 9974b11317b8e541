# SPDX-License-Identifier: BSD-2-Clause
"""The good tables of the corpus, compared with what ACPICA's own interpreter makes of them.

Usage: test_acpica.py ACPIEXEC PROBE SOURCES TABLES
Where the drivers find a device, ACPICA evaluates _CRS to the same range and _STA to "present". The
devices' names come from the sources' "Path:" lines; the default is \\_SB.VCLK.
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import unittest

from crs import memory_range

ACPIEXEC, PROBE, SOURCES, TABLES = sys.argv[1:5]
WORKERS = 100  # acpiexec mostly sleeps: a second each


def oracle(source):
    """The "Expect:" and the "Path:" lines of a source."""
    text = source.read_text()
    expected = re.findall(r"^// Expect: (.*)$", text, re.M)
    paths = re.findall(r"^// Path: (.*)$", text, re.M)
    return expected, paths or ["\\_SB.VCLK"]


def evaluate(table, name):
    """What acpiexec says a name evaluates to: bytes of a buffer, an integer, or None: no such name."""
    done = subprocess.run([ACPIEXEC, "-b", f"evaluate {name}", table], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    rows = re.findall(r"\b[0-9A-F]{4}: ((?:[0-9A-F]{2} )+)", done.stdout)
    if "[Buffer]" in done.stdout:
        return bytes.fromhex("".join(rows))
    integer = re.search(r"\[Integer\] = ([0-9A-F]+)", done.stdout)
    if integer:
        return int(integer.group(1), 16)
    if "failed with status AE_NOT_FOUND" not in done.stdout:  # the table was not even loaded
        raise RuntimeError(f"acpiexec {table}: {done.stdout[-2000:]}{done.stderr}")
    return None


def probe(*arguments):
    done = subprocess.run([PROBE, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def examine(source):
    """Everything that is to agree for one source, as a list of (what, ours, ACPICA's)."""
    expected, paths = oracle(source)
    table = str(pathlib.Path(TABLES) / (source.stem + ".aml"))
    devices = [line for line in expected if line.startswith("ok ")]
    if len(devices) != len(paths):
        return [("a path for each device", len(devices), len(paths))]
    rows = []
    for device, path in zip(devices, paths):
        template = evaluate(table, path + "._CRS")
        if not isinstance(template, bytes):
            rows.append((path, device, template))
            continue
        ours = tuple(int(field, 16) for field in device.split()[1:3])
        rows.append((path, ours, memory_range(template)))
        rows.append((path + "._CRS", [device, "result ok"], probe("crs", template.hex())))
        status = evaluate(table, path + "._STA")
        rows.append((path + "._STA", 1, 1 if status is None else status & 1))
    return rows


class Acpica(unittest.TestCase):
    def test_good_tables(self):
        sources = sorted(pathlib.Path(SOURCES).glob("*.asl"))
        good = [s for s in sources if oracle(s)[0][0].startswith("ok ")]
        self.assertGreaterEqual(len(good), 50)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            for source, rows in zip(good, pool.map(examine, good)):
                for what, ours, theirs in rows:
                    with self.subTest(source=source.name, what=what):
                        self.assertEqual(ours, theirs)
        print(f"{len(good)} tables agree with acpiexec", file=sys.stderr)

    def test_devices_that_are_not_present(self):
        """Where _STA is why we find none, or cannot tell, ACPICA evaluates it to "not present"."""
        names = ["sta-absent", "sta-functional", "sta-word", "sta-method-zero", "sta-outside",
                 "sta-scope", "sta-child", "sta-child-code", "sta-child-scope", "sta-child-outside",
                 "sta-code-outside"]
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            found = pool.map(lambda name: evaluate(f"{TABLES}/{name}.aml", "\\_SB.VCLK._STA"), names)
            for name, status in zip(names, found):
                with self.subTest(source=name):
                    self.assertEqual(status & 1, 0)

    def test_refused_resources(self):
        """Where _CRS is why we refuse, so do we when ACPICA hands it over."""
        sources = [s for s in sorted(pathlib.Path(SOURCES).glob("crs-*.asl"))
                   if oracle(s) == (["resource"], ["\\_SB.VCLK"])]
        self.assertGreaterEqual(len(sources), 8)
        tables = [f"{TABLES}/{s.stem}.aml" for s in sources]
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            values = pool.map(lambda table: evaluate(table, "\\_SB.VCLK._CRS"), tables)
            for source, template in zip(sources, values):
                with self.subTest(source=source.name):
                    self.assertIsInstance(template, bytes)
                    self.assertEqual(probe("crs", template.hex()), ["result resource"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
