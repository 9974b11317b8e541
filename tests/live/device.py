# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's own vmclock device, through every transition that vmclock-publish drives: what does the guest
say in the first reading after it?

VMCLOCK_LIVE_CYCLES: how often each is done (a migration: a fifth as often).
"""

import os
import unittest

from guests import Case, Publisher, verb
from lab import qemu_10
from lab.qmp import Monitor

CYCLES = int(os.environ.get("VMCLOCK_LIVE_CYCLES", "3"))
NARROW_NS = 1_000_000


class Device(Case):
    def setUp(self):
        super().setUp()
        self.qemu = qemu_10()
        self.options = [*self.disk(), "-action reboot=reset"]
        self.guest = self.machine(page="device", qemu=self.qemu, options=self.options)
        self.live = self.publisher("--qmp", self.guest.qmp, "--authority", "host")
        self.live.ready()
        self.mailbox = self.guest.map()
        self.said = {}
        self.assert_ok()

    def tell(self, what, answers):
        """Collects what the guest said, to be printed."""
        for answer in answers:
            state = answer.state + (" disrupted" if answer.disrupted else "")
            states = self.said.setdefault(what, {})
            states[state] = states.get(state, 0) + 1

    def tearDown(self):
        for what, states in self.said.items():
            print(f"{what}: {states}")
        super().tearDown()

    def assert_ok(self):
        """The guest comes to be sure of itself, and is right whenever it is."""
        answers = self.mailbox.until_ok()
        for answer in answers:
            self.assertTrue(answer.right, answer)
        while answers[-1].width_ns > NARROW_NS:
            answers.append(self.mailbox.ask())
            self.assertTrue(answers[-1].right, answers[-1])
        return answers

    def assert_resumes(self, what, first):
        """The question was there before the guest went on: its first reading is the answer."""
        answers = [first]
        while answers[-1].state == "busy":  # the publisher lost its CPU in an update
            answers.append(self.mailbox.ask())
        self.assertTrue(answers[-1].disrupted, answers)
        self.tell(what, answers + self.assert_ok())

    def transition(self, what, *words):
        """While the guest stands still, so that the first reading is right behind its resuming."""
        verb(self.guest, "pause")
        if words:
            verb(self.guest, *words)
        self.mailbox.put()
        verb(self.guest, "resume")
        self.assert_resumes(what, self.mailbox.wait())

    def test_pause(self):
        for _ in range(CYCLES):
            self.transition("pause, resume")

    def test_save_and_load(self):
        for cycle in range(CYCLES):
            self.transition("save while paused", "save", "paused")
            self.transition("load while paused", "load", "paused")
            # A running guest, that QEMU lets run when it is done.
            verb(self.guest, "save", f"running{cycle % 3}")
            answers = self.assert_ok()
            self.assertTrue(any(answer.disrupted for answer in answers), answers)
            self.tell("save", answers)
            verb(self.guest, "load", f"running{cycle % 3}")
            answers = self.assert_ok()
            self.assertTrue(any(answer.disrupted for answer in answers), answers)
            self.tell("load", answers)

    def test_reset(self):
        """The counter goes on through a reset, and so does the page."""
        other = self.keep(Monitor(self.guest.other))
        for _ in range(CYCLES):
            marker = self.assert_ok()[-1].marker
            said = len(self.guest.child.out.lines)
            other.execute("system_reset")
            self.guest.wait(lambda: any(line.startswith("mailbox ") for line in
                                        self.guest.child.out.lines[said:]))
            self.assertEqual(self.assert_ok()[-1].marker, marker)
        self.assertEqual(self.live.child.ended(), None)

    def test_publisher_killed(self):
        for cycle in range(CYCLES):
            self.live.child.process.kill()
            self.live.child.process.wait()
            # Nobody refreshes the page, and it is still true: its bound grows.
            answer = self.mailbox.ask()
            self.assertTrue(answer.right and answer.state in ("ok", "busy"), answer)
            self.tell("killed", [answer])
            if cycle % 3 == 0:
                self.die_in_update()
            self.live = self.publisher("--qmp", self.guest.qmp, "--authority", "host",
                                       "--interval-ms", "1")
            self.live.ready()
            answers = self.assert_ok()
            self.assertTrue(any(answer.disrupted for answer in answers), answers)
            self.tell("restarted", answers)

    def die_in_update(self):
        """A publisher that leaves its last update open."""
        dying = Publisher("--qmp", self.guest.qmp, "--authority", "host", "--set", "seq=77777")
        dying.ready()
        dying.child.process.kill()
        dying.close()
        answer = self.mailbox.ask()
        self.assertEqual(answer.state, "busy")
        self.tell("killed in update", [answer])

    def test_publisher_ends(self):
        self.live.close()
        answer = self.mailbox.ask()
        self.assertEqual(answer.state, "unsynchronised")
        verb(self.guest, "pause")  # alone: there is nobody who would refresh the page
        self.mailbox.put()
        verb(self.guest, "resume")
        answer = self.mailbox.wait()
        self.assertEqual((answer.state, answer.disrupted), ("unsynchronised", 1), answer)

    def test_migrate(self):
        file = os.path.join(self.directory, "migration")
        for cycle in range(max(1, CYCLES // 5)):
            verb(self.guest, "pause")
            self.mailbox.put()  # it travels with the guest's RAM
            verb(self.guest, "migrate-out", f"file:{file}")
            number, at = self.mailbox.number, self.mailbox.at
            self.live.close()
            self.guest.close()
            self.guest = self.machine(name=f"guest{cycle}", page="device", qemu=self.qemu,
                                      stopped=False, options=[*self.options, "-incoming defer"])
            self.live = self.publisher("--qmp", self.guest.qmp, "--authority", "host")
            self.live.wait(lambda: self.live.said("waiting: the guest is 'inmigrate'"))
            self.mailbox = self.guest.map(at)
            self.mailbox.number = number
            verb(self.guest, "migrate-in", f"file:{file}")
            self.assert_resumes("migrate", self.mailbox.wait())


if __name__ == "__main__":
    unittest.main()
