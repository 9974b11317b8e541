# SPDX-License-Identifier: BSD-2-Clause
"""Machines that answer through a word of shared RAM, and the publisher that gives them their time."""

import contextlib
import glob
import mmap
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from lab.disks import empty_qcow2  # noqa: E402  (the path comes first)
from vm import child, commands, machines, report  # noqa: E402

BUILD = os.environ["VMCLOCK_BUILD"]
PUBLISHER = os.path.join(BUILD, "boot/linux/vmclock-publish")
ASK = os.path.join(BUILD, "tests/live/ask")
DUMP = os.path.join(BUILD, "boot/linux/vmclock-dump")
TIMEOUT_S = 30
PAUSE_S = 0.001  # between looks, where nothing hangs on the moment
# A busy process that rests at the end of each second, together with the others. The publisher's
# intervals, of a tenth of one, mostly are within the load.
LOAD = """
import time
while True:
    of_second_s = time.monotonic() % 1
    if of_second_s > 0.95:
        time.sleep(1 - of_second_s)
"""
STATES = {code: name for name, code in report.states().items()}
MAGIC = 0x6B636F6C636D7678
KVM_FOLDERS = "/sys/kernel/debug/kvm"

# How a guest's RAM is shared, and where it begins; on Arm that is where the page is, too.
SHARED_RAM = ("-object memory-backend-file,id=ram,mem-path={directory}/ram,size=256M,share=on",
              "-machine memory-backend=ram")
RAM_BASE = {"x86_64": 0, "aarch64": 0x40000000}
MACHINES = {"x86_64": "q35", "aarch64": "virt"}


def image(arch):
    return os.path.join(BUILD, "boot/bare", arch, "mailbox.elf")


class Answer:
    """One question and its answer; the window is by this host's clock."""

    FIELDS = ("state", "error", "earliest_ns", "latest_ns", "disrupted", "marker", "seq", "age_ms",
              "counter")

    def __init__(self, before_ns, after_ns, words):
        self.before_ns, self.after_ns = before_ns, after_ns
        for name, word in zip(self.FIELDS, words):
            setattr(self, name, word)
        self.state = STATES.get(self.state, self.state)

    @property
    def width_ns(self):
        return self.after_ns - self.before_ns

    @property
    def right(self):
        """Not sure of itself, or its interval holds a moment of the window."""
        return self.state != "ok" or (self.earliest_ns <= self.after_ns and
                                      self.before_ns <= self.latest_ns)

    @property
    def ahead_ns(self):
        return (self.earliest_ns + self.latest_ns - self.before_ns - self.after_ns) // 2

    def __repr__(self):
        return str(vars(self))


class Mailbox:
    """The guest's side of the shared word, in its mapped RAM."""

    QUESTION, MAX_AGE, ANSWER = 1, 2, 4  # words

    def __init__(self, file, ram, at):
        # Each word in one piece, which struct does not promise.
        self.file, self.at = file, at
        self.words = memoryview(ram)[at:at + 4096].cast("q")
        self.number = int(time.time()) << 20

    def put(self, max_age_sec=0):
        """Asks, and does not wait: for a guest that stands still."""
        self.number += 1
        self.words[self.MAX_AGE] = max_age_sec
        self.words[self.QUESTION] = self.number

    def wait(self, timeout_s=TIMEOUT_S):
        """The answer to what was put."""
        limit = time.monotonic() + timeout_s
        while self.get() is None:
            if time.monotonic() > limit:
                raise AssertionError(f"the guest did not answer within {timeout_s} s")
            time.sleep(PAUSE_S)
        return Answer(0, time.clock_gettime_ns(time.CLOCK_REALTIME), self.get())

    def ask_often(self, count):
        """So many readings in windows of at most 10 us, and those in others; see ask.c."""
        done = subprocess.run([ASK, self.file, str(self.at), str(count)], capture_output=True,
                              text=True, check=False, timeout=300)
        if done.returncode:
            raise AssertionError(f"the guest did not answer: {done.stdout[-200:]}")
        self.number = self.words[self.QUESTION]
        lines = [list(map(int, line.split())) for line in done.stdout.splitlines()]
        return [Answer(before_ns, after_ns, words) for before_ns, after_ns, *words in lines]

    def until_ok(self, timeout_s=TIMEOUT_S):
        """Asks until the guest is sure of itself; all answers, the ok one last."""
        answers, limit = [], time.monotonic() + timeout_s
        while not answers or answers[-1].state != "ok":
            if answers:
                time.sleep(PAUSE_S)
            answers.append(self.ask())
            if time.monotonic() > limit:
                raise AssertionError(f"no time within {timeout_s} s: {answers[-3:]}")
        return answers

    def get(self):
        """The words of the answer, if it is there."""
        if self.words[self.ANSWER] != self.number:
            return None
        return self.words[self.ANSWER + 1:self.ANSWER + 10].tolist()

    def ask(self, max_age_sec=0, timeout_s=TIMEOUT_S):
        """Asks and waits; a guest that was filled from a snapshot meanwhile is asked again."""
        words, limit = self.words, time.monotonic() + timeout_s
        while time.monotonic() < limit:
            before_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
            self.put(max_age_sec)
            number = self.number
            while words[self.QUESTION] == number:
                for _ in range(10000):
                    if words[self.ANSWER] == number:
                        after_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
                        return Answer(before_ns, after_ns, self.get())
                if time.monotonic() > limit:
                    break
                time.sleep(PAUSE_S)  # it stands still
        raise AssertionError(f"the guest did not answer within {timeout_s} s")


