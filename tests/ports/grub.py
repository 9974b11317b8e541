# SPDX-License-Identifier: BSD-2-Clause
"""GRUB with boot/ports/grub, as grub_build.py left it, on machines with and without a vmclock page.

A test's script is the menu's one entry. The machines' own real-time clock says 2001, so that it is seen
which of the two is asked.
"""

import calendar
import io
import os
import pathlib
import re
import socket
import subprocess
import sys
import tarfile
import time
import unittest

from ported import LOW, RTC_IS_WRONG, RTC_SEC, FallsBack
from lab import pages
from harness import PUBLISHER, QEMUS, Case
from vm import machines, report, session, windows

BUILT = pathlib.Path(os.environ["VMCLOCK_GRUB"])  # by grub_build.py
PLATFORM = os.environ["VMCLOCK_GRUB_PLATFORM"]
SERIAL_IS_WIDE = "255x60"  # else lines are broken
TIMEOUT_S = 240  # of a boot and a script
NARROWEST_NS = 2_000_000  # GRUB asks a terminal for keys, and each of them
DATE = re.compile(r"(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) (\w+)")
UTC = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{9})Z")

BIOS = machines.NONE._replace(image=("-drive file={image},format=raw,if=ide,snapshot=on",))
MACHINES = {
    "i386-pc": machines.PC._replace(cpu="qemu64", firmware=BIOS,
                                    pages={**machines.PC.pages, "shared": LOW}),
    "x86_64-efi": machines.Q35._replace(cpu="qemu64", firmware=machines.OVMF),
}
# What the core needs to run a script, and what the scripts use.
MODULES = "memdisk tar normal serial sleep terminfo echo test date datehook halt vmclock".split()

# A third UART, for OVMF takes keys from the first two for its own console. GRUB opens a UART, and drops what came
# earlier, when it first writes or reads there. To make it a "dumb" terminal writes nothing, so an empty line is
# written before the end is said. Whoever has read the end may ask from then on: a second before it is read, here.
THIRD = ("-chardev socket,id=third,path={directory}/third,server=on,wait=off",
         "-device isa-serial,chardev=third,index=2")
CONFIG = """
serial --unit=0 --speed=115200
serial --unit=2 --speed=115200
terminal_output serial_com0
terminal_input serial_com0
terminfo -g {geometry} serial_com0 dumb
terminfo -g {geometry} serial_com2 dumb
set timeout=0
menuentry "the test's" {{
    echo "[begin]"
{script}
    terminal_input serial_com2
    terminal_output serial_com2
    echo
    terminal_output serial_com0
    echo "[end]"
    terminal_output serial_com2
    sleep 1
    vmclock --serve
}}
"""


def seconds(match):
    return calendar.timegm((*(int(field) for field in match.groups()[:6]), 0, 0, 0))


def parse_date(line):
    """What "date" printed, as a POSIX count."""
    match = DATE.fullmatch(line)
    if match is None:
        raise AssertionError(f"not a date: {line!r}")
    count = seconds(match)
    if time.strftime("%A", time.gmtime(count)) != match[7]:
        raise AssertionError(f"not that day of the week: {line}")
    return count


def parse_utc(text):
    match = UTC.fullmatch(text)
    if match is None:
        raise AssertionError(f"not a time: {text!r}")
    return seconds(match) * 10**9 + int(match[7])


def memdisk(path, config):
    """A tar with the configuration, where GRUB looks for it."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("boot/grub/grub.cfg")
        entry.size = len(config)
        tar.addfile(entry, io.BytesIO(config))


class Line:
    """A UART, less the carriage returns that GRUB's terminals add behind each line."""

    def __init__(self, uart):
        self.settimeout, self.sendall, self.whole = uart.settimeout, uart.sendall, uart.recv

    def recv(self, count):
        while True:
            whole = self.whole(count)
            text = whole.replace(b"\r", b"")
            if text or not whole:
                return text


def readings(path):
    """Windows, as windows.measure has them."""
    found = []
    end_s = time.monotonic() + windows.TOTAL_S
    with socket.socket(socket.AF_UNIX) as uart:
        uart.connect(path)
        while len(found) < windows.COUNT or (windows.narrowest(found) > NARROWEST_NS
                                             and time.monotonic() < end_s):
            found.append(windows.ask(Line(uart), timeout_s=TIMEOUT_S))
    return found


