# SPDX-License-Identifier: BSD-2-Clause
"""U-Boot with boot/ports/u-boot, as build.py left it, on machines with and without a vmclock page.

The machines' own real-time clock says 2001, so that it is seen which of the two is asked.
"""

import calendar
import os
import pathlib
import re
import socket
import sys
import time
import unittest

from ported import HERE, RTC_IS_WRONG, RTC_SEC, FallsBack
from lab import pages
from harness import PUBLISHER, THIS, BOOT, Case
from vm import child, report, session, windows

BUILT = os.environ["VMCLOCK_U_BOOT"]  # by build.py
PROMPT = b"=> "
TIMEOUT_S = 60
DATE = re.compile(r"Date: (\d+)-(\d\d)-(\d\d) \((\w+)\) +Time: +(\d+):(\d\d):(\d\d)")
MACHINE = THIS.machine._replace(
    firmware=THIS.machine.firmware._replace(files=(BUILT,)))


class Console:
    """U-Boot's prompt on the machine's one UART. To be closed before somebody else talks to it."""

    def __init__(self, running):
        self.running = running
        self.uart = socket.socket(socket.AF_UNIX)
        self.uart.settimeout(TIMEOUT_S)

    def __enter__(self):
        # Nothing may be said earlier: when U-Boot turns the UART's FIFO on it drops what is there, and
        # QEMU then does not look for more.
        guest = self.running.guest
        if not child.wait_until(lambda: guest.out.partial.endswith(PROMPT), [guest], TIMEOUT_S):
            raise AssertionError(f"no prompt{self.running.evidence()}")
        self.uart.connect(self.running.files.readings)
        return self

    def __exit__(self, *_exception):
        self.uart.close()

    def until(self, end):
        """What is said up to that."""
        said = b""
        while not said.endswith(end):
            try:
                more = self.uart.recv(4096)
            except TimeoutError:
                raise AssertionError(f"no {end!r} behind {said!r}") from None
            if not more:
                raise AssertionError(f"the machine ended: {said!r}")
            said += more
        return said

    def send(self, command):
        self.uart.sendall(command.encode() + b"\n")

    def ask(self, command):
        """What a command prints, as lines."""
        self.send(command)
        lines = self.until(b"\n" + PROMPT).decode("ascii", "replace").replace("\r", "").split("\n")
        return lines[1:-1]  # without the echo and the prompt


def parse_date(lines):
    """The date that the last line says, as a POSIX count."""
    match = DATE.fullmatch(lines[-1])
    if match is None:
        raise AssertionError(f"not a date: {lines}")
    fields = [int(field) for field in match.group(1, 2, 3, 5, 6, 7)]
    count = calendar.timegm((*fields, 0, 0, 0))
    if time.strftime("%A", time.gmtime(count)) != match[4]:
        raise AssertionError(f"not that day of the week: {lines}")
    return count


