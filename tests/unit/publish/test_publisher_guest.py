# SPDX-License-Identifier: BSD-2-Clause
"""Does the published line tell the time of a real guest's counter?

The guest is a loop that writes its counter into RAM that it shares with us. A value that we read
was counted before we read it, so by the page it must not lie in our future by more than the bound;
and among many values the freshest must not lie in our past by much more than the bound.
"""

import mmap
import os
import struct
import time
import unittest

from test_publisher import Case, u64, until

RAM_BYTES = 64 << 20
SLACK_NS = 100_000  # between the guest's reading of its counter and ours of the RAM

# Multiboot, loaded as it is to 1 MiB: mov edi, 0x200000; again: rdtsc; mov [edi+8], edx;
# mov [edi], eax; mov [edi+4], edx; jmp again
X86_IMAGE = struct.pack(
    "<8I", 0x1BADB002, 0x10000, -(0x1BADB002 + 0x10000) & 0xFFFFFFFF,
    0x100000, 0x100000, 0, 0, 0x100020,
) + bytes.fromhex("bf00002000 0f31 895708 8907 895704 ebf4")
X86_COUNTER_AT = 0x200000

# Loaded to 2 MiB of RAM: mov x0, 0x41000000; again: isb; mrs x1, cntvct_el0; str x1, [x0]; b again
ARM_IMAGE = struct.pack("<5I", 0xD2A82000, 0xD5033FDF, 0xD53BE041, 0xF9000001, 0x17FFFFFD)
ARM_COUNTER_AT = 0x1000000


class Guests(Case):
    def start_guest(self, program, machine, image_options, image):
        with open(self.path("image"), "wb") as file:
            file.write(image)
        self.start(
            program, "-accel", "tcg", "-M", machine + ",memory-backend=ram", "-m", "64M",
            "-object", f"memory-backend-file,id=ram,size=64M,mem-path={self.path('ram')},share=on",
            "-nodefaults", "-display", "none", "-S",
            "-qmp", f"unix:{self.path('qmp')},server=on,wait=off",
            *(option.format(self.path("image")) for option in image_options))
        self.said = self.ready("--qmp", self.path("qmp"), "--authority", "host")[1]
        with open(self.path("ram"), "r+b") as file:
            ram = mmap.mmap(file.fileno(), RAM_BYTES)
        self.addCleanup(ram.close)
        return ram

    def late_ns(self, counter):
        """How far behind our clock the page says that the counter's value is; and the bound."""
        page = self.page_now
        while True:
            seq = page[0x0C:0x10]
            copy = bytes(page[:0x70])
            if not seq[0] & 1 and seq == page[0x0C:0x10]:
                break
        now_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
        distance = counter - u64(copy, 0x28)
        unit = 1 << (64 + copy[0x27])
        time_ns = u64(copy, 0x48) * 10**9 + (u64(copy, 0x50) * 10**9 >> 64)
        time_ns += distance * u64(copy, 0x30) * 10**9 // unit
        if copy[0x0B] == 1:
            time_ns -= abs(struct.unpack_from("<h", copy, 0x24)[0]) * 10**9
        bound_ns = u64(copy, 0x60) + abs(distance) * u64(copy, 0x40) * 10**9 // unit + 1
        return now_ns - time_ns, bound_ns

    def check(self, read_counter):
        self.page_now = self.page()
        freshest_ns = None
        until(read_counter, "the guest's first value")

        def fresh_enough():
            nonlocal freshest_ns
            for _ in range(1000):
                late_ns, bound_ns = self.late_ns(read_counter())
                self.assertGreaterEqual(late_ns, -bound_ns)
                if freshest_ns is None or late_ns < freshest_ns:
                    freshest_ns = late_ns
            return freshest_ns <= bound_ns + SLACK_NS

        until(fresh_enough, "a fresh value of the guest's counter")
        print(f"freshest value {freshest_ns} ns late, {self.said}")

    def test_x86_64(self):
        ram = self.start_guest("qemu-system-x86_64", "q35", ["-kernel", "{}"], X86_IMAGE)

        def read_counter():
            while True:
                # From the last to the first that the guest writes: equal halves belong together.
                high = ram[X86_COUNTER_AT + 4:X86_COUNTER_AT + 8]
                low = ram[X86_COUNTER_AT:X86_COUNTER_AT + 4]
                if high == ram[X86_COUNTER_AT + 8:X86_COUNTER_AT + 12]:
                    return int.from_bytes(low + high, "little")

        self.check(read_counter)

    def test_aarch64(self):
        ram = self.start_guest(
            "qemu-system-aarch64", "virt",
            ["-cpu", "cortex-a57", "-device", "loader,file={},addr=0x40200000,cpu-num=0"],
            ARM_IMAGE)
        self.check(lambda: u64(ram, ARM_COUNTER_AT))


if __name__ == "__main__":
    unittest.main()