class Machine:
    """A QEMU with the image, its RAM shared with us; runs until close()."""

    def __init__(self, directory, name="guest", arch="x86_64", page="shared", qemu=None,
                 options=(), stopped=True, kvm=False):
        """page: "shared" is a file that is also ours, "device" QEMU's own. kvm: on the host's CPU, of which the
        guest sees no more than all have."""
        self.name = name
        self.directory = os.path.join(directory, name)
        os.mkdir(self.directory)
        self.other = self.path("other")
        self.mailbox = None
        machine = machines.MACHINES[MACHINES[arch]]
        if kvm:
            machine = machines.under_kvm(machine)
        machine = machine._replace(cpu=machine.cpus[-1 if kvm else 0],
                                   firmware=machines.FIRMWARE["none"])
        self.page, self.ram_base = machine.pages[page], RAM_BASE[arch]
        program = qemu or shutil.which(machine.qemu)
        if program is None or not os.path.exists(image(arch)):
            raise unittest.SkipTest(f"no {machine.qemu} or no {image(arch)}")
        self.files = commands.Files(program, image(arch), self.directory)
        self.ram = self.files.page if "size=256M" in str(self.page) else self.path("ram")
        self.make_page(machine)
        extra = list(options)
        if self.ram != self.files.page:
            extra += SHARED_RAM
        for socket_name in ("qmp", "other"):
            extra.append("-qmp unix:{directory}/%s,server=on,wait=off" % socket_name)
        groups = commands.qemu(machine, self.page, self.files, extra=extra)
        self.child = child.Child("QEMU", [word for group in groups for word in group]
                                 + ["-S"] * stopped)
        self.wait(lambda: os.path.exists(self.other) and os.path.exists(self.ram))

    def make_page(self, machine):
        if self.page.file_bytes:
            with open(self.files.page, "wb") as file:
                file.truncate(self.page.file_bytes)
        for command in commands.table(machine, self.page, self.files):
            subprocess.run(command, check=True, capture_output=True)

    @property
    def qmp(self):
        return self.files.qmp

    @property
    def target(self):
        """The publisher's options for it."""
        if not self.page.file_bytes:
            return ["--qmp", self.qmp]
        return ["--qmp", self.qmp, "--file", self.files.page, "--offset", str(self.page.offset)]

    def path(self, what):
        return os.path.join(self.directory, what)

    def wait(self, done, timeout_s=TIMEOUT_S):
        def done_or_raise():
            if done():
                return True
            if self.child.ended() is not None:
                raise AssertionError(f"QEMU ended: {self.child.out.lines} {self.child.err.lines}")
            return False

        if not child.wait_until(done_or_raise, [self.child], timeout_s):
            raise AssertionError(f"{self.name}: gave up: {self.child.out.lines} "
                                 f"{self.child.err.lines}")

    def map(self, at=None):
        """Finds the mailbox, by what the guest says; at: what another machine's guest said."""
        def said():
            return [line for line in self.child.out.lines if line.startswith("mailbox 0x")]

        if at is None:
            self.wait(said)
            at = int(said()[-1].split()[1], 16) - self.ram_base
        with open(self.ram, "r+b") as file:
            ram = mmap.mmap(file.fileno(), 0)
        self.mailbox = Mailbox(self.ram, ram, at)
        return self.mailbox

    def close(self):
        self.child.end(grace_s=0.2)


