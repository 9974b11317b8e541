# SPDX-License-Identifier: BSD-2-Clause
"""Real-time clocks that start in 2001 and are set from the page: seen from outside of the machine."""

import time
import unittest

from harness import PUBLISHER, Case, Subject
from lab.qmp import OPTION, Monitor
from lab.pages import (COUNTER_ARM_VCNT, COUNTER_INVALID, COUNTER_X86_TSC, INITIALIZING,
                   PERIOD_MAXERROR_VALID, UNKNOWN, UNRELIABLE, page)
from vm import session

START_SEC = 978307200  # 2001-01-01
EXTRA = ("-rtc base=2001-01-01T00:00:00", OPTION, "-action reboot=reset")
GOOD_BOUND_NS = 10**6
ARGUMENTS = {"efi-check": "--set-rtc --serve --qemu-exit", "set": "--serve"}


def setup_of(image, arch, *chosen, way="shared", content=None, live=False):
    """A machine whose clock starts in 2001, with a page that is published live, or as it is given."""
    arguments = ARGUMENTS[image]
    subject = Subject(image, arch, *chosen)
    publisher = [PUBLISHER, "--arch", arch, "--authority", "host"] if live else None
    return session.Setup(subject.machine, subject.path, arguments, subject.qemu, way, content,
                         publisher, extra=EXTRA)


class Clocks(Case):
    def assert_right(self, read_sec, monitor, behind_sec=1.5):
        """A clock of whole seconds that is at most half a second off: less than 1.5 behind."""
        before_sec = time.time()
        told_sec = read_sec(monitor)
        after_sec = time.time()
        self.assertLess(before_sec - behind_sec, told_sec)
        self.assertLess(told_sec, after_sec + 0.5)

    def assert_of_2001(self, told_sec):
        self.assertLessEqual(START_SEC, told_sec)
        self.assertLess(told_sec, START_SEC + 120)

    def assert_set(self, setup, read_sec):
        with session.Session(setup) as running, Monitor.of(running) as monitor:
            told_sec = read_sec(monitor)
            if told_sec > START_SEC + 120:  # a quick guest has set it already
                self.assert_right(lambda _: told_sec, monitor)
            else:
                self.assert_of_2001(told_sec)
            _lines, report = running.report()
            self.assertEqual((report.values["state"], report.values["rtc_set"]), ("ok", "ok"), report)
            self.assertTrue(-1600 <= report.integer("rtc_ahead_ms") <= 600, report)
            self.assert_right(read_sec, monitor)
            monitor.execute("system_reset")  # and the firmware begins a second anew
            self.assert_right(read_sec, monitor, 2.5)
            time.sleep(1)
            self.assert_right(read_sec, monitor, 2.5)

    def assert_refused(self, setup, error, state, read_sec):
        with session.Session(setup) as running, Monitor.of(running) as monitor:
            began = time.monotonic()
            before_sec = read_sec(monitor)
            read = time.monotonic()
            _lines, report = running.report()
            said = {key: report.values[key] for key in ("state", "rtc_set")}
            self.assertEqual(said, {"state": state, "rtc_set": error}, report)
            asked = time.monotonic()
            passed_sec = read_sec(monitor) - before_sec
            # Either reading is of a whole second, and the firmware begins one anew when it starts.
            self.assertLess(asked - read - 2, passed_sec)
            self.assertLess(passed_sec, time.monotonic() - began + 1)
            self.assert_of_2001(before_sec)
            return running.guest.out.lines

    def efi_refuses(self, content, error, state, way="shared"):
        lines = self.assert_refused(
            setup_of("efi-check", "x86_64", way=way, content=content),
            error, state, Monitor.cmos_sec)
        self.assertTrue(any(line.startswith("vmclock-check: the real-time clock is not set: ")
                            for line in lines), lines)


