# SPDX-License-Identifier: BSD-2-Clause
"""What publishing costs: a publisher's own CPU time, as the kernel counts it. Prints; fails on nothing but
a publisher that does not publish.
"""

import os
import struct
import time
import unittest

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


if __name__ == "__main__":
    unittest.main()
