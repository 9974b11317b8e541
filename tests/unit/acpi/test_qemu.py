# SPDX-License-Identifier: BSD-2-Clause
"""The tables that QEMU's own machines have, as their firmware leaves them in memory.

Usage: test_qemu.py QEMU PROBE CHANGES SSDT QEMU_VMCLOCK TEST...
SSDT: a table with a vmclock device at 0xfeffb000. QEMU_VMCLOCK: the program that names a QEMU with
the real device (--check: without fetching one).
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

QEMU, PROBE, CHANGES, SSDT, QEMU_VMCLOCK = sys.argv[1:6]
RAM = 64 << 20
PAGE = "ok 0xfeffb000 0x1000"


class Machine:
    """A machine under QMP, ended and cleared away when the block is left."""

    def __init__(self, qemu, *options):
        self.command = [qemu, "-accel", "tcg", "-m", f"{RAM >> 20}M", "-nodefaults", "-display",
                        "none", "-no-reboot", "-qmp", "stdio", *options]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()  # the greeting
        self.ask("qmp_capabilities")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ask(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            answer = json.loads(line)
            if "error" in answer:
                raise RuntimeError(answer["error"])
            if "return" in answer:
                return
        raise RuntimeError("QEMU ended")

    def dump(self, start, size, path):
        self.ask("pmemsave", val=start, size=size, filename=str(path))
        return path.read_bytes()


def checked(memory, at, length):
    piece = memory[at:at + length]
    return length >= 20 and len(piece) == length and sum(piece) % 256 == 0


def root_pointer_is_there(memory):
    at = memory.find(b"RSD PTR ")
    return at >= 0 and at % 16 == 0 and checked(memory, at, 20)


def root_table(memory):
    """The address of the XSDT, or None."""
    at = memory.find(b"XSDT")
    return at if at >= 0 and checked(memory, at, int.from_bytes(memory[at + 4:at + 8],
                                                                 "little")) else None


def add_root_pointer(memory):
    """With a root pointer where a BIOS puts it. A microvm gets one by the boot protocol only."""
    rsdp = bytearray(b"RSD PTR " + bytes(7) + b"\2" + bytes(4) + (36).to_bytes(4, "little") +
                     root_table(memory).to_bytes(8, "little") + bytes(4))
    rsdp[8] = -sum(rsdp[:20]) % 256
    rsdp[32] = -sum(rsdp) % 256
    return memory[:0xE0000] + bytes(rsdp) + memory[0xE0000 + 36:]


def firmware_memory(directory, qemu, *options):
    """The machine's memory when its firmware has put the tables where they stay."""
    path = pathlib.Path(directory) / "memory"
    ready = root_table if "microvm" in options else root_pointer_is_there
    with Machine(qemu, *options) as machine:
        end = time.monotonic() + 60
        while not ready(machine.dump(0xE0000, 0x20000, path)):
            if time.monotonic() > end:
                raise TimeoutError("no ACPI tables after 60 s")
            time.sleep(0.05)
        machine.ask("stop")
        memory = machine.dump(0, RAM, path)
    if "microvm" in options:
        path.write_bytes(add_root_pointer(memory))
    return path


def probe(path):
    done = subprocess.run([PROBE, "memory", str(path)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def tables(memory):
    """The DSDT and SSDTs in a memory image, found without following any pointer."""
    for signature in (b"DSDT", b"SSDT"):
        at = memory.find(signature)
        while at >= 0:
            length = int.from_bytes(memory[at + 4:at + 8], "little")
            if length >= 36 and checked(memory, at, length):
                yield memory[at:at + length]
            at = memory.find(signature, at + 4)


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="vmclock-acpi-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def memory(self, *options, qemu=QEMU):
        return firmware_memory(self.directory, qemu, *options)


class Qemu(Case):
    def test_no_device(self):
        for machine in ("q35", "pc", "microvm"):
            with self.subTest(machine=machine):
                found = probe(self.memory("-M", machine))
                self.assertEqual(found, ["result no-device"])

    def test_acpitable(self):
        for machine in ("q35", "pc"):
            with self.subTest(machine=machine):
                memory = self.memory("-M", machine, "-acpitable", f"file={SSDT}")
                self.assertEqual(probe(memory), [PAGE, "result ok"])

    def test_more_devices_in_the_machine(self):
        """Tables with processors, hot plug, NUMA, a TPM's neighbours and bridges."""
        memory = self.memory("-M", "q35", "-smp", "4,maxcpus=8", "-m", "64M,slots=4,maxmem=1G",
                             "-device", "pcie-root-port,id=r0", "-device", "pxb-pcie,bus_nr=64",
                             "-device", "pvpanic", "-device", "vmgenid", "-device", "usb-ehci,bus=pcie.0",
                             "-acpitable", f"file={SSDT}")
        self.assertEqual(probe(memory), [PAGE, "result ok"])

    def test_every_byte_of_a_real_dsdt_changed(self):
        for machine in ("pc", "microvm"):
            memory = self.memory("-M", machine, "-acpitable", f"file={SSDT}").read_bytes()
            paths = []
            for i, table in enumerate(tables(memory)):
                paths.append(pathlib.Path(self.directory) / f"table{i}")
                paths[-1].write_bytes(table)
            self.assertGreaterEqual(len(paths), 1)
            subprocess.run([CHANGES, "--changes", *map(str, paths)], check=True,
                           capture_output=True)


class QemuVmclock(Case):
    def test_real_device(self):
        known = subprocess.run([QEMU_VMCLOCK, "--check"], capture_output=True, text=True)
        if known.returncode != 0:
            self.skipTest("no QEMU with the vmclock device")
        for machine in ("q35", "pc"):
            with self.subTest(machine=machine):
                memory = self.memory("-M", machine, "-device", "vmclock",
                                     qemu=known.stdout.strip())
                self.assertEqual(probe(memory), [PAGE, "result ok"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[6:]], verbosity=2)
