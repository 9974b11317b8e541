# SPDX-License-Identifier: BSD-2-Clause
"""Two CPUs of one machine read a page that changes all the time: nothing torn, nothing backwards.

What the image (tests/images/pair.c) counts is only worth something if it can be seen to count: a reader
without the sequence count tears, and a CPU whose clock is ahead is caught.
"""

import os
import re
import socket
import subprocess
import time
import unittest

from harness import BUILD, PUBLISHER, THIS, Case, setup_of
from reports import OWN, page
from vm import child, session

IMAGE = os.path.join(os.path.dirname(THIS.path), "pair.elf")
WRITER = os.path.join(BUILD, "tests/boot/pair_writer")
EXCHANGED = 1_000_000
EXCHANGED_FAULTY = 200_000
RUN_TIMEOUT_S = 150
TRIES = 1000  # of a read: some milliseconds, far less than the writer is held
GOOD, BAD = 16, 17


class Pair(Case):
    def exchange(self, running):
        """Lets the CPUs begin; what they counted, and the machine's exit status."""
        running.line("pair: ready")
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

    def setup(self, words, count, publisher=None):
        return setup_of("shared", page(), image=IMAGE, arguments=f"{words} count={count}".strip(),
                        publisher=publisher, extra=("-smp 2",))

    def published(self, words, count):
        """With a publisher at 1 kHz."""
        publisher = [PUBLISHER, "--arch", THIS.arch, "--authority", "host", "--interval-ms", "1"]
        with session.Session(self.setup(words, count, publisher)) as running:
            return self.exchange(running)

    def written(self, words, count, hold=False):
        """With a writer that updates as fast as it can; hold: and is first held in one as this begins."""
        setup = self.setup("line " + words, count)
        with session.Session(setup) as running:
            running.line("pair: ready")
            writer = subprocess.Popen(
                [WRITER, running.files.page, str(setup.page.offset), str(OWN), *["hold"] * hold],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            try:
                for said in ["ready\n", *["held\n"] * hold]:
                    self.assertEqual(writer.stdout.readline(), said)
                counts = self.exchange(running)
            finally:
                updates = writer.communicate("", 10)[0]
        self.assertEqual(writer.returncode, 0)
        print(updates.strip())
        return counts

    def assert_good(self, counts, status, updates):
        # Not that none is busy: whoever writes may lose its CPU in an update.
        self.assertEqual((counts["torn"], counts["backwards"], counts["failed"]), (0, 0, 0))
        self.assertGreaterEqual(counts["exchanged"], EXCHANGED)
        self.assertGreaterEqual(counts["updates"], updates)
        self.assertEqual(status, THIS.machine.exit_status(GOOD))

    def assert_seen(self, fault, counts, status):
        self.assertGreater(counts[fault], 0)
        self.assertEqual(status, THIS.machine.exit_status(BAD))

    def test_published(self):
        self.assert_good(*self.published("", EXCHANGED), updates=100)

    def test_written(self):
        self.assert_good(*self.written("", EXCHANGED), updates=100_000)

    def test_written_held(self):
        """A host that takes the writer's CPU away in an update has guests that are told so."""
        counts, status = self.written(f"tries={TRIES}", EXCHANGED, hold=True)
        self.assert_good(counts, status, updates=1000)
        self.assertGreater(counts["busy"], 0)

    def test_late_is_seen(self):
        self.assert_seen("backwards", *self.published("late", EXCHANGED_FAULTY))

    def test_naive_is_seen(self):
        self.assert_seen("torn", *self.written("naive", EXCHANGED_FAULTY))


if __name__ == "__main__":
    unittest.main()
