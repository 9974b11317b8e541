# SPDX-License-Identifier: BSD-2-Clause
"""What `vmclock-publish status` and the file for Prometheus say of guests that are named.

VMCLOCK_PUBLISH names the program.
"""

import json
import re
import subprocess
import time
import unittest

from test_publisher import AT_MARKER, PUBLISHER, TIMEOUT_S, Case, u64, until

OBEYED = 'a"b\\c'  # what would end a label, or go on behind it
METRICS_S = 10     # how often they are written


class Status(Case):
    def setUp(self):
        super().setUp()
        self.status, self.metrics = self.path("status"), self.path("metrics")
        self.odd = self.path(OBEYED)

    def serve_two(self):
        """Of which each has a page."""
        publisher = self.start(PUBLISHER, "--authority", "host", "--status", self.status, "--metrics", self.metrics,
                               "--interval-ms", "1000", "--file", self.odd, "--file", self.page_path,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return publisher, [dict(word.split("=") for word in publisher.stdout.readline().split()[1:])
                           for _ in range(2)]

    def ask(self, *options):
        done = subprocess.run([PUBLISHER, "status", "--status", self.status, *options], capture_output=True,
                              text=True, check=False, timeout=TIMEOUT_S)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def told(self):
        with open(self.metrics, encoding="ascii") as file:
            return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in file)}

    def test_guests(self):
        began = time.monotonic()
        _, ready = self.serve_two()
        guests = json.loads(self.ask("--json"))["guests"]
        passed_ms = (time.monotonic() - began) * 1000
        self.assertEqual([guest["name"] for guest in guests], [self.odd, self.page_path])
        for guest, said in zip(guests, ready):
            self.assertEqual((guest["state"], guest["pid"]), ("live", 0))
            self.assertEqual(guest["marker"], u64(self.page(), AT_MARKER))
            self.assertLessEqual(guest["age_ms"], passed_ms)
            self.assertGreaterEqual(guest["age_ms"], 0)
            self.assertLess(abs(guest["bound_ns"] - int(said["bound_ns"])), 10**6)
            self.assertNotIn("why", guest)
        # The next update is a second away.
        time.sleep(0.3)
        self.assertGreater(json.loads(self.ask("--json"))["guests"][0]["age_ms"], 250)

    def test_table(self):
        self.serve_two()
        head, *rows = self.ask().splitlines()
        self.assertEqual(head.split(), ["guest", "state", "bound_ns", "age_ms", "marker", "why", "not"])
        self.assertEqual(len(rows), 2)
        for row, name in zip(rows, (self.odd, self.page_path)):
            self.assertRegex(row, rf"^{re.escape(name)} +live +\d+ +\d+ +\d+  -$")

    def test_metrics(self):
        publisher, ready = self.serve_two()
        odd, page = (f'{{name="{self.path(name)}"}}' for name in ("a_b_c", "page"))
        until(lambda: self.told().get(f"vmclock_guest_live{odd}"), "the next file", METRICS_S + TIMEOUT_S)
        told = self.told()
        for label, said in ((odd, ready[0]), (page, ready[1])):
            self.assertEqual(told[f"vmclock_guest_live{label}"], 1)
            bound_s = told[f"vmclock_guest_bound_seconds{label}"]
            self.assertGreater(bound_s, 0)
            self.assertLess(abs(bound_s - int(said["bound_ns"]) / 1e9), 1e-3)
        self.assertEqual((told["vmclock_guests"], told["vmclock_guests_live"]), (2, 2))
        self.assertLess(abs(told["vmclock_written_timestamp_seconds"] - time.time()), METRICS_S + TIMEOUT_S)
        publisher.terminate()
        publisher.wait(TIMEOUT_S)
        told = self.told()
        self.assertEqual((told["vmclock_guests"], told["vmclock_guests_live"]), (0, 0))
        self.assertEqual(len(told), 3)


if __name__ == "__main__":
    unittest.main()
