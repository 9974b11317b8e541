# SPDX-License-Identifier: BSD-2-Clause
"""The same commands by somebody else, behind the publisher's back. What the guest says meanwhile is
recorded; what is asserted is what can be promised: it comes right again, and an age limit catches a
page that nobody refreshes.
"""

import signal
import threading
import time
import unittest

from guests import Case, verb
from lab import qemu_10
from lab.qmp import Monitor

WATCH_S = 1.0
STALE_ERROR = -30  # VMCLOCK_ERR_STALE


class Watch(threading.Thread):
    """Asks all the time, and keeps the answers."""

    def __init__(self, mailbox):
        super().__init__(daemon=True)
        self.mailbox, self.answers, self.ending = mailbox, [], False

    def run(self):
        while not self.ending:
            self.answers.append(self.mailbox.ask())
            time.sleep(0.0005)

    def end(self):
        self.ending = True
        self.join()
        return self.answers


class Others(Case):
    def setUp(self):
        super().setUp()
        self.guest = self.machine(page="device", qemu=qemu_10(),
                                  options=self.disk())
        self.live = self.publisher("--qmp", self.guest.qmp, "--authority", "host")
        self.live.ready()
        self.mailbox = self.guest.map()
        self.mailbox.until_ok()
        self.other = self.keep(Monitor(self.guest.other))

    def record(self, what, act):
        watch = Watch(self.mailbox)
        watch.start()
        act()
        time.sleep(WATCH_S)
        answers = watch.end()
        said = {}
        for answer in answers:
            state = answer.state if answer.right else "WRONG " + answer.state
            said[state] = said.get(state, 0) + 1
        print(f"{what}: {said}, disrupted {sum(answer.disrupted for answer in answers)} times")
        self.assertTrue(any(answer.disrupted for answer in answers))
        last = self.mailbox.until_ok()[-1]
        self.assertTrue(last.right, last)

    def test_stop_and_cont(self):
        self.record("stop, cont", lambda: (self.other.execute("stop"), time.sleep(0.05),
                                           self.other.execute("cont")))

    def test_stop_and_cont_at_once(self):
        self.record("stop, cont at once", lambda: (self.other.execute("stop"),
                                                   self.other.execute("cont")))

    def test_savevm_and_loadvm(self):
        self.record("savevm", lambda: self.other.do("savevm x"))
        self.record("loadvm", lambda: self.other.do("loadvm x"))

    def test_loaded_while_paused(self):
        """A good page that was restored behind our back, of which no event tells."""
        publisher = self.live.child.process
        publisher.send_signal(signal.SIGSTOP)  # or it would mark the page before it is saved
        self.other.do("savevm good")
        publisher.send_signal(signal.SIGCONT)
        self.mailbox.until_ok()
        verb(self.guest, "pause")
        self.other.do("loadvm good")
        self.mailbox.put()
        verb(self.guest, "resume")
        first = self.mailbox.wait()
        self.assertTrue(first.disrupted, first)
        self.assertNotEqual(first.state, "ok", first)
        self.assertTrue(self.mailbox.until_ok()[-1].right)

    def test_age_limit(self):
        """Nobody publishes, and a page that looked good is restored."""
        self.live.child.process.kill()
        self.live.close()
        self.other.do("savevm good")
        time.sleep(2.2)
        self.other.do("loadvm good")
        answer = self.mailbox.ask()
        print(f"restored behind a dead publisher's back: {answer.state}, right: {answer.right}, "
              f"age {answer.age_ms} ms, {answer.ahead_ns} ns ahead")
        limited = self.mailbox.ask(max_age_sec=1)
        for _ in range(30):
            if limited.error == STALE_ERROR:
                break
            time.sleep(0.1)
            limited = self.mailbox.ask(max_age_sec=1)
        self.assertEqual(limited.error, STALE_ERROR, limited)


if __name__ == "__main__":
    unittest.main()
