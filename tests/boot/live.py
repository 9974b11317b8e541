# SPDX-License-Identifier: BSD-2-Clause
"""Machines that are told the time as they run, held against this host's clock."""

import subprocess
import sys
import time
import unittest

from harness import THIS, Case, publishing, setup_of
from lab.pages import INITIALIZING
from livepage import reports_late
from reports import OWN_NAME, PAGE, SOURCE, page
from vm import session, windows

BOUND_LIMIT_NS = 1_000_000  # on an idle machine
LATE_S = 3  # U-Boot has loaded the application by then


class Live(Case):
    def assert_refused(self, *options):
        run = self.run_driver(*options)
        self.assertEqual(run.process.returncode, 1, run.text())
        # A guest that is sure of itself, and wrong: the check of the windows finds it out.
        self.assertIn("state=ok", run.out.lines)
        self.assertIn("bound_kind=max", run.out.lines)
        return run

    def test_good_page(self):
        # Others at work on this host may widen what the publisher sees of the machine's start.
        bounds_ns = []
        while not bounds_ns or (bounds_ns[-1] > BOUND_LIMIT_NS and len(bounds_ns) < 3):
            bounds_ns.append(self.good_page_bound_ns())
        self.assertLessEqual(bounds_ns[-1], BOUND_LIMIT_NS, bounds_ns)

    def good_page_bound_ns(self):
        before_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
        with session.Session(publishing()) as running:
            _lines, report = running.report()
            after_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
            for key, value in {"state": "ok", "error": "none", "bound_kind": "max",
                               "bound_by": "page", "counter": OWN_NAME, "source": SOURCE,
                               "page": PAGE, "disruption": "none"}.items():
                self.assertEqual(report.values[key], value, report)
            self.assertLess(before_ns, report.integer("latest_ns"))
            self.assertLess(report.integer("earliest_ns"), after_ns)
            windows.judge(running.readings())
            running.finish("ok")
            return report.integer("bound_ns")

    def test_clock_comes_late(self):
        """A machine that is there before its publisher knows the time."""
        setup = setup_of("shared", page(clock_status=INITIALIZING), arguments=THIS.image.live)
        with session.Session(setup) as running:
            reports_late(self, running, LATE_S)

    def assert_passes(self, *options):
        run = self.run_driver(*options)
        self.assertEqual(run.process.returncode, 0, run.text())
        self.assertIn("state=ok", run.out.lines)
        self.assertRegex(run.text(), r"agrees with this host's clock in (\d+) of \1 readings")

    def test_exit_code(self):
        self.assert_passes()

    def test_newer_qemu(self):
        self.assert_passes("--qemu", self.qemu_with_vmclock())

    def test_ahead(self):
        run = self.assert_refused("--skew-ns", "20000000")
        self.assertRegex(run.text(), r"FAILED: .* is \d+ ns ahead of the host's window")

    def test_behind(self):
        run = self.assert_refused("--skew-ns", "-20000000")
        self.assertRegex(run.text(), r"FAILED: .* is \d+ ns behind the host's window")

    def test_false_bound(self):
        self.assert_refused("--claim-bound-ns", "1000")

    def test_busy_machine(self):
        loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
        try:
            with session.Session(publishing()) as running:
                _lines, report = running.report()
                measured = running.readings()
                running.finish("ok")
        finally:
            for loop in loops:
                loop.kill()
                loop.wait()
        self.assertEqual(report.values["state"], "ok")
        # How narrow the windows are is not held against a busy machine; a wrong interval is.
        for window in measured:
            self.assertEqual(window.state, "ok")
            self.assertTrue(window.overlaps, window)
        print("\n".join(windows.summary(measured)))


if __name__ == "__main__":
    unittest.main()
