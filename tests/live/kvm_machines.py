# SPDX-License-Identifier: BSD-2-Clause
"""Real machines under KVM, which are not stopped, and whose counters KVM shifts: every interval is true. For
hosts without KVM see lab/kvm_host.py.

VMCLOCK_KVM_READINGS: how many there are of each.
"""

import ctypes
import json
import mmap
import os
import signal
import subprocess
import sys
import time
import unittest

import monitors
from guests import BUILD, KVM_FOLDERS, PUBLISHER, TIMEOUT_S, Case, Mailbox, image, offsets
from lab import BOOT, pages, qemu_10
from lab.qmp import Monitor

INTERVAL_S = 0.1
SECOND_MS = 1000
# Emulated CPUs take their time.
PATIENCE_S = 4 * TIMEOUT_S
TRIES = 3  # of what has to be quick: a busy machine is slow now and then, a fault is so each time

# Of the machine of lab/kvm_host.py.
MODULES = "/modules"
EMULATED = os.path.isdir(MODULES)
LIBC = ctypes.CDLL(None)
SYS_DELETE_MODULE, SYS_FINIT_MODULE = 176, 313  # x86-64
READINGS = int(os.environ.get("VMCLOCK_KVM_READINGS", "300" if EMULATED else "1000"))


class Vmm:
    """A monitor that knows nothing of us (vmm.c)."""

    def __init__(self, directory, vcpus=1, cpu=None):
        """cpu: the one of this host that it is to run on; None: any."""
        self.ram = os.path.join(directory, "ram")
        tables = monitors.Monitor.compiled(directory, monitors.PAGE_AT)
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "tests/live/vmm"), image("x86_64"), tables, hex(monitors.PAGE_AT), self.ram,
             str(vcpus)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            preexec_fn=None if cpu is None else lambda: os.sched_setaffinity(0, {cpu}))

    def line(self, start):
        for line in self.process.stdout:
            if line.startswith(start):
                return line
        raise AssertionError(f"the monitor ended: {self.process.wait(TIMEOUT_S)}")

    def map(self):
        at = int(self.line("mailbox 0x").split()[1], 16)
        with open(self.ram, "r+b") as file:
            return Mailbox(self.ram, mmap.mmap(file.fileno(), 0), at)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.line("done")

    def close(self):
        self.process.kill()
        self.process.communicate()


