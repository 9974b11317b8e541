# SPDX-License-Identifier: BSD-2-Clause
"""KVM guests without KVM: the publisher finds the page in a monitor's memory, the counter in debugfs, and the
guest's time is right, whatever its monitor does meanwhile.
"""

import contextlib
import os
import shlex
import shutil
import stat
import subprocess
import time
import unittest

import monitors
from lab import pages

VICTIM = os.path.join(monitors.BUILD, "tests/live/victim")
# VMX and SVM: offset, ratio, fraction bits.
CLOCKS = ((-(1 << 62) - 12345, (1 << 48) * 10 // 7, 48), (987654321, (1 << 32) * 2 // 3 + 1, 32))
READINGS = 100_000
RESTORES = 3000
FEW = 2000
UPDATES = 200
NOTIFIES, GENERATION = 1 << 9, 1 << 8
NONE = pages.page(counter_id=pages.COUNTER_INVALID, clock_status=pages.UNKNOWN)  # a page without a clock


class Kvm(monitors.Case):
    def test_page_in_ram(self):
        """Firecracker's form; what the monitor owns stays."""
        for clock in CLOCKS:
            monitor = self.monitor().start(*clock, vcpus=2)
            publisher = self.live(monitor)
            read = monitor.read(READINGS)
            self.assert_right(read, READINGS)
            self.assertEqual(read["refused"], 0)
            page = monitor.page()
            self.assertEqual((page["size"], page["counter_id"], page["vm_generation_counter"]),
                             (4096, pages.COUNTER_X86_TSC, 3))
            self.assertEqual(page["flags"] & (NOTIFIES | GENERATION), GENERATION)
            self.end(publisher)
            page = monitor.page()
            self.assertEqual(page["clock_status"], pages.UNRELIABLE)
            self.assertEqual(page["flags"] & (NOTIFIES | GENERATION), NOTIFIES | GENERATION)
            print(f"{READINGS} readings, offset {clock[0]}, ratio {clock[1]} of {clock[2]} bits: "
                  f"{read}")

    def test_narrow(self):
        """As narrow as the user's word on the host's clock; and true, unless that was broken, and said."""
        for interval_ms in (100, 1):
            monitor = self.monitor().start(*CLOCKS[0])
            publisher = self.live(monitor, "--max-slew-ppm", "20", "--interval-ms", str(interval_ms))
            # The rate is known to some ppm after 20 ms, and well after a second.
            monitor.read(30 * FEW)
            read = monitor.read(5 * FEW)
            print(f"every {interval_ms} ms, 20 ppm: {read}")
            if "widened" not in self.end(publisher):
                self.assert_right(read, 5 * FEW)

    def test_device_page(self):
        """QEMU's: a mapping by itself; and one vCPU that is not scaled."""
        monitor = self.monitor(page_at=monitors.DEVICE_AT).start(-5_000_000_000)
        publisher = self.live(monitor)
        self.assert_right(monitor.read(FEW), FEW)
        self.end(publisher)

    def test_page_in_a_file(self):
        path = os.path.join(self.directory, "page")
        with open(path, "wb") as file:
            file.truncate(4096)
        monitor = self.monitor(file=path).start(*CLOCKS[0])
        publisher = self.live(monitor, "--file", path)
        self.assert_right(monitor.read(FEW), FEW)
        self.end(publisher)

    def test_relation_changes(self):
        monitor = self.monitor().start(*CLOCKS[0], vcpus=2)
        publisher = self.live(monitor)
        marker = monitor.read(10)["marker"]
        for number in range(1, 6):
            # The one vCPU, then the other: in between they differ.
            clock = (CLOCKS[0][0] + number * 10**10, *CLOCKS[0][1:])
            monitor.write(0, "tsc-offset", clock[0])
            self.until(lambda: monitor.page()["clock_status"] == pages.UNRELIABLE, "no mark")
            monitor.count(*clock)
            monitor.write(1, "tsc-offset", clock[0])
            self.until(lambda: monitor.page()["clock_status"] in (2, 3), "no clock again")
            read = monitor.read(FEW)
            self.assert_right(read, FEW)
            self.assertGreater(read["marker"], marker)
            marker = read["marker"]
        self.assertIn("its vCPUs' counters differ", self.end(publisher))

    def test_restored(self):
        """An older page, with another counter: taken over, and no marker goes back."""
        monitor = self.monitor().start(*CLOCKS[0])
        publisher = self.live(monitor)
        for number in range(1, 4):
            monitor.ask("save")
            saved = monitor.page()["disruption_marker"]
            offset = CLOCKS[0][0] + number * 10**10
            monitor.write(0, "tsc-offset", offset)
            monitor.count(offset, *CLOCKS[0][1:])
            # What was restored has a marker of its own, and looks good until it is taken over.
            restored = saved + 1
            monitor.ask("restore")
            self.until(lambda: monitor.page()["clock_status"] in (2, 3) and
                       monitor.page()["disruption_marker"] > restored, "not taken over")
            self.assert_right(monitor.read(FEW), FEW)
            self.assertEqual(monitor.page()["vm_generation_counter"], 3 + number)
        # Whatever marker it has, the greater one goes on.
        for change in (1000, -500):
            marker = monitor.page()["disruption_marker"]
            written = (marker + change).to_bytes(8, "little").hex()
            monitor.ask(f"poke {monitors.PAGE_AT + pages.FIELDS['disruption_marker'][0]:#x} {written}")
            self.until(lambda: monitor.page()["disruption_marker"] > max(marker, marker + change),
                       "not taken over")
        self.assertIn("overwritten", self.end(publisher))

    def test_restored_at_any_moment(self):
        """What the monitor counts up while the publisher writes is not lost."""
        monitor = self.monitor().start(*CLOCKS[0])
        publisher = self.live(monitor, "--interval-ms", "1")
        generation = monitor.page()["vm_generation_counter"]
        said = monitor.ask(f"race {RESTORES}")
        print(f"{RESTORES} restores: {said}")
        self.assertEqual(said, f"lost=0 generation={generation + RESTORES}")
        self.end(publisher)

    def test_counter_set_before_the_page(self):
        """As a guest boots; of so many vCPUs each is looked at every 16 s only."""
        monitor = self.monitor().start(*CLOCKS[0], vcpus=1000)
        monitor.ask(f"poke {monitors.PAGE_AT:#x} {'00' * 112}")
        publisher = self.publisher("--kvm", str(monitor.pid))
        self.until(lambda: "waiting: " in publisher.said(), "does not wait")
        clock = (CLOCKS[0][0] + 10**10, *CLOCKS[0][1:])
        monitor.start(*clock, vcpus=1000)
        monitor.ask(f"poke {monitors.PAGE_AT:#x} {NONE.hex()}")
        self.until(lambda: monitor.page()["clock_status"] in (2, 3), "no clock")
        self.assert_right(monitor.read(FEW), FEW)
        self.end(publisher)

    def test_found_again_and_left(self):
        """The page's publisher ends: no clock may be believed any longer, also where the page had been lost once."""
        monitor = self.monitor().start(*CLOCKS[0])
        publisher = self.live(monitor)
        monitor.ask(f"poke {monitors.PAGE_AT:#x} {'00' * 112}")
        self.until(lambda: "waiting: " in publisher.said(), "not lost")
        monitor.ask(f"poke {monitors.PAGE_AT:#x} {NONE.hex()}")
        self.until(lambda: monitor.page()["clock_status"] in (2, 3), "no clock again")
        self.end(publisher)
        self.assertEqual(monitor.page()["clock_status"], pages.UNRELIABLE)

    def test_waits_at_rest(self):
        """A page that is not there yet is looked for now and then, not all the time."""
        monitor = self.monitor().start(*CLOCKS[0])
        monitor.ask(f"poke {monitors.PAGE_AT:#x} {'00' * 112}")
        publisher = self.publisher("--kvm", str(monitor.pid))
        self.until(lambda: "waiting: " in publisher.said(), "does not wait")
        before_ns, begun = self.used_ns(publisher), time.monotonic()
        time.sleep(0.5)
        used = (self.used_ns(publisher) - before_ns) / 1e9 / (time.monotonic() - begun)
        self.assertLess(used, 0.25)
        self.end(publisher)

    def test_nested_guest_beside(self):
        """One vCPU's nested guest does not hide that the others have another counter."""
        monitor = self.monitor().start(*CLOCKS[0], vcpus=2)
        publisher = self.live(monitor)
        monitor.write(0, "guest_mode", 1)
        monitor.write(1, "tsc-offset", 77)
        self.until(lambda: monitor.page()["clock_status"] == pages.UNRELIABLE, "no mark")
        self.assertIn("unreliable: its counter was changed, and", self.end(publisher))

    def test_not_seen_before_the_first_time(self):
        """A page that has told no time is not disrupted each time that the counter cannot be seen."""
        monitor = self.monitor().start(*CLOCKS[0], vcpus=2)
        monitor.ask(f"poke {monitors.PAGE_AT:#x} {'00' * 112}")
        publisher = self.publisher("--kvm", str(monitor.pid))
        self.until(lambda: "waiting: " in publisher.said(), "does not wait")
        monitor.write(0, "tsc-offset", 1)
        monitor.ask(f"poke {monitors.PAGE_AT:#x} {NONE.hex()}")
        self.until(lambda: monitor.page()["clock_status"] == pages.INITIALIZING, "not taken over")
        self.until(lambda: "counters differ" in publisher.said(), "not looked at")
        self.assertEqual({monitor.page()["disruption_marker"] for _ in range(FEW)}, {7})
        self.end(publisher)

    def test_nested_guest(self):
        """What it has is not taken for the guest's."""
        monitor = self.monitor().start(*CLOCKS[0])
        publisher = self.live(monitor)
        monitor.write(0, "guest_mode", 1)
        monitor.write(0, "tsc-offset", 77)
        self.until(lambda: monitor.page()["clock_status"] == pages.UNRELIABLE, "no mark")
        monitor.write(0, "tsc-offset", CLOCKS[0][0])
        monitor.write(0, "guest_mode", 0)
        self.until(lambda: monitor.page()["clock_status"] in (2, 3), "no clock again")
        self.assert_right(monitor.read(FEW), FEW)
        self.assertIn("a nested guest ran", self.end(publisher))

    def test_deaths(self):
        """The monitor's; and the publisher's: the next one takes over."""
        monitor = self.monitor().start(*CLOCKS[0])
        publisher = self.live(monitor)
        publisher.kill()
        publisher.wait()
        publisher = self.live(monitor)
        self.assert_right(monitor.read(FEW), FEW)
        monitor.end()
        self.assertEqual(publisher.wait(monitors.TIMEOUT_S), 0)
        self.assertIn("the guest is gone", publisher.said())
        self.assertNotIn("error", publisher.said())

    def test_two_publishers(self):
        monitor = self.monitor().start(*CLOCKS[0])
        self.live(monitor)
        self.assert_refused(monitor.pid, "control: another publisher has the page")

    def assert_refused(self, pid, text):
        publisher = self.publisher("--kvm", str(pid))
        self.assertEqual(publisher.wait(monitors.TIMEOUT_S), 1)
        self.assertIn("error: " + text, publisher.said())

    def test_refusals(self):
        monitor = self.monitor()
        self.assert_refused(monitor.pid, f"process: process {monitor.pid} has no KVM machine")
        monitor.start(vcpus=2)
        monitor.write(1, "tsc-offset", 1)
        self.assert_refused(monitor.pid, f"counter: process {monitor.pid}: its vCPUs' counters differ")
        monitor.show(guest_mode=1, vcpus=2)
        self.assert_refused(monitor.pid, f"counter: process {monitor.pid}: a nested guest ran")
        for name, text in (("tsc-offset", "hold no numbers"),
                           ("tsc-scaling-ratio", "ratio is absurd")):
            monitor.show(0, 1 << 48, vcpus=2)
            monitor.write(0, name, "" if name == "tsc-offset" else 1)
            self.assert_refused(monitor.pid, f"counter: process {monitor.pid}: its ")
            self.assertTrue(text)
        monitor.show(0, 1 << 48, vcpus=2)
        os.unlink(os.path.join(monitor.folder, "vcpu0/guest_mode"))
        self.assert_refused(monitor.pid, f"counter: process {monitor.pid}: this kernel does not say")
        # Whoever has run another program since has no such descriptor: an id that is another's, too.
        os.rename(monitor.folder, os.path.join(monitor.debugfs, "kvm", f"{os.getpid()}-0"))
        self.assert_refused(os.getpid(), f"process: process {os.getpid()} has no KVM machine")
        shutil.rmtree(monitor.debugfs)
        self.assert_refused(monitor.pid, "debugfs: ")

    def test_another_program(self):
        """A process that has run another program is not the machine's, though it kept the descriptor."""
        machine = os.eventfd(0)
        self.addCleanup(os.close, machine)
        process = subprocess.Popen(["sleep", str(monitors.TIMEOUT_S)], pass_fds=[machine])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        folder = os.path.join(self.directory, "debugfs/kvm", f"{process.pid}-{machine}", "vcpu0")
        os.makedirs(folder)
        for name in ("tsc-offset", "guest_mode"):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write("0\n")
        publisher = self.publisher("--kvm", str(process.pid))
        self.until(lambda: publisher.said(), "nothing said")
        self.assertIn(f"error: process: process {process.pid} has no KVM machine", publisher.said())
        self.assertEqual(publisher.wait(monitors.TIMEOUT_S), 1)

    @unittest.skipIf(os.geteuid(), "not root")
    def test_set_uid(self):
        """A process of two users is nobody's to write to."""
        program = shutil.copy(monitors.MONITOR, self.directory)
        os.chmod(program, 0o755 | stat.S_ISUID)
        os.chmod(self.directory, 0o755)
        monitor = self.monitor(program=program, user=65534).start()
        before = monitor.page()
        self.assert_refused(monitor.pid, f"process: process {monitor.pid} is not of user 0")
        self.assertEqual(monitor.page(), before)

    def test_decoys(self):
        """Pages everywhere: the one that the tables name is written, and nothing else; sanitized."""
        monitor = self.monitor().start(*CLOCKS[0])
        monitor.ask("decoys")
        before = monitor.ask("sum")
        publisher = self.live(monitor, program=monitors.CHECKED)
        self.assert_right(monitor.read(FEW), FEW)
        self.end(publisher)
        self.assertEqual(monitor.ask("sum"), before)

    def test_tables_that_change(self):
        monitor = self.monitor().start(*CLOCKS[0])
        before = monitor.ask("sum")
        for _ in range(4):
            publisher = self.publisher("--kvm", str(monitor.pid), program=monitors.CHECKED)
            monitor.ask("churn 1500")
            self.assertTrue(publisher.stdout.readline().startswith("ready "), publisher.said())
            self.end(publisher)
        self.assertEqual(monitor.ask("sum"), before)

    @staticmethod
    def has_memory(publisher, monitor):
        """Whether the publisher holds the memory of that process open, beyond a look at it."""
        folder = f"/proc/{publisher.pid}/fd"
        with contextlib.suppress(FileNotFoundError):
            return f"/proc/{monitor.pid}/mem" in [os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)]
        return True  # something was closed meanwhile

    def test_page_that_goes(self):
        """Where it was is something else now; of memory that is shared, too."""
        for page_at in (monitors.DEVICE_AT, monitors.PAGE_AT):
            monitor = self.monitor(page_at=page_at).start()
            publisher = self.live(monitor)
            monitor.ask("lose")
            self.until(lambda said=publisher.said: "no longer where it was" in said(), "not noticed")
            self.until(lambda its=(publisher, monitor): not self.has_memory(*its), "its memory is held")
            self.end(publisher)
            self.assertEqual(monitor.ask("page"), "5a" * pages.FIELDS["vm_generation_counter"][0] + "5a" * 8)

    def writes_an_update(self, monitor, publisher):
        """Those that the publisher makes of the kernel, for each update of the one page."""
        def count():
            with open(f"/proc/{publisher.pid}/io", encoding="ascii") as file:
                return int(dict(line.split(": ") for line in file)["syscw"])

        # More updates than are counted for, rather than fewer.
        first, before = monitor.page()["seq_count"], count()
        self.until(lambda: monitor.page()["seq_count"] - first > 2 * UPDATES, "no updates")
        after, updates = count(), (monitor.page()["seq_count"] - first) / 2
        return (after - before) / updates

    def test_calls(self):
        """Memory that is shared is written without any; else by three an update."""
        found = {}
        for kind, page_at in (("mapping", monitors.PAGE_AT), ("calls", monitors.DEVICE_AT)):
            monitor = self.monitor(page_at=page_at).start(*CLOCKS[0])
            publisher = self.live(monitor, "--interval-ms", "10")
            self.assertIn(f" by={kind}\n", publisher.said())
            found[kind] = self.writes_an_update(monitor, publisher)
            self.assert_right(monitor.read(FEW), FEW)
            self.end(publisher)
        print(f"writes an update: {found}")
        self.assertLess(found["mapping"], 0.1)
        self.assertLess(found["calls"], 3.1)

    def test_shared_device_page(self):
        """A page by itself in a file of memory, as QEMU's devices have it with aux-ram-share."""
        path = os.path.join(self.directory, "page")
        with open(path, "wb") as file:
            file.write(pages.page(counter_id=pages.COUNTER_INVALID, clock_status=pages.UNKNOWN)
                       .ljust(4096, b"\0"))
        monitor = self.monitor(page_at=monitors.DEVICE_AT, file=path).start(*CLOCKS[0])
        monitor.ask(f"poke {monitors.TABLES_AT:#x} {'00' * 36}")
        monitor.page()  # or it has none of it yet
        publisher = self.live(monitor)
        self.assertIn(" by=mapping\n", publisher.said())
        self.assert_right(monitor.read(FEW), FEW)
        self.end(publisher)

    @unittest.skipIf(os.geteuid(), "not root")
    def test_not_to_be_mapped(self):
        """Without the right to have others' memory: by calls."""
        program = os.path.join(self.directory, "unable")
        with open(program, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nexec setpriv --bounding-set -sys_admin,-checkpoint_restore "
                       f"{shlex.quote(monitors.PUBLISHER)} \"$@\"\n")
        os.chmod(program, 0o755)
        monitor = self.monitor().start(*CLOCKS[0])
        publisher = self.live(monitor, program=program)
        self.assertIn(" by=calls\n", publisher.said())
        self.assert_right(monitor.read(FEW), FEW)
        self.end(publisher)

    def test_becomes_another(self):
        """The process runs another program: nothing of that is written, and the memory of the one before is let go."""
        for page_at in (monitors.DEVICE_AT, monitors.PAGE_AT):
            monitor = self.monitor(page_at=page_at).start()
            publisher = self.live(monitor)
            monitor.ask(f"become {VICTIM}")
            self.until(lambda said=publisher.said: "waiting: " in said(), "not noticed")
            with open(f"/proc/{publisher.pid}/maps", encoding="ascii") as file:
                self.assertNotIn("memfd:guest", file.read())
            self.assertNotIn("page at=", publisher.said().partition("waiting: ")[2])
            self.end(publisher)

    def test_many_mappings(self):
        """A program has many of a page each, of which one is it; of too many that is said."""
        monitor = self.monitor(page_at=monitors.DEVICE_AT).start(*CLOCKS[0])
        monitor.ask(f"poke {monitors.TABLES_AT:#x} {'00' * 36}")
        monitor.ask("crowd 200")
        publisher = self.live(monitor)
        self.assert_right(monitor.read(FEW), FEW)
        self.end(publisher)
        monitor.ask("crowd 1000")
        publisher = self.publisher("--kvm", str(monitor.pid))
        self.until(lambda: "among so many mappings of its process" in publisher.said(), "not said")
        self.end(publisher)

    def test_what_is_not_present(self):
        """Is not touched: RAM stays as small as it was."""
        monitor = self.monitor(mib=2048).start()
        with open(f"/proc/{monitor.pid}/statm", encoding="ascii") as file:
            before = int(file.read().split()[1])
        self.end(self.live(monitor))
        with open(f"/proc/{monitor.pid}/statm", encoding="ascii") as file:
            self.assertLess(int(file.read().split()[1]) - before, 16)


if __name__ == "__main__":
    unittest.main()
