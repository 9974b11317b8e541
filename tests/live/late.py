# SPDX-License-Identifier: BSD-2-Clause
"""A QEMU that hangs, or somebody who asks and says nothing more: how late other guests' pages get. The updates that
they have meanwhile are counted; how far apart they are is printed.
"""

import mmap
import os
import socket
import subprocess
import threading
import time
import unittest

import monitors
from guests import PUBLISHER, TIMEOUT_S, Case
from slow import GREETING, Slow

INTERVAL_MS, UPDATES = 20, 50
AT_SEQ = 0x0C
SLOW_S = 0.45  # for each answer: not so long that it hangs
TALK_S = 0.02
PROMPT_S = 5  # half of what the publisher waits for an answer
ASK_TIMEOUT_S = 10  # of the publisher, for who asks
# Of a QEMU that runs; the last ones in a verb.
STARTS = ((GREETING, 1), ("stop", 1), ("cont", 1))
BEGINNINGS = ((GREETING, 1), ("query-status", 1), ("query-target", 1), ("query-status", 2), ("stop", 1), ("cont", 1))
MANY = 20
VERBS = ((("pause",), "stop"), (("save", "x"), "human-monitor-command"))


class Talking(Slow):
    """Where it hangs it tells of this and that."""

    def pass_point(self, name):
        while self.point and self.point[0] == name and not self.released.wait(TALK_S):
            self.hanging.set()
            self.event("RTC_CHANGE")
        super().pass_point(name)


