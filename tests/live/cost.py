# SPDX-License-Identifier: BSD-2-Clause
"""What publishing costs: a publisher's own CPU time, as the kernel counts it. Prints; fails on nothing but
a publisher that does not publish.
"""

import os
import struct
import time
import unittest

import monitors
from guests import Case
from lab import qemu_10

LOOK_S = 2.0


class Cost(Case):
    @staticmethod
    def used_ns(publisher):
        with open(f"/proc/{publisher.child.process.pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0])

    def measure(self, live):
        before_ns, start = self.used_ns(live), time.monotonic()
        time.sleep(LOOK_S)
        return self.used_ns(live) - before_ns, time.monotonic() - start

    def seq(self, path):
        with open(path, "rb") as file:
            return struct.unpack_from("<I", file.read(16), 12)[0]

    def test_pages(self):
        # One directory of files: each is a page of its own.
        for count in (1, 100, 1000):
            paths = [os.path.join(self.directory, f"page{number}") for number in range(count)]
            for hz in (1, 10):
                live = self.publisher("--interval-ms", str(1000 // hz), "--authority", "host",
                                      *[word for path in paths for word in ("--file", path)])
                live.ready(count)
                first = self.seq(paths[-1])
                used_ns, elapsed_s = self.measure(live)
                updates = (self.seq(paths[-1]) - first) // 2
                self.assertGreater(updates, 0)
                print(f"{count:4} pages at {hz:2} Hz: {used_ns / elapsed_s / 1e7:.4f} % of a CPU, "
                      f"{used_ns / updates:.0f} ns a sample, "
                      f"{used_ns / updates / count:.0f} ns a page")
                live.close()

    def test_process_memory(self):
        guest = self.machine(page="device", qemu=qemu_10())
        live = self.publisher("--qmp", guest.qmp, "--interval-ms", "10")
        live.ready()
        used_ns, elapsed_s = self.measure(live)
        updates = elapsed_s * 100
        print(f"QEMU's own device at 100 Hz: {used_ns / elapsed_s / 1e7:.4f} % of a CPU, "
              f"{used_ns / updates:.0f} ns an update with its sample")


class Kvm(monitors.Case):
    """Of KVM guests: stand-ins, whose debugfs is a file system in memory."""

    COUNT = int(os.environ.get("VMCLOCK_KVM_GUESTS", "100"))
    KINDS = {"shared": monitors.PAGE_AT, "private": monitors.DEVICE_AT}

    def rss_kib(self, publisher):
        with open(f"/proc/{publisher.pid}/status", encoding="ascii") as file:
            return int(next(line.split()[1] for line in file if line.startswith("VmRSS:")))

    def test_shared(self):
        self.guests("shared")

    def test_private(self):
        self.guests("private")

    def guests(self, kind):
        guests = [self.monitor(mib=16, page_at=self.KINDS[kind]) for _ in range(self.COUNT)]
        publisher = self.publisher("--all-kvm", "--status", os.path.join(self.directory, "status"))
        self.until(lambda: os.path.exists(os.path.join(self.directory, "status")), "no status")
        time.sleep(LOOK_S)
        alone_ns, alone_kib = self.used_ns(publisher), self.rss_kib(publisher)
        time.sleep(LOOK_S)
        idle_ns = self.used_ns(publisher) - alone_ns
        before_ns = self.used_ns(publisher)
        for guest in guests:
            guest.start(-12345)
        self.until(lambda: all(guest.page()["clock_status"] in (2, 3) for guest in guests), "no clock")
        found_ns = self.used_ns(publisher) - before_ns
        before_ns, start = self.used_ns(publisher), time.monotonic()
        time.sleep(2 * LOOK_S)
        used, took = self.used_ns(publisher) - before_ns, time.monotonic() - start
        print(f"{self.COUNT} KVM guests, {kind} memory, at 10 Hz: {used / took / 1e7:.2f} % of a core, "
              f"{used / took / 1e4 / self.COUNT:.2f} % for 1000; {found_ns / self.COUNT / 1e6:.2f} ms "
              f"of CPU until one is found; {(self.rss_kib(publisher) - alone_kib) / self.COUNT:.1f} "
              f"KiB each; without one {idle_ns / LOOK_S / 1e7:.3f} %")
        self.end(publisher)


if __name__ == "__main__":
    unittest.main()
