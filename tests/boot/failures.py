# SPDX-License-Identifier: BSD-2-Clause
"""Machines that do not do their part: boot/run says so, soon, and does not take it for a pass."""

import os
import unittest

from harness import BUILD, Case, build_with, driver_command, setup_of
from vm import session
from vm.failure import Failure

FAULTY = os.path.join(BUILD, "tests", "boot")


class Failures(Case):
    def assert_fails(self, image, *texts, options=(), publisher=None, code=1):
        build = self.subdirectory("build")
        if publisher is None:
            build_with(build, image)
        else:
            build_with(build, image, publisher)
        run = self.run_driver(*options, build=build)
        self.assertEqual(run.process.returncode, code, run.text())
        for text in texts:
            self.assertIn(text, run.text())

    def test_triple_fault(self):
        self.assert_fails(
            os.path.join(FAULTY, "triple_fault.efi"),
            "FAILED: QEMU ended with exit code 0 (the guest fell over, reset or switched off)"
            " while waiting for the guest's report",
        )

    def test_hang(self):
        self.assert_fails(
            os.path.join(FAULTY, "hang.efi"),
            "FAILED: gave up after 7 s of waiting for the guest's report",
            options=("--timeout", "7"),
        )

    def test_half_report(self):
        image = os.path.join(FAULTY, "half_report.efi")
        with session.Session(setup_of("none", image=image, arguments="")) as running:
            running.line("vmclock: half of a report")
            running.line("state=ok")
            with self.assertRaisesRegex(
                Failure, "(?s)gave up after 3 s of waiting for the guest's report.*half of a report"
            ):
                running.report(timeout_s=3)

    def test_no_image(self):
        self.assert_fails(os.path.join(FAULTY, "nothing.efi"), "is not there", code=2)

    def test_not_an_image(self):
        self.assert_fails(
            os.path.abspath(__file__),
            "FAILED: QEMU ended with exit code 1 while",
            "QEMU (errors) said last",
            "invalid kernel header",
        )

    def test_no_qemu(self):
        run = self.watch(driver_command("--qemu", "/nonexistent/qemu"))
        self.assertEqual(run.finish(), 2, run.text())
        self.assertIn("--qemu /nonexistent/qemu: no such program", run.text())
        self.assert_nothing_left(run)

    def test_publisher_fails(self):
        self.assert_fails(
            os.path.join(FAULTY, "hang.efi"),
            "FAILED: the publisher ended with exit code 1 while waiting for the publisher",
            publisher="/bin/false",
        )


if __name__ == "__main__":
    unittest.main()
