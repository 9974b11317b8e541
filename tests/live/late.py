# SPDX-License-Identifier: BSD-2-Clause
"""A QEMU that hangs, or somebody who asks and says nothing more: how late other guests' pages get. The updates that
they have meanwhile are counted; how far apart they are is printed.
"""

import mmap
import os
import socket
import subprocess
import time
import unittest

import monitors
from guests import PUBLISHER, TIMEOUT_S, Case
from slow import GREETING, Slow

INTERVAL_MS, UPDATES = 20, 50
AT_SEQ = 0x0C
# Of a QEMU that runs; the last ones in a verb.
STARTS = ((GREETING, 1), ("stop", 1), ("cont", 1))
VERBS = ((("pause",), "stop"), (("save", "x"), "human-monitor-command"))


class Late(Case):
    def setUp(self):
        super().setUp()
        self.page = os.path.join(self.directory, "page")
        self.number = 0

    def slow(self, **arguments):
        self.number += 1
        return self.keep(Slow(os.path.join(self.directory, f"slow{self.number}"), **arguments))

    def publish(self, *slows):
        others = [word for slow in slows for word in ("--qmp", slow.path, "--file", slow.path + ".page")]
        # A --file behind a guest that has one is another guest.
        return self.publisher("--authority", "host", "--interval-ms", str(INTERVAL_MS), *others,
                              "--file", self.page)

    def greatest_gap_ms(self, live, what):
        """Between updates of the page, of which so many come."""
        with open(self.page, "r+b") as file, mmap.mmap(file.fileno(), 4096) as page:
            seqs = page[AT_SEQ:AT_SEQ + 4]
            times, limit = [time.monotonic()], time.monotonic() + TIMEOUT_S
            while len(times) <= UPDATES:
                self.assertLess(time.monotonic(), limit, f"{what}: {len(times)} updates")
                if page[AT_SEQ:AT_SEQ + 4] != seqs and not page[AT_SEQ] & 1:
                    seqs = page[AT_SEQ:AT_SEQ + 4]
                    times.append(time.monotonic())
                else:
                    time.sleep(0.0005)
                live.child.err.take()
        gap_ms = max(after - before for before, after in zip(times, times[1:])) * 1000
        print(f"{what}: {UPDATES} updates, at most {gap_ms:.1f} ms apart, of {INTERVAL_MS} ms")
        return gap_ms

    def test_hangs(self):
        live = self.publish()
        live.ready()
        self.greatest_gap_ms(live, "alone")
        live.close()
        for point in STARTS:
            slow = self.slow(status="running")
            slow.hang_at(*point)
            live = self.publish(slow)
            slow.wait_hanging()
            self.greatest_gap_ms(live, f"hangs at {point[0]}")
            self.assertFalse(live.said("error: qmp"), "it was waited for")
            slow.release()
            live.close()

    def ask(self, slow, *words):
        asking = subprocess.Popen([PUBLISHER, "--qmp", slow.path, *words], stderr=subprocess.PIPE, text=True)
        self.addCleanup(asking.wait)
        self.addCleanup(asking.stderr.close)
        self.addCleanup(asking.kill)
        return asking

    def test_hangs_in_verbs(self):
        for words, point in VERBS:
            slow = self.slow(status="running")
            live = self.publish(slow)
            live.ready(2)
            slow.hang_at(point)
            asking = self.ask(slow, *words)
            slow.wait_hanging()
            self.greatest_gap_ms(live, f"hangs at {point}, asked to {words[0]}")
            slow.release()
            self.assertEqual(asking.wait(TIMEOUT_S), 0, asking.stderr.read())
            live.close()

    def silent(self, slow):
        """Has said half of what he wants."""
        client = self.keep(socket.socket(socket.AF_UNIX))
        client.connect(slow.path + ".vmclock")
        client.sendall(b"pau")
        return client

    def test_silent(self):
        """He is waited for no more than others are: neither by their pages, nor by who asks for another guest."""
        first, second = self.slow(status="running"), self.slow(status="running")
        live = self.publish(first, second)
        live.ready(3)
        client = self.silent(first)
        for words in ("pause", "resume"):
            asking = self.ask(second, words)
            self.greatest_gap_ms(live, f"somebody is silent, another asks to {words}")
            self.assertEqual(asking.wait(TIMEOUT_S), 0, asking.stderr.read())
            # He was not turned away for that.
            with self.assertRaises(BlockingIOError):
                client.recv(16, socket.MSG_DONTWAIT)
        # What he says in the end counts.
        client.sendall(b"se\n")
        self.assertEqual(client.recv(16), b"ok\n")
        live.close()


class Kvm(monitors.Case):
    def test_comes_meanwhile(self):
        """A KVM guest that comes while a QEMU hangs has its clock before that is given up."""
        slow = Slow(os.path.join(self.directory, "slow"), status="running")
        self.addCleanup(slow.close)
        slow.hang_at("stop")
        publisher = self.publisher("--all-kvm", "--status", os.path.join(self.directory, "status"),
                                   "--qmp", slow.path, "--file", slow.path + ".page")
        slow.wait_hanging()
        monitor = self.monitor().start()
        self.until(lambda: monitor.page()["clock_status"] in (2, 3), "no clock")
        self.assertNotIn("error: qmp", publisher.said())
        slow.release()
        self.end(publisher)


if __name__ == "__main__":
    unittest.main()
