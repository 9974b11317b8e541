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
sys.path.insert(0, os.path.dirname(HERE))

from lab import BOOT, qemu_10  # noqa: E402  (the path comes first)
from vm import child, machines, session  # noqa: E402

BUILD = os.environ["VMCLOCK_BUILD"]
QEMUS = {arch: os.environ.get(f"VMCLOCK_QEMU_{arch.upper()}") or shutil.which(f"qemu-system-{arch}")
         for arch in ("x86_64", "aarch64")}
# What is booted where, if not said: image, architecture and, unless the first of each, machine, CPU
# and firmware.
SUBJECT = os.environ.get("VMCLOCK_SUBJECT", "efi-check x86_64").split()
PUBLISHER = os.path.join(BUILD, "boot/linux/vmclock-publish")
MARK = "VMCLOCK_TEST_MARK"
TIMEOUT_S = 120  # of one run of boot/run


class Subject:
    """A row of the table of machines and images."""

    def __init__(self, image, arch, *choice):
        self.image = machines.IMAGES[image]
        self.arch = arch
        self.name = "-".join(choice)  # of machine and CPU
        self.machine, target = machines.choose(image, arch, *choice)
        self.file = target.file
        self.path = os.path.join(BUILD, target.file)
        self.hardware = self.machine.hardware or arch
        self.qemu = QEMUS[self.hardware]


THIS = Subject(*SUBJECT)
CHECK_FILE = machines.IMAGES["efi-check"].targets["x86_64"].file
QEMU = QEMUS["x86_64"]


def setup_of(page, content=None, qemu=None, image=None, arguments=None, publisher=None, **more):
    """The subject's machine with a page that comes in the way that is named, and the subject's image,
    if not said."""
    return session.Setup(THIS.machine, image or THIS.path,
                         THIS.image.arguments if arguments is None else arguments,
                         qemu or THIS.qemu, page, content, publisher,
                         **{"narrowest_ns": THIS.image.narrowest_ns, **more})


def publishing(image=None, arguments=None):
    """The same with a page that is published live."""
    publisher = [PUBLISHER, "--arch", THIS.hardware, "--authority", "host"]
    return setup_of("shared", image=image, arguments=THIS.image.live if arguments is None else arguments,
                    publisher=publisher)


def driver_command(*options, build=BUILD):
    names = ("--image", "--arch", "--machine", "--cpu", "--firmware")
    command = [sys.executable, "-BP", "-m", "vm", "--build", build]
    command += [word for pair in zip(names, SUBJECT) for word in pair]
    if "--qemu" not in options:
        command += ["--qemu", THIS.qemu]
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
        return qemu_10(THIS.arch)

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
