# SPDX-License-Identifier: BSD-2-Clause
"""Whoever does whatever to a guest, in whatever state its publisher has it: no first reading behind it is
sure of itself, the disruption marker is greater than any before, and a verb costs as many disruptions as
is said here. So too where something else fails, or somebody else writes, in the midst of it.
"""

import mmap
import os
import signal
import socket
import struct
import subprocess
import unittest

from between import Between
from guests import PUBLISHER, Case
from lab.qmp import Monitor

PAGE_BYTES, AT_SEQ, AT_MARKER, AT_STATUS = 0x70, 0x0C, 0x10, 0x22
MARKED = (1, 4)  # INITIALIZING, UNRELIABLE
LIVE, WAITING, SETTLING, INITIALIZING = STATES = ("LIVE", "WAITING", "SETTLING", "INITIALIZING")
RUNS = (LIVE, SETTLING)
NOWHERE = "exec:cat >/dev/null"
FAR = 1000  # a marker that is greater by this

# A verb in a state: the disruptions that it costs beside one for each time that the guest is stopped, or
# what it is refused with, and what that costs.
COSTS = {
    ("pause",): {LIVE: 0, WAITING: (1, "already"), SETTLING: 0, INITIALIZING: (1, "already")},
    ("resume",): {LIVE: (0, "'running'"), WAITING: 1, SETTLING: (0, "'running'"), INITIALIZING: 1},
    ("save", "x"): {LIVE: 0, WAITING: 1, SETTLING: 0, INITIALIZING: 1},
    ("load", "good"): {LIVE: 1, WAITING: 2, SETTLING: 1, INITIALIZING: 2},
    ("migrate-out", NOWHERE): {LIVE: 0, WAITING: 1, SETTLING: 0, INITIALIZING: 1},
}

# A verb, the state before it, and where its publisher dies: (command, whether QEMU has carried it out).
# Between two commands there are only the marks: the first is in front of stop, the second behind it.
READ_COUNTER = (("add-fd", True), ("xen-save-devices-state", True), ("remove-fd", True))
DEATHS = (
    (("pause",), LIVE, (("query-status", True), ("stop", False), ("stop", True), *READ_COUNTER)),
    (("resume",), WAITING, (("query-status", True), *READ_COUNTER, ("cont", True))),
    (("save", "x"), LIVE, (("stop", True), ("human-monitor-command", True), ("cont", True))),
    (("load", "ours"), LIVE, (("stop", True), ("human-monitor-command", True), ("cont", True))),
    (("migrate-out", NOWHERE), LIVE, (("stop", True), ("migrate", True), ("query-migrate", True))),
)


# Who may stop a guest in a state; one that stands still goes on without any of them.
WHO = {LIVE: ("stop", "migrate", "QEMU"), WAITING: ("nobody",), SETTLING: ("stop", "QEMU"),
       INITIALIZING: ("nobody",)}


