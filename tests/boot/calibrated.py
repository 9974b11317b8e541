# SPDX-License-Identifier: BSD-2-Clause
"""The image "date" on pages without a clock: calibrated by the machine's real-time clock."""

import os
import socket
import struct
import time
import unittest
from datetime import datetime, timezone

from harness import Case, Subject
from lab.disks import empty_qcow2
from lab.qmp import OPTION, Monitor
from lab.pages import COUNTER_INVALID, FIELDS, UNKNOWN, page
from vm import session, windows
from vm.failure import Failure

# The clock's own second, and half of the time between two looks at it: a little on an idle machine, on
# a busy one as long as it lets the guest wait.
BOUND_NS = (1_000_000_000, 2_000_000_000)
NARROW_NS = 2 * 1_100_000_000
TRIES = 5
NO_CLOCK = page(counter_id=COUNTER_INVALID, clock_status=UNKNOWN, flags=0)
# Of a second of the host's: QEMU's CMOS clock lags by the fraction at which it is made, some time after
# QEMU is started.
FRACTIONS = (0.6, 0.5, 0.7, 0.4, 0.65, 0.55)
LAG = 0.5


def setup_of(arch, *chosen, way="shared", qemu=None, extra=()):
    subject = Subject("date", arch, *chosen)
    return session.Setup(subject.machine, subject.path, subject.image.arguments,
                         qemu or subject.qemu, way, NO_CLOCK if way == "shared" else None,
                         extra=(OPTION, *extra))


def await_fraction(fraction):
    while not fraction <= time.time() % 1 < fraction + 0.05:
        time.sleep(0.01)


def lag_of(monitor):
    """How far the CMOS clock is behind our time, s."""
    before_sec = monitor.cmos_sec()
    while (told_sec := monitor.cmos_sec()) == before_sec:
        time.sleep(0.001)
    return time.time() - told_sec


class Calibrated(Case):
    def assert_report(self, running, source):
        before_ns = time.time_ns()
        _lines, report = running.report()
        after_ns = time.time_ns()
        expected = {"state": "ok", "source": f"calibrated:{source}", "bound_by": source,
                    "bound_kind": "max", "status": "freerunning", "utc_offset": "none"}
        self.assertEqual({key: report.values[key] for key in expected}, expected, report)
        self.assertTrue(BOUND_NS[0] <= report.integer("bound_ns") <= BOUND_NS[1], report)
        self.assertLess(before_ns - 10**9, report.integer("latest_ns"))
        self.assertLess(report.integer("earliest_ns"), after_ns)
        # newlib's own functions go by the same.
        said = next(line[11:] for line in running.guest.out.lines if line.startswith("UTC  "))
        told = datetime.strptime(said[:23], "%a %Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
        error_s = report.integer("bound_ns") / 1e9 + 0.1
        self.assertLess(before_ns / 1e9 - error_s, told.timestamp())
        self.assertLess(told.timestamp(), after_ns / 1e9 + error_s)
        return report

    def widest_ns(self, running):
        """Of the guest's intervals, each of which holds our time."""
        measured = windows.measure(running.files.readings, 10**9, running.setup.machine.one_uart)
        for window in measured:
            self.assertEqual(window.state, "ok")
            self.assertTrue(window.overlaps, window)
        return max(window.latest_ns - window.earliest_ns for window in measured)

    def assert_right(self, running):
        """The guest's interval holds our time, and is no wider than it has to be on an idle machine."""
        for _ in range(TRIES):
            widest_ns = self.widest_ns(running)
            if widest_ns < NARROW_NS:
                return
            self.calibrate(running)
        self.fail(f"{widest_ns} ns wide, {TRIES} times")

    def assert_disrupted(self, running):
        with self.assertRaisesRegex(Failure, "no interval.*disrupted none none"):
            windows.measure(running.files.readings, 10**9, running.setup.machine.one_uart)

    def calibrate(self, running):
        """Tells the guest to, and waits for its answer."""
        with socket.socket(socket.AF_UNIX) as uart:
            uart.settimeout(20)
            uart.connect(running.files.readings)
            uart.sendall(b"c")
            answer = b""
            while b"\n" not in answer.partition(b"=")[2]:
                answer += uart.recv(256)
        self.assertIn(b"=ok ", answer)

    def put_marker(self, running, marker):
        with open(running.files.page, "r+b") as file:
            offset, form = FIELDS["disruption_marker"]
            file.seek(running.setup.page.offset + offset)
            file.write(struct.pack(form, marker))

    def right_then_disrupted(self, setup, source):
        with session.Session(setup) as running:
            self.assert_report(running, source)
            self.assert_right(running)
            self.put_marker(running, 8)
            self.assert_disrupted(running)
            self.calibrate(running)
            self.assert_right(running)
            running.finish("ok")

    def test_cmos(self):
        for name in ("q35", "pc", "microvm"):
            with self.subTest(machine=name):
                self.right_then_disrupted(setup_of("x86_64", name), "cmos")

    def test_pl031(self):
        for name in ("virt", "virt-el2"):
            with self.subTest(machine=name):
                self.right_then_disrupted(setup_of("aarch64", name), "pl031")

    def test_lagging(self):
        """The CMOS clock that QEMU starts late in a second lags by most of one."""
        for fraction in FRACTIONS:
            await_fraction(fraction)
            with session.Session(setup_of("x86_64")) as running:
                self.assert_report(running, "cmos")
                self.assert_right(running)
                with Monitor.of(running) as monitor:
                    lag_s = lag_of(monitor)
                running.finish("ok")
            print(f"lags by {lag_s:.3f} s")
            if lag_s > LAG:
                return
        self.fail("the clock never lagged by more than half a second")

    def test_real_device(self):
        disk = os.path.join(self.directory, "state.qcow2")
        empty_qcow2(disk)
        setup = setup_of("x86_64", way="device", qemu=self.qemu_with_vmclock(),
                         extra=(f"-drive if=none,format=qcow2,file={disk}",))
        with session.Session(setup) as running, Monitor.of(running) as monitor:
            report = self.assert_report(running, "cmos")
            self.assertEqual(report.values["page"], "0xfeffb000")
            self.assert_right(running)
            self.assertEqual(monitor.hmp("savevm a"), "")
            for _ in range(2):
                time.sleep(0.5)
                self.assertEqual(monitor.hmp("loadvm a"), "")
                self.assert_disrupted(running)
                self.calibrate(running)
                self.assert_right(running)
            running.finish("ok")


if __name__ == "__main__":
    unittest.main()
