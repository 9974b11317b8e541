# SPDX-License-Identifier: BSD-2-Clause
"""A part that is given hours, ended early, for real: soon, and the page has what was found until then."""

import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

RUN = pathlib.Path(__file__).resolve().parent / "run"
BEGINS_SEC, ENDS_SEC = 300, 60


class Ends(unittest.TestCase):
    def test_mutation(self):
        with tempfile.TemporaryDirectory(prefix="vmclock-ends-") as name:
            out = pathlib.Path(name)
            running = subprocess.Popen([sys.executable, "-B", RUN, "--only", "mutation", "--hours", "1", "--out", out],
                                       stdout=subprocess.DEVNULL, start_new_session=True)
            self.addCleanup(running.wait)
            self.addCleanup(running.kill)
            began = time.monotonic()
            while not list(out.glob("mutation/*.jsonl")):
                self.assertIsNone(running.poll())
                self.assertLess(time.monotonic() - began, BEGINS_SEC)
                time.sleep(0.1)
            running.send_signal(signal.SIGTERM)
            self.assertEqual(running.wait(ENDS_SEC), 1)  # it does not hold: most are not judged
            self.assertRegex((out / "page.md").read_text(encoding="utf-8"), r"does not hold: \d+ of [\d,]+ changes judged")


if __name__ == "__main__":
    unittest.main()
