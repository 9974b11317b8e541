# SPDX-License-Identifier: BSD-2-Clause
"""vmclock-publish and its file: where the page goes, and what stays untouched."""

import os
import struct
import subprocess
import tempfile
import unittest

PUBLISHER = os.path.join(os.environ["VMCLOCK_BUILD"], "boot/linux/vmclock-publish")
MAGIC = 0x4B4C4356
PAGE_BYTES = 0x70
NO_COUNTER = "counter: "  # the publisher's refusal on a host without a usable counter


class File(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="vmclock-test-")
        self.addCleanup(scratch.cleanup)
        self.path = os.path.join(scratch.name, "ram")

    def publish(self, *options):
        run = subprocess.run([PUBLISHER, "--file", self.path, "--once", "--tai-offset", "37",
                              *options],
                             capture_output=True, text=True, check=False, timeout=20)
        if f"error: {NO_COUNTER}" in run.stderr:
            self.skipTest(run.stderr.strip())
        return run

    def content(self):
        with open(self.path, "rb") as file:
            return file.read()

    def assert_page_at(self, offset, *options, length=0x10000):
        before = os.urandom(length)
        with open(self.path, "wb") as file:
            file.write(before)
        run = self.publish("--offset", str(offset), *options)
        self.assertEqual(run.returncode, 0, run.stderr)
        after = self.content()
        self.assertEqual(len(after), length)
        magic, _size, version, _id, _type, seq = struct.unpack_from("<IIHBBI", after, offset)
        self.assertEqual((magic, version, seq % 2), (MAGIC, 1, 0))
        self.assertEqual(after[:offset], before[:offset])
        self.assertEqual(after[offset + PAGE_BYTES:], before[offset + PAGE_BYTES:])

    def test_offset(self):
        self.assert_page_at(0)
        self.assert_page_at(0x2000)
        self.assert_page_at(0x10000 - 0x1000)

    def test_offset_within_a_frame(self):
        self.assert_page_at(0x2FF8)
        self.assert_page_at(0x10000 - PAGE_BYTES, "--size", str(PAGE_BYTES))

    def test_offset_beyond_4_gib(self):
        with open(self.path, "wb") as file:
            file.truncate(0x100002000)
        run = self.publish("--offset", "0x100001000")
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(self.path, "rb") as file:
            self.assertEqual(file.read(4), bytes(4))
            file.seek(0x100001000)
            self.assertEqual(struct.unpack("<I", file.read(4))[0], MAGIC)

    def assert_refused(self, code, text, *options):
        run = self.publish(*options)
        self.assertEqual(run.returncode, code, run.stderr)
        self.assertIn(text, run.stderr)

    def test_file_with_offset_is_not_made(self):
        self.assert_refused(1, "error: file: ", "--offset", "0")
        self.assertFalse(os.path.exists(self.path))

    def test_file_with_offset_is_not_lengthened(self):
        with open(self.path, "wb") as file:
            file.write(bytes(8191))
        self.assert_refused(1, "8191 bytes, too few for a page of 4096 at 4096",
                            "--offset", "4096")
        self.assertEqual(self.content(), bytes(8191))

    def test_wrong_offsets(self):
        for text in ("4", "-8", "x", "0x7fffffffffffffff"):
            self.assert_refused(2, "--offset", "--offset", text)

    def test_file_is_made(self):
        run = self.publish()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(len(self.content()), 4096)
        self.assertEqual(struct.unpack_from("<I", self.content())[0], MAGIC)


if __name__ == "__main__":
    unittest.main()
