# SPDX-License-Identifier: BSD-2-Clause
"""One guest's QEMU keeps the publisher waiting, at each of the points where it can; meanwhile
somebody stops another guest and lets it go on, and that one is asked for the time again and again: it
never tells a wrong one.
"""

import contextlib
import mmap
import os
import socket
import subprocess
import threading
import time
import unittest

from guests import PAUSE_S, PUBLISHER, Case
from lab.qmp import Monitor
from others import Watch
from slow import GREETING, Slow

UNRELIABLE = 4
AT_SEQ, AT_STATUS = 0x0C, 0x22
MARKED_WITHIN_S = 5  # less than the 10 s that the publisher waits for an answer
STOPPED_S = 0.3      # far more than any bound
ASKED = 300          # times, after it went on

PRELAUNCH = ((GREETING, 1), ("qmp_capabilities", 1), ("query-status", 1), ("query-kvm", 1),
             ("x-query-jit", 1), ("query-target", 1), ("query-status", 2), ("add-fd", 1),
             ("xen-save-devices-state", 1), ("remove-fd", 1), ("cont", 1))
RUNNING = (("stop", 1), ("add-fd", 1), ("xen-save-devices-state", 2), ("cont", 1))
ARM = (("query-cpus-fast", 1), ("qom-get", 1))
DEVICE = (("qom-list", 1), ("qom-get", 1), ("human-monitor-command", 1),
          ("human-monitor-command", 2))
# A verb, its points, and what the guest does before.
VERBS = (
    (("pause",), (("query-status", 1), ("stop", 1), ("add-fd", 1), ("xen-save-devices-state", 1),
                  ("remove-fd", 1)), "running"),
    (("resume",), (("query-status", 1), ("add-fd", 1), ("xen-save-devices-state", 1), ("cont", 1)),
     "paused"),
    (("save", "x"), (("stop", 1), ("human-monitor-command", 1), ("cont", 1)), "running"),
    (("load", "x"), (("stop", 1), ("human-monitor-command", 1), ("cont", 1)), "running"),
    (("migrate-out", "x"), (("migrate", 1), ("query-migrate", 1)), "running"),
    (("migrate-in", "x"), (("query-status", 1), ("migrate-incoming", 1), ("query-status", 2)),
     "inmigrate"),
)
# Where the other guest need not wait until this one is done, to be related anew.
UNHURRIED = {GREETING, "qmp_capabilities", "query-kvm", "x-query-jit", "query-target",
             "human-monitor-command", "query-migrate"}