class Transitions(Case):
    def setUp(self):
        super().setUp()
        self.guest = self.machine(options=self.disk())
        self.between = self.keep(Between(os.path.join(self.directory, "between"), self.guest.qmp))
        self.live = None
        self.publish()
        self.live.ready()
        self.assertFalse(self.live.said("qemu "), "stops of its own are told")
        self.mailbox = self.guest.map()
        self.other = self.keep(Monitor(self.guest.other))
        with open(self.guest.files.page, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 0)
        self.addCleanup(self.page.close)
        self.good = b""
        self.mailbox.until_ok()

    def publish(self):
        """Another publisher, the first's successor, who died."""
        if self.live:
            self.live.child.process.kill()
            self.live.close()
        self.live = self.publisher("--authority", "host", "--interval-ms", "20", "--qmp",
                                   self.between.path, "--file", self.guest.files.page)

    def save_good(self):
        """Somebody's snapshot of a page that looks good: its publisher is not heard."""
        resumed = self.heard("the guest was resumed")
        self.live.child.process.send_signal(signal.SIGSTOP)
        self.other.do("savevm good")
        self.live.child.process.send_signal(signal.SIGCONT)
        self.live.wait(resumed)
        self.mailbox.until_ok()

    def marker(self):
        return struct.unpack_from("<Q", self.page, AT_MARKER)[0]

    def is_marked(self):
        return self.page[AT_STATUS] in MARKED and not self.page[AT_SEQ] & 1

    def runs(self):
        return self.other.execute("query-status")["status"] == "running"

    def heard(self, text):
        said = self.live.said(text)
        return lambda: self.live.said(text) > said

    def ask(self, words):
        """A verb of ours, that goes on beside us."""
        asking = subprocess.Popen([PUBLISHER, "--qmp", self.between.path, *words],
                                  stderr=subprocess.PIPE, text=True)
        self.addCleanup(asking.wait)
        self.addCleanup(asking.stderr.close)
        self.addCleanup(asking.kill)
        return asking

    def done(self, asking, refused=None):
        self.live.wait(lambda: asking.poll() is not None, 120)
        said = asking.communicate(timeout=30)[1]
        self.assertEqual(asking.returncode, 1 if refused else 0, said)
        self.assertIn(refused or "", said)

    def bring_to(self, state):
        """Returns the marker of the last time that the guest was told."""
        if not self.runs():
            self.other.execute("cont")
        told = self.mailbox.until_ok()[-1]
        self.assertTrue(told.right, told)
        if state == WAITING:
            self.done(self.ask(("pause",)))
        if state == INITIALIZING:
            self.other.execute("stop")
            self.publish()
            self.live.wait(self.heard("waiting: "))
        if state == SETTLING:
            resumed = self.heard("the guest was resumed")
            self.other.execute("stop")
            self.other.execute("cont")
            self.live.wait(resumed)
        return told.marker

    def assert_disrupted(self, first, before):
        self.assertNotEqual(first.state, "ok", first)
        self.assertGreater(first.marker, before, first)

    def assert_comes_right(self, before):
        last = self.mailbox.until_ok()[-1]
        self.assertTrue(last.right, last)
        self.assertGreater(last.marker, before, last)

    def goes_on(self, words, before, midst=None):
        """A verb that lets the guest go on: what the guest reads then, before anybody can tell it anything.
        midst: what is done in it, at a point; a marker comes of that."""
        self.between.hold(*(midst[0] if midst else ("cont",)))
        asking = self.ask(words)
        if midst:
            self.between.wait_held()
            before = max(before, midst[1]())
            self.between.hold("cont")
            self.between.release()
        self.between.wait_held()
        self.mailbox.put()
        self.between.hold("cont", answered=True)
        self.between.release()
        first = self.mailbox.wait()
        self.between.wait_held()
        self.between.release()
        self.assert_disrupted(first, before)
        self.done(asking)

    def by_verb(self, words, state, cost):
        """A verb, and the resume that it may take to go on."""
        before, refused = self.marker(), None
        self.between.count = {}
        if isinstance(cost, tuple):
            cost, refused = cost
        if words == ("resume",) and not refused or words[0] in ("save", "load") and state in RUNS:
            self.goes_on(words, before)
        else:
            self.done(self.ask(words), refused)
            if words != ("resume",):
                cost += 1
                self.goes_on(("resume",), before)
        last = self.mailbox.until_ok()[-1]
        self.assertTrue(last.right, last)
        self.assertEqual(last.marker - before - self.between.count.get("stop", 0), cost)
        return last.marker - before

    def test_verbs(self):
        self.save_good()
        for words, costs in COSTS.items():
            for state in STATES:
                with self.subTest(verb=words, state=state):
                    self.bring_to(state)
                    print(words[0], state, self.by_verb(words, state, costs[state]))

    def by_hand(self, act, before):
        """Somebody's command, until its publisher has marked the page; then that the guest goes on."""
        act()
        self.live.wait(self.is_marked)
        self.mailbox.put()
        self.other.execute("cont")
        self.assert_disrupted(self.mailbox.wait(), before)
        self.assert_comes_right(before)

    def migrate(self):
        """QEMU 10 aborts when it migrates a running guest that has a DIMM, whoever publishes: there it is
        stopped before."""
        if self.other.execute("query-version")["qemu"]["major"] >= 10:
            self.other.execute("stop")
        self.other.execute("migrate", uri=NOWHERE)
        self.live.wait(self.is_migrated)

    def is_migrated(self):
        """Or there was nothing to migrate."""
        return self.other.execute("query-migrate").get("status", "completed") == "completed"

    def stopped_by_qemu(self):
        """A debugger comes."""
        path = os.path.join(self.directory, "gdb")
        self.other.hmp(f"gdbserver unix:{path},server=on,wait=off")
        with socket.socket(socket.AF_UNIX) as debugger:
            debugger.connect(path)
            self.live.wait(lambda: not self.runs())
        self.other.hmp("gdbserver none")

    def test_others(self):
        acts = {"stop": lambda: self.other.execute("stop"), "migrate": self.migrate,
                "QEMU": self.stopped_by_qemu, "nobody": lambda: None}
        for state in STATES:
            for name in WHO[state]:
                with self.subTest(who=name, state=state):
                    self.by_hand(acts[name], self.bring_to(state))

    def test_others_snapshots(self):
        """What they restore may look good at first, as nobody can help; it ends, with a greater marker."""
        self.save_good()
        for line, states in (("savevm y", (LIVE,)), ("loadvm good", STATES)):
            for state in states:
                with self.subTest(line=line, state=state):
                    before = self.bring_to(state)
                    self.other.do(line)
                    if not self.runs():
                        self.other.execute("cont")
                    self.live.wait(lambda before=before: self.marker() > before)
                    self.assert_comes_right(before)

    def test_deaths(self):
        self.done(self.ask(("save", "ours")))
        for words, state, points in DEATHS:
            for point in points:
                with self.subTest(verb=words, point=point):
                    self.bring_to(state)
                    self.between.hold(*point)
                    self.ask(words)
                    self.between.wait_held()
                    self.live.child.process.kill()
                    self.live.child.process.wait()
                    self.assert_left_safe(marked=point[0] != "query-status" or state != LIVE)
                    before = self.marker()  # perhaps a snapshot's
                    self.publish()
                    self.live.ready()
                    self.assert_comes_right(before)

    def assert_left_safe(self, marked):
        """What a dead publisher left: who lets the guest go on finds no time, unless nothing was done yet."""
        self.guest.wait(self.is_migrated)
        self.mailbox.put()
        if not self.runs():
            self.other.execute("cont")
        first = self.mailbox.wait()
        if marked:
            self.assertNotEqual(first.state, "ok", first)
        else:
            self.assertEqual(first.state, "ok", first)

    def restore(self, further):
        """Somebody writes a good page, of an old marker or of a greater one."""
        page = bytearray(self.good)
        if further:
            struct.pack_into("<Q", page, AT_MARKER, self.marker() + further)
        self.page[:PAGE_BYTES] = bytes(page)
        return self.marker()

    def keep_good(self):
        self.save_good()
        while True:
            self.good = self.page[:PAGE_BYTES]
            if self.good == self.page[:PAGE_BYTES] and not self.good[AT_SEQ] & 1:
                return

    def test_restored(self):
        """Before each verb, behind a guest that stands still."""
        self.keep_good()
        for words in COSTS:
            for further in (0, FAR) if words[0] in ("resume", "save", "load") else (FAR,):
                with self.subTest(verb=words, further=further):
                    self.bring_to(WAITING)
                    before = max(self.marker(), self.restore(further))
                    if words != ("resume",):
                        self.done(self.ask(words), "already" if words == ("pause",) else None)
                    self.goes_on(("resume",), before)
                    self.assert_comes_right(before)

    def test_restored_in_the_midst(self):
        """While the publisher waits for a snapshot."""
        self.keep_good()
        for words in (("save", "x"), ("load", "good")):
            for further in (0, FAR):
                with self.subTest(verb=words, further=further):
                    self.bring_to(LIVE)
                    before = self.marker()
                    self.goes_on(words, before, (("human-monitor-command", True),
                                                 lambda further=further: self.restore(further)))
                    self.assert_comes_right(before)


if __name__ == "__main__":
    unittest.main()