class Publisher:
    """A vmclock-publish that runs until close()."""

    running = []

    def __init__(self, *arguments):
        self.child = child.Child("vmclock-publish", [PUBLISHER, *arguments])
        self.running.append(self)

    def wait(self, done, timeout_s=TIMEOUT_S):
        def done_or_raise():
            if done():
                return True
            if self.child.ended() is not None:
                raise AssertionError(f"the publisher ended: {self.child.err.lines}")
            return False

        if not child.wait_until(done_or_raise, [self.child], timeout_s):
            raise AssertionError(f"gave up: {self.child.out.lines} {self.child.err.lines}")

    def ready(self, count=1):
        """Waits until so many pages are live; what was said of the last one, by name."""
        def lines():
            return [line for line in self.child.out.lines if line.startswith("ready ")]

        self.wait(lambda: len(lines()) >= count)
        return dict(re.findall(r"(\w+)=(\S+)", lines()[count - 1]))

    def end_code(self):
        """Waits until it has ended by itself."""
        if not child.wait_until(lambda: self.child.ended() is not None, [self.child], TIMEOUT_S):
            raise AssertionError(f"has not ended: {self.child.err.lines}")
        return self.child.ended()

    def said(self, text):
        self.child.err.take()
        return sum(text in line for line in self.child.err.lines)

    def close(self):
        self.child.end()
        if self in self.running:
            self.running.remove(self)


def offsets(process):
    """What KVM adds to the host's counter, for each vCPU of a process's machine."""
    found = []
    for path in glob.glob(f"{KVM_FOLDERS}/{process.pid}-*/vcpu*/tsc-offset"):
        with open(path, encoding="ascii") as file:
            found.append(int(file.read()))
    return found


def verb(machine, *words, check=True, extra=()):
    """vmclock-publish --qmp ... VERB; the finished process."""
    for publisher in Publisher.running:
        publisher.child.err.take()  # or its lines would fill the pipe
    done = subprocess.run([PUBLISHER, "--qmp", machine.qmp, *extra, *words], capture_output=True,
                          text=True, check=False, timeout=120)
    if check and done.returncode:
        raise AssertionError(f"{words}: {done.stderr}")
    return done


class Case(unittest.TestCase):
    def setUp(self):
        # In memory if possible: the guests' RAM is written all the time.
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.directory = tempfile.mkdtemp(prefix="vmclock-test-", dir=place)
        self.addCleanup(shutil.rmtree, self.directory)

    def keep(self, what):
        self.addCleanup(what.close)
        return what

    def machine(self, **arguments):
        return self.keep(Machine(self.directory, **arguments))

    def publisher(self, *arguments):
        return self.keep(Publisher(*arguments))

    def publisher_under_kvm(self, process, *options):
        """For a machine's process, as soon as that has CPUs."""
        limit_s = time.monotonic() + TIMEOUT_S
        while not offsets(process):
            self.assertLess(time.monotonic(), limit_s, "no machine")
            time.sleep(0.01)
        return self.publisher("--authority", "host", "--kvm", str(process.pid), *options)

    def disk(self):
        """An empty qcow2 for snapshots, as options."""
        path = empty_qcow2(os.path.join(self.directory, "state.qcow2"))
        return ["-drive if=none,id=state,format=qcow2,file=" + path.replace(",", ",,")]

    @contextlib.contextmanager
    def busy(self, count=2):
        """The host is loaded by so many processes, but for some moments: where they never rest, no
        window of a question need be narrow enough to prove anything."""
        loops = [subprocess.Popen([sys.executable, "-c", LOAD]) for _ in range(count)]
        try:
            yield
        finally:
            for loop in loops:
                loop.kill()
                loop.wait()
