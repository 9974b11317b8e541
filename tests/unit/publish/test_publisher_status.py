# SPDX-License-Identifier: BSD-2-Clause
"""What `vmclock-publish status`, the file for Prometheus and the supervisor are told of guests that are named.

VMCLOCK_PUBLISH names the program, VMCLOCK_DUMP the other.
"""

import json
import os
import re
import socket
import subprocess
import time
import unittest

from test_publisher import AT_MARKER, PUBLISHER, TIMEOUT_S, Case, u64, until

DUMP = os.environ["VMCLOCK_DUMP"]
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
        until(lambda: json.loads(self.ask("--json"))["guests"][0]["age_ms"] > 250, "an age of a quarter of a second")

    def test_descriptor_0(self):
        """Something of the publisher's is that where standard input is closed."""
        options = ("--status", self.status, "--metrics", self.metrics, "--file", self.page_path)
        publisher = self.start(PUBLISHER, *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: os.close(0))
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        self.assertEqual(json.loads(self.ask("--json"))["guests"][0]["state"], "live")
        self.assertIn("vmclock_guests", self.told())
        publisher.terminate()
        self.assertEqual((publisher.wait(TIMEOUT_S), publisher.stderr.read()),
                         (0, "vmclock-publish: unreliable: the publisher ends\n"))
        for command in ([PUBLISHER, "--file", self.page_path, "--once"], [DUMP, self.page_path]):
            done = subprocess.run(command, preexec_fn=lambda: os.close(0), capture_output=True, text=True,
                                  check=False, timeout=TIMEOUT_S)
            self.assertEqual(done.stderr, "")
            self.assertIn("ready " if command[0] == PUBLISHER else "state=", done.stdout)

    def test_at_rest(self):
        """Between updates, and whoever asks, there is nothing to do."""
        publisher, _ = self.serve_two()
        self.ask()

        def used_ns():
            with open(f"/proc/{publisher.pid}/schedstat", encoding="ascii") as file:
                return int(file.read().split()[0])

        before_ns = used_ns()
        time.sleep(1)
        self.assertLess(used_ns() - before_ns, 50 * 10**6)

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


class Supervisor(Case):
    """What systemd is told, by whom it can be."""

    def serve(self, address, words="", pid="$$"):
        """A publisher with words in its environment, and the socket of its supervisor."""
        server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(server.close)
        server.bind("\0" + address[1:] if address.startswith("@") else address)
        server.settimeout(TIMEOUT_S)
        publisher = self.start("sh", "-c", f'export WATCHDOG_PID={pid} {words} NOTIFY_SOCKET="$1"; shift; exec "$@"',
                               "sh", address, PUBLISHER, "--interval-ms", "1000", "--file", self.page_path,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        return publisher, server

    def assert_told(self, server, *texts):
        self.assertEqual([server.recv(64).decode() for _ in texts], list(texts))

    def assert_silent(self, publisher, server):
        """But for its beginning and its end."""
        self.assert_told(server, "READY=1")
        time.sleep(0.3)
        publisher.terminate()
        self.assert_told(server, "STOPPING=1")

    def test_addresses(self):
        long = self.directory + "/" + "x" * (107 - len(self.directory) - 1)
        for address in (self.path("notify"), f"@vmclock-{os.getpid()}", long):
            with self.subTest(address=address):
                publisher, server = self.serve(address)
                self.assert_silent(publisher, server)
                publisher.wait(TIMEOUT_S)

    def test_watchdog(self):
        """Thrice in its time at least, though there is nothing else to do; and no more often than wanted."""
        publisher, server = self.serve(self.path("notify"), "WATCHDOG_USEC=300000")
        while (said := server.recv(64)) != b"READY=1":
            self.assertEqual(said, b"WATCHDOG=1")
        self.assert_told(server, "WATCHDOG=1")
        began = time.monotonic()
        self.assert_told(server, *["WATCHDOG=1"] * 10)
        passed_s = time.monotonic() - began  # a second, if nothing else wants the CPU
        self.assertGreater(passed_s, 0.5)
        self.assertLess(passed_s, 5)  # by intervals it would be 10
        publisher.terminate()
        publisher.wait(TIMEOUT_S)

    def test_no_watchdog(self):
        """Another process's, or none that can be meant."""
        for words, pid in (("WATCHDOG_USEC=30000", "1"), ("WATCHDOG_USEC=0", "$$"), ("WATCHDOG_USEC=x", "$$"),
                           ("WATCHDOG_USEC=30000", "x"), ("", "$$")):
            with self.subTest(words=words, pid=pid):
                path = self.path(f"notify-{words}-{pid == 'x'}-{pid == '1'}")
                publisher, server = self.serve(path, words, pid)
                self.assert_silent(publisher, server)
                publisher.wait(TIMEOUT_S)

    def test_nobody_there(self):
        """A supervisor that has gone, and what is no address: the page has its clock all the same."""
        for address in (self.path("nobody"), "notify", "x" * 200, ""):
            publisher = self.start(PUBLISHER, "--file", self.page_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=dict(os.environ, NOTIFY_SOCKET=address, WATCHDOG_USEC="30000"))
            self.assertTrue(publisher.stdout.readline().startswith("ready "))
            publisher.terminate()
            self.assertEqual((publisher.wait(TIMEOUT_S), publisher.stderr.read()),
                             (0, "vmclock-publish: unreliable: the publisher ends\n"))


if __name__ == "__main__":
    unittest.main()
