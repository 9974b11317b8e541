# SPDX-License-Identifier: BSD-2-Clause
"""vmclock-dump: the report of a page, as JSON, as it changes, and what lint finds in which page."""

import json
import mmap
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from lab import pages  # noqa: E402  (the path comes first)
from vm import report  # noqa: E402

BUILD = os.environ["VMCLOCK_BUILD"]
DUMP = os.environ.get("VMCLOCK_DUMP", os.path.join(BUILD, "boot/linux/vmclock-dump"))
PUBLISHER = os.path.join(BUILD, "boot/linux/vmclock-publish")
GOOD_FLAGS = 1 << 0 | pages.PERIOD_MAXERROR_VALID | pages.TIME_MAXERROR_VALID
OK, NO_LOOK, USAGE, NOT_OK = range(4)
MARKER_AT, SEQ_AT = 0x10, 0x0C
NO_COUNTER = "error: counter: "  # the publisher's refusal on a host without a usable counter

# A page that there is nothing to say to: TAI, with an offset, a bound of 1 us at 1 ppm.
GOOD = {
    "time_type": 1, "tai_offset_sec": -37, "flags": GOOD_FLAGS,
    "time_maxerror_nanosec": 1000,
    "counter_period_maxerror_rate_frac_sec": 0x89705F4136B4A597 // 10**6,
}

TAI_AHEAD = 37
AGO = int(time.time()) + TAI_AHEAD - 6  # more than 5 s
UNUSABLE = {"flags": 0, "time_type": 0, "tai_offset_sec": 0, "time_sec": 0,
            "time_maxerror_nanosec": 0, "counter_period_maxerror_rate_frac_sec": 0,
            "counter_period_frac_sec": 0, "counter_period_shift": 0}
NO_CLOCK = UNUSABLE | {"counter_id": 0xFF, "clock_status": 0, "seq_count": 0,
                       "disruption_marker": 0}
RESTORED = {"seq_count": 2, "disruption_marker": 1}
MONOTONIC, GENERATION, NOTIFICATION = 1 << 7, 1 << 8, 1 << 9

# Pages that hypervisors and publishers make, and all that lint may say to them: nothing that is wrong.
REAL = {
    "QEMU 10": ({"no-clock"}, NO_CLOCK),
    "QEMU 10, after loadvm": ({"no-clock"}, NO_CLOCK | RESTORED),
    "QEMU with a generation counter": (
        {"no-clock"}, NO_CLOCK | {"flags": GENERATION | NOTIFICATION, "vm_generation_counter": 9}),
    "Firecracker, without a generation counter": ({"no-clock"}, NO_CLOCK),
    "Firecracker, fresh": ({"no-clock"}, NO_CLOCK | {"flags": GENERATION | NOTIFICATION}),
    "Firecracker, restored": ({"no-clock"}, NO_CLOCK | RESTORED | {
        "flags": GENERATION | NOTIFICATION, "vm_generation_counter": 1}),
    "a clock with all of it": (set(), {
        "flags": GOOD_FLAGS | MONOTONIC | GENERATION | NOTIFICATION, "vm_generation_counter": 0}),
    "a clock of 0x58 bytes": ({"bounds-missing"}, {"size": 0x58, "flags": 1}),
    "a clock of 0x68 bytes": (set(), {"size": 0x68}),
    "a host's kernel, +37": ({"tai-offset-sign"}, {"tai_offset_sec": 37,
                                                   "flags": GOOD_FLAGS | MONOTONIC}),
    "a host's kernel, -37": (set(), {"flags": GOOD_FLAGS | MONOTONIC}),
    "a host's kernel, unsynchronised": ({"bound-wide"}, {
        "flags": GOOD_FLAGS | MONOTONIC, "clock_status": 3, "time_maxerror_nanosec": 16 * 10**9}),
    "UTC": ({"time-type-utc"}, {"time_type": 0}),
    "UTC without TAI": ({"time-type-utc", "tai-offset-unknown"}, {
        "time_type": 0, "flags": GOOD_FLAGS & ~1, "tai_offset_sec": 0}),
    "monotonic": ({"time-type-monotonic"}, {
        "time_type": 2, "flags": GOOD_FLAGS & ~1, "tai_offset_sec": 0, "time_sec": 5}),
    "our publisher, at first": ({"status-not-yet"}, UNUSABLE | {"clock_status": 1}),
    "our publisher, at the end": ({"status-unreliable"}, {"clock_status": 4, "time_sec": 5}),
}

