# SPDX-License-Identifier: BSD-2-Clause
"""--all-kvm: guests are found as they come and go, and what each has is told."""

import json
import os
import resource
import signal
import socket
import subprocess
import time
import unittest

import monitors
from lab import pages


class All(monitors.Case):
    def setUp(self):
        super().setUp()
        self.status = os.path.join(self.directory, "status")
        self.metrics = os.path.join(self.directory, "metrics")

    def all(self, *options, **more):
        return self.publisher("--all-kvm", "--status", self.status, *options, **more)

    def ask(self, *options):
        done = subprocess.run([monitors.PUBLISHER, "status", "--status", self.status, *options],
                              capture_output=True, text=True, check=False,
                              timeout=monitors.TIMEOUT_S)
        return done.stdout if not done.returncode else ""

    def guests(self):
        said = self.ask("--json")
        return {guest["pid"]: guest for guest in json.loads(said)["guests"]} if said else {}

    def until_live(self, *live):
        self.until(lambda: all(monitor.page()["clock_status"] in (2, 3) for monitor in live),
                   "no clock")

    def test_come_and_go(self):
        """Before there is a debugfs; and a guest without a page, which others do not wait for."""
        publisher = self.all("--metrics", self.metrics)
        self.until(lambda: os.path.exists(self.status), "no status")
        first = self.monitor().start(-12345, vcpus=2)
        self.until_live(first)
        # Its device is told of by no table.
        none = self.monitor().start()
        none.ask(f"poke {monitors.PAGE_AT:#x} {'00' * 112}")
        second = self.monitor(page_at=monitors.DEVICE_AT).start(99, (1 << 48) * 3 // 2)
        self.until_live(second)
        for monitor in (first, second):
            self.assert_right(monitor.read(500), 500)
        guests = self.until(lambda: len(found := self.guests()) >= 2 and found, "no status")
        self.assertEqual({guests[m.pid]["state"] for m in (first, second)}, {"live"})
        self.assertGreater(guests[first.pid]["bound_ns"], 0)
        self.assertIn("bound_ns", self.ask())
        # It gets one after all.
        late = pages.page(counter_id=pages.COUNTER_INVALID, clock_status=pages.UNKNOWN)
        none.ask(f"poke {monitors.PAGE_AT:#x} {late.hex()}")
        self.until_live(none)
        first.end()
        self.until(lambda: first.pid not in self.guests(), "is still there")
        self.assert_right(second.read(500), 500)
        self.end(publisher)
        self.assertEqual(second.page()["clock_status"], pages.UNRELIABLE)
        self.assertFalse(os.path.exists(self.status))
        self.assertEqual({key: self.told()[key] for key in ("vmclock_guests", "vmclock_guests_live")},
                         {"vmclock_guests": 0, "vmclock_guests_live": 0})

    def told(self):
        """The metrics, by their names."""
        with open(self.metrics, encoding="ascii") as file:
            return {name: float(value) for name, value in map(str.split, file)}

    def test_metrics_of_the_past(self):
        """What a publisher that has ended left says of no guest that it has a clock."""
        monitor = self.monitor().start()
        publisher = self.all("--metrics", self.metrics)
        live = f'vmclock_guest_live{{pid="{monitor.pid}"}}'
        self.until(lambda: os.path.exists(self.metrics) and self.told().get(live), "never live")
        self.assertLess(abs(self.told()["vmclock_written_timestamp_seconds"] - time.time()), 3600)
        bound_s = self.told()[f'vmclock_guest_bound_seconds{{pid="{monitor.pid}"}}']
        self.assertLess(0, bound_s)
        self.assertLess(bound_s, 1)
        self.end(publisher)
        self.assertNotIn(live, self.told())
        self.assertEqual(self.told()["vmclock_guests_live"], 0)

    def test_metrics(self):
        """Nobody else's file is written, and no pipe is waited for."""
        victim = os.path.join(self.directory, "victim")
        with open(victim, "w", encoding="ascii") as file:
            file.write("stays")
        for make in (lambda path: os.symlink(victim, path), os.mkfifo):
            make(self.metrics + ".new")
            publisher = self.all("--metrics", self.metrics)
            self.until(lambda: os.path.exists(self.metrics), "no metrics")
            self.end(publisher)
            os.unlink(self.metrics)
        with open(victim, encoding="ascii") as file:
            self.assertEqual(file.read(), "stays")

    def test_beside_one_that_is_named(self):
        """By whichever way: it is waited for, and told of, as without the others."""
        monitor = self.monitor().start()
        named = self.monitor().start()
        for options in (("--file", os.path.join(self.directory, "page")), ("--kvm", str(named.pid))):
            publisher = self.all(*options, program=monitors.CHECKED)
            self.assertTrue(publisher.stdout.readline().startswith("ready "), publisher.said())
            self.until_live(monitor)
            self.end(publisher)

    def test_metrics_now_and_then(self):
        """The file is made anew every ten seconds, not whenever the publisher wakes up."""
        self.monitor().start()
        publisher = self.all("--metrics", self.metrics)
        self.until(lambda: os.path.exists(self.metrics), "no metrics")
        begun, made = time.monotonic(), set()
        while (passed := time.monotonic() - begun) < 5:
            with open(self.metrics, encoding="ascii") as file:
                made.add(os.fstat(file.fileno()).st_mtime_ns)
            time.sleep(0.05)
        self.assertLessEqual(len(made), 2 + passed // 10)
        self.end(publisher)

    def test_no_place(self):
        """For the socket: the publisher says so, and does without."""
        where = os.path.join(self.directory, "nowhere", "status")
        publisher = self.publisher("--all-kvm", "--status", where)
        self.until_live(self.monitor().start())
        self.assertIn(f"no status: {where}: No such file or directory\n", publisher.said())
        self.end(publisher)

    def test_no_descriptor_left(self):
        """Who asks then is told so, and not waited for."""
        publisher = self.all()
        self.until(lambda: self.ask("--json"), "no status")
        used = {int(name) for name in os.listdir(f"/proc/{publisher.pid}/fd")}
        least = min(set(range(len(used) + 1)) - used)
        resource.prlimit(publisher.pid, resource.RLIMIT_NOFILE, (least, least))
        self.assertEqual([self.ask() for _ in range(3)], [""] * 3)
        self.end(publisher)

    def test_folder_made_anew(self):
        """As where KVM's module is loaded again: the new one is watched, too."""
        publisher = self.all()
        first = self.monitor().start(5)
        self.until_live(first)
        first.end()
        self.until(lambda: not self.guests(), "is still there")
        # Nobody sees that there was none.
        publisher.send_signal(signal.SIGSTOP)
        folder = os.path.dirname(first.folder)
        os.rmdir(folder)
        os.mkdir(folder)
        publisher.send_signal(signal.SIGCONT)
        self.until(lambda: self.ask("--json"), "no status")
        begun = time.monotonic()
        self.until_live(self.monitor().start(6))
        # By chance alone it is looked at every 30 s.
        self.assertLess(time.monotonic() - begun, 10)
        self.end(publisher)

    def test_many(self):
        """They come, go, and leave no descriptor behind."""
        publisher = self.all()
        self.until(lambda: self.ask("--json"), "no status")
        stays = self.monitor().start(5)
        self.until_live(stays)
        folder = f"/proc/{publisher.pid}/fd"
        before = len(os.listdir(folder))
        for _ in range(3):
            guests = [self.monitor().start(number) for number in range(8)]
            self.until_live(*guests)
            for guest in guests:
                guest.end()
            self.until(lambda: len(self.guests()) == 1, "are still there")
        self.assertEqual(len(os.listdir(folder)), before)
        self.assert_right(stays.read(500), 500)
        self.end(publisher)

    def test_supervisor(self):
        """What systemd is told."""
        path = os.path.join(self.directory, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
            server.bind(path)
            server.settimeout(monitors.TIMEOUT_S)
            os.environ.update(NOTIFY_SOCKET=path, WATCHDOG_USEC="300000")
            self.addCleanup(os.environ.pop, "NOTIFY_SOCKET")
            self.addCleanup(os.environ.pop, "WATCHDOG_USEC")
            publisher = self.all()
            self.assertEqual([server.recv(64) for _ in range(3)],
                             [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"])
            publisher.terminate()
            while server.recv(64) != b"STOPPING=1":
                pass


if __name__ == "__main__":
    unittest.main()