@unittest.skipUnless(os.path.exists("/dev/kvm"), "no /dev/kvm")
@unittest.skipUnless(os.path.isdir(KVM_FOLDERS), "no debugfs")
class KvmCase(Case):
    def live(self, process, *options):
        live = self.publisher_under_kvm(process, *options)
        live.wait(lambda: any(line.startswith("ready ") for line in live.child.out.lines), PATIENCE_S)
        return live

    def assert_true(self, mailbox, count=READINGS):
        """So many readings at least."""
        answers = []
        while len(answers) < count:
            answers += mailbox.ask_often(count)
        self.assertFalse([answer for answer in answers if not answer.right])
        sure = sorted(answer.latest_ns - answer.earliest_ns for answer in answers
                      if answer.state == "ok")
        self.assertGreater(len(sure), len(answers) // 2)
        print(f"{len(sure)} of {len(answers)} readings are ok, each right; width in ns: "
              f"median {sure[len(sure) // 2]}, greatest {sure[-1]}")
        return answers

    def until_renewed(self, mailbox, marker, began_s):
        """Asks until the guest has a clock under a greater marker; how long after began_s it was wrong."""
        late_s, answer = 0, mailbox.ask(timeout_s=PATIENCE_S)
        while not (answer.right and answer.state == "ok" and answer.marker > marker):
            late_s = late_s if answer.right else time.monotonic() - began_s
            self.assertLess(time.monotonic() - began_s, PATIENCE_S, answer)
            answer = mailbox.ask(timeout_s=PATIENCE_S)
        print(f"marker {marker} -> {answer.marker}, wrong for {late_s * 1000:.0f} ms, "
              f"a clock again after {(time.monotonic() - began_s) * 1000:.0f} ms")
        return late_s


class Machines(KvmCase):
    def setUp(self):
        super().setUp()
        self.qemu = qemu_10()

    def guest(self, page="device", **more):
        return self.machine(page=page, qemu=self.qemu, stopped=False, kvm=True, **more)

    def assert_served(self, guest, *options, vcpus=1):
        live = self.live(guest.child.process, *options)
        mailbox = guest.map()
        mailbox.until_ok(PATIENCE_S)
        with Monitor(guest.other) as other:
            self.assert_true(mailbox)
            other.execute("query-status")
            self.assertNotIn("STOP", other.events)
        self.assertFalse(live.said("unreliable"))
        found = offsets(guest.child.process)
        print(f"offset of each vCPU: {found}")
        self.assertEqual((len(found), len(set(found))), (vcpus, 1))
        return live, mailbox

    def test_device(self):
        self.assert_served(self.guest())

    def test_boot_run(self):
        """README's --accel kvm, by a guest of ours."""
        command = [sys.executable, "-BP", "-m", "vm", "--build", BUILD, "--accel", "kvm", "--image", "watch",
                   "--qemu", self.qemu]
        for machine in ("q35", "pc", "microvm"):
            done = subprocess.run([*command, "--machine", machine], env={**os.environ, "PYTHONPATH": BOOT},
                                  capture_output=True, text=True, check=False)
            print(done.stdout)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
            self.assertRegex(done.stdout, r"agrees with this host's clock in (\d+) of \1 readings\n")

    def test_two_vcpus(self):
        self.assert_served(self.guest(options=["-smp 2"]), vcpus=2)

    def test_page_in_a_file(self):
        guest = self.guest(page="shared")
        self.assert_served(guest, "--file", guest.files.page)

    def test_loaded(self):
        with self.busy():
            self.assert_served(self.guest())

    def test_saved_and_loaded(self):
        """By somebody who knows nothing of the publisher. What is wrong after it is so for an update's
        interval, as the manual says, and not without a new marker at its end."""
        guest = self.guest(options=self.disk())
        live, mailbox = self.assert_served(guest)
        lates_s = []
        with Monitor(guest.other) as other:
            for _ in range(TRIES):
                before, offset = mailbox.until_ok(PATIENCE_S)[-1], offsets(guest.child.process)
                other.do("savevm state")
                time.sleep(1.5)  # KVM takes a counter that is set to within a second of what it is for the same
                other.do("loadvm state")
                # QEMU restores the page with a marker of its own, one greater.
                lates_s.append(self.until_renewed(mailbox, before.marker + 1, time.monotonic()))
                print(f"offset {offset} -> {offsets(guest.child.process)}")
                self.assert_true(mailbox, 100)
        self.assertLess(min(lates_s), 3 * INTERVAL_S)
        self.assertTrue(live.said("overwritten"))

    def test_migrated(self):
        """To a file, and from it into another process with another counter."""
        file = os.path.join(self.directory, "migration")
        guest = self.guest()
        live, mailbox = self.assert_served(guest)
        marker = mailbox.until_ok(PATIENCE_S)[-1].marker
        with Monitor(guest.other) as other:
            other.execute("migrate", uri=f"file:{file}")
            limit_s = time.monotonic() + PATIENCE_S
            while other.execute("query-migrate").get("status") != "completed":
                self.assertLess(time.monotonic(), limit_s)
        guest.close()
        self.assertEqual(live.end_code(), 0)
        at = mailbox.at
        guest = self.guest(name="second", options=[f"-incoming file:{file}"])
        live = self.live(guest.child.process)
        mailbox = guest.map(at)
        answers = mailbox.until_ok(PATIENCE_S)
        self.assertGreater(answers[-1].marker, marker)
        self.assert_true(mailbox)

    def test_deaths(self):
        """The publisher's, after which another takes over; and the machine's."""
        guest = self.guest()
        live, mailbox = self.assert_served(guest)
        marker = mailbox.until_ok(PATIENCE_S)[-1].marker
        live.child.process.kill()
        live.child.process.wait()
        self.assertTrue(mailbox.ask(timeout_s=PATIENCE_S).right)
        live = self.live(guest.child.process)
        self.assertGreater(mailbox.until_ok(PATIENCE_S)[-1].marker, marker)
        self.assert_true(mailbox)
        guest.child.process.kill()
        self.assertEqual(live.end_code(), 0)
        self.assertTrue(live.said("the guest is gone"))

    def test_all(self):
        """As they come and go."""
        status = os.path.join(self.directory, "status")
        live = self.publisher("--all-kvm", "--authority", "host", "--status", status)
        live.wait(lambda: os.path.exists(status), PATIENCE_S)
        guests = [self.guest(name=name) for name in ("first", "second")]
        mailboxes = [guest.map() for guest in guests]
        for mailbox in mailboxes:
            mailbox.until_ok(PATIENCE_S)
            self.assert_true(mailbox)
        said = json.loads(self.status(status))
        self.assertEqual({guest["pid"]: guest["state"] for guest in said["guests"]},
                         {guest.child.process.pid: "live" for guest in guests})
        guests[0].close()
        self.assert_true(mailboxes[1])
        limit_s = time.monotonic() + PATIENCE_S
        while len(json.loads(self.status(status))["guests"]) > 1:
            self.assertLess(time.monotonic(), limit_s)
        self.assertIsNone(live.child.ended())

    def status(self, path):
        done = subprocess.run([PUBLISHER, "status", "--json", "--status", path], capture_output=True,
                              text=True, check=False, timeout=PATIENCE_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class Foreign(KvmCase):
    """A monitor without QMP, whose page lies in RAM, and a guest whose counter is set while it runs."""

    def vmm(self, name="vmm", **more):
        directory = os.path.join(self.directory, name)
        os.mkdir(directory)
        return self.keep(Vmm(directory, **more))

    def test_served(self):
        vmm = self.vmm(vcpus=2)
        live = self.live(vmm.process)
        mailbox = vmm.map()
        mailbox.until_ok(PATIENCE_S)
        self.assert_true(mailbox)
        self.assertEqual(len(set(offsets(vmm.process))), 1)
        self.assertFalse(live.said("unreliable"))

    def test_found(self):
        """How soon a guest has a clock that comes while the publisher waits for some."""
        live = self.publisher("--authority", "host", "--all-kvm", "--status",
                              os.path.join(self.directory, "status"))
        live.wait(lambda: os.path.exists(os.path.join(self.directory, "status")), PATIENCE_S)
        at = monitors.PAGE_AT + pages.FIELDS["clock_status"][0]
        for name in ("first", "second", "third"):
            vmm = self.vmm(name=name)
            while not offsets(vmm.process):
                self.assertIsNone(vmm.process.poll())
            began_s = time.monotonic()
            with open(vmm.ram, "r+b") as file, mmap.mmap(file.fileno(), 0) as ram:
                live.wait(lambda ram=ram: ram[at] in (2, 3), PATIENCE_S)
            print(f"a clock {(time.monotonic() - began_s) * 1000:.0f} ms after its CPU was there")

    def test_narrow(self):
        """As narrow as the user's word on the host's clock, which nobody slews."""
        vmm = self.vmm()
        mailbox = vmm.map()
        for interval_ms in (100, 1):
            live = self.live(vmm.process, "--max-slew-ppm", "20", "--interval-ms", str(interval_ms))
            mailbox.until_ok(PATIENCE_S)
            time.sleep(3)  # the rate is known well
            self.assert_true(mailbox)
            live.close()

    def test_counter_set(self):
        """The kernel tells: the page is put right long before its next update."""
        vmm = self.vmm()
        live = self.live(vmm.process, "--interval-ms", str(SECOND_MS))
        mailbox = vmm.map()
        self.assertFalse(live.said("does not tell"))
        lates_s = []
        for ticks in (10**12, 5, 2**63):
            before, offset = mailbox.until_ok(PATIENCE_S)[-1], offsets(vmm.process)
            vmm.ask(f"counter {ticks}")
            lates_s.append(self.until_renewed(mailbox, before.marker, time.monotonic()))
            print(f"offset {offset} -> {offsets(vmm.process)}")
        self.assertLess(min(lates_s), SECOND_MS / 5000)

    def test_counter_set_all_the_time(self):
        """That costs this guest its clock, and another one nothing."""
        storms, other = self.vmm(), self.vmm(name="other")
        live = self.live(storms.process, "--kvm", str(other.process.pid), "--status",
                         os.path.join(self.directory, "status"))
        mailboxes = [vmm.map() for vmm in (storms, other)]
        for mailbox in mailboxes:
            mailbox.until_ok(PATIENCE_S)
        before_s = self.cpu_sec(live)
        began_s = time.monotonic()
        storms.process.stdin.write("storm 2000\n")
        storms.process.stdin.flush()
        ages_ms = [answer.age_ms for answer in self.assert_true(mailboxes[1])]
        storms.line("done")
        took_s = time.monotonic() - began_s
        print(f"{took_s:.1f} s, of which the publisher's {self.cpu_sec(live) - before_s:.2f}; "
              f"the other's page was at most {max(ages_ms)} ms old")
        self.assertLess(max(ages_ms), SECOND_MS)
        self.assertTrue(mailboxes[0].until_ok(PATIENCE_S)[-1].right)

    def test_counter_set_among_many(self):
        """Where the kernel has no room to tell of it, and no more is told: all are looked at."""
        cpu = min(os.sched_getaffinity(0))
        storms, other = self.vmm(cpu=cpu), self.vmm(name="other", cpu=cpu)
        live = self.live(storms.process, "--kvm", str(other.process.pid), "--interval-ms", str(SECOND_MS),
                         "--status", os.path.join(self.directory, "status"))
        mailbox = [vmm.map() for vmm in (storms, other)][1]
        lates_s = []
        for ticks in (10**15, 10**16, 10**17):  # far from what it is: else KVM takes it for the same
            marker = self.until_fresh(mailbox)
            os.kill(live.child.process.pid, signal.SIGSTOP)
            while self.state_of(live) != "T":
                pass
            storms.ask("storm 300")
            other.ask(f"counter {ticks}")
            os.kill(live.child.process.pid, signal.SIGCONT)
            lates_s.append(self.until_renewed(mailbox, marker, time.monotonic()))
        self.assertLess(min(lates_s), SECOND_MS / 5000)

    def until_fresh(self, mailbox):
        """Right behind an update; the marker then."""
        mailbox.until_ok(PATIENCE_S)
        return self.until(mailbox, lambda answer: answer.state == "ok" and answer.age_ms < SECOND_MS / 10).marker

    def until(self, mailbox, holds):
        limit_s = time.monotonic() + PATIENCE_S
        while not holds(answer := mailbox.ask(timeout_s=PATIENCE_S)):
            self.assertLess(time.monotonic(), limit_s, answer)
        return answer

    @staticmethod
    def state_of(publisher):
        with open(f"/proc/{publisher.child.process.pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(") ", 1)[1][0]

    @staticmethod
    def cpu_sec(publisher):
        with open(f"/proc/{publisher.child.process.pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e9

    def test_restored(self):
        vmm = self.vmm()
        live = self.live(vmm.process)
        mailbox = vmm.map()
        vmm.ask("save")
        saved = before = mailbox.until_ok(PATIENCE_S)[-1].marker
        lates_s = []
        for number, ticks in enumerate((10**15, 10**10), 1):
            vmm.ask(f"restore {ticks}")
            lates_s.append(self.until_renewed(mailbox, max(before, saved + number), time.monotonic()))
            before = mailbox.until_ok(PATIENCE_S)[-1].marker
            self.assert_true(mailbox, 100)
        self.assertLess(min(lates_s), 3 * INTERVAL_S)
        self.assertTrue(live.said("overwritten"))

    @unittest.skipUnless(EMULATED, "KVM is not ours to take away")
    def test_kvm_comes_later(self):
        """Than the publisher: it is told all the same."""
        self.addCleanup(self.load_kvm)
        limit_s = time.monotonic() + PATIENCE_S
        for name in (b"kvm_amd", b"kvm"):
            while LIBC.syscall(SYS_DELETE_MODULE, name, 0):  # what ended may hold it for a moment
                self.assertLess(time.monotonic(), limit_s, name)
        status = os.path.join(self.directory, "status")
        live = self.publisher("--authority", "host", "--all-kvm", "--interval-ms", str(SECOND_MS), "--status", status)
        live.wait(lambda: os.path.exists(status), PATIENCE_S)
        self.load_kvm()
        vmm = self.vmm()
        mailbox = vmm.map()
        lates_s = []
        for ticks in (10**15, 10**16, 10**17):
            marker = self.until_fresh(mailbox)
            vmm.ask(f"counter {ticks}")
            lates_s.append(self.until_renewed(mailbox, marker, time.monotonic()))
        self.assertLess(min(lates_s), SECOND_MS / 5000)
        self.assertFalse(live.said("does not tell"))

    @staticmethod
    def load_kvm():
        """What of it is not there."""
        for name in ("kvm", "kvm-amd"):
            with open(os.path.join(MODULES, name), "rb") as file:
                LIBC.syscall(SYS_FINIT_MODULE, file.fileno(), b"", 0)


if __name__ == "__main__":
    unittest.main()
