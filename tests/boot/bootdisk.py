# SPDX-License-Identifier: BSD-2-Clause
"""The disk of boot/run --image efi-driver, its firmware's variables and its verdict, without a machine."""

import io
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from contextlib import contextmanager, redirect_stdout
from types import SimpleNamespace
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import lab  # noqa: E402,F401  (the path comes first, and this one adds boot/vm's)
from vm import esp, machines, session, variables  # noqa: E402
from vm.failure import Failure, Missing  # noqa: E402

STORE_BYTES, STORE_HEADER_BYTES, ENTRY_HEADER_BYTES = 256, 28, 60


def flash_of(before=b"before", after=b"after"):
    """With an empty store."""
    store = variables.STORE.bytes_le + struct.pack("<IBBHI", STORE_BYTES, 0x5A, 0xFE, 0, 0)
    return before + store.ljust(STORE_BYTES, b"\xff") + after


class Variables(unittest.TestCase):
    def test_bytes(self):
        """As the header of EDK II has them; the next begins where four bytes do."""
        guid, attributes = variables.GLOBAL, variables.KEPT
        whole = variables.with_variables(flash_of(), [("A", guid, b"xyz", attributes),
                                                      ("Bc", guid, b"", attributes | variables.AUTHENTICATED)])
        self.assertEqual((len(whole), whole[:6], whole[-5:]), (len(flash_of()), b"before", b"after"))
        entries = whole[6 + STORE_HEADER_BYTES:]
        first = (b"\xaa\x55\x3f\x00" + b"\x07\0\0\0" + bytes(8) + bytes(16) + bytes(4) + b"\x04\0\0\0" +
                 b"\x03\0\0\0" + guid.bytes_le + b"A\0\0\0xyz\xff")
        time = b"\xd1\x07\x01\x01\x00\x00\x00\x00" + bytes(8)
        second = (b"\xaa\x55\x3f\x00" + b"\x27\0\0\0" + bytes(8) + time + bytes(4) + b"\x06\0\0\0" +
                  bytes(4) + guid.bytes_le + b"B\0c\0\0\0\xff\xff")
        self.assertEqual(entries[:len(first)], first)
        self.assertEqual(entries[len(first):len(first + second)], second)
        rest = entries[len(first + second):-5]
        self.assertEqual(rest, b"\xff" * len(rest))

    def test_room(self):
        most = STORE_BYTES - STORE_HEADER_BYTES - ENTRY_HEADER_BYTES - 4
        whole = variables.with_variables(flash_of(), [("A", variables.GLOBAL, b"x" * most, 7)])
        self.assertEqual(whole[-7:], b"xxafter")
        with self.assertRaisesRegex(ValueError, "too small"):
            variables.with_variables(flash_of(), [("A", variables.GLOBAL, b"x" * (most + 1), 7)])

    def test_values(self):
        self.assertEqual(variables.order(0, 0x102), b"\0\0\x02\x01")
        self.assertEqual(variables.load_option("\\a", "b", "c"),
                         b"\x01\0\0\0" + b"\x0e\0" + b"c\0\0\0" + b"\x04\x04\x0a\0" + b"\\\0a\0\0\0" +
                         b"\x7f\xff\x04\0" + b"b\0")


