# SPDX-License-Identifier: BSD-2-Clause
"""An image that does what its CPU cannot (tests/images/fault.c): the machine says what and where, and ends with the
code for that."""

import os
import re
import subprocess
import unittest

from bare import command_of
from harness import THIS, Case, setup_of
from vm import child

FAULT = 30  # PLATFORM_CODE_FAULT
NOWHERE = 1 << 40
SAYS = {"x86_64": r"CPU exception ([0-9a-f]{16}) at ([0-9a-f]{16}), address ([0-9a-f]{16})",
        "aarch64": r"exception: ESR 0x([0-9a-f]{16}) ELR 0x([0-9a-f]{16}) FAR 0x([0-9a-f]{16})"}
# By the x86 manual's vectors, and the exception classes of Arm's syndrome register.
UNDEFINED = {"x86_64": 6, "aarch64": 0x00}
UNMAPPED = {"x86_64": 14, "aarch64": 0x25}
CLASS_SHIFT = {"x86_64": 0, "aarch64": 26}


class Fault(Case):
    def setUp(self):
        super().setUp()
        self.directory = self.enterContext(child.scratch_directory())

    def run_to_end(self, word, code):
        setup = setup_of("shared", image=os.path.join(os.path.dirname(THIS.path), "fault.elf"), arguments=word)
        done = subprocess.run(command_of(setup, self.directory), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, THIS.machine.exit_status(code), done)
        return done.stdout

    def told(self, word):
        """What it was, and of which address it says so; it is that of the instruction."""
        said = self.run_to_end(word, FAULT)
        where, = re.findall(r"(?m)^fault 0x([0-9a-f]+)\r?$", said)
        what, at, address = (int(digits, 16) for digits in
                             re.search(rf"(?m)^{SAYS[THIS.arch]}\r?\n\Z", said).groups())
        self.assertEqual(at, int(where, 16), said)
        return what >> CLASS_SHIFT[THIS.arch], address

    def test_fault(self):
        self.assertEqual(self.told("undefined")[0], UNDEFINED[THIS.arch])
        self.assertEqual(self.told("unmapped"), (UNMAPPED[THIS.arch], NOWHERE))
        self.assertNotIn("exception", self.run_to_end("neither", 0))


if __name__ == "__main__":
    unittest.main()
