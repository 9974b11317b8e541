# SPDX-License-Identifier: BSD-2-Clause
"""A page in QEMU's memory: where it goes, and every refusal by its name."""

import json
import os
import shutil
import subprocess
import unittest

from guests import DUMP, PUBLISHER, Case, image, verb
from lab import qemu_10

FLASH = 0x07FFF000  # the last page of the virt machine's second flash
RAM_PAGE = 0x300000


class Refusals(Case):
    def assert_refused(self, name, *command, **options):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60,
                              **options)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, f"(?m)^vmclock-(publish|dump): error: {name}: .")
        return done.stderr

    def publish(self, guest, *options):
        return [PUBLISHER, "--qmp", guest.qmp, *options]

    def dump(self, guest, *options):
        done = subprocess.run([DUMP, "--qmp", guest.qmp, "--json", *options], capture_output=True,
                              text=True, check=False, timeout=60)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return json.loads(done.stdout)

    def test_no_device(self):
        guest = self.machine(page="none")
        self.assertIn("-device vmclock", self.assert_refused("device", *self.publish(guest)))
        self.assert_refused("device", DUMP, "--qmp", guest.qmp)

    def test_addresses(self):
        guest = self.machine(page="none")
        self.assert_refused("address", *self.publish(guest, "--phys", "0xfeffb000"))
        self.assert_refused("address", *self.publish(guest, "--phys", hex((256 << 20) - 8)))

    def test_another_process(self):
        guest = self.machine(page="none")
        refused = self.assert_refused("process", *self.publish(guest, "--phys", hex(RAM_PAGE),
                                                               "--pid", str(os.getpid())))
        self.assertIn("--pid", refused)

    def test_permission(self):
        if os.getuid():
            self.skipTest("needs root, to be somebody else")
        guest = self.machine(page="none")
        program = shutil.copy(PUBLISHER, self.directory)
        for path, mode in ((self.directory, 0o755), (guest.directory, 0o777), (guest.qmp, 0o777)):
            os.chmod(path, mode)
        refused = self.assert_refused("permission", program, "--qmp", guest.qmp, "--phys",
                                      hex(RAM_PAGE), user="nobody", extra_groups=[])
        self.assertIn("ptrace_scope", refused)

    def test_two_publishers(self):
        guest = self.machine()
        live = self.publisher(*guest.target)
        live.ready()
        self.assert_refused("control", PUBLISHER, *guest.target)
        self.assertTrue(os.path.exists(guest.qmp + ".vmclock"))
        live.close()
        self.assertFalse(os.path.exists(guest.qmp + ".vmclock"))

    def test_verbs(self):
        guest = self.machine()
        live = self.publisher(*guest.target)
        live.ready()
        for words, text in ((("resume",), "running"), (("migrate-in", "file:/x"), "-incoming defer"),
                            (("save", "x"), "snapshot"), (("save", "x" * 256), "255 bytes"),
                            (("migrate-out", "nowhere:"), "migration")):
            done = verb(guest, *words, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("error: refused: by the publisher: ", done.stderr)
            self.assertIn(text, done.stderr)
            # Nothing is lost by that.
            self.assertTrue(guest.map().until_ok()[-1].right)
        verb(guest, "pause")
        self.assertIn("paused", verb(guest, "pause", check=False).stderr)
        self.assertIn("error: refused: ", verb(guest, "load", "x", check=False).stderr)
        verb(guest, "resume")
        self.assertTrue(guest.map().until_ok()[-1].right)

    def test_wrong_usage(self):
        for words in (("--qmp", "x", "jump"), ("--qmp", "x", "save"), ("--qmp", "x", "pause", "y"),
                      ("--qmp", "x", "--qmp", "y", "pause"), ("--file", "x", "pause"),
                      ("--qmp", "x", "save", 'a"b'), ("--qmp", "x", "save", ""),
                      ("--qmp", "x", "--phys", "4"), ("--file", "x", "--phys", "8"),
                      ("--qmp", "x", "--offset", "8"), ("--file", "x", "--pid", "1")):
            done = subprocess.run([PUBLISHER, *words], capture_output=True, check=False)
            self.assertEqual(done.returncode, 2, words)

    def test_ram_by_address(self):
        guest = self.machine(page="none")
        self.publisher("--qmp", guest.qmp, "--phys", hex(RAM_PAGE)).ready()
        with open(guest.ram, "rb") as file:
            file.seek(RAM_PAGE)
            page = file.read(0x70)
        self.assertEqual((page[:4], page[0x0A]), (b"VCLK", 1))

    def test_flash_by_address(self):
        """Where a guest of Arm's firmware, which maps no other page, can have it."""
        if not os.path.exists(image("aarch64")):
            self.skipTest("no image for aarch64")
        guest = self.machine(arch="aarch64", page="none")
        live = self.publisher("--qmp", guest.qmp, "--phys", hex(FLASH), "--authority", "host")
        live.ready()
        live.close()
        said = self.dump(guest, "--phys", hex(FLASH))
        self.assertEqual((said["state"], said["status"]), ("unsynchronised", "unreliable"))

    def test_dump_of_a_device(self):
        guest = self.machine(page="device", qemu=qemu_10())
        self.assertEqual(self.dump(guest)["state"], "no-clock")
        live = self.publisher("--qmp", guest.qmp, "--authority", "host")
        live.ready()
        live.child.process.kill()
        live.close()
        said = self.dump(guest, "--lint")
        self.assertEqual((said["state"], said["counter"], said["size"]), ("ok", "x86-tsc", 4096))
        self.assertEqual([one["name"] for one in said["findings"] if one["level"] == "wrong"], [])


if __name__ == "__main__":
    unittest.main()
