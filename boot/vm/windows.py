# SPDX-License-Identifier: BSD-2-Clause
"""Asks a running guest for the time and holds its answers against the host's clock.

Each question is a window: CLOCK_REALTIME is read, "r" goes to the guest's second UART, the guest
takes a reading and says "=" at once, CLOCK_REALTIME is read again. The true time of the guest's
reading lies between the two, so an honest interval of the guest overlaps the window. A wide window
proves nothing, so the narrowest one is limited; where the host is too busy for a narrow one in the
first ten, more are asked for, and all of them have to overlap. The line
"state earliest_ns latest_ns counter" follows outside of the window.

Where the guest's console is the same UART, whole lines of it may come before an answer.
"""

import gc
import socket
import time
from typing import NamedTuple

from .failure import Failure

COUNT = 10
MAX_COUNT = 1000
NARROWEST_NS = 200_000  # unless the image can do better
# Under KVM each byte of an answer takes the machine out of it: microseconds, or hundreds of them where KVM runs in a
# virtual machine itself. Then that much is shown, and said.
UNDER_KVM_NS = 5_000_000
# After every second question, so that they meet different pages and moments. The first one after a
# pause wakes up QEMU and the host's CPU, which may take most of its window.
PAUSE_S = 0.03
TIMEOUT_S = 10.0  # of one answer
TOTAL_S = 30.0  # of all of them
FOR_PLOT = {"count": 500, "total_s": 180.0}  # some 10 s, if the host is not busy


class Window(NamedTuple):
    before_ns: int  # CLOCK_REALTIME
    after_ns: int
    state: str  # the guest's
    earliest_ns: int
    latest_ns: int

    @property
    def width_ns(self):
        return self.after_ns - self.before_ns

    @property
    def overlaps(self):
        return self.earliest_ns <= self.after_ns and self.before_ns <= self.latest_ns

    @property
    def ahead_ns(self):
        """The middle of the guest's interval less the middle of the window."""
        return (self.earliest_ns + self.latest_ns - self.before_ns - self.after_ns) // 2


def _rest_of_line(uart):
    line = b""
    while not line.endswith(b"\n"):
        more = uart.recv(1024)
        if not more:
            raise Failure("the guest closed its UART in the middle of an answer")
        line += more
    return line


def _marked(uart, one_uart):
    """CLOCK_REALTIME, ns, right behind the "=" of an answer."""
    while True:
        mark = uart.recv(1)
        now_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
        if mark == b"=":
            return now_ns
        if not one_uart or not mark:
            raise Failure(f"the guest answered {mark!r} where '=' was due")
        while mark != b"\n":  # by bytes: what follows the line is not of it
            mark = uart.recv(1)
            if not mark:
                raise Failure("the guest closed its UART")


def ask(uart, one_uart=False, timeout_s=TIMEOUT_S):
    """One window. uart: a connected socket. Failure when the answer is late or not understood."""
    uart.settimeout(timeout_s)
    try:
        before_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
        uart.sendall(b"r")
        after_ns = _marked(uart, one_uart)
        line = _rest_of_line(uart)
    except TimeoutError:
        raise Failure(f"the guest did not answer within {timeout_s:.1f} s") from None
    except OSError as error:
        raise Failure(f"the guest could not be asked: {error.strerror}") from None
    return parse(before_ns, after_ns, line.decode("ascii", "replace"))


def parse(before_ns, after_ns, line):
    words = line.split()
    if len(words) != 4:
        raise Failure(f"the guest's answer is not understood: {line!r}")
    state, earliest_ns, latest_ns, _counter = words
    try:
        return Window(before_ns, after_ns, state, int(earliest_ns), int(latest_ns))
    except ValueError:
        raise Failure(f"the guest gave no interval when it was asked: {line.strip()}") from None


def measure(path, limit_ns=NARROWEST_NS, one_uart=False, count=COUNT, max_count=MAX_COUNT,
            total_s=TOTAL_S):
    """Asks over the unix socket at path: count times, and on while no window is narrow enough.

    limit_ns: how narrow that is. Asks nothing more after total_s: a Failure if it has not come to
    count answers by then.
    """
    windows = []
    end_s = time.monotonic() + total_s
    gc.collect()
    gc.disable()
    try:
        with socket.socket(socket.AF_UNIX) as uart:
            uart.connect(path)
            while len(windows) < count or (
                len(windows) < max_count and narrowest(windows) > limit_ns
            ):
                left_s = end_s - time.monotonic()
                if left_s <= 0 and len(windows) < count:
                    raise Failure(f"the guest gave {len(windows)} answers in {total_s:.0f} s,"
                                  f" not {count}")
                if left_s <= 0:
                    break
                # That too little is left for another answer is nobody's fault once there are enough.
                limit_s = TIMEOUT_S if len(windows) >= count else min(TIMEOUT_S, left_s)
                windows.append(ask(uart, one_uart, limit_s))
                if len(windows) % 2 == 0:
                    time.sleep(PAUSE_S)
    finally:
        gc.enable()
    return windows


def narrowest(windows):
    return min(window.width_ns for window in windows)


def too_wide(windows, limit_ns):
    """What to add to a verdict on windows that are all wider than they should be; none: nothing."""
    if narrowest(windows) <= limit_ns:
        return []
    return [f"no more is shown than that it is right to {ms(narrowest(windows))}: no window was narrower (under"
            f" {ms(limit_ns)} is usual). Is the host very busy, or itself a virtual machine?"]


def judge(windows, limit_ns=NARROWEST_NS):
    """Failure unless every window overlaps the guest's interval and the narrowest is narrow."""
    for number, window in enumerate(windows, 1):
        where = f"reading {number} of {len(windows)}"
        if window.state != "ok":
            raise Failure(f"{where}: the guest says state={window.state}")
        if window.earliest_ns > window.latest_ns:
            raise Failure(f"{where}: the guest's interval ends before it begins")
        if not window.overlaps:
            gap_ns = max(window.earliest_ns - window.after_ns, window.before_ns - window.latest_ns)
            side = "ahead of" if window.earliest_ns > window.after_ns else "behind"
            raise Failure(
                f"{where}: the guest's time is wrong: its interval"
                f" [{window.earliest_ns}, {window.latest_ns}] ns is {gap_ns} ns {side}"
                f" the host's window [{window.before_ns}, {window.after_ns}] ns"
            )
    if narrowest(windows) > limit_ns:
        raise Failure(
            f"the narrowest of {len(windows)} windows is {ms(narrowest(windows))}, which proves too"
            f" little (limit {ms(limit_ns)}): is the host very busy?"
        )


def ms(ns):
    return f"{ns / 1e6:.3f} ms"


def summary(windows):
    widths = [window.width_ns for window in windows]
    ahead = [window.ahead_ns for window in windows]
    bounds = [(window.latest_ns - window.earliest_ns + 1) // 2 for window in windows]
    return [
        f"guest's bound      +- {ms(min(bounds))} to {ms(max(bounds))}",
        f"host's windows     {ms(min(widths))} to {ms(max(widths))}",
        f"guest minus host   {ms(min(ahead))} to {ms(max(ahead))}",
    ]
