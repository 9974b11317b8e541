# SPDX-License-Identifier: BSD-2-Clause
"""What the boot tests share: where things are, how a machine or boot/run is started and watched."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
BOOT = os.path.join(TREE, "boot")
sys.path.insert(0, BOOT)

from vm import child, machines, session  # noqa: E402  (the path comes first)

BUILD = os.environ["VMCLOCK_BUILD"]
QEMU = os.environ.get("VMCLOCK_QEMU_X86_64") or shutil.which("qemu-system-x86_64")
CHECK = machines.IMAGES["efi-check"]
MACHINE, CHECK_TARGET = machines.choose("efi-check", "x86_64")
CHECK_FILE = CHECK_TARGET.file
CHECK_PATH = os.path.join(BUILD, CHECK_FILE)
PUBLISHER = os.path.join(BUILD, "boot/linux/vmclock-publish")
MARK = "VMCLOCK_TEST_MARK"
TIMEOUT_S = 120  # of one run of boot/run


def setup_of(page, content=None, qemu=QEMU, image=CHECK_PATH, arguments=CHECK.arguments,
             publisher=None):
    """A machine whose page comes in the way that is named; with the EFI time check, if not said."""
    return session.Setup(MACHINE, image, arguments, qemu, page, content, publisher)


def publishing(image=CHECK_PATH, arguments=CHECK.arguments):
    """The same with a page that is published live."""
    publisher = [PUBLISHER, "--arch", "x86_64", "--authority", "host"]
    return setup_of("shared", image=image, arguments=arguments, publisher=publisher)


def driver_command(*options, build=BUILD):
    command = [sys.executable, "-BP", "-m", "vm", "--build", build]
    if "--qemu" not in options:
        command += ["--qemu", QEMU]
    return [*command, *options]


def build_with(directory, image, publisher=PUBLISHER):
    """Makes directory look like a build whose EFI time check is another image."""
    for name, target in ((CHECK_FILE, image), ("boot/linux/vmclock-publish", publisher)):
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)
    return directory


class Watched:
    """A run in a session of its own whose processes and files can all be found afterwards."""

    def __init__(self, command, directory, cwd=None):
        self.mark = uuid.uuid4().hex
        self.directory = directory  # where its scratch directory goes
        environment = dict(os.environ, PYTHONPATH=BOOT, TMPDIR=directory)
        environment[MARK] = self.mark
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.out = child.Lines(self.process.stdout)
        self.err = child.Lines(self.process.stderr)

    def wait_for(self, done, timeout_s=TIMEOUT_S):
        """True once done() is."""
        return child.wait_until(done, [self], timeout_s)

    def said(self, text):
        return any(text in line for line in self.out.lines)

    def finish(self, timeout_s=TIMEOUT_S):
        """The exit code."""
        if not self.wait_for(lambda: self.process.poll() is not None, timeout_s):
            raise AssertionError(f"still running after {timeout_s} s:\n{self.text()}")
        self.out.take()
        self.err.take()
        return self.process.returncode

    def text(self):
        return "\n".join(self.out.lines + self.err.lines)

    def processes(self):
        """The ids of all processes that this run has started and that still run."""
        wanted = f"{MARK}={self.mark}".encode()
        found = []
        for entry in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if entry.isdigit():
                    with open(f"/proc/{entry}/environ", "rb") as environment:
                        if wanted in environment.read().split(b"\0"):
                            found.append(int(entry))
        return found

    def gone(self, timeout_s=3):
        """True when no process of the run is left, or is not for long."""
        limit = time.monotonic() + timeout_s
        while self.processes():
            if time.monotonic() > limit:
                return False
            time.sleep(0.02)
        return True

    def clear(self):
        """Ends what is left, for tests that fail."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, 9)
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Case(unittest.TestCase):
    """A test with a directory of its own, and watched runs that end with it."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="vmclock-test-")
        self.addCleanup(shutil.rmtree, self.directory)

    def subdirectory(self, name):
        return tempfile.mkdtemp(prefix=name + "-", dir=self.directory)

    def qemu_with_vmclock(self):
        """A QEMU of version 10 or later, with the real device; else the test is skipped."""
        found = subprocess.run([os.path.join(BOOT, "setup", "qemu-vmclock")],
                               capture_output=True, text=True, check=False)
        if found.returncode != 0:
            self.skipTest(f"no QEMU with the vmclock device: {found.stderr.strip()}")
        return found.stdout.strip()

    def watch(self, command, cwd=None):
        watched = Watched(command, self.subdirectory("scratch"), cwd)
        self.addCleanup(watched.clear)
        return watched

    def run_driver(self, *options, build=BUILD):
        """Runs boot/run's driver to its end; the exit code is in .process.returncode."""
        watched = self.watch(driver_command(*options, build=build))
        watched.finish()
        self.assert_nothing_left(watched)
        return watched

    def assert_nothing_left(self, watched):
        self.assertTrue(watched.gone(), f"left running: {watched.processes()}\n{watched.text()}")
        self.assertEqual(os.listdir(watched.directory), [], "files left behind")