class Efi(Clocks):
    def test_x86_64(self):
        self.assert_set(setup_of("efi-check", "x86_64", live=True), Monitor.cmos_sec)

    def test_aarch64(self):
        self.assert_set(setup_of("efi-check", "aarch64", live=True), Monitor.pl031_sec)

    def test_no_device(self):
        self.efi_refuses(None, "no-device", "no-device", "none")

    def test_no_clock(self):
        self.efi_refuses(page(counter_id=COUNTER_INVALID), "no-clock", "no-clock")

    def test_wrong_counter(self):
        self.efi_refuses(page(counter_id=COUNTER_ARM_VCNT), "counter", "wrong-counter")

    def test_bad_magic(self):
        self.efi_refuses(page(magic=b"VCLX"), "magic", "bad-page")

    def test_stuck_odd(self):
        self.efi_refuses(page(seq_count=3), "busy", "busy")

    def test_unknown(self):
        self.efi_refuses(page(clock_status=UNKNOWN), "unsynchronised", "unsynchronised")

    def test_initializing(self):
        self.efi_refuses(page(clock_status=INITIALIZING), "unsynchronised", "unsynchronised")

    def test_unreliable(self):
        self.efi_refuses(page(clock_status=UNRELIABLE), "unsynchronised", "unsynchronised")

    def test_wide_bound(self):
        self.efi_refuses(page(time_maxerror_nanosec=10**9), "bound", "ok")

    def test_no_bound(self):
        self.efi_refuses(page(flags=PERIOD_MAXERROR_VALID, time_maxerror_nanosec=GOOD_BOUND_NS),
                         "bound", "ok")


# What is wrong with a page, what the clock is then not set for, and the report's state.
UNTRUSTWORTHY = {
    "no_clock": ({"counter_id": COUNTER_INVALID}, "no-clock", "no-clock"),
    "bad_magic": ({"magic": b"VCLX"}, "magic", "bad-page"),
    "bad_version": ({"version": 2}, "version", "bad-page"),
    "bad_size": ({"size": 4097}, "size", "bad-page"),
    "bad_type": ({"time_type": 3}, "time-type", "bad-page"),
    "no_epoch": ({"time_type": 2}, "no-epoch", "no-clock"),
    "no_utc": ({"time_type": 1}, "tai-offset", "ok"),
    "stuck_odd": ({"seq_count": 3}, "busy", "busy"),
    "unknown": ({"clock_status": UNKNOWN}, "unsynchronised", "unsynchronised"),
    "initializing": ({"clock_status": INITIALIZING}, "unsynchronised", "unsynchronised"),
    "unreliable": ({"clock_status": UNRELIABLE}, "unsynchronised", "unsynchronised"),
    "wide_bound": ({"time_maxerror_nanosec": 10**9}, "bound", "ok"),
    "no_bound": ({"flags": PERIOD_MAXERROR_VALID}, "bound", "ok"),
    "leap": ({"leap_indicator": 7}, "leap", "bad-page"),
}


class Bare(Clocks):
    """The image "set", where nothing else runs before."""

    def set_on(self, arch, names, read_sec):
        for name in names:
            with self.subTest(machine=name):
                self.assert_set(setup_of("set", arch, name, live=True), read_sec)

    def refused_on(self, arch, read_sec, counter_id, other_id):
        good = {"counter_id": counter_id, "time_maxerror_nanosec": GOOD_BOUND_NS}
        cases = UNTRUSTWORTHY | {"counter": ({"counter_id": other_id}, "counter", "wrong-counter")}
        for name, (wrong, error, state) in cases.items():
            with self.subTest(page=name):
                setup = setup_of("set", arch, content=page(**(good | wrong)))
                self.assert_refused(setup, error, state, read_sec)
        with self.subTest(page="none"):
            setup = setup_of("set", arch, way="none")
            self.assert_refused(setup, "no-device", "no-device", read_sec)

    def test_x86_64(self):
        self.set_on("x86_64", ("q35", "pc", "microvm"), Monitor.cmos_sec)

    def test_aarch64(self):
        self.set_on("aarch64", ("virt", "virt-el2"), Monitor.pl031_sec)

    def test_refused_x86_64(self):
        self.refused_on("x86_64", Monitor.cmos_sec, COUNTER_X86_TSC, COUNTER_ARM_VCNT)

    def test_refused_aarch64(self):
        self.refused_on("aarch64", Monitor.pl031_sec, COUNTER_ARM_VCNT, COUNTER_X86_TSC)


if __name__ == "__main__":
    unittest.main()
