# SPDX-License-Identifier: BSD-2-Clause
"""Debian's OVMF that loads boot/ports/edk2's clock, or an OVMF that has it, as edk2_build.py left them, on machines
with and without a vmclock page.

The firmware's shell runs the test's script. The machines' own real-time clock says 2001, so that it is seen
which of the two is asked.
"""

import calendar
import os
import pathlib
import shutil
import sys
import time
import unittest

from ported import LOW, RTC_IS_WRONG, RTC_SEC, FallsBack
from lab import pages
from harness import BUILD, PUBLISHER, QEMUS, Case
from vm import machines, session, windows

BUILT = pathlib.Path(os.environ["VMCLOCK_EDK2"])  # by edk2_build.py
OVMF = next((path for path in (str(BUILT / "OVMF.fd"), *machines.OVMF.files) if os.path.exists(path)), None)
HAS_CLOCK = (BUILT / "OVMF.fd").exists()
CHECK = [BUILT / "VmclockCheck.efi"]
RUNTIME = pathlib.Path(BUILD, "tests/ports/edk2_runtime.efi")
CONSUMER = pathlib.Path(BUILD, "tests/boot/consumer-x64.efi")
EXTRA = (RTC_IS_WRONG, "-debugcon file:{directory}/debug -global isa-debugcon.iobase=0x402")
TIMEOUT_S = 240  # of a boot and a script
NARROWEST_NS = machines.IMAGES["efi-check"].narrowest_ns
DATE = r"(\d\d)/(\d\d)/(\d{4})"
TIME = r"(\d\d):(\d\d):(\d\d) \((.*)\)"
OWN = "The time is that of the machine's own clock."


class Edk2(FallsBack, Case):
    def boot(self, script, files=(), page="shared", content=None, publisher=None, clock="RealTimeClock.efi"):
        if OVMF is None:
            self.skipTest("no OVMF")
        load = () if HAS_CLOCK else (f"load {clock}",)
        disk = self.subdirectory("disk")
        for file in (BUILT / clock, *files):
            shutil.copy(file, disk)
        lines = ["@echo -off", "fs0:", *load, *script, ""]
        pathlib.Path(disk, "startup.nsh").write_bytes("\r\n".join(lines).encode())
        machine = machines.Q35._replace(
            cpu="qemu64", pages={**machines.Q35.pages, "ram": LOW},
            firmware=machines.OVMF._replace(files=(OVMF,),
                                            image=(f"-drive format=raw,file=fat:rw:{disk}",)))
        return session.Session(session.Setup(machine, "", "", QEMUS["x86_64"], page, content, publisher,
                                             extra=EXTRA, narrowest_ns=NARROWEST_NS))

    def live(self, script, files=(), **more):
        return self.boot(script, files, publisher=[PUBLISHER, "--arch", "x86_64", "--authority", "host"], **more)

    def shell_sec(self, running):
        """What "date" and "time" say, as a POSIX count, and the time zone."""
        month, day, year = (int(field) for field in running.line(DATE, TIMEOUT_S).groups())
        *clock, zone = running.line(TIME, TIMEOUT_S).groups()
        return calendar.timegm((year, month, day, *(int(field) for field in clock), 0, 0, 0)), zone

    @staticmethod
    def debug(running):
        """The lines about vmclock in the debug messages: the firmware's, or on the console."""
        text = pathlib.Path(running.directory, "debug").read_text(encoding="ascii", errors="replace")
        lines = text.splitlines() + running.guest.out.lines
        return [line for line in lines if line.startswith("vmclock-rtc: ")]

    def test_live(self):
        """date and time, GetTime's to a nanosecond and, by ten windows, VmclockCheck of EDK II's build."""
        before = time.time()
        with self.live(["date", "time", "VmclockCheck.efi --serve --qemu-exit"], CHECK) as running:
            told_sec, zone = self.shell_sec(running)
            _lines, said = running.report()
            self.assertTrue(int(before) <= told_sec <= time.time(), told_sec)
            self.assertEqual(zone, "UTC+00:00")
            for key, value in {"state": "ok", "error": "none", "bound_kind": "max", "bound_by": "page",
                               "counter": "x86-tsc", "source": "acpi", "page": "0x100000000"}.items():
                self.assertEqual(said.values[key], value, said)
            # GetTime was asked right before the page.
            self.assertTrue(-1000 <= said.integer("rtc_ahead_ms") <= 0, said)
            measured = running.readings()
            windows.judge(measured, NARROWEST_NS)
            print("\n".join(windows.summary(measured)), file=sys.stderr)
            self.assertEqual(self.debug(running), [])
            running.finish("ok")

    def assert_falls_back(self, state, error, page="shared", **changes):
        content = pages.page(**changes) if page == "shared" else None
        with self.boot(["date", "time", "VmclockCheck.efi --serve --qemu-exit"], CHECK, page,
                       content) as running:
            told_sec, _zone = self.shell_sec(running)
            self.assertTrue(RTC_SEC <= told_sec < RTC_SEC + 2 * TIMEOUT_S, told_sec)
            _lines, said = running.report()
            self.assertEqual((said.values["state"], said.values["error"], said.values["utc"]),
                             (state, error, "none"))
            self.assertRegex(said.values["rtc_utc"], "^2001-01-01T")
            told = self.debug(running)
            if page == "none":
                self.assertEqual(told, [])
            else:
                self.assertRegex(told[0], f"^vmclock-rtc: {state}: .* {OWN}$")
                self.assertEqual(len(told), 1, told)

    def test_no_device(self):
        self.assert_falls_back("no-device", "no-device", page="none")

    def runtime(self, page):
        """What GetTime says before, after ExitBootServices, and at other addresses: POSIX counts; and debug."""
        with self.live(["edk2_runtime.efi"], [RUNTIME], page=page) as running:
            told = [running.line(f"{word}: 0 (.*)", TIMEOUT_S)[1] for word in ("boot", "ended", "moved")]
            alarm = running.line("alarm: (.*)", TIMEOUT_S)[1]
            debug = self.debug(running)
        self.assertEqual(alarm, "0")
        return [calendar.timegm(time.strptime(text, "%Y-%m-%d %H:%M:%S")) for text in told], debug

    def test_runtime(self):
        """Of a page that is mapped for runtime services, with its own address gone; the own clock's alarm, too."""
        before = time.time()
        told, debug = self.runtime("shared")
        self.assertTrue(all(int(before) <= moment <= time.time() for moment in told), told)
        self.assertEqual(debug, [])

    def test_runtime_of_memory(self):
        """Of one that cannot be: a message says so, and it is the own clock that answers."""
        before = time.time()
        told, debug = self.runtime("ram")
        self.assertTrue(int(before) <= told[0] <= time.time(), told)
        self.assertTrue(all(RTC_SEC <= moment < RTC_SEC + 2 * TIMEOUT_S for moment in told[1:]), told)
        self.assertEqual(debug, ["vmclock-rtc: the page is not mapped for a system: Unsupported: its time is"
                                 " that of the machine's own clock"])

    def test_driver(self):
        """VmclockDriver of EDK II's build tells the example the time."""
        with self.live(["consumer-x64.efi"], [CONSUMER], clock="VmclockDriver.efi") as running:
            told = running.line(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z, at most \d+ ns off.*", TIMEOUT_S)[1]
            self.assertLess(abs(calendar.timegm(time.strptime(told, "%Y-%m-%dT%H:%M:%S")) - time.time()), 60)


if __name__ == "__main__":
    unittest.main()