class Late(Case):
    def setUp(self):
        super().setUp()
        self.page = os.path.join(self.directory, "page")
        self.number = 0

    def slow(self, kind=Slow, **arguments):
        self.number += 1
        return self.keep(kind(os.path.join(self.directory, f"slow{self.number}"), **arguments))

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

    def test_begins_behind(self):
        """A guest that is named behind QEMUs that hang has its clock before these are given up, and they have theirs when
        they answer after all."""
        for point in BEGINNINGS:
            hanging = [self.slow(status="running") for _ in range(3)]
            for slow in hanging:
                slow.hang_at(*point)
            began = time.monotonic()
            live = self.publish(*hanging, self.slow(status="running"))
            live.ready(2)
            print(f"behind {len(hanging)} that hang at {point[0]}: a clock after {time.monotonic() - began:.1f} s")
            self.assertFalse(live.said("error: qmp"), "they were waited for")
            for slow in hanging:
                slow.release()
            live.ready(2 + len(hanging))
            live.close()

    def test_begins_behind_many(self):
        """Where it is measured how they are stopped each waits for a while, and not for an answer."""
        hanging = [self.slow(status="running") for _ in range(MANY)]
        for slow in hanging:
            slow.hang_at("stop")
        began = time.monotonic()
        live = self.publish(*hanging, self.slow(status="running"))
        live.ready(2)
        print(f"behind {MANY} that hang at stop: a clock after {time.monotonic() - began:.1f} s")
        self.assertFalse(live.said("error: qmp"), "they were waited for")
        for slow in hanging:
            slow.release()
        live.ready(2 + MANY)
        live.close()

    def test_told_to_end(self):
        """It ends at once where nobody stands still for it, whoever hangs; else when he was let go on."""
        for point, stands in ((("query-status", 2), False), (("stop", 1), True), (("cont", 1), True)):
            slow = self.slow(status="running")
            slow.hang_at(*point)
            live = self.publish(slow)
            live.ready()
            slow.wait_hanging()
            live.child.process.terminate()
            if stands:
                with self.assertRaises(subprocess.TimeoutExpired):
                    live.child.process.wait(1)
                slow.release()
            live.child.process.wait(TIMEOUT_S)
            self.assertFalse(live.said("error: qmp"), point)
            self.assertEqual(slow.status, "running", point)

    def test_told_to_end_too_early(self):
        """Who is to carry out a verb by himself, and is told to end before, has failed."""
        slow = self.slow(status="running")
        slow.hang_at("query-status", 2)
        asking = self.ask(slow, "pause")
        slow.wait_hanging()
        asking.terminate()
        self.assertEqual(asking.wait(PROMPT_S), 1)
        self.assertEqual(asking.stderr.read(), "vmclock-publish: error: control: told to end before that was done\n")
        slow.release()

    def test_told_to_end_behind_a_pause(self):
        """Who stands still for his user is not waited for."""
        slow = self.slow(status="running")
        live = self.publish(slow)
        live.ready(2)
        self.assertEqual(self.ask(slow, "pause").wait(TIMEOUT_S), 0)
        slow.hang_at("human-monitor-command")
        self.ask(slow, "save", "x")
        slow.wait_hanging()
        live.child.process.terminate()
        live.child.process.wait(PROMPT_S)
        slow.release()

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

    def test_verbs_beside(self):
        """A verb is carried out while another guest's QEMU hangs in one."""
        first, second = self.slow(status="running"), self.slow(status="running")
        live = self.publish(first, second)
        live.ready(3)
        first.hang_at("stop")
        hanging = self.ask(first, "pause")
        first.wait_hanging()
        for words in ("pause", "resume"):
            asking = self.ask(second, words)
            self.assertEqual(asking.wait(TIMEOUT_S), 0, asking.stderr.read())
        self.assertIsNone(hanging.poll(), "it was waited for")
        first.release()
        self.assertEqual(hanging.wait(TIMEOUT_S), 0, hanging.stderr.read())
        live.close()

    def assert_prompt(self, slow):
        began = time.monotonic()
        asking = self.ask(slow, "pause")
        try:
            self.assertEqual(asking.wait(TIMEOUT_S), 0, asking.stderr.read())
        finally:
            print(f"asked for after {time.monotonic() - began:.2f} s")
        self.assertLess(time.monotonic() - began, PROMPT_S)

    def test_verb_beside_one_that_talks(self):
        """A QEMU that tells of this and that, and does not answer, hangs like others."""
        first, second = self.slow(Talking, status="running"), self.slow(status="running")
        live = self.publish(first, second)
        live.ready(3)
        first.hang_at("stop")
        first.event("STOP")
        first.event("RESUME")
        first.wait_hanging()
        self.assert_prompt(second)
        first.release()
        live.close()

    def test_verb_among_slow_ones(self):
        """Guests that are to be related anew again and again leave room for others."""
        slows, asked = [self.slow(status="running") for _ in range(2)], self.slow(status="running")
        live, ended = self.publish(*slows, asked), threading.Event()
        live.ready(4)

        def disturb(slow):
            while not ended.is_set():
                related = slow.count.get("cont", 0)
                slow.event("STOP")
                slow.event("RESUME")
                while slow.count.get("cont", 0) == related and not ended.wait(0.01):
                    pass
                ended.wait(0.07)  # for its answer

        disturbing = [threading.Thread(target=disturb, args=(slow,)) for slow in slows]
        for slow, one in zip(slows, disturbing):
            slow.pause_s = 0.06
            one.start()
        try:
            time.sleep(2)
            self.assert_prompt(asked)
        finally:
            ended.set()
            for slow, one in zip(slows, disturbing):
                slow.pause_s = 0
                one.join()
        live.close()

    def test_answers_after_all(self):
        """What comes when it was given up is not taken for the next answer."""
        slow = self.slow(status="running")
        live = self.publish(slow)
        live.ready(2)
        slow.hang_at("query-status")
        first = self.ask(slow, "pause")
        self.assertEqual(first.wait(TIMEOUT_S), 1)
        self.assertIn("no answer", first.stderr.read())
        second = self.ask(slow, "save", "x")
        live.wait(lambda: live.said("save x"))
        slow.release()
        self.assertEqual(second.wait(TIMEOUT_S), 0, second.stderr.read())
        self.assertEqual(slow.status, "running")
        live.close()

    def test_arrived_by_others(self):
        """A guest that others let in, and that stands still: a verb finds its page first."""
        for words in (("pause",), ("resume",), ("save", "x"), ("load", "x")):
            slow = self.slow(status="inmigrate")
            live = self.publish(slow)
            live.wait(lambda live=live: live.said("waiting: "))
            slow.status = "paused"
            asking = self.ask(slow, *words)
            said = asking.communicate(timeout=TIMEOUT_S)[1]
            if words[0] == "pause":
                self.assertIn("already", said)
            else:
                self.assertEqual(said, "")
            if words[0] == "resume":
                live.ready(2)
            live.close()

    def test_silent_while_it_hangs(self):
        """He is turned away when his time is over, whatever the guest is in."""
        slow = self.slow(status="running")
        live = self.publish(slow)
        live.ready(2)
        client = self.silent(slow)
        time.sleep(ASK_TIMEOUT_S / 2)
        slow.hang_at("stop")
        slow.event("STOP")
        slow.event("RESUME")
        slow.wait_hanging()
        client.settimeout(ASK_TIMEOUT_S / 2 + 2)
        self.assertEqual(client.recv(16), b"")
        self.assertFalse(live.said("error: qmp"), "the guest was given up first")
        slow.release()
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

    def test_comes_among_slow_ones(self):
        """The same where none hangs, but all take their time, one behind the other."""
        slows = [Slow(os.path.join(self.directory, f"slow{number}"), status="running") for number in range(4)]
        for slow in slows:
            self.addCleanup(slow.close)
        publisher = self.publisher("--all-kvm", "--status", os.path.join(self.directory, "status"),
                                   *[word for slow in slows
                                     for word in ("--qmp", slow.path, "--file", slow.path + ".page")])
        for _ in slows:
            self.assertTrue(publisher.stdout.readline().startswith("ready "), publisher.said())
        for slow in slows:
            slow.count, slow.pause_s = {}, SLOW_S
            slow.event("STOP")
            slow.event("RESUME")
        self.until(lambda: any("stop" in slow.count for slow in slows), "nobody is related anew")
        monitor = self.monitor().start()
        self.until(lambda: monitor.page()["clock_status"] in (2, 3), "no clock")
        self.assertTrue([slow for slow in slows if "cont" not in slow.count], "they were waited for")
        for slow in slows:
            slow.pause_s = 0
        self.end(publisher)


if __name__ == "__main__":
    unittest.main()
