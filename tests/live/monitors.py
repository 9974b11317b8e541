# SPDX-License-Identifier: BSD-2-Clause
"""Stand-ins for machines under KVM: a monitor that knows nothing of us (monitor.c), and what the kernel would
show of it in debugfs. The guest's counter is the host's, scaled and shifted as KVM does it.
"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from lab import pages  # noqa: E402  (the path comes first)

BUILD = os.environ["VMCLOCK_BUILD"]
PUBLISHER = os.path.join(BUILD, "boot/linux/vmclock-publish")
CHECKED = os.path.join(BUILD, "tests/live/publish_checked")  # with sanitizers
MONITOR = os.path.join(BUILD, "tests/live/monitor")
TIMEOUT_S = 120
TABLES_AT, PAGE_AT, DEVICE_AT = 0xE0000, 0x9E000, 0xFEFFB000
COMPILER = shutil.which("iasl")
# Firecracker's: a name of two segments, _STA by a method, the range in QWordMemory.
ASL = """
DefinitionBlock ("", "DSDT", 2, "TEST", "MONITOR ", 1)
{
    Device (\\_SB.VCLK)
    {
        Name (_HID, "AMZNC10C")
        Name (_CID, "VMCLOCK")
        Name (_DDN, "VMCLOCK")
        Method (_STA, 0, NotSerialized) { Return (0x0F) }
        Name (_CRS, ResourceTemplate ()
        {
            QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite,
                0, 0x%x, 0x%x, 0, 0x1000)
        })
    }
}
"""
HEADER_BYTES = 36


def checked(table, at=9):
    """The table with the byte that makes its sum 0."""
    table = bytearray(table)
    table[at] = 0
    table[at] = -sum(table) & 0xFF
    return bytes(table)


def table(signature, body):
    return checked(struct.pack("<4sIBB6s8sI4sI", signature, HEADER_BYTES + len(body), 6, 0, b"TEST  ",
                               b"MONITOR ", 1, b"TEST", 1) + body)


def tables(dsdt):
    """What lies at TABLES_AT: RSDP, XSDT, FADT, DSDT."""
    xsdt_at, fadt_at, dsdt_at = (TABLES_AT + offset for offset in (0x40, 0x100, 0x300))
    fadt = bytearray(276 - HEADER_BYTES)
    struct.pack_into("<I", fadt, 40 - HEADER_BYTES, dsdt_at)
    struct.pack_into("<Q", fadt, 140 - HEADER_BYTES, dsdt_at)
    rsdp = struct.pack("<8sB6sBIIQB3x", b"RSD PTR ", 0, b"TEST  ", 2, 0, 36, xsdt_at, 0)
    rsdp = checked(rsdp[:20], 8) + rsdp[20:]
    content = bytearray(0x300)
    for at, part in ((0, checked(rsdp, 32)), (0x40, table(b"XSDT", struct.pack("<Q", fadt_at))),
                     (0x100, table(b"FACP", bytes(fadt)))):
        content[at:at + len(part)] = part
    return bytes(content) + dsdt


class Monitor:
    def __init__(self, directory, number=0, page_at=PAGE_AT, mib=32, file=None, program=MONITOR,
                 **who):
        self.debugfs = os.path.join(directory, "debugfs")
        os.makedirs(os.path.join(self.debugfs, "kvm"), exist_ok=True)
        self.process = subprocess.Popen(
            [program, self.compiled(directory, page_at), hex(page_at), str(mib),
             *([file] if file else [])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            **who)
        words = dict(word.split("=") for word in self.process.stdout.readline().split())
        self.number, self.pid, self.fd = number, int(words["pid"]), int(words["fd"])
        self.folder = os.path.join(self.debugfs, "kvm", f"{self.pid}-{self.fd}")

    @staticmethod
    def compiled(directory, page_at):
        path = os.path.join(directory, f"tables-{page_at:x}")
        if not os.path.exists(path):
            with open(path + ".asl", "w", encoding="ascii") as file:
                file.write(ASL % (page_at, page_at + 0xFFF))
            subprocess.run([COMPILER, "-vs", "-p", path + "-dsdt", path + ".asl"], check=True,
                           stdout=subprocess.DEVNULL)
            with open(path + "-dsdt.aml", "rb") as file:
                content = tables(file.read())
            with open(path, "wb") as file:
                file.write(content)
        return path

    def show(self, offset=0, ratio=None, frac_bits=48, vcpus=1, guest_mode=0):
        """In debugfs. Each file is replaced as a whole, as the kernel's is one number."""
        for vcpu in range(vcpus):
            folder = os.path.join(self.folder, f"vcpu{vcpu}")
            os.makedirs(folder, exist_ok=True)
            files = {"tsc-offset": offset, "guest_mode": guest_mode}
            if ratio is not None:
                files |= {"tsc-scaling-ratio": ratio, "tsc-scaling-ratio-frac-bits": frac_bits}
            for name, value in files.items():
                self.write(vcpu, name, value)

    def write(self, vcpu, name, value):
        path = os.path.join(self.folder, f"vcpu{vcpu}", name)
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(f"{value}\n")
        os.rename(path + ".new", path)

    def count(self, offset=0, ratio=None, frac_bits=48):
        """The guest's counter."""
        self.ask(f"clock {offset} {ratio or 0} {frac_bits}")

    def start(self, *clock, **more):
        self.count(*clock)
        self.show(*clock, **more)
        return self

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def page(self):
        content = bytes.fromhex(self.ask("page"))
        return {name: struct.unpack_from(form, content, offset)[0]
                for name, (offset, form) in pages.FIELDS.items()}

    def read(self, count):
        return {name: int(value) for name, value in
                (word.split("=") for word in self.ask(f"read {count}").split())}

    def end(self):
        self.process.kill()
        self.process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)


@unittest.skipUnless(COMPILER, "no iasl")
class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="vmclock-test-", dir="/dev/shm")
        self.addCleanup(scratch.cleanup)
        self.directory = scratch.name

    def monitor(self, **arguments):
        monitor = Monitor(self.directory, **arguments)
        self.addCleanup(monitor.end)
        return monitor

    def publisher(self, *options, program=PUBLISHER):
        said = open(os.path.join(self.directory, "said"), "w+", encoding="utf-8")
        self.addCleanup(said.close)
        process = subprocess.Popen([program, "--debugfs", os.path.join(self.directory, "debugfs"),
                                    "--authority", "host", *options],
                                   stdout=subprocess.PIPE, stderr=said, text=True)
        process.said = lambda: (said.flush(), said.seek(0), said.read())[2]
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def live(self, monitor, *options, **more):
        publisher = self.publisher("--kvm", str(monitor.pid), *options, **more)
        line = publisher.stdout.readline()
        self.assertTrue(line.startswith("ready "), publisher.said())
        return publisher

    def until(self, question, what):
        limit = time.monotonic() + TIMEOUT_S
        while not (answer := question()):
            self.assertLess(time.monotonic(), limit, what)
            time.sleep(0.01)
        return answer

    @staticmethod
    def used_ns(publisher):
        """Its CPU time."""
        with open(f"/proc/{publisher.pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0])

    def end(self, publisher, code=0):
        publisher.terminate()
        publisher.wait(TIMEOUT_S)
        said = publisher.said()
        self.assertEqual(publisher.returncode, code, said)
        self.assertNotIn("runtime error", said)
        self.assertNotIn("Sanitizer", said)
        return said

    def assert_right(self, read, count):
        self.assertEqual((read["wrong"], read["back"]), (0, 0), read)
        self.assertEqual(read["ok"] + read["refused"], count, read)
