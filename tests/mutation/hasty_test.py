# SPDX-License-Identifier: BSD-2-Clause
"""What hasty.py says of rows that pass, fail, and never end."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import hasty

HASTY = Path(__file__).with_name("hasty.py")
CASES = """
import sys, time, unittest
class Row(unittest.TestCase):
    def test_1_passes(self):
        pass
    def test_2_fails(self):
        self.assertTrue({passes})
    def test_3_waits(self):
        for part in range(2):
            with self.subTest(part):
                time.sleep({wait_sec})
    def test_4_fails(self):
        self.assertTrue({passes})
if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
"""


class Hasty(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.times = self.folder / "times"

    def run_row(self, *row, **cases):
        (self.folder / "row.py").write_text(CASES.format(**{"passes": True, "wait_sec": 0, **cases}))
        done = subprocess.run([sys.executable, "-B", HASTY, self.times, *row], cwd=self.folder, check=False,
                              env={**os.environ, "HASTY_LEAST_SEC": "1"}, stderr=subprocess.PIPE, text=True, timeout=60)
        return done.returncode, done.stderr

    def test_each_way(self):
        for row in (("-m", "unittest", "row"), (str(self.folder / "row.py"), "argument")):
            with self.subTest(row=row):
                self.times.unlink(missing_ok=True)
                code, said = self.run_row(*row, wait_sec=0.2)
                self.assertEqual(code, 0, said)
                took_sec = json.loads(self.times.read_text())
                self.assertEqual(len(took_sec), 4)
                self.assertGreaterEqual(took_sec["row.Row.test_3_waits" if row[0] == "-m" else "__main__.Row.test_3_waits"], 0.4)
                self.assertEqual(self.run_row(*row)[0], 0)
                code, said = self.run_row(*row, passes=False, wait_sec=1000)  # it does not come to that
                self.assertEqual(code, 1, said)
                code, said = self.run_row(*row, wait_sec=1000)  # each part of it
                self.assertEqual(code, hasty.IMPATIENT, said)

    def test_learns_nothing_of_a_broken_one(self):
        code, said = self.run_row("-m", "unittest", "row", passes=False)
        self.assertEqual(code, 1, said)
        self.assertFalse(self.times.exists())

    def test_what_takes_long_may(self):
        self.times.write_text(json.dumps({"row.Row.test_3_waits": 3}))
        self.assertEqual(self.run_row("-m", "unittest", "row", wait_sec=0.8)[0], 0)


if __name__ == "__main__":
    unittest.main()