# Each finding, and a page that has it and no other. "0x64": 8 bytes there, whatever else is.
FINDINGS = (
    ("wrong", {"layout-1.0", "no-clock"}, NO_CLOCK | {"flags": MONOTONIC, "0x64": 5}),
    ("wrong", {"layout-1.0", "no-clock"}, NO_CLOCK | {"flags": MONOTONIC | GENERATION, "0x64": 5}),
    ("wrong", {"layout-1.0", "bounds-missing"}, {"flags": 1 | MONOTONIC | GENERATION, "0x64": 5}),
    ("unusual", {"layout-1.0", "bounds-missing"}, {"flags": 1 | MONOTONIC, "0x64": 5}),
    ("unusual", {"layout-1.0", "bound-wide"}, {"flags": GOOD_FLAGS | MONOTONIC | GENERATION,
                                               "0x64": 5}),
    ("unusual", {"flags-1.0-notification"}, {"flags": GOOD_FLAGS | MONOTONIC | GENERATION}),
    ("unusual", {"monotonic-without-clock", "no-clock"}, NO_CLOCK | {"flags": MONOTONIC}),
    ("wrong", {"tai-offset", "bounds-missing"}, {"flags": 1, "tai_offset_sec": -3600}),
    ("wrong", {"tai-offset"}, {"tai_offset_sec": -100}),
    ("wrong", {"tai-offset"}, {"tai_offset_sec": 3600}),
    ("wrong", {"tai-offset"}, {"tai_offset_sec": -32768}),
    ("wrong", {"tai-offset", "time-type-utc"}, {"time_type": 0, "tai_offset_sec": 0}),
    ("unusual", {"tai-offset-sign"}, {"tai_offset_sec": 99}),
    ("unusual", {"not-refreshed"}, {"time_sec": AGO}),
    ("unusual", {"not-refreshed"}, {"time_sec": AGO, "clock_status": 3}),
    ("unusual", {"not-refreshed", "time-type-utc"}, {"time_sec": AGO - TAI_AHEAD, "time_type": 0}),
    ("wrong", {"not-refreshed", "tai-offset-missing"}, {
        "time_sec": AGO - TAI_AHEAD + 10, "flags": GOOD_FLAGS & ~1, "tai_offset_sec": 0}),
    ("unusual", {"period-coarse"}, {"counter_period_frac_sec": 1 << 30,
                                    "counter_period_maxerror_rate_frac_sec": 1}),
    ("unusual", {"padding"}, {"padding": 1}),
    ("wrong", {"magic"}, {"magic": b"VCLX"}),
    ("wrong", {"version"}, {"version": 2}),
    ("wrong", {"size"}, {"size": 0x2000}),
    ("wrong", {"size"}, {"size": 16}),
    ("wrong", {"size-16-bit"}, {"size": 0x10000000}),
    ("wrong", {"busy"}, {"seq_count": 3}),
    ("wrong", {"size-small", "no-clock"}, {"size": 0x20}),
    ("wrong", {"size-small", "no-clock"}, {"size": 0x57}),
    ("wrong", {"bounds-half"}, {"size": 0x58}),
    ("unusual", {"no-clock"}, {"counter_id": 0xFF, "flags": 0, "clock_status": 0}),
    ("wrong", {"counter-id"}, {"counter_id": 7}),
    ("unusual", {"flags-unknown"}, {"flags": GOOD_FLAGS | 1 << 10}),
    ("wrong", {"flags-1.0"}, {"flags": GOOD_FLAGS | 1 << 7, "vm_generation_counter": 5}),
    ("unusual", {"flags-1.0-notification"}, {"flags": GOOD_FLAGS | 1 << 8}),
    ("unusual", {"generation-size"}, {"flags": GOOD_FLAGS | 1 << 8, "size": 0x68}),
    ("unusual", {"disruption-soon"}, {"flags": GOOD_FLAGS | 1 << 1}),
    ("unusual", {"disruption-imminent"}, {"flags": GOOD_FLAGS | 1 << 2}),
    ("unusual", {"time-type-utc"}, {"time_type": 0}),
    ("unusual", {"time-type-monotonic"}, {"time_type": 2}),
    ("wrong", {"time-type"}, {"time_type": 3}),
    ("wrong", {"tai-offset-missing"}, {"flags": GOOD_FLAGS & ~1, "tai_offset_sec": 0}),
    ("wrong", {"tai-offset"}, {"tai_offset_sec": 9}),
    ("unusual", {"tai-offset-sign"}, {"tai_offset_sec": 37}),
    ("unusual", {"tai-offset-flag", "time-type-utc", "tai-offset-unknown"},
     {"flags": GOOD_FLAGS & ~1, "time_type": 0}),
    ("unusual", {"bounds-missing"}, {"flags": 1}),
    ("wrong", {"bounds-half"}, {"flags": 1 | pages.TIME_MAXERROR_VALID}),
    ("unusual", {"bound-wide"}, {"time_maxerror_nanosec": 10**9}),
    ("wrong", {"bound-period"}, {"counter_period_maxerror_rate_frac_sec": 1 << 63 | 1 << 62}),
    ("wrong", {"status"}, {"clock_status": 5}),
    ("unusual", {"status-not-yet"}, {"clock_status": 1}),
    ("unusual", {"status-unreliable"}, {"clock_status": 4}),
    ("wrong", {"period-zero", "bound-period"}, {"counter_period_frac_sec": 0}),
    ("unusual", {"period-shift"}, {"counter_period_shift": 60}),
    ("wrong", {"leap-indicator"}, {"leap_indicator": 6}),
    ("wrong", {"leap-time"}, {"leap_indicator": 3}),
    ("wrong", {"range"}, {"time_sec": 1 << 63}),
    ("unusual", {"smear-hint"}, {"leap_second_smearing_hint": 9}),
)