class Grub(FallsBack, Case):
    def image(self, script):
        """A disk for a BIOS, an application for EFI."""
        folder = BUILT / PLATFORM
        archive, core = (os.path.join(self.directory, name) for name in ("memdisk.tar", "core"))
        memdisk(archive, CONFIG.format(geometry=SERIAL_IS_WIDE, script=script).encode())
        subprocess.run([BUILT / "grub-mkimage", "-O", PLATFORM, "-d", folder, "-p", "(memdisk)/boot/grub",
                        "-m", archive, "-o", core, *MODULES], check=True)
        if PLATFORM == "i386-pc":
            disk = pathlib.Path(self.directory, "disk")
            whole = (folder / "boot.img").read_bytes() + pathlib.Path(core).read_bytes()
            disk.write_bytes(whole.ljust(-len(whole) % (1 << 20) + len(whole), b"\0"))
            return str(disk)
        return core

    def boot(self, script, page="shared", content=None, publisher=None):
        return session.Session(session.Setup(
            MACHINES[PLATFORM], self.image(script), "", QEMUS["x86_64"], page, content, publisher,
            extra=(RTC_IS_WRONG, *THIRD), narrowest_ns=NARROWEST_NS))

    def said(self, running):
        """The lines of the test's script, without those that are empty."""
        running.line(r"\[end\]", TIMEOUT_S)
        lines = running.guest.out.lines
        first = next(number for number, line in enumerate(lines) if line == "[begin]")
        return lines[first + 1:lines.index("[end]", first)]

    def assert_machine(self, line):
        """The date is that of the machine's own clock."""
        self.assertLess(abs(parse_date(line) - RTC_SEC), 600, line)

    def test_live(self):
        """A menu entry logs the time: date, variables, report and, by ten windows, vmclock --serve."""
        before = time.time()
        with self.boot("""
    date
    date 2001-02-03 04:05:06
    date
    if vmclock --set now; then
        echo "$now $now_earliest $now_latest $now_unix[$now_error]"
    fi
    echo "$YEAR-$MONTH-$DAY"
    vmclock
""", publisher=[PUBLISHER, "--arch", "x86_64", "--authority", "host"]) as running:
            lines = self.said(running)
            after = time.time()
            for line in lines[:2]:
                self.assertLessEqual(int(before), parse_date(line))
                self.assertLessEqual(parse_date(line), after)
            now, earliest, latest = (parse_utc(text) for text in lines[2].split()[:3])
            self.assertLess(int(before) * 10**9, earliest)
            self.assertTrue(earliest <= now <= latest, lines[2])
            self.assertEqual(lines[2].split()[3], f"{now // 10**9}[]")
            self.assertIn(lines[3], [time.strftime("%Y-%-m-%-d", time.gmtime(moment))
                                     for moment in (before, after)])
            said = report.parse(lines[4:])
            for key, value in {"state": "ok", "error": "none", "bound_kind": "max", "bound_by": "page",
                               "counter": "x86-tsc", "source": "acpi",
                               "page": hex(running.setup.page.phys)}.items():
                self.assertEqual(said.values[key], value, said)
            self.assertRegex(said.values["rtc_utc"], "^2001-02-03T04:05:")
            measured = readings(f"{running.directory}/third")
            windows.judge(measured, NARROWEST_NS)
            print("\n".join(windows.summary(measured)), file=sys.stderr)

    def assert_falls_back(self, state, error, page="shared", **changes):
        content = pages.page(**changes) if page == "shared" else None
        with self.boot("""
    date
    date
    if vmclock --set now; then
        echo "known"
    else
        echo "[$now$now_unix$now_earliest$now_latest]$now_error"
    fi
    if vmclock; then
        echo "known"
    fi
""", page=page, content=content) as running:
            lines = self.said(running)
        if page == "shared":
            self.assertRegex(lines.pop(0), f"^vmclock: {state}: .* The time is that of the machine's own clock.$")
        self.assert_machine(lines[0])
        self.assert_machine(lines[1])
        self.assertEqual(lines[2], f"[]{error}")
        said = report.parse(lines[3:])
        self.assertEqual((said.values["state"], said.values["error"], said.values["utc"]),
                         (state, error, "none"))
        self.assertNotIn("known", lines)

    def test_no_device(self):
        self.assert_falls_back("no-device", "no-device", page="none")


if __name__ == "__main__":
    unittest.main()
