# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's own device trees, with a vmclock node added as a user would by fdtput.

Usage: test_qemu.py QEMU FDTPUT FDTGET PROBE CHANGES QEMU_VMCLOCK
QEMU_VMCLOCK: the program that names a QEMU 10 (--check: without fetching one).
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import oracle

QEMU, FDTPUT, FDTGET, PROBE, CHANGES, QEMU_VMCLOCK = sys.argv[1:7]
CELLS = {"reg": "0 46000000 0 1000", "interrupts": "0 55 1"}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def put(tree, node):
    run(FDTPUT, "-c", "-p", tree, node)
    run(FDTPUT, "-t", "s", tree, node, "compatible", "amazon,vmclock")
    for name, cells in CELLS.items():
        run(FDTPUT, "-t", "x", tree, node, name, *cells.split())


class Virt(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = str(pathlib.Path(folder.name, "virt.dtb"))

    def dump(self, qemu, *options):
        run(qemu, "-accel", "tcg", "-M", f"virt,dumpdtb={self.tree}", "-display", "none", *options)

    def expect(self, *devices, result="ok"):
        self.assertEqual(run(PROBE, self.tree).splitlines(), [*devices, f"result {result}"])
        theirs = list(oracle.devices(oracle.Tree(FDTGET, self.tree)))
        self.assertEqual((theirs, oracle.result(theirs)), (list(devices), result))

    def examine(self, qemu):
        self.dump(qemu, "-cpu", "max", "-m", "128M")
        self.expect(result="no-device")
        put(self.tree, "/vmclock@46000000")
        put(self.tree, "/platform-bus@c000000/vmclock@46000000")  # translated by its ranges
        run(FDTPUT, "-t", "x", self.tree, "/platform-bus@c000000/vmclock@46000000", "reg", "123000",
            "1000")
        self.expect("ok 0x46000000 0x1000 irq 0x0 0x55 0x1", "ok 0xc123000 0x1000 irq 0x0 0x55 0x1")

    def test_system(self):
        self.examine(QEMU)
        print(run(CHANGES, "--step", "9", self.tree), file=sys.stderr)

    def test_version_10(self):
        found = subprocess.run([QEMU_VMCLOCK, "aarch64"], capture_output=True, text=True,
                               check=False)
        if found.returncode:
            self.skipTest(found.stderr.strip())
        self.examine(found.stdout.strip())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