def good_page(**changes):
    """GOOD but for what is changed; ahead of this host, so that it does not grow old here."""
    extra = {int(name, 16): changes.pop(name) for name in ("0x64",) if name in changes}
    padding = changes.pop("padding", 0)
    ahead = {"time_sec": int(time.time()) + TAI_AHEAD + 3600}
    page = bytearray(pages.page(**(ahead | GOOD | changes)).ljust(4096, b"\0"))
    page[0x20] = padding
    for at, value in extra.items():
        page[at:at + 8] = value.to_bytes(8, "little")
    return page


class Dump(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="vmclock-test-")
        self.addCleanup(scratch.cleanup)
        self.path = os.path.join(scratch.name, "page")

    def put(self, offset=0, **changes):
        with open(self.path, "wb") as file:
            file.write(bytes(offset))
            file.write(good_page(**changes))

    def dump(self, *arguments):
        return subprocess.run([DUMP, self.path, *arguments], capture_output=True, text=True,
                              check=False, timeout=60)

    def test_report(self):
        self.put()
        done = self.dump()
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        said = report.parse(done.stdout.split("\n"))
        self.assertEqual(said.values["state"], "ok")
        self.assertIn(said.integer("bound_ns"), (1000, 1001))
        self.assertEqual(said.integer("age_ms"), 0)
        self.assertEqual(said.values["utc_offset"], "37")

    def test_offset(self):
        self.put(offset=8200)
        self.assertEqual(self.dump("--offset", "8200").returncode, OK)
        self.assertEqual(self.dump().returncode, NOT_OK)

    def test_small_files(self):
        """A file as long as its page, of each length that there is."""
        for size in range(0x20, 0x80, 8):
            for offset in (0, 8, 4096 - size % 4096):  # the last: up to the end of a frame
                with self.subTest(size=size, offset=offset):
                    with open(self.path, "wb") as file:
                        file.write(bytes(offset))
                        file.write(good_page(size=size)[:size])
                    done = self.dump("--json", "--offset", str(offset))
                    said = json.loads(done.stdout)
                    self.assertEqual(said["state"], "ok" if size >= 0x58 else "no-clock")
                    self.assertEqual(said["size"], size)
                    self.assertEqual(said["bound_ns"] is not None, size >= 0x68)

    def test_long_file(self):
        """Longer than an address space, as files with holes may be."""
        scratch = tempfile.TemporaryDirectory(prefix="vmclock-test-", dir="/dev/shm")
        self.addCleanup(scratch.cleanup)
        self.path = os.path.join(scratch.name, "page")
        self.put()
        os.truncate(self.path, 1 << 62)
        done = self.dump()
        self.assertEqual((done.returncode, done.stderr), (OK, ""))
        os.truncate(self.path, 0)
        self.put(offset=1 << 20)
        os.truncate(self.path, 1 << 62)
        self.assertEqual(self.dump("--offset", str(1 << 20)).returncode, OK)

    def test_json(self):
        self.put()
        said = json.loads(self.dump("--json").stdout)
        self.assertEqual([key for key in said if key not in ("verdict", "vmclock.format")],
                         report.keys())
        self.assertEqual((said["state"], said["size"], said["generation"]), ("ok", 4096, None))

    def test_states(self):
        for state, changes in (("bad-page", {"magic": b"VCLX"}), ("busy", {"seq_count": 3}),
                               ("no-clock", {"counter_id": 0xFF}),
                               ("unsynchronised", {"clock_status": 4})):
            self.put(**changes)
            done = self.dump("--json")
            self.assertEqual((done.returncode, json.loads(done.stdout)["state"]), (NOT_OK, state))

    def lint(self, *arguments):
        done = self.dump("--lint", "--json", *arguments)
        return done.returncode, json.loads(done.stdout)["findings"]

    def test_nothing_to_find(self):
        self.put()
        done = self.dump("--lint")
        self.assertEqual((done.returncode, done.stdout), (OK, "nothing wrong, nothing unusual\n"))

    def lint_all(self, content):
        """What lint finds in each page, {name: level}, and its exit status: side by side, as each
        looks for 1.5 s."""
        running = []
        for number, changes in enumerate(content):
            path = f"{self.path}{number}"
            with open(path, "wb") as file:
                file.write(good_page(**changes))
            running.append(subprocess.Popen([DUMP, path, "--lint", "--json"], text=True,
                                            stdout=subprocess.PIPE))
        for process in running:
            found = json.loads(process.communicate(timeout=120)[0])["findings"]
            yield {finding["name"]: finding["level"] for finding in found}, process.returncode

    def test_findings(self):
        said = self.lint_all(changes for _, _, changes in FINDINGS)
        for (level, names, _), (found, code) in zip(FINDINGS, said):
            with self.subTest(names):
                self.assertEqual(set(found), names)
                self.assertEqual(max(found.values()), level)  # "wrong", if any is
                self.assertEqual(code, NOT_OK if level == "wrong" else OK)

    def test_real_pages(self):
        said = self.lint_all(changes for _, changes in REAL.values())
        for (name, (names, _)), (found, code) in zip(REAL.items(), said):
            with self.subTest(name):
                self.assertEqual((set(found), code), (names, OK))

    def next_line(self, running):
        line = running.stdout.readline()
        self.assertTrue(line, "it ended")
        return line

    def assert_update(self, name, before=None, **changes):
        """A page that becomes another while lint looks."""
        before = before or {}
        self.put(**before)
        running = subprocess.Popen([DUMP, self.path, "--watch", "--lint"], text=True,
                                   stdout=subprocess.PIPE)
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        while "seq=2 " not in self.next_line(running):
            pass
        with open(self.path, "r+b") as file, mmap.mmap(file.fileno(), 4096) as page:
            if changes.get("seq_count", 4) == 4:
                page[SEQ_AT:SEQ_AT + 4] = (3).to_bytes(4, "little")
            after = pages.page(**(GOOD | before | {"seq_count": 4} | changes))
            page[0x10:len(after)] = after[0x10:]
            page[SEQ_AT:SEQ_AT + 4] = after[SEQ_AT:SEQ_AT + 4]
            while f": {name}: " not in self.next_line(running):
                pass
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=20)
        return running.returncode

    def test_updates(self):
        base = int.from_bytes(good_page()[0x48:0x50], "little")
        ms = 1 << 64
        # 1.5 us ahead of what was good to 1 us; the other bound reaches over it.
        ahead = {"time_sec": base, "time_frac_sec": int(1.5e-6 * ms)}
        for name, code, changes in (
            ("containment-broken", NOT_OK, ahead),
            ("stepped", OK, {"time_sec": base + 100}),
            ("disrupted-stale", NOT_OK, {"disruption_marker": 8}),
            ("disrupted", OK, {"disruption_marker": 8, "counter_value": 10**9,
                               "time_sec": base + 50}),
            ("marker-back", OK, {"disruption_marker": 6, "counter_value": 10**9}),
            ("seq-unchanged", NOT_OK, {"seq_count": 2, "disruption_marker": 9}),
            ("seq-unchanged", NOT_OK, {"seq_count": 2, "leap_indicator": 1}),
        ):
            with self.subTest(name):
                GOOD["time_sec"] = base
                self.addCleanup(GOOD.pop, "time_sec", None)
                self.assertEqual(self.assert_update(name, **changes), code)

    def test_restored_without_a_clock(self):
        """Firecracker's page, and what a restored snapshot makes of it."""
        fresh = NO_CLOCK | {"seq_count": 2, "flags": GENERATION | NOTIFICATION}
        code = self.assert_update("disrupted", fresh, disruption_marker=1, vm_generation_counter=1)
        self.assertEqual(code, OK)

    def test_update_that_takes_long(self):
        """Its publisher lost the CPU for a moment: that is nothing to find."""
        self.put()
        running = subprocess.Popen([DUMP, self.path, "--lint"], text=True, stdout=subprocess.PIPE)
        with open(self.path, "r+b") as file, mmap.mmap(file.fileno(), 4096) as page:
            for seq in range(2, 40, 2):
                page[SEQ_AT] = seq + 1
                time.sleep(0.02)
                page[SEQ_AT] = seq + 2
                time.sleep(0.02)
        self.assertEqual(running.communicate(timeout=20)[0], "nothing wrong, nothing unusual\n")
        self.assertEqual(running.returncode, OK)

    def test_monotonic_broken(self):
        base = int.from_bytes(good_page()[0x48:0x50], "little")
        GOOD["time_sec"], GOOD["time_frac_sec"] = base, 1 << 62
        self.addCleanup(GOOD.pop, "time_sec")
        self.addCleanup(GOOD.pop, "time_frac_sec")
        code = self.assert_update("monotonic-broken", flags=GOOD_FLAGS | 1 << 7,
                                  time_frac_sec=(1 << 62) - (1 << 33))
        self.assertEqual(code, NOT_OK)

    def publisher(self, *options):
        """A live one for the page of the test."""
        complaints = tempfile.TemporaryFile("w+")
        self.addCleanup(complaints.close)
        publisher = subprocess.Popen([PUBLISHER, "--file", self.path, "--authority", "host", *options],
                                     stdout=subprocess.PIPE, stderr=complaints, text=True)
        self.addCleanup(publisher.communicate)
        self.addCleanup(publisher.kill)
        if not publisher.stdout.readline().startswith("ready "):
            publisher.wait(20)
            complaints.seek(0)
            said = complaints.read().strip()
            if NO_COUNTER in said:
                self.skipTest(said)
            self.fail(f"the publisher is not ready: {said}")
        return publisher

    def test_publisher_that_fails(self):
        """For another reason than this host's: that is no reason to skip anything."""
        with self.assertRaisesRegex(self.failureException, "not ready: vmclock-publish: --interval-ms: "):
            self.publisher("--interval-ms", "0")

    def test_live(self):
        self.publisher("--tai-offset", "37", "--interval-ms", "20")
        for clock in ("--now", "--reference"):
            self.assertEqual(self.lint(clock), (OK, []))
        self.assertEqual(json.loads(self.dump("--now", "--json").stdout)["state"], "ok")

    def test_nobody_refreshes(self):
        """Its publisher, as rare as any is, is killed: that shows, by both clocks."""
        publisher = self.publisher("--tai-offset", "37", "--interval-ms", "1000")
        self.assertEqual(self.lint("--now", "--interval-ms", "1000"), (OK, []))
        publisher.kill()
        for clock in ("--now", "--reference"):
            found, limit = [], time.monotonic() + 60
            while not found and time.monotonic() < limit:
                code, found = self.lint(clock)
                self.assertEqual(code, OK)
            self.assertEqual([finding["name"] for finding in found], ["not-refreshed"], clock)

    def test_file_becomes_shorter(self):
        self.put()
        running = subprocess.Popen([DUMP, self.path, "--watch"], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertIn("seq=2 ", running.stdout.readline())
        os.truncate(self.path, 0)
        self.assertIn("error: file: ", running.communicate(timeout=20)[1])
        self.assertEqual(running.returncode, NO_LOOK)

    def test_nowhere_to_say_it(self):
        self.put()
        for options in ((), ("--json",), ("--watch",), ("--lint", "--json")):
            with open("/dev/full", "w", encoding="ascii") as full:
                done = subprocess.run([DUMP, self.path, *options], stdout=full, check=False,
                                      stderr=subprocess.PIPE, text=True, timeout=60)
            self.assertEqual(done.returncode, NO_LOOK, options)
            self.assertIn("error: file: standard output: ", done.stderr)

    def test_neither_file_nor_device(self):
        """A name for it, and no waiting for whoever may write into a pipe."""
        fifo, listening = self.path + ".fifo", self.path + ".socket"
        os.mkfifo(fifo)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(listening)
            for path in (fifo, listening, os.path.dirname(self.path)):
                for options in ((), ("--lint",), ("--watch", "--json")):
                    done = subprocess.run([DUMP, path, *options], capture_output=True, text=True,
                                          check=False, timeout=20)
                    self.assertEqual((done.returncode, done.stdout), (NO_LOOK, ""))
                    self.assertIn(f"error: file: {path}: ", done.stderr)

    def test_refusals(self):
        done = self.dump()
        self.assertEqual(done.returncode, NO_LOOK)
        self.assertIn("vmclock-dump: error: file: ", done.stderr)
        for arguments in (("--frobnicate",), ("--offset", "4"), ("more",), ("--qmp", "x"),
                          ("--phys", "0"), ("--pid", "1"), ("--interval-ms", "0"),
                          ("--interval-ms", "1001"), ("--interval-ms", "-5"), ("--offset", "-8")):
            done = self.dump(*arguments)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""), arguments)
        done = subprocess.run([DUMP, "--qmp", "/nowhere"], check=False, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (NO_LOOK, ""))
        self.assertIn("error: qmp: ", done.stderr)

    def test_interrupted(self):
        """A page that is not well is no fault of a watch; what lint finds wrong is, as JSON too."""
        for changes, options, code in (({}, (), OK), ({"clock_status": 4}, (), OK),
                                       ({"seq_count": 3}, (), OK),
                                       ({"clock_status": 4}, ("--lint",), OK),
                                       ({"clock_status": 5}, ("--lint",), NOT_OK),
                                       ({"clock_status": 5}, ("--lint", "--json"), NOT_OK)):
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(changes=changes, options=options, number=number):
                    self.put(**changes)
                    running = subprocess.Popen([DUMP, self.path, "--watch", *options], text=True,
                                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    self.addCleanup(running.communicate)
                    self.addCleanup(running.kill)
                    while "state" not in self.next_line(running):
                        pass
                    running.send_signal(number)
                    self.assertEqual(running.communicate(timeout=60)[1], "")
                    self.assertEqual(running.returncode, code)


if __name__ == "__main__":
    unittest.main()
