# SPDX-License-Identifier: BSD-2-Clause
"""Two CPUs of one machine read newlib's clocks at once, across updates, disruptions and new epochs.

What the image (tests/images/clocks.c) counts is only worth something if it can be seen to count: a CPU
whose readings are late, or mixed, is caught.
"""

import os
import re
import socket
import time
import unittest

from harness import THIS, Case, setup_of
from reports import page
from vm import child, session

IMAGE = os.path.join(os.path.dirname(THIS.path), "clocks.elf")
EXCHANGED = 1_000_000
EXCHANGED_FAULTY = 50_000
UPDATES_EACH = 4000  # exchanged readings to an update, at most
BUSY_EACH = 100  # readings to one that is told BUSY, at least
RUN_TIMEOUT_S = 150
GOOD, BAD = 16, 17


class Clocks(Case):
    def exchange(self, words, count):
        """Lets the CPUs begin; what they counted, and the machine's exit status."""
        setup = setup_of("shared", page(), image=IMAGE, arguments=f"{words} count={count}".strip(),
                         extra=("-smp 2",))
        with session.Session(setup) as running:
            running.line("clocks: ready")
            start_s = time.monotonic()
            with socket.socket(socket.AF_UNIX) as uart:
                uart.connect(running.files.readings)
                uart.sendall(b"r")
                said = running.line(r"exchanged=.*", RUN_TIMEOUT_S).group(0)
            print(f"{said} in {time.monotonic() - start_s:.1f} s")
            self.assertTrue(child.wait_until(lambda: running.guest.ended() is not None,
                                             [running.guest], 10))
            counts = {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", said)}
            return counts, running.guest.ended()

    def test_exchanged(self):
        counts, status = self.exchange("", EXCHANGED)
        self.assertEqual((counts["torn"], counts["backwards"], counts["failed"]), (0, 0, 0))
        self.assertGreaterEqual(counts["exchanged"], EXCHANGED)
        self.assertGreaterEqual(counts["updates"], EXCHANGED // UPDATES_EACH)
        self.assertGreaterEqual(counts["epochs"], 10)
        # A CPU that the host takes away in an update leaves the other without a clock meanwhile.
        self.assertLessEqual(counts["busy"], counts["readings"] // BUSY_EACH)
        self.assertEqual(status, THIS.machine.exit_status(GOOD))

    def assert_seen(self, fault):
        counts, status = self.exchange(fault, EXCHANGED_FAULTY)
        self.assertGreater(counts[{"late": "backwards", "mixed": "torn"}[fault]], 0)
        self.assertEqual(status, THIS.machine.exit_status(BAD))

    def test_late_is_seen(self):
        self.assert_seen("late")

    def test_mixed_is_seen(self):
        self.assert_seen("mixed")


if __name__ == "__main__":
    unittest.main()
