# SPDX-License-Identifier: BSD-2-Clause
"""The example with an AML interpreter, built as its users build it: against what was installed, and ACPICA."""

import os
import subprocess
import time
import unittest
from datetime import datetime

from bare import Unikernel
from harness import BOOT, BUILD, HERE, PUBLISHER, setup_of
from vm import session

TABLE = os.path.join(HERE, "computed.asl")


class Interpreter(Unikernel):
    test_example = None

    def acpica(self):
        found = subprocess.run([os.path.join(BOOT, "setup", "acpica-source")], stdout=subprocess.PIPE, text=True,
                               check=False)
        if found.returncode:
            self.skipTest("no sources of ACPICA")
        return found.stdout.strip()

    def assert_tells(self, image, table=None):
        """The time; which then no other page gives: the machine has one."""
        publisher = [PUBLISHER, "--arch", "x86_64", "--authority", "host"]
        before_sec = int(time.time())
        setup = setup_of("shared", image=image, arguments="", table=table, publisher=publisher)
        with session.Session(setup) as running:
            said = running.line(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{9}Z, at most \d+ ns off.*").group(1)
            self.ends(running, 0)
            self.assertFalse([line for line in running.guest.out.lines if "Error" in line])
        told_sec = datetime.fromisoformat(said + "+00:00").timestamp()
        self.assertLessEqual(before_sec, told_sec)
        self.assertLessEqual(told_sec, time.time())

    def test_interpreter(self):
        image = self.build("interpreter", f"-DACPICA={self.acpica()}")
        print(f"{os.path.getsize(image)} bytes")
        self.assert_tells(image)
        self.assert_tells(image, TABLE)
        with session.Session(setup_of("none", image=image, arguments="")) as running:
            running.line("The firmware describes no vmclock device.")
            self.ends(running, 1)

    def test_unsupported(self):
        """The same table without an interpreter."""
        aml = os.path.join(self.directory, "computed")
        session.run_tool(["iasl", "-p", aml, TABLE])
        found = subprocess.run([os.path.join(BUILD, "boot/linux/vmclock-find"), "--keys", aml + ".aml"],
                               capture_output=True, text=True, check=False)
        self.assertIn("result=none\nerror=unsupported\n", found.stdout)


if __name__ == "__main__":
    unittest.main()
