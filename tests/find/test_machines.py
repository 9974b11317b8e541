# SPDX-License-Identifier: BSD-2-Clause
"""vmclock-find on the tables of QEMU's machines, as files and as Linux would show them.

Usage: test_machines.py QEMU FIND - SSDT QEMU_VMCLOCK SOURCES QEMU_AARCH64 FDTPUT TEST...
The first five as for test_qemu.py, which lies in SOURCES and gets the tables.
"""
import pathlib
import subprocess
import sys
import unittest

FIND, _, SSDT = sys.argv[2:5]
QEMU_AARCH64, FDTPUT = sys.argv[7:9]
sys.path.insert(0, sys.argv[6])
import command  # noqa: E402
import test_qemu  # noqa: E402

PAGE = (0xFEFFB000, 0x1000, [])


class Case(test_qemu.Case):
    def tables(self, *options, **more):
        """The machine's tables as files in a tree: [their paths], the tree."""
        root = pathlib.Path(self.directory, "root")
        folder = root / "sys/firmware/acpi/tables"
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        paths = []
        for table in test_qemu.aml_tables(self.memory(*options, **more).read_bytes()):
            name = table[:4].decode() + (str(len(paths)) if table[:4] == b"SSDT" else "")
            paths.append(folder / name)
            paths[-1].write_bytes(table)
        return paths, root

    def check(self, devices, tables):
        """The same answer from files, from one file of all, and from the tree."""
        paths, root = tables
        together = pathlib.Path(self.directory, "together")
        together.write_bytes(b"".join(path.read_bytes() for path in paths))
        for arguments in (paths, [together], [f"--sysfs={root}"]):
            answer = command.run(FIND, *arguments)
            self.assertEqual(answer.devices(), devices)
            self.assertEqual(answer.keys["error"], "ok" if devices else "no-device")
            self.assertEqual((answer.refusals(), answer.keys["tables"]), ([], str(len(paths))))


class Machines(Case):
    def test_x86(self):
        for machine in ("q35", "pc", "microvm"):
            with self.subTest(machine=machine):
                has = machine != "microvm"  # which ignores the option
                tables = self.tables("-M", machine, "-acpitable", f"file={SSDT}")
                self.check([PAGE] if has else [], tables)

    def test_arm(self):
        root = pathlib.Path(self.directory, "root")
        tree = root / "sys/firmware/fdt"
        tree.parent.mkdir(parents=True)
        subprocess.run([QEMU_AARCH64, "-accel", "tcg", "-M", f"virt,dumpdtb={tree}", "-display", "none"],
                       check=True, capture_output=True, timeout=60)
        for arguments in (["--fdt", tree], [f"--sysfs={root}"]):
            answer = command.run(FIND, *arguments)
            self.assertEqual((answer.status, answer.keys["error"]), (1, "no-device"))
        node = "/vmclock@46000000"
        subprocess.run([FDTPUT, "-c", tree, node], check=True)
        for kind, name, values in (("s", "compatible", ["amazon,vmclock"]),
                                   ("x", "reg", ["0", "46000000", "0", "1000"]),
                                   ("x", "interrupts", ["0", "70", "1"])):
            subprocess.run([FDTPUT, "-t", kind, tree, node, name, *values], check=True)
        for arguments in (["--fdt", tree], [f"--sysfs={root}"]):
            answer = command.run(FIND, *arguments)
            self.assertEqual(answer.devices(), [(0x46000000, 0x1000, [0, 0x70, 1])])
            self.assertEqual(answer.keys["device1.node"], node)


class RealDevice(Case):
    def test_real_device(self):
        known = subprocess.run([test_qemu.QEMU_VMCLOCK], capture_output=True, text=True)
        if known.returncode != 0:
            self.skipTest(known.stderr.strip())
        self.check([PAGE], self.tables("-M", "q35", "-device", "vmclock", qemu=known.stdout.strip()))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[9:]], verbosity=2)