class UBoot(FallsBack, Case):
    def boot(self, page="shared", content=None, publisher=None, table="vmclock-virt.dts", image=None,
             prompt=True):
        """A machine, its tree included by one of the test's own."""
        if prompt:
            own = pathlib.Path(self.directory, "own.dts")
            own.write_text(f'/include/ "{pathlib.Path(BOOT, "vm", table)}"\n'
                           f'/include/ "{HERE / "prompt.dtsi"}"\n')
            table = str(own)
        return session.Session(session.Setup(
            MACHINE, image or THIS.path, "--serve --qemu-exit", THIS.qemu, page, content, publisher,
            table=table, extra=(RTC_IS_WRONG,), narrowest_ns=THIS.image.narrowest_ns))

    def live(self, **more):
        return self.boot(publisher=[PUBLISHER, "--arch", "aarch64", "--authority", "host"], **more)

    def assert_rtc(self, lines):
        """The date is that of the machine's own clock."""
        self.assertLess(abs(parse_date(lines) - RTC_SEC), 600, lines)

    def test_live(self):
        """date, vmclock and, by ten windows, vmclock serve are right within what they promise."""
        with self.live() as running:
            with Console(running) as console:
                before = time.time()
                lines = console.ask("date")
                after = time.time()
                self.assertEqual(len(lines), 1, lines)
                self.assertLessEqual(int(before), parse_date(lines))
                self.assertLessEqual(parse_date(lines), after)

                before_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
                lines = console.ask("vmclock")
                after_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
                said = report.parse(lines)
                for key, value in {"state": "ok", "error": "none", "bound_kind": "max",
                                   "bound_by": "page", "counter": "arm-vcnt", "source": "fdt",
                                   "page": "0x46000000"}.items():
                    self.assertEqual(said.values[key], value, said)
                self.assertLess(before_ns, said.integer("latest_ns"))
                self.assertLess(said.integer("earliest_ns"), after_ns)
                self.assertRegex(said.values["rtc_utc"], "^2001-01-01T")
                console.send("vmclock serve")
                console.until(b"vmclock serve\r\n")  # the echo: all of it is with U-Boot
            measured = running.readings()
            windows.judge(measured)
            print("\n".join(windows.summary(measured)), file=sys.stderr)

    def test_set_is_refused(self):
        with self.live() as running, Console(running) as console:
            lines = console.ask("date 010100002030")
            self.assertEqual(lines[:2], ["vmclock: the hypervisor's time cannot be set from here",
                                         "## Set date failed: err=-1"])
            self.assertLess(abs(parse_date(lines) - time.time()), 60)

    def assert_falls_back(self, state, error, **changes):
        content = pages.page(**{"counter_id": pages.COUNTER_ARM_VCNT, **changes})
        with self.boot(content=content) as running, Console(running) as console:
            lines = console.ask("date")
            self.assertEqual(len(lines), 2, lines)
            self.assertRegex(lines[0], f"^vmclock: {state}: .* The time is that of pl031@9010000.$")
            self.assert_rtc(lines)
            said = report.parse(console.ask("vmclock"))
            self.assertEqual((said.values["state"], said.values["error"], said.values["utc"]),
                             (state, error, "none"))

    def test_unmapped(self):
        """Where there is no memory nothing is touched."""
        tree = pathlib.Path(self.directory, "unmapped.dts")
        tree.write_text('/include/ "machine.dts"\n/ { vmclock { compatible = "amazon,vmclock";'
                        ' reg = <0x0 0x60000000 0x0 0x1000>; }; };\n')
        with self.boot(table=tree) as running, Console(running) as console:
            lines = console.ask("date")
            self.assertRegex(lines[0], "^vmclock: no-device: ")
            self.assert_rtc(lines)

    def test_no_device(self):
        """Without a vmclock U-Boot has its clocks as ever."""
        with self.boot(table="u-boot.dts", page="none") as running:
            with Console(running) as console:
                lines = console.ask("date")
                self.assertEqual(len(lines), 1, lines)
                self.assert_rtc(lines)
                self.assertEqual(report.parse(console.ask("vmclock")).values["state"], "no-device")
                self.assertNotIn("vmclock", "\n".join(console.ask("dm tree")))

    def test_efi(self):
        """The EFI check that this U-Boot starts has the same time, and GetTime's from the vmclock."""
        with self.live(table="vmclock-u-boot.dts", prompt=False) as running:
            _lines, said = running.report()
            self.assertEqual(said.values["state"], "ok", said)
            self.assertEqual(said.values["source"], "fdt")
            # GetTime was asked before, and has whole seconds only.
            self.assertGreater(said.integer("rtc_ahead_ms"), -3000, said)
            self.assertLessEqual(said.integer("rtc_ahead_ms"), 0, said)
            windows.judge(running.readings())
            running.finish("ok")


if __name__ == "__main__":
    unittest.main()
