# SPDX-License-Identifier: BSD-2-Clause
"""What vmclock-publish finds in the place of its file, and leaves as it is."""

import os
import struct
import subprocess
import unittest

import file

DUMP = os.path.join(os.environ["VMCLOCK_BUILD"], "boot/linux/vmclock-dump")


class Others(unittest.TestCase):
    setUp, publish, content = file.File.setUp, file.File.publish, file.File.content

    def put(self, content):
        with open(self.path, "wb") as page:
            page.write(content)

    def assert_left(self, text, *options):
        before = self.content()
        run = self.publish(*options)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertRegex(run.stderr, f"(?m)^vmclock-publish: error: file: {self.path}: {text}")
        self.assertEqual(self.content(), before)

    def assert_taken(self):
        run = self.publish()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(struct.unpack_from("<I", self.content())[0], file.MAGIC)

    def test_something_else(self):
        for content in (b"x", b"root:x:0:0:", os.urandom(4096), os.urandom(1 << 20),
                        bytes(4095) + b"x",             # also where the page would lie
                        bytes(0x8001) + b"CD001",       # an image of a CD begins with zeros
                        bytes(5 << 20) + b"x", b"VCL", b"\0VCLK"):
            self.put(content)
            self.assert_left("holds something else than a page")

    def test_behind_a_hole(self):
        with open(self.path, "wb") as page:
            page.seek(3 << 30)
            page.write(b"x")
        size = os.stat(self.path).st_blocks
        run = self.publish()
        self.assertEqual(run.returncode, 1)
        self.assertIn("holds something else", run.stderr)
        self.assertEqual(os.stat(self.path).st_blocks, size)

    def test_symbolic_link(self):
        real = self.path + ".real"
        os.symlink(real, self.path)
        run = self.publish()  # also one that leads nowhere yet
        self.assertEqual(run.returncode, 1)
        self.assertIn("is a symbolic link", run.stderr)
        self.assertFalse(os.path.exists(real))
        with open(real, "wb") as page:
            page.write(bytes(8192))
        self.assert_left("is a symbolic link")
        self.assert_left("is a symbolic link", "--offset", "4096")

    def test_no_regular_file(self):
        os.mkfifo(self.path)
        for options in ((), ("--offset", "0")):
            run = self.publish(*options)
            self.assertEqual(run.returncode, 1)
            self.assertIn("is no regular file", run.stderr)
        os.unlink(self.path)
        self.path = "/dev/zero"
        self.assertIn("is no regular file", self.publish().stderr)

    def test_zeros_and_pages(self):
        for content in (b"", bytes(5), bytes(4096), bytes(1 << 20), b"VCLK",
                        b"VCLK" + os.urandom(4092)):
            self.put(content)
            self.assert_taken()
        self.assert_taken()  # its own
        with open(self.path, "wb") as page:
            page.truncate(4 << 30)
        self.assert_taken_sparse()

    def assert_taken_sparse(self):
        run = self.publish()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertLess(os.stat(self.path).st_blocks, 64)



class Dump(unittest.TestCase):
    def test_numbers(self):
        """As vmclock-publish's: 010 is ten, which is no multiple of 8."""
        for text in ("010", " 8", "+8", "-8", "0X8", "0o10", "8 ", ""):
            done = subprocess.run([DUMP, "/dev/null", f"--offset={text}"], capture_output=True,
                                  text=True, check=False, timeout=20)
            self.assertEqual(done.returncode, 2, text)
            self.assertIn(f"--offset: '{text}' is not a number", done.stderr)


if __name__ == "__main__":
    unittest.main()
