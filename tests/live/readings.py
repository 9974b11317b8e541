# SPDX-License-Identifier: BSD-2-Clause
"""Guests on both architectures read their clock while the publisher refreshes it: every interval
contains this host's time, and a publisher that is off by more than it says is found out.
"""

import statistics
import unittest

from guests import Case

READINGS = 1000
NARROW_NS = 10_000  # windows that prove something; a busy host has wider ones too
SKEW = 1.2  # of the bound that is published


class Readings(Case):
    def readings(self, arch, *arguments, count=READINGS):
        guest = self.machine(arch=arch)
        live = self.publisher(*guest.target, "--authority", "host", *arguments)
        said = live.ready()
        self.assertEqual(said["arch"], arch)
        mailbox = guest.map()
        mailbox.until_ok()
        return said, mailbox.ask_often(count)

    def assert_right(self, arch, name):
        said, answers = self.readings(arch)
        # A publisher that loses its CPU in an update keeps the guest waiting, which then has no time.
        busy = [answer for answer in answers if answer.state == "busy"]
        self.assertLessEqual(len(busy), 1 + len(answers) // 20)
        answers = [answer for answer in answers if answer.state != "busy"]
        for answer in answers:
            self.assertEqual(answer.state, "ok", answer)
            self.assertTrue(answer.right, answer)
        narrow = [answer for answer in answers if answer.width_ns <= NARROW_NS]
        ahead = sorted(answer.ahead_ns for answer in narrow)
        widths = sorted(answer.width_ns for answer in narrow)
        self.assertTrue(narrow, "no window is narrow enough to prove anything")
        part = len(ahead) // 20
        print(f"{arch} {name}: {len(answers)} readings, {len(busy)} more while the page was in "
              f"update; {len(narrow)} of them in windows of "
              f"{widths[0]} to {widths[-1]} ns, median {widths[len(widths) // 2]}; guest minus "
              f"host, ns: min {ahead[0]}, 5 % {ahead[part]}, median {statistics.median(ahead):.0f}, "
              f"95 % {ahead[-part - 1]}, max {ahead[-1]}; bound at first {said['bound_ns']}")

    def test_x86_64_idle(self):
        self.assert_right("x86_64", "idle")

    def test_aarch64_idle(self):
        self.assert_right("aarch64", "idle")

    def test_x86_64_loaded(self):
        with self.busy():
            self.assert_right("x86_64", "loaded")

    def test_aarch64_loaded(self):
        with self.busy():
            self.assert_right("aarch64", "loaded")

    def assert_found_out(self, arch):
        """The bound is claimed, so that a skew beyond it shows whatever the bracket really was."""
        claimed_ns = 50_000_000  # more than a bracket is wrong by on the busiest host
        skew_ns = int(claimed_ns * SKEW)
        _said, answers = self.readings(arch, "--claim-bound-ns", str(claimed_ns), "--skew-ns",
                                       str(skew_ns), count=100)
        wrong = [answer for answer in answers if not answer.right]
        print(f"{arch} skewed by {SKEW} of its bound: {len(wrong)} of {len(answers)} are wrong")
        self.assertTrue(wrong)

    def test_x86_64_skewed(self):
        self.assert_found_out("x86_64")

    def test_aarch64_skewed(self):
        self.assert_found_out("aarch64")


class Two(Case):
    def test_two_guests(self):
        """Two counters, one publisher."""
        archs = ["x86_64", "aarch64"]
        guests = [self.machine(name=arch, arch=arch) for arch in archs]
        live = self.publisher("--authority", "host",
                              *[word for guest in guests for word in guest.target])
        # Which of them is first, their QEMUs decide.
        self.assertCountEqual([live.ready(number)["arch"] for number in (1, 2)], archs)
        mailboxes = [guest.map() for guest in guests]
        for mailbox in mailboxes * 100:
            answer = mailbox.until_ok()[-1]
            self.assertTrue(answer.right, answer)
        # The one's end is not the other's.
        guests[0].close()
        live.wait(lambda: live.said("[" + guests[0].qmp + "] qemu is gone"))
        for _ in range(100):
            for answer in mailboxes[1].until_ok():
                self.assertTrue(answer.right and answer.state in ("ok", "busy"), answer)


if __name__ == "__main__":
    unittest.main()
