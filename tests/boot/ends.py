# SPDX-License-Identifier: BSD-2-Clause
"""However boot/run ends, no process and no file stays behind; and what it prints can be copied."""

import os
import signal
import time
import unittest
from contextlib import suppress

from harness import Case, driver_command, setup_of
from vm import session


class Ends(Case):
    def assert_ends(self, run, number):
        """Sends the signal and expects the run to end by it, leaving nothing."""
        run.process.send_signal(number)
        self.assertEqual(run.finish(15), 128 + number, run.text())
        self.assert_nothing_left(run)

    def started(self, *options):
        run = self.watch(driver_command(*options))
        # The machine and all its files are there: the interesting moments begin.
        self.assertTrue(run.wait_for(lambda: len(os.listdir(run.directory)) > 0), run.text())
        return run

    def test_interrupt_at_start(self):
        for wait_s in (0, 0.03, 0.1, 0.3):
            with self.subTest(wait_s=wait_s):
                run = self.started()
                time.sleep(wait_s)
                self.assert_ends(run, signal.SIGINT)

    def test_interrupt_in_boot(self):
        run = self.started()
        self.assertTrue(run.wait_for(lambda: len(run.processes()) >= 3), run.text())
        self.assert_ends(run, signal.SIGINT)

    def test_terminate_after_check(self):
        run = self.started("--keep-running")
        self.assertTrue(run.wait_for(lambda: run.said("Ctrl-C ends them")), run.text())
        self.assertTrue(run.wait_for(lambda: run.said("readings (")), run.text())
        self.assertEqual(len(run.processes()), 3, run.text())
        self.assert_ends(run, signal.SIGTERM)

    def test_killed(self):
        run = self.started("--keep-running")
        self.assertTrue(run.wait_for(lambda: len(run.processes()) >= 3), run.text())
        run.process.kill()
        run.finish()
        # Nobody is there to remove its files, but nothing runs on.
        self.assertTrue(run.gone(), run.text())

    def test_exception(self):
        with self.assertRaises(ZeroDivisionError):
            with session.Session(setup_of("none")) as running:
                directory = running.directory
                process = running.guest.process
                self.assertTrue(os.path.isdir(directory))
                running.report()
                self.assertIsNone(process.poll())
                raise ZeroDivisionError
        self.assertFalse(os.path.exists(directory))
        self.assertIsNotNone(process.poll())

    def test_guest_ends(self):
        run = self.started("--keep-running")
        self.assertTrue(run.wait_for(lambda: run.said("readings (")), run.text())
        for process in run.processes():
            with suppress(FileNotFoundError, ProcessLookupError):  # a tool's, which has ended
                with open(f"/proc/{process}/comm", encoding="ascii") as name:
                    if name.read().startswith("qemu"):
                        os.kill(process, signal.SIGTERM)
        self.assertEqual(run.finish(15), 0, run.text())
        self.assertTrue(run.said("guest or the publisher has ended"), run.text())
        self.assert_nothing_left(run)

    def test_print_command(self):
        printed = self.run_driver("--print-command")
        self.assertEqual(printed.process.returncode, 0, printed.text())
        script = os.path.join(self.directory, "copied.sh")
        with open(script, "w", encoding="utf-8") as copy:
            copy.write("\n".join(printed.out.lines) + "\n")
        run = self.watch(["sh", "-eu", script], cwd=self.directory)
        self.assertTrue(run.wait_for(lambda: run.said("rtc_ahead_ms=")), run.text())
        self.assertTrue(run.said("state=ok"), run.text())
        self.assertTrue(run.said("bound_kind=max"), run.text())
        # "run" is cleared by the test's clean-up, which finds all its processes.


if __name__ == "__main__":
    unittest.main()
