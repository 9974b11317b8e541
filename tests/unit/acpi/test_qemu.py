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
RAM = 16 << 20
PATIENCE_SEC = 60  # a firmware takes a second, on a machine with other work some more
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


def table_at(memory, phys):
    """The good table at an address, or None."""
    length = int.from_bytes(memory[phys + 4:phys + 8], "little")
    return memory[phys:phys + length] if length >= 36 and checked(memory, phys, length) else None


def root_table(memory, at):
    """The root table that a root pointer names, if all is good; its entries' size; or None."""
    if memory[at:at + 8] != b"RSD PTR " or not checked(memory, at, 20):
        return None
    size = 8 if memory[at + 15] >= 2 else 4
    field = at + 24 if size == 8 else at + 16
    root = table_at(memory, int.from_bytes(memory[field:field + size], "little"))
    return (root, size) if root else None


def aml_tables(memory):
    """The DSDT and the SSDTs to which a root pointer in the BIOS area leads, once all is good.

    Where the tables are depends on the BIOS: below 1 MiB or at the end of RAM."""
    for at in range(0xE0000, 0x100000, 16):
        found = root_table(memory, at)
        if not found:
            continue
        root, size = found
        entries = [int.from_bytes(root[i:i + size], "little") for i in range(36, len(root), size)]
        listed = [table_at(memory, entry) for entry in entries]
        dsdts = [table_at(memory, int.from_bytes(table[40:44], "little"))
                 for table in listed if table and table[:4] == b"FACP"]
        if all(listed) and dsdts and all(dsdts):
            return dsdts + [table for table in listed if table[:4] == b"SSDT"]
    return []


def firmware_memory(directory, qemu, *options):
    """The machine's memory when its firmware has put the tables where they stay."""
    path = pathlib.Path(directory) / "memory"
    with Machine(qemu, *options) as machine:
        end = time.monotonic() + PATIENCE_SEC
        while not aml_tables(machine.dump(0, RAM, path)):
            if time.monotonic() > end:
                raise TimeoutError(f"no ACPI tables after {PATIENCE_SEC} s: {' '.join(options)}")
            time.sleep(0.05)
        machine.ask("stop")
        machine.dump(0, RAM, path)
    return path


def probe(path):
    done = subprocess.run([PROBE, "memory", str(path)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


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
        memory = self.memory("-M", "q35", "-smp", "4,maxcpus=8", "-m", f"{RAM >> 20}M,slots=4,maxmem=1G",
                             "-device", "pcie-root-port,id=r0", "-device", "pxb-pcie,bus_nr=64",
                             "-device", "pvpanic", "-device", "vmgenid", "-device", "usb-ehci,bus=pcie.0",
                             "-acpitable", f"file={SSDT}")
        self.assertEqual(probe(memory), [PAGE, "result ok"])

    def test_every_byte_of_a_real_dsdt_changed(self):
        for machine in ("pc", "microvm"):
            memory = self.memory("-M", machine, "-acpitable", f"file={SSDT}").read_bytes()
            tables = aml_tables(memory)
            paths = [pathlib.Path(self.directory) / f"table{i}" for i in range(len(tables))]
            for path, table in zip(paths, tables):
                path.write_bytes(table)
            done = subprocess.run([CHANGES, "--changes", *map(str, paths)], capture_output=True,
                                  text=True)
            self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)


class QemuVmclock(Case):
    def test_real_device(self):
        known = subprocess.run([QEMU_VMCLOCK], capture_output=True, text=True)
        if known.returncode != 0:
            self.skipTest(known.stderr.strip())
        for machine in ("q35", "pc"):
            with self.subTest(machine=machine):
                memory = self.memory("-M", machine, "-device", "vmclock",
                                     qemu=known.stdout.strip())
                self.assertEqual(probe(memory), [PAGE, "result ok"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[6:]], verbosity=2)
