# SPDX-License-Identifier: BSD-2-Clause
"""The bare-metal image "watch": it tells what happens to its machine, and answers in between."""

import os
import socket
import time
import unittest

from harness import THIS, Case, publishing, setup_of
from lab.disks import empty_qcow2
from lab.pages import UNRELIABLE
from lab.qmp import OPTION, Monitor
from livepage import Publisher
from reports import page
from vm import session, windows
from vm.failure import Failure

MAXERRORS_VALID = 1 << 4 | 1 << 6
SOON, IMMINENT, GENERATION = 1 << 1, 1 << 2, 1 << 8
WIDE_NS = 10**9  # a window that is as good as any


class Watch(Case):
    def start(self, **changes):
        running = session.Session(setup_of("shared", page(**changes)))
        running.__enter__()
        self.addCleanup(running.__exit__, None, None, None)
        running.report()
        return running, Publisher(running)

    def told(self, running, event):
        running.line("watch: " + event, timeout_s=30)

    def said(self, running):
        """All events so far: what a look tells of, it tells at once, the time first."""
        running.guest.out.take()
        return [line.removeprefix("watch: ") for line in running.guest.out.lines
                if line.startswith("watch: ")]

    def answer(self, running):
        """The state of one answer, right or wrong as a time."""
        try:
            with socket.socket(socket.AF_UNIX) as uart:
                uart.connect(running.files.readings)
                return windows.ask(uart, THIS.machine.one_uart).state
        except Failure as failure:  # without a time
            return str(failure).rsplit("asked: ", 1)[-1].split()[0]

    def test_live(self):
        with session.Session(publishing()) as running:
            _lines, report = running.report()
            self.assertEqual(report.values["state"], "ok", running.evidence())
            measured = running.readings()
            windows.judge(measured, running.setup.narrowest_ns)
            # A publisher that refreshes is nothing to tell of; the guest looks between the questions.
            windows.measure(running.files.readings, WIDE_NS, THIS.machine.one_uart)
            self.assertFalse([event for event in self.said(running)
                              if event.startswith(("host-step", "promise-broken"))])
            running.finish("ok")

    def test_pending(self):
        running, publisher = self.start()
        publisher.update(flags=MAXERRORS_VALID | SOON)
        self.told(running, "pending soon")
        publisher.update(flags=MAXERRORS_VALID | IMMINENT | SOON)
        self.told(running, "pending imminent")
        publisher.update(flags=MAXERRORS_VALID)
        self.told(running, "pending none")
        running.finish("ok")

    def test_generation(self):
        running, publisher = self.start(flags=MAXERRORS_VALID | GENERATION, vm_generation_counter=4)
        publisher.update(vm_generation_counter=5)
        self.told(running, "generation 5")
        self.assertEqual(self.said(running), ["generation 5"])
        running.finish("ok")

    def test_host_step(self):
        now_sec = int(time.time())
        running, publisher = self.start(time_sec=now_sec, time_maxerror_nanosec=10**8)
        # 31 ms: within the promise. What is told of shows that there was a look.
        publisher.update(time_frac_sec=1 << 59, flags=MAXERRORS_VALID | SOON)
        self.told(running, "pending soon")
        self.assertEqual(self.said(running), ["pending soon"])
        publisher.update(time_frac_sec=(1 << 59) + (1 << 61))  # 125 ms more: intervals overlap
        self.told(running, r"promise-broken moved_ns=12\d{7}")
        publisher.update(time_sec=now_sec + 2)
        self.told(running, r"host-step moved_ns=2000000000")
        running.finish("ok")

    def test_status(self):
        running, publisher = self.start()
        publisher.update(clock_status=UNRELIABLE)
        self.told(running, "status unreliable")
        self.assertEqual(self.answer(running), "unsynchronised")
        running.finish("unsynchronised")

    def test_busy(self):
        running, publisher = self.start()
        publisher.put("seq_count", 3)
        self.told(running, "page busy")
        publisher.put("seq_count", 4)
        self.told(running, "page readable")
        running.finish("ok")

    def test_disruption(self):
        """A marker without a new clock: no time until there is one."""
        running, publisher = self.start()
        publisher.update(disruption_marker=8)
        self.told(running, "disruption marker=8 clock=stale")
        self.assertEqual(self.answer(running), "disrupted")
        publisher.update(counter_value=1000)
        self.told(running, "clock is new again")
        publisher.update(disruption_marker=9, counter_value=2000)
        self.told(running, "disruption marker=9 clock=new")
        self.assertEqual(self.answer(running), "ok")
        running.finish("ok")

    def test_real_device(self):
        """savevm and loadvm of a machine with QEMU's own device."""
        qemu = self.qemu_with_vmclock()
        disk = os.path.join(self.directory, "state.qcow2")
        empty_qcow2(disk)
        setup = setup_of("device", qemu=qemu, extra=(
            f"-drive if=none,id=state,format=qcow2,file={disk}", OPTION))
        with session.Session(setup) as running:
            _lines, report = running.report()
            self.assertEqual(report.values["state"], "no-clock")
            before = report.integer("disruption_marker")
            with Monitor.of(running) as monitor:
                monitor.do("savevm a")
                self.assertEqual(self.answer(running), "no-clock")
                monitor.do("loadvm a")
                event = f"disruption marker={before + 1} clock=none"
                self.told(running, event)
                self.assertEqual(self.said(running), [event])
            running.finish("no-clock")


if __name__ == "__main__":
    unittest.main()
