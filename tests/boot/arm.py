# SPDX-License-Identifier: BSD-2-Clause
"""What only the room boot/bare/arm does: trees of all sorts, exceptions, and an end without a debugger."""

import os
import re
import subprocess
import unittest

from bare import ICOUNT, command_of
from harness import THIS, Case, setup_of
from reports import page
from vm import commands, session

SOURCE = os.path.join(commands.HERE, THIS.machine.pages["shared"].table)
FAULT = 30  # PLATFORM_CODE_FAULT
NODE = "reg = <0x0 0x46000000 0x0 0x1000>;"
BIG = 1 << 20  # bytes, of QEMU's own trees


class Arm(Case):
    def tree(self, node):
        """The tree's source with another node for the page."""
        with open(SOURCE, encoding="utf-8") as source:
            before, after = source.read().rsplit(NODE, 1)
        path = os.path.join(self.directory, "other.dts")
        with open(path, "w", encoding="utf-8") as other:
            other.write(before + node + after)
        return path

    def run_alone(self, words, timeout_s=30):
        return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout_s, check=False)

    def test_nothing_there(self):
        """A tree that names an address where nothing is: the CPU's exception is told, and ends it."""
        table = self.tree("reg = <0x0 0xb000000 0x0 0x1000>;")
        done = self.run_alone(command_of(setup_of("shared", page(), table=table), self.directory))
        self.assertRegex(done.stdout, r"(?m)^exception: ESR 0x0000000096000010 ELR 0x[0-9a-f]{16}"
                                      r" FAR 0x000000000b000000\r?$")
        self.assertEqual(done.returncode, THIS.machine.exit_status(FAULT), done)

    def test_out_of_reach(self):
        table = self.tree("reg = <0x80 0x0 0x0 0x1000>;")  # 512 GiB
        with session.Session(setup_of("shared", page(), table=table)) as running:
            _lines, report = running.report()
            self.assertEqual(report.values["state"], "no-device")
            self.assertEqual(report.values["error"], "map")
            running.finish("no-device")

    def test_no_semihosting(self):
        """The firmware switches the machine off."""
        options = tuple(option for option in THIS.machine.options if "semihosting" not in option)
        setup = setup_of("shared", page(), arguments="")
        setup.machine = setup.machine._replace(options=options)
        done = self.run_alone(command_of(setup, self.directory))
        self.assertIn("state=ok", done.stdout)
        self.assertEqual(done.returncode, 0, done)

    def instructions(self, words, image):
        words = [image if word == THIS.path else word for word in words]
        done = self.run_alone(words)
        self.assertIn("state=ok", done.stdout, done)
        return int(re.search(r"first reading (\d+) ticks", done.stdout).group(1))

    def test_print_command(self):
        """What is printed can be copied."""
        printed = self.run_driver("--image", "date", "--arch", THIS.arch, "--machine", THIS.name,
                                  "--qemu", THIS.qemu, "--print-command")
        self.assertEqual(printed.process.returncode, 0, printed.text())
        script = os.path.join(self.directory, "copied.sh")
        with open(script, "w", encoding="utf-8") as copy:
            copy.write("\n".join(printed.out.lines) + "\n")
        run = self.watch(["sh", "-eu", script], cwd=self.directory)
        self.assertTrue(run.wait_for(lambda: run.said("rtc_ahead_ms="), 30), run.text())
        self.assertTrue(run.said("state=ok"), run.text())
        # "run" is cleared by the test's clean-up, which finds all its processes.

    def test_big_tree(self):
        """A tree that is mostly room, as QEMU's own ones are, costs what is in it."""
        setup = setup_of("shared", page(), arguments="", extra=ICOUNT)
        words = command_of(setup, self.directory)
        images = THIS.path, THIS.path.replace(".elf", ".img")
        small = [self.instructions(words, image) for image in images]
        tree = setup.files(self.directory).dtb
        session.run_tool(["dtc", "-q", "-q", "-I", "dtb", "-O", "dtb", "-S", str(BIG), "-o", tree,
                          tree])
        self.assertEqual(os.path.getsize(tree), BIG)
        big = [self.instructions(words, image) for image in images]
        print(f"instructions with a small tree {small}, with a big one {big}")
        for one, other in zip(small, big):
            self.assertLess(abs(one - other), 100)


if __name__ == "__main__":
    unittest.main()
