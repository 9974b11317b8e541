# SPDX-License-Identifier: BSD-2-Clause
"""Many real machines under KVM, which come and go while one publisher finds them by itself: each has its time, markers
only go forward, and nothing of those that are gone stays with the publisher. For hosts without KVM see lab/kvm_host.py.

VMCLOCK_KVM_GUESTS: how many. Half of them are there at once.
"""

import mmap
import os
import random
import shutil
import signal
import struct
import time
import unittest

import monitors
from kvm_machines import MODULES, PATIENCE_S, KvmCase, Vmm
from lab import pages

# The machine of lab/kvm_host.py takes its time.
GUESTS = int(os.environ.get("VMCLOCK_KVM_GUESTS", "10" if os.path.isdir(MODULES) else "100"))
READINGS = 20


class Guest:
    """A machine, and its page as it is in its RAM. After some readings it stands still, as its vCPU never rests."""

    def __init__(self, directory):
        os.mkdir(directory)
        self.vmm = Vmm(directory)
        self.mailbox = self.vmm.map()
        self.directory, self.marker, self.seq = directory, 0, 0

    def field(self, name):
        offset, form = pages.FIELDS[name]
        with open(self.vmm.ram, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as ram:
            return struct.unpack_from(form, ram, monitors.PAGE_AT + offset)[0]

    def rest(self):
        os.kill(self.vmm.process.pid, signal.SIGSTOP)

    def close(self):
        self.vmm.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class Many(KvmCase):
    def setUp(self):
        super().setUp()
        status = os.path.join(self.directory, "status")
        self.live = self.publisher("--authority", "host", "--all-kvm", "--status", status)
        self.live.wait(lambda: os.path.exists(status), PATIENCE_S)
        self.number = 0

    def guest(self):
        """One more, which has its time and was right."""
        self.number += 1
        guest = self.keep(Guest(os.path.join(self.directory, f"guest{self.number}")))
        guest.mailbox.until_ok(PATIENCE_S)
        answers = [guest.mailbox.ask(timeout_s=PATIENCE_S) for _ in range(READINGS)]
        self.assertFalse([answer for answer in answers if not answer.right])
        guest.rest()
        return guest

    def look(self, guests):
        for guest in guests:
            marker = guest.field("disruption_marker")
            self.assertGreaterEqual(marker, guest.marker)
            guest.marker = marker

    def until_fresh(self, guests):
        """Each has had an update from now on."""
        for guest in guests:
            guest.seq = guest.field("seq_count")
        limit_s = time.monotonic() + PATIENCE_S
        while any(guest.field("seq_count") == guest.seq for guest in guests):
            self.assertLess(time.monotonic(), limit_s)
            time.sleep(0.01)

    def holds(self):
        """What the publisher holds: descriptors, mappings of guests' RAM, KiB of its own memory."""
        folder = f"/proc/{self.live.child.process.pid}"
        with open(f"{folder}/status", encoding="ascii") as file:
            rss_kib = next(int(line.split()[1]) for line in file if line.startswith("RssAnon:"))
        with open(f"{folder}/maps", encoding="ascii") as file:
            mappings = sum(self.directory in line for line in file)
        return len(os.listdir(f"{folder}/fd")), mappings, rss_kib

    def until_gone(self, held):
        limit_s = time.monotonic() + PATIENCE_S
        while self.holds()[:2] != held[:2]:
            self.assertLess(time.monotonic(), limit_s, f"{held} -> {self.holds()}")
            self.live.child.err.take()
            time.sleep(0.05)

    def test_come_and_go(self):
        random.seed(1)
        stays = self.guest()
        held, there, most = self.holds(), [], 0
        while self.number <= GUESTS:
            there.append(self.guest())
            most = max(most, len(there))
            self.look([stays, *there])
            if len(there) > GUESTS // 2:
                there.pop(random.randrange(len(there))).close()
            self.live.child.err.take()
        self.until_fresh([stays, *there])
        holds = self.holds()
        print(f"{self.number - 1} came, {most} at once: descriptors, mappings, KiB {held} -> {holds}, "
              f"{(holds[2] - held[2]) / len(there):.1f} KiB each")
        for guest in there:
            guest.close()
        self.until_gone(held)
        print(f"all gone: {self.holds()}")
        self.until_fresh([stays])
        self.look([stays])
        self.assertIsNone(self.live.child.ended())


if __name__ == "__main__":
    unittest.main()
