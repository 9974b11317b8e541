# SPDX-License-Identifier: BSD-2-Clause
"""Whoever ends mutate.py leaves nothing behind: not a mutant that does not end by itself, no files.

usage: ends_test.py mutate.py SOURCE...
"""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

COMMAND = [sys.executable, "-B", *sys.argv[1:], "--count", "200", "--only", "lib/error.c"]
START_SEC, END_SEC = 200, 10


def parent_of(entry):
    return int((entry / "stat").read_text().rpartition(")")[2].split()[1])


def running_from(folder, parent=None):
    """The processes whose program lies in the folder; only those of a parent, if one is named."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "exe").startswith(str(folder)) and \
                    parent in (None, parent_of(entry)):
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def wait_until(done, seconds):
    limit = time.monotonic() + seconds
    while not (result := done()) and time.monotonic() < limit:
        time.sleep(0.001)
    return result


class Ends(unittest.TestCase):
    def test_sigterm(self):
        """It comes while one of the programs runs, and would run for ever."""
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(COMMAND, env=dict(os.environ, TMPDIR=folder),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                found = wait_until(lambda: running_from(folder, process.pid), START_SEC)
                self.assertTrue(found, "no program has been started")
                os.kill(found[0], signal.SIGSTOP)
                process.terminate()
                self.assertNotEqual(process.wait(END_SEC), 0)
                self.assertTrue(wait_until(lambda: not running_from(folder), END_SEC), "left running")
                self.assertEqual(os.listdir(folder), [])
            finally:
                process.kill()
                process.wait()
                for left in running_from(folder):
                    os.kill(left, signal.SIGKILL)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