class Disk(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name

    def file(self, name, content=b""):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    @unittest.skipUnless(shutil.which("mformat"), "no mtools")
    def test_files(self):
        path = os.path.join(self.folder, "disk.img")
        esp.make_disk(path, {"a/b/c.efi": self.file("c", b"of a file"), "a/b/d": b"of bytes", "a/e": b"",
                             "f": b"on top"})
        self.assertEqual(os.path.getsize(path), 64 << 20)
        for name, content in (("a/b/c.efi", b"of a file"), ("a/b/d", b"of bytes"), ("a/e", b""), ("f", b"on top")):
            told = subprocess.run(["mtype", "-i", path, f"::/{name}"], capture_output=True, check=True).stdout
            self.assertEqual(told, content, name)
        listed = subprocess.run(["mdir", "-i", path, "::/"], capture_output=True, check=True).stdout
        self.assertIn(b"is ESP", listed)

    def test_tool_fails(self):
        with self.assertRaisesRegex(Failure, "^sh -c 'echo why >&2; exit 3' failed: why\n$"):
            esp._mtool("sh", "-c", "echo why >&2; exit 3")
        with self.assertRaisesRegex(Missing, r"^no-such-tool not found: it makes the disk \(Debian: mtools\)"):
            esp._mtool("no-such-tool")

    def test_firmware(self):
        """The first pair that is whole."""
        first, second = (self.file("code"), "/nowhere/vars"), (self.file("code2"), self.file("vars2"))
        with mock.patch.object(esp, "FLASH", (first, second)):
            self.assertEqual(esp._firmware(), second)
        with mock.patch.object(esp, "FLASH", (first, ("/nowhere/a", "/nowhere/b"))), \
                self.assertRaisesRegex(Missing, f"looked for {first[0]}, /nowhere/a$"):
            esp._firmware()

    def test_kernel(self):
        """By the script, which says where it is."""
        for code, printed in ((0, "a/kernel\n"), (1, "")):
            done = SimpleNamespace(returncode=code, stdout=printed)
            with mock.patch.object(esp.subprocess, "run", return_value=done) as run:
                if code:
                    with self.assertRaisesRegex(Missing, "no Linux kernel"):
                        esp._kernel()
                else:
                    self.assertEqual(esp._kernel(), "a/kernel")
            script, = run.call_args.args[0]
            self.assertTrue(os.access(script, os.X_OK), script)

    def test_setup(self):
        pair = self.file("code.fd"), self.file("vars.fd", flash_of())
        machine, _ = machines.choose("efi-driver", "x86_64")
        with mock.patch.object(esp, "FLASH", (pair,)), mock.patch.object(esp, "_kernel", return_value="kernel"), \
                mock.patch.object(esp, "make_disk") as make_disk:
            with mock.patch.object(esp, "SYSTEMD_BOOT", "/nowhere/boot"), \
                    self.assertRaisesRegex(Missing, "^no systemd-boot: /nowhere/boot "):
                esp.setup_of(machine, "driver.efi", "qemu", ["publish"], self.folder)
            manager = self.file("boot.efi")
            with mock.patch.object(esp, "SYSTEMD_BOOT", manager):
                setup = esp.setup_of(machine, "driver.efi", "qemu", ["publish"], self.folder)
        disk, files = make_disk.call_args.args
        self.assertEqual((files["EFI/BOOT/BOOTX64.EFI"], files["EFI/systemd/drivers/vmclock-driver-x64.efi"],
                          files["vmlinuz"]), (manager, "driver.efi", "kernel"))
        kept = os.path.join(self.folder, "variables.fd")
        words = " ".join(" ".join(group) for group in setup.qemu_command("/d"))
        for part in (f"-drive if=pflash,format=raw,unit=0,readonly=on,file={pair[0]}",
                     f"-drive if=pflash,format=raw,unit=1,snapshot=on,file={kept}",
                     f"-drive format=raw,snapshot=on,file={disk}", "-rtc base=2001-01-01T00:00:00"):
            self.assertIn(part, words)
        with open(kept, "rb") as file:
            self.assertEqual(file.read(), variables.with_variables(flash_of(), [esp.ALWAYS]))


class Verdict(unittest.TestCase):
    """Of the kernel's line, at this host's second 1000."""

    def boot(self, kernel_sec, host_sec=1000.0, timeout=20.0, print_command=False):
        line = f"[ 1.0] rtc_cmos 00:04: setting system clock to 2001-01-01T00:00:00 UTC ({kernel_sec})"
        waited = []

        def told(pattern, timeout_s):
            waited.append(timeout_s)
            return re.fullmatch(pattern, line)

        @contextmanager
        def running(_setup):
            yield SimpleNamespace(line=told)

        setup = session.Setup(machines.Q35._replace(cpu="max", firmware=machines.NONE), "image", "", "/the/qemu")
        with mock.patch.object(session, "Session", running), \
                mock.patch.object(esp.time, "time", return_value=host_sec), redirect_stdout(io.StringIO()) as out:
            esp.boot(lambda _scratch: setup, SimpleNamespace(timeout=timeout, print_command=print_command))
        return out.getvalue(), waited

    def test_right(self):
        for off_sec in (-4, 0, 4):
            said, waited = self.boot(1000 + off_sec)
            self.assertIn("clock started in 2001 has this host's time: 2001-01-01T00:00:00\n", said)
            self.assertEqual(waited, [600.0])
        self.assertEqual(self.boot(1000, timeout=700.0)[1], [700.0])

    def test_wrong(self):
        for kernel_sec, host_sec, told in ((995, 1000.0, "-5.0"), (1005, 1000.0, r"\+5.0"), (1000, 1004.25, "-4.2")):
            with self.assertRaisesRegex(Failure, f"^the kernel's clock is {told} s off this host's$"):
                self.boot(kernel_sec, host_sec)

    def test_print_command(self):
        said, waited = self.boot(1000, print_command=True)
        self.assertEqual(waited, [])
        self.assertTrue(said.startswith("/the/qemu \\\n    -accel tcg \\\n    -machine q35 \\\n"), said)


if __name__ == "__main__":
    unittest.main()
