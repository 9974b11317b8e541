# SPDX-License-Identifier: BSD-2-Clause
"""At the QMP socket is somebody who says anything at all: a publisher that is compiled with sanitizers
loses no other guest by it, and does nothing that C does not define.
"""

import json
import os
import random
import subprocess
import tempfile
import time
import unittest

from slow import Slow

PUBLISHER = os.path.join(os.environ["VMCLOCK_BUILD"], "tests/live/publish_checked")
ROUNDS = 24
TIMEOUT_S = 60
UPDATES = 20
AT_SEQ = 0x0C
VALUES = (None, {}, [], 0, -1, 2**63 - 1, -2**63, 2**64, 1e308, "", "x" * 5000, "\0a", [[]], [{}],
          [{"qom-path": 5}], {"enabled": "yes"}, {"arch": []}, {"status": {}}, {"fdset-id": "q"},
          {"human-readable-text": 7}, {"status": "running"}, {"status": "inmigrate"})
STAMPS = ({"seconds": 2**63 - 1, "microseconds": 2**63 - 1}, {"seconds": -2**63}, {"seconds": 2**40},
          {"seconds": "q"}, 5, None, {"seconds": 1e300})
LINES = (b"", b"\0", b"[" * 3000, b"\xff\xfe", b"null", b'"STOP"', b'{"event": null}')


class Anybody(Slow):
    """For the greater part a QEMU, so that all of the exchange is reached."""

    def __init__(self, path, seed, **arguments):
        self.random = random.Random(seed)
        self.oddness = self.random.choice((0, 0.02, 0.1))
        super().__init__(path, **arguments)

    def say(self, message):
        chance = self.random.random()
        line = json.dumps(message).encode() + b"\r\n"
        if chance < 0.2:
            odd = {"event": self.random.choice(("STOP", "RESUME", 5, {}, "\n[b] x")),
                   "timestamp": self.random.choice(STAMPS)}
            line = json.dumps(odd).encode() + b"\r\n" + line
        elif chance < 0.2 + self.oddness:
            line = self.random.choice(LINES) + b"\n" + line
        cut = self.random.randrange(len(line))
        self.connection.sendall(line[:cut])
        self.connection.sendall(line[cut:])

    def answer(self, name, arguments):
        if self.random.random() < self.oddness:
            value = self.random.choice(VALUES)
            self.say(self.random.choice(({"return": value}, {"error": value},
                                         {"error": {"desc": value}})))
        else:
            super().answer(name, arguments)


class Anything(unittest.TestCase):
    def test_anything(self):
        for seed in range(ROUNDS):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
                self.one(seed, directory)

    def one(self, seed, directory):
        paths = [os.path.join(directory, name) for name in ("good", "qmp", "bad")]
        bad = Anybody(paths[1], seed, status=("prelaunch", "running", "paused")[seed % 3],
                      arch=("x86_64", "aarch64")[seed % 2])
        publisher = subprocess.Popen(
            [PUBLISHER, "--authority", "host", "--interval-ms", "1", "--file", paths[0], "--file",
             paths[2], "--qmp", paths[1]], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            self.goes_on(publisher, paths[0])
            # Somebody else disturbs the one guest now and then, and the other goes on.
            for _ in range(5):
                for name in ("STOP", "RESUME"):
                    try:
                        bad.event(name)
                    except (AttributeError, OSError):
                        pass  # nobody listens any more
                self.goes_on(publisher, paths[0])
            publisher.terminate()
            _, said = publisher.communicate(timeout=TIMEOUT_S)
        finally:
            publisher.kill()
            publisher.communicate()
            bad.close()
        self.assertNotIn(b"runtime error", said)
        self.assertNotIn(b"Sanitizer", said)
        self.assertIn(publisher.returncode, (0, 1), said)

    def goes_on(self, publisher, path):
        limit, first = time.monotonic() + TIMEOUT_S, None
        while publisher.poll() is None:
            self.assertLess(time.monotonic(), limit, "it no longer refreshes")
            if os.path.exists(path) and os.path.getsize(path):
                with open(path, "rb") as file:
                    seq = int.from_bytes(file.read(16)[AT_SEQ:], "little")
                first = seq if first is None else first
                if seq >= first + 2 * UPDATES:
                    return
            time.sleep(0.005)
        self.fail(f"it ended: {publisher.stderr.read()}")


if __name__ == "__main__":
    unittest.main()
