# SPDX-License-Identifier: BSD-2-Clause
"""A page that changes under its machine, by nobody but the test."""

import os
import struct
import time

from harness import setup_of
from lab.pages import FIELDS, INITIALIZING, SYNCHRONIZED
from reports import page
from vm import session

ASKS_S = 0.7  # a machine without much firmware has begun to ask by then


class Publisher:
    """Rewrites fields of a machine's page, by the protocol."""

    def __init__(self, running):
        self.path = running.files.page
        self.offset = running.setup.page.offset
        self.seq = 2

    def put(self, name, value):
        place, form = FIELDS[name]
        with open(self.path, "r+b", buffering=0) as file:
            os.pwrite(file.fileno(), struct.pack(form, value), self.offset + place)

    def update(self, **fields):
        self.put("seq_count", self.seq + 1)
        for name, value in fields.items():
            self.put(name, value)
        self.seq += 2
        self.put("seq_count", self.seq)


def reports_late(case, running, after_s):
    """It says nothing before its page has a clock, and then a report."""
    time.sleep(after_s)
    running.guest.out.take()
    case.assertFalse([line for line in running.guest.out.lines if line.startswith("state=")])
    Publisher(running).update(clock_status=SYNCHRONIZED)
    case.assertEqual(running.report()[1].values["state"], "ok")


def told_when_it_is_known(case, image, told, refused):
    """A machine is there before its clock: its image waits for that, as long as it is told to and no longer."""
    initializing = setup_of("shared", page(clock_status=INITIALIZING), image=image, arguments="")
    with session.Session(initializing) as running:
        time.sleep(ASKS_S)
        running.guest.out.take()
        case.assertFalse([line for line in running.guest.out.lines if "clock" in line or "time" in line])
        Publisher(running).update(clock_status=SYNCHRONIZED)
        running.line(told)
    began_s = time.monotonic()
    with session.Session(initializing) as running:
        running.line(refused)
    print(f"gave up {time.monotonic() - began_s:.1f} s after the machine's start")
