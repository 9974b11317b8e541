# SPDX-License-Identifier: BSD-2-Clause
"""boot/run --kernel: an image of the user's. What it says is shown beside this host's time; one that has a
report and answers questions, as ours do, is held to the same as ours."""

import calendar
import os
import re
import socket
import time

from . import child, report, session, windows
from .failure import Failure

UNCHECKED = 3  # the exit code of a run in which there was nothing to check
QUIET_S = 5.0  # an image that says no more for so long has said all
ANSWER_S = windows.TIMEOUT_S
UTC = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def utc_ns(line):
    """The first UTC in a line, ns since 1970, or None."""
    found = UTC.search(line)
    try:
        return found and (calendar.timegm(time.strptime(found[1], "%Y-%m-%dT%H:%M:%S")) * 10**9
                          + int((found[2] or "").ljust(9, "0")))
    except ValueError:  # what looks like one
        return None


def beside(line, host_ns):
    """The line behind this host's time when it came; behind a UTC in it, how far that is ahead."""
    clock = time.strftime("%H:%M:%S", time.gmtime(host_ns // 10**9))
    told_ns = utc_ns(line)
    ahead = "" if told_ns is None else f"  [{(told_ns - host_ns) / 10**9:+.3f} s]"
    return f"{clock}.{host_ns // 10**6 % 1000:03d}  {line}{ahead}"


class Console:
    """What the image says, shown as it comes."""

    def __init__(self, running):
        self.out = running.guest.out
        self.shown = 0  # lines
        self.said = False  # any that are not blank
        self.last_s = time.monotonic()

    def show(self, lines=None):
        lines = self.out.lines[self.shown:] if lines is None else lines
        now_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
        for line in lines:
            print(beside(line, now_ns), flush=True)
            self.said = self.said or bool(line.strip())
            self.last_s = time.monotonic()
        self.shown += len(lines)

    def show_rest(self):
        """Also what no end of a line came after."""
        self.show()
        rest = child.clean(self.out.partial)
        self.show([rest] if rest.strip() else [])

    def is_quiet(self, timeout_s):
        return time.monotonic() - self.last_s > (QUIET_S if self.said else timeout_s)


def report_of(lines):
    """The lines of the report among them, or None; a "vmclock: " with nothing of ours behind it is none."""
    first, end = report.find(lines) or (0, 0)
    return lines[first:end] if "=".join(report.FORMAT) in lines[first:end] else None


def follow(running, console, choice):
    """Shows what it says until there is a report, its machine ends, or it has said all. The report's lines."""
    def done():
        console.show()
        return report_of(console.out.lines) or (
            not choice.keep_running and console.is_quiet(choice.timeout))

    running.until(done)
    return report_of(console.out.lines)


def answers(running):
    """Whether it gives its time when it is asked."""
    try:
        with socket.socket(socket.AF_UNIX) as uart:
            uart.connect(running.files.readings)
            windows.ask(uart, running.setup.machine.one_uart, ANSWER_S)
    except (Failure, OSError):
        return False
    return True


def judge(running, lines, name, check):
    """The exit code. check: what is asked of images of ours, of a running machine and its report."""
    if not lines:
        print(f'boot/run: {name} has no report (a line "vmclock: ...", then key=value lines):'
              " nothing was checked")
        return UNCHECKED
    values = report.parse(lines)
    if answers(running):
        check(running, values)
        return 0
    print(f"boot/run: {name} has a report, but answers no 'r' on the serial port for that:"
          f" its time was not checked (state={values.values['state']})")
    return UNCHECKED


def boot(setup, choice, check):
    """Boots it and returns the exit code. Failure also where it says nothing at all."""
    name = os.path.basename(setup.image)
    print(f"boot/run: what {name} says, behind this host's UTC when that came; in brackets how far a UTC in"
          " it is ahead of this", flush=True)
    with session.Session(setup) as running:
        console = Console(running)
        lines = follow(running, console, choice)
        if running.guest.ended() is None and running.publisher.ended() is not None:
            raise Failure("the publisher has ended" + running.evidence())
        if not lines:
            console.show_rest()
        if not console.said:
            raise Failure(f"{name} said nothing on its first serial port" + running.evidence())
        code = judge(running, lines, name, check)
        if choice.keep_running:
            print("boot/run: guest and publisher go on; Ctrl-C ends them", flush=True)
            running.until(console.show)
        return code
