# SPDX-License-Identifier: BSD-2-Clause
"""The publisher while its host's clock is set and its kernel says other things, by a host that is made up.

VMCLOCK_PUBLISH_SET names the program, linked with clockset.c.
"""

import mmap
import os
import re
import struct
import subprocess
import time
import unittest

from test_publisher import AT_MAXERROR, AT_STATUS, FREERUNNING, SYNCHRONIZED, UNRELIABLE, Case, until

PUBLISHER = os.environ["VMCLOCK_PUBLISH_SET"]
AT_TYPE, AT_SEQ, AT_MARKER, AT_LEAP, AT_SEC = 0x0B, 0x0C, 0x10, 0x26, 0x48
OK, INS, OOP, ERROR = 0, 1, 3, 5
PLL, STA_INS, UNSYNC = 1, 0x10, 0x40
UTC, TAI = 0, 1
# The start of a month without a leap second, far from this host's own.
MONTH = 1_798_761_600
NS = 10**9


class Host(Case):
    def setUp(self):
        super().setUp()
        self.host_path = self.path("host")
        self.host = {"ahead_ns": MONTH * NS - 10**6 * NS - time.time_ns(), "maxerror_us": 2000,
                     "state": OK, "status": PLL, "tai": 37}
        self.write()
        os.mkfifo(self.host_path + ".set")
        with open(self.path("said"), "w", encoding="ascii") as said:
            self.publisher = self.start(
                PUBLISHER, "--file", self.page_path, "--authority", "kernel", stdout=subprocess.PIPE,
                stderr=said, env=dict(os.environ, VMCLOCK_HOST=self.host_path))
        self.assertTrue(self.publisher.stdout.readline().startswith("ready "))
        with open(self.page_path, "rb") as file:
            self.page = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.addCleanup(self.page.close)
        self.signal = os.open(self.host_path + ".set", os.O_WRONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, self.signal)

    def write(self):
        order = ("ahead_ns", "maxerror_us", "state", "status", "tai")
        with open(self.host_path, "r+b" if os.path.exists(self.host_path) else "wb") as file:
            file.write(struct.pack("<qqiiixxxx", *(self.host[name] for name in order)))

    def field(self, at, form):
        return struct.unpack_from("<" + form, self.page, at)[0]

    def said(self):
        with open(self.path("said"), encoding="ascii") as file:
            return file.read()

    def after(self, **changes):
        """The host's clock is set, and with it all that is named; then what is said of it, new."""
        before, said = self.field(AT_SEQ, "I"), self.said()
        self.host.update(changes)
        self.write()
        self.assertEqual(self.field(AT_SEQ, "I"), before)  # nothing else refreshes here
        os.write(self.signal, b"s")
        until(lambda: self.field(AT_SEQ, "I") not in (before, before + 1), "an update")
        until(lambda: "host-clock set" in self.said()[len(said):], "a word of it")
        return self.said()[len(said):]

    def true_sec(self):
        """CLOCK_REALTIME as the publisher has it."""
        return (time.time_ns() + self.host["ahead_ns"]) / NS

    def assert_tells(self, ahead_sec=37):
        self.assertLess(abs(self.field(AT_SEC, "Q") - ahead_sec - self.true_sec()), 10)

    def test_set(self):
        """At once, not at the next interval; said; and no disruption: the counter goes on."""
        marker = self.field(AT_MARKER, "Q")
        self.assert_tells()
        for sec in (3600, -7200, 40 * 86400):
            said = self.after(ahead_ns=self.host["ahead_ns"] + sec * NS)
            stepped = int(re.search(r"host-clock stepped_ns=(-?\d+)\n", said).group(1))
            self.assertLess(abs(stepped - sec * NS), NS)
            self.assert_tells()
        self.assertEqual(self.field(AT_MARKER, "Q"), marker)
        self.assertNotIn("stepped", self.after())  # set to what it was

    def test_kernel_error(self):
        bound_ns = self.field(AT_MAXERROR, "Q")
        self.assertGreater(bound_ns, 2_500_000)
        self.after(maxerror_us=52_000)
        self.assertLess(abs(self.field(AT_MAXERROR, "Q") - bound_ns - 50_000_000), 5_000_000)

    def test_kernel_loses_its_time(self):
        self.assertEqual(self.field(AT_STATUS, "B"), SYNCHRONIZED)
        for changes in ({"state": ERROR}, {"status": PLL | UNSYNC}, {"state": ERROR, "status": UNSYNC}):
            said = self.after(**changes)
            self.assertEqual(self.field(AT_STATUS, "B"), FREERUNNING)
            self.assertIn(f"status {FREERUNNING}\n", said)
            self.assertIn(f"status {SYNCHRONIZED}\n", self.after(state=OK, status=PLL))
            self.assertEqual(self.field(AT_STATUS, "B"), SYNCHRONIZED)

    def test_leap_second(self):
        """Announced, under way, over; TAI goes on through it."""
        month_ns = MONTH * NS - time.time_ns()
        self.after(ahead_ns=month_ns - 3600 * NS, state=INS, status=PLL | STA_INS)
        self.assertEqual(self.field(AT_LEAP, "B"), 1)
        self.after(ahead_ns=MONTH * NS - NS // 2 - time.time_ns(), state=OOP, tai=38)
        if self.true_sec() < MONTH:  # the half a second was enough
            self.assertEqual(self.field(AT_LEAP, "B"), 3)
        self.after(ahead_ns=MONTH * NS + 5 * NS - time.time_ns(), state=OK, status=PLL)
        self.assertEqual(self.field(AT_LEAP, "B"), 4)
        self.assert_tells(38)

    def test_kernel_refuses(self):
        """What is not known is not told: the publisher ends, and its page says so."""
        self.host["state"] = -1
        self.write()
        os.write(self.signal, b"s")
        self.assertEqual(self.publisher.wait(timeout=20), 1)
        self.assertIn("error: permission: adjtimex: ", self.said())
        self.assertEqual(self.field(AT_STATUS, "B"), UNRELIABLE)
        self.assertEqual(self.field(AT_SEQ, "I") % 2, 0)


if __name__ == "__main__":
    unittest.main()
