# SPDX-License-Identifier: BSD-2-Clause
"""An image that takes all memory (tests/images/memory.c): it gets what the machine has behind the image, and
all that is somebody else's is as it was; on machines as they are, and with maps that are made for it.
"""

import os
import re
import subprocess
import unittest

from bare import command_of
from harness import THIS, Case, setup_of
from vm import child, commands

DIRECTORY = os.path.dirname(THIS.path)
MIB = 1 << 20
RESERVED = "        ranges;\n"
RAM_BASE, RAM_END = 0x40000000, 0x50000000
PAGE_PHYS = 0x46000000
MARK = bytes(range(1, 252))


def cells(phys, length):
    return f"<0x0 {phys:#x} 0x0 {length:#x}>"


class Memory(Case):
    def setUp(self):
        super().setUp()
        # Where the machine's memory is a file, all of that is written.
        self.directory = self.enterContext(child.scratch_directory())

    def run_to_end(self, words):
        """The bytes that the image was given, from the first to the last."""
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, THIS.machine.exit_status(0), done)
        first, end = re.search(r"(?m)^memory (0x[0-9a-f]+) (0x[0-9a-f]+)\r?$", done.stdout).groups()
        return int(first, 16), int(end, 16)

    def assert_given(self, given, end, spare=MIB):
        """Behind the image, and up to end but for what the machine's firmware has there."""
        self.assertLess(given[0], 0x40800000 if THIS.arch == "aarch64" else 2 * MIB)
        self.assertLessEqual(given[1], end, f"{given[1]:#x}, not {end:#x}")
        self.assertGreater(given[1], end - spare, f"{given[1]:#x}, not {end:#x}")


@unittest.skipUnless(THIS.arch == "x86_64", "the other machine's")
class X86(Memory):
    IMAGES = ("memory.elf", "memory-multiboot.elf")

    def setup(self, image, page="shared", **more):
        return setup_of(page, image=os.path.join(DIRECTORY, image), arguments="", **more)

    def test_as_they_are(self):
        for image in self.IMAGES:
            with self.subTest(image):
                words = command_of(self.setup(image), self.directory)
                self.assert_given(self.run_to_end(words), 256 * MIB)

    def test_above_4g(self):
        """Most of the memory is there, behind a hole."""
        qemu = self.qemu_with_vmclock()
        for image in self.IMAGES:
            with self.subTest(image):
                setup = self.setup(image, page="device", qemu=qemu,
                                   extra=("-machine max-ram-below-4g=64M",))
                words = [word for group in setup.qemu_command(self.directory) for word in group]
                self.assert_given(self.run_to_end(words), 64 * MIB)


@unittest.skipUnless(THIS.arch == "aarch64", "the other machine's")
class Arm(Memory):
    def source(self, *changes):
        """The tree's source, changed."""
        with open(os.path.join(commands.HERE, THIS.machine.pages["shared"].table),
                  encoding="utf-8") as good:
            text = good.read()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        path = os.path.join(self.directory, "other.dts")
        with open(path, "w", encoding="utf-8") as other:
            other.write(text)
        return path

    def reserve(self, tree, phys, length):
        """An entry of the tree's memory reservation block."""
        subprocess.run(["dtc", "-q", "-q", "-I", "dtb", "-O", "dtb", "-R", "1", "-o", tree + ".new", tree],
                       check=True)
        with open(tree + ".new", "rb") as old, open(tree, "wb") as new:
            content = bytearray(old.read())
            at = int.from_bytes(content[16:20], "big")
            self.assertEqual(content[at:at + 32], bytes(32))
            content[at:at + 16] = phys.to_bytes(8, "big") + length.to_bytes(8, "big")
            new.write(content)

    def boot(self, end, *changes, taken=(), image="memory.elf", phys=PAGE_PHYS, block=None):
        """taken: what is marked before, and has to be so behind it."""
        setup = setup_of("shared", image=os.path.join(DIRECTORY, image), arguments="",
                         table=self.source(*changes))
        setup.page = setup.page._replace(offset=phys - RAM_BASE)
        words = command_of(setup, self.directory)
        files = setup.files(self.directory)
        if block:
            self.reserve(files.dtb, *block)
        with open(files.page, "r+b") as ram:
            for at in taken:
                ram.seek(at - RAM_BASE)
                ram.write(MARK)
        self.assert_given(self.run_to_end(words), end, 4096 * 2)
        with open(files.page, "rb") as ram:
            for at in taken:
                ram.seek(at - RAM_BASE)
                self.assertEqual(ram.read(len(MARK)), MARK, hex(at))

    def test_as_they_are(self):
        for image in ("memory.elf", "memory.img"):
            with self.subTest(image):
                self.boot(PAGE_PHYS, image=image)

    def test_page_not_reserved(self):
        self.boot(PAGE_PHYS, ("        vmclock@46000000 {\n            reg",
                              "        vmclock@4f000000 {\n            reg"),
                  ("reg = <0x0 0x46000000 0x0 0x1000>;\n        };\n    };",
                   "reg = <0x0 0x4f000000 0x0 0x1000>;\n        };\n    };"))

    def test_second_range(self):
        """Of a reserved node."""
        both = f"{cells(0x4e000000, 4096)}, {cells(0x43000000, 4096)}"
        self.boot(0x43000000, (RESERVED, RESERVED + "other@43000000 { reg = %s; };" % both),
                  taken=(0x43000000, 0x4e000000))

    def test_overlapping(self):
        """Reserved ranges within one another, and in an order of their own."""
        nodes = "".join(f"\n{name}@{phys:x} {{ reg = {cells(phys, length)}; }};" for name, phys, length in
                        (("a", 0x44000000, 0x1000000), ("b", 0x43800000, 0x1000000),
                         ("c", 0x44100000, 0x1000), ("d", 0x43900000, 0)))
        self.boot(0x43800000, (RESERVED, RESERVED + nodes), taken=(0x43800000, 0x44000000, 0x44100000))

    def test_reservation_block(self):
        self.boot(0x44000000, taken=(0x44000000,), block=(0x44000000, 4096))

    def test_tree_behind_the_image(self):
        """Where a Linux Image finds it; the page is farther up."""
        self.boot(0x48000000, ("46000000", "4f000000"), image="memory.img", phys=0x4f000000)


if __name__ == "__main__":
    unittest.main()