class Waiting(Case):
    def setUp(self):
        super().setUp()
        self.guest = self.machine(name="b")
        self.other = self.keep(Monitor(self.guest.other))
        first = self.publisher(*self.guest.target)
        first.ready()  # the guest looks for its page when it begins
        self.mailbox = self.guest.map()
        self.mailbox.until_ok()
        first.close()
        with open(self.guest.files.page, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)
        self.addCleanup(self.memory.close)
        self.number = 0

    def slow(self, **arguments):
        self.number += 1
        return self.keep(Slow(os.path.join(self.directory, f"slow{self.number}"), **arguments))

    @contextlib.contextmanager
    def publish(self, *others):
        """A publisher that has our guest first, which is live."""
        live = self.publisher("--authority", "host", "--interval-ms", "20", *self.guest.target,
                              *others)
        try:
            live.ready()
            yield live
        finally:
            live.close()

    def target(self, slow):
        return ["--qmp", slow.path, "--file", slow.path + ".page"]

    def is_marked(self):
        page = memoryview(self.memory)[self.guest.page.offset:]
        return page[AT_STATUS] == UNRELIABLE and not page[AT_SEQ] & 1

    def disturb(self, live):
        """Stops the guest and lets it go on. Returns whether its page was marked meanwhile."""
        self.assertTrue(self.mailbox.until_ok()[-1].right)
        watch = Watch(self.mailbox)
        watch.start()
        self.other.execute("stop")
        limit, marked = time.monotonic() + MARKED_WITHIN_S, False
        while not marked and time.monotonic() < limit:
            live.child.err.take()
            marked = self.is_marked()
            time.sleep(PAUSE_S)
        time.sleep(STOPPED_S)
        asked = len(watch.answers)
        self.other.execute("cont")
        while len(watch.answers) < asked + ASKED:
            live.child.err.take()
            time.sleep(PAUSE_S)
        answers = watch.end()
        wrong = [answer for answer in answers if not answer.right]
        self.assertEqual(len(wrong), 0, f"of {len(answers)}, as the last of them: {wrong[-1:]}")
        self.assertTrue(marked, "the page of a guest that stands still was not marked")

    def check(self, live, slow, point):
        """With the publisher waiting."""
        slow.wait_hanging()
        self.disturb(live)
        if point[0] in UNHURRIED:
            self.assertTrue(self.mailbox.until_ok()[-1].right)
            self.assertFalse(live.said("error: "), "it was given up first")
        slow.release()
        self.assertTrue(self.mailbox.until_ok()[-1].right)

    def at_start(self, points, with_file=True, **kind):
        for point in points:
            with self.subTest(point=point, **kind):
                slow = self.slow(**kind)
                slow.hang_at(*point)
                with self.publish(*self.target(slow)[:4 if with_file else 2]) as live:
                    self.check(live, slow, point)

    def test_started(self):
        self.at_start(PRELAUNCH)

    def test_taken_over(self):
        self.at_start(RUNNING, status="running")
        self.at_start(ARM, arch="aarch64")
        self.at_start(DEVICE, with_file=False)

    def test_no_socket(self):
        """It is waited for, two seconds: a busy host may need more of those."""
        for _ in range(5):
            with self.publish("--qmp", os.path.join(self.directory, "nobody")) as live:
                self.disturb(live)
                late = live.said("error: qmp: ")
                live.wait(lambda live=live: live.said("error: qmp: "))
                self.assertTrue(self.mailbox.until_ok()[-1].right)
            if not late:
                return
        self.fail("the publisher never waited as long as the guest was stopped")

    def at_verbs(self, verbs):
        for words, points, status in verbs:
            for point in points:
                with self.subTest(verb=words[0], point=point):
                    self.at_verb(words, point, status)

    def at_verb(self, words, point, status):
        slow = self.slow(status=status)
        with self.publish(*self.target(slow)) as live:
            self.await_begun(live, status)
            slow.hang_at(*point)
            asking = self.ask(slow, words)
            self.check(live, slow, point)
            self.assert_done(asking)

    @staticmethod
    def await_begun(live, status):
        """Before it a verb acts alone."""
        if status == "running":
            live.ready(2)
        else:
            live.wait(lambda: live.said("waiting: "))

    def ask(self, slow, words):
        asking = subprocess.Popen([PUBLISHER, "--qmp", slow.path, *words],
                                  stderr=subprocess.PIPE, text=True)
        self.addCleanup(asking.wait)
        self.addCleanup(asking.stderr.close)
        self.addCleanup(asking.kill)
        return asking

    def assert_done(self, asking):
        _, said = asking.communicate(timeout=30)
        self.assertEqual(asking.returncode, 0, said)

    def test_paused_and_resumed(self):
        self.at_verbs(VERBS[:2])

    def test_saved_and_loaded(self):
        self.at_verbs(VERBS[2:4])

    def test_migrated(self):
        self.at_verbs(VERBS[4:])

    def test_migration_takes_long(self):
        """Its QEMU answers, but it is not over."""
        for words, status in ((("migrate-out", "x"), "running"),
                              (("migrate-in", "x"), "inmigrate")):
            with self.subTest(verb=words[0]):
                slow = self.slow(status=status)
                slow.migration, slow.incoming = "active", 1 << 30
                with self.publish(*self.target(slow)) as live:
                    self.await_begun(live, status)
                    slow.hang_at("query-migrate" if status == "running" else "migrate-incoming")
                    asking = self.ask(slow, words)
                    slow.wait_hanging()
                    slow.release()
                    self.disturb(live)
                    self.assertTrue(self.mailbox.until_ok()[-1].right)
                    self.assertIsNone(asking.poll())
                    slow.migration, slow.incoming = "completed", 1
                    self.assert_done(asking)

    def test_resumed_by_others(self):
        """The guest that is related anew after somebody else's RESUME."""
        for point in (("query-status", 1), ("stop", 1), ("xen-save-devices-state", 1), ("cont", 1)):
            with self.subTest(point=point):
                slow = self.slow(status="running")
                with self.publish(*self.target(slow)) as live:
                    live.ready(2)
                    slow.hang_at(*point)
                    slow.event("STOP")
                    slow.event("RESUME")
                    self.check(live, slow, point)

    def test_stopped_in_an_exchange(self):
        """By somebody else, while its own QEMU is waited for: what is heard is not for later."""
        slow = self.slow(status="running")
        with open(slow.path + ".page", "w+b") as file:
            file.truncate(4096)
            page = mmap.mmap(file.fileno(), 4096)
        self.addCleanup(page.close)
        with self.publish(*self.target(slow)) as live:
            live.ready(2)
            slow.hang_at("query-status")
            asking = self.ask(slow, ("pause",))
            slow.wait_hanging()
            slow.event("STOP")
            slow.status = "paused"
            live.wait(lambda: page[AT_STATUS] == UNRELIABLE and not page[AT_SEQ] & 1,
                      MARKED_WITHIN_S)
            slow.release()
            self.assertIn("already", asking.communicate(timeout=30)[1])

    def test_ran_meanwhile(self):
        """Somebody lets it go on and stops it, between our question for its counter and our start."""
        slow = self.slow(status="running")
        slow.meanwhile = {"remove-fd": ("RESUME", "STOP")}
        with self.publish(*self.target(slow)) as live:
            live.wait(lambda: slow.count.get("remove-fd"))
            time.sleep(2)  # longer than it tries for a better bracket
            live.child.out.take()
            self.assertEqual(sum(slow.path in line for line in live.child.out.lines), 0)
            slow.meanwhile = {}
            live.ready(2)

    def test_asked_slowly(self):
        """Somebody at a control socket who never comes to an end."""
        slow = self.slow()
        ended = threading.Event()

        def drip():
            while not ended.is_set():
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(slow.path + ".vmclock")
                    try:
                        while not ended.wait(0.2):
                            client.sendall(b"x")
                    except OSError:
                        pass  # it was given up

        dripping = threading.Thread(target=drip)
        with self.publish(*self.target(slow)) as live:
            live.ready(2)
            dripping.start()
            try:
                self.disturb(live)
                self.assertTrue(self.mailbox.until_ok()[-1].right)
            finally:
                ended.set()
                dripping.join()


if __name__ == "__main__":
    unittest.main()
