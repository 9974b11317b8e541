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
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(TREE, "boot"), os.path.join(TREE, "tests", "boot")]

import pages  # noqa: E402  (the path comes first)
from vm import report  # noqa: E402

BUILD = os.environ["VMCLOCK_BUILD"]
DUMP = os.path.join(BUILD, "boot/linux/vmclock-dump")
PUBLISHER = os.path.join(BUILD, "boot/linux/vmclock-publish")
GOOD_FLAGS = 1 << 0 | pages.PERIOD_MAXERROR_VALID | pages.TIME_MAXERROR_VALID
OK, NO_LOOK, USAGE, NOT_OK = range(4)
MARKER_AT, SEQ_AT = 0x10, 0x0C

# A page that there is nothing to say to: TAI, with an offset, a bound of 1 us at 1 ppm.
GOOD = {
    "time_type": 1, "tai_offset_sec": -37, "flags": GOOD_FLAGS,
    "time_maxerror_nanosec": 1000,
    "counter_period_maxerror_rate_frac_sec": 0x89705F4136B4A597 // 10**6,
}

# Each finding, and a page that has it and no other.
FINDINGS = (
    ("wrong", {"magic"}, {"magic": b"VCLX"}),
    ("wrong", {"version"}, {"version": 2}),
    ("wrong", {"size"}, {"size": 0x2000}),
    ("wrong", {"size"}, {"size": 16}),
    ("wrong", {"size-16-bit"}, {"size": 0x10000000}),
    ("wrong", {"busy"}, {"seq_count": 3}),
    ("wrong", {"size-small", "no-clock"}, {"size": 0x50}),
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


class Dump(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="vmclock-test-")
        self.addCleanup(scratch.cleanup)
        self.path = os.path.join(scratch.name, "page")

    def put(self, offset=0, **changes):
        with open(self.path, "wb") as file:
            file.write(bytes(offset))
            file.write(pages.page(**(GOOD | changes)).ljust(4096, b"\0"))

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
                        file.write(pages.page(**(GOOD | {"size": size})).ljust(size, b"\0")[:size])
                    done = self.dump("--json", "--offset", str(offset))
                    said = json.loads(done.stdout)
                    self.assertEqual(said["state"], "ok" if size >= 0x58 else "no-clock")
                    self.assertEqual(said["size"], size)
                    self.assertEqual(said["bound_ns"] is not None, size >= 0x68)

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

    def test_findings(self):
        # Side by side, as each looks for 1.5 s.
        running = []
        for number, (level, names, changes) in enumerate(FINDINGS):
            path = f"{self.path}{number}"
            with open(path, "wb") as file:
                file.write(pages.page(**(GOOD | changes)).ljust(4096, b"\0"))
            running.append((level, names, subprocess.Popen(
                [DUMP, path, "--lint", "--json"], stdout=subprocess.PIPE, text=True)))
        for level, names, process in running:
            found = json.loads(process.communicate(timeout=120)[0])["findings"]
            with self.subTest(names):
                self.assertEqual({finding["name"] for finding in found}, names, found)
                self.assertIn(level, {finding["level"] for finding in found})
                wrong = any(finding["level"] == "wrong" for finding in found)
                self.assertEqual(process.returncode, NOT_OK if wrong else OK)

    def assert_update(self, name, **changes):
        """A page that becomes another while lint looks."""
        self.put()
        running = subprocess.Popen([DUMP, self.path, "--watch", "--lint"], text=True,
                                   stdout=subprocess.PIPE)
        self.addCleanup(running.stdout.close)
        self.assertIn("seq=2 ", running.stdout.readline())
        with open(self.path, "r+b") as file, mmap.mmap(file.fileno(), 4096) as page:
            if changes.get("seq_count", 4) == 4:
                page[SEQ_AT:SEQ_AT + 4] = (3).to_bytes(4, "little")
            after = pages.page(**(GOOD | {"seq_count": 4} | changes))
            page[0x10:len(after)] = after[0x10:]
            page[SEQ_AT:SEQ_AT + 4] = after[SEQ_AT:SEQ_AT + 4]
            while f": {name}: " not in running.stdout.readline():
                pass
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=20)
        return running.returncode

    def test_updates(self):
        base = int.from_bytes(pages.page()[0x48:0x50], "little")
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
        ):
            with self.subTest(name):
                GOOD["time_sec"] = base
                self.addCleanup(GOOD.pop, "time_sec", None)
                self.assertEqual(self.assert_update(name, **changes), code)

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
        base = int.from_bytes(pages.page()[0x48:0x50], "little")
        GOOD["time_sec"], GOOD["time_frac_sec"] = base, 1 << 62
        self.addCleanup(GOOD.pop, "time_sec")
        self.addCleanup(GOOD.pop, "time_frac_sec")
        code = self.assert_update("monotonic-broken", flags=GOOD_FLAGS | 1 << 7,
                                  time_frac_sec=(1 << 62) - (1 << 33))
        self.assertEqual(code, NOT_OK)

    def test_live(self):
        publisher = subprocess.Popen([PUBLISHER, "--file", self.path, "--authority", "host",
                                      "--tai-offset", "37", "--interval-ms", "20"],
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            if not publisher.stdout.readline().startswith("ready "):
                self.skipTest("no publisher on this host")
            code, found = self.lint("--now")
            self.assertEqual(code, OK, found)
            self.assertEqual(json.loads(self.dump("--now", "--json").stdout)["state"], "ok")
        finally:
            publisher.terminate()
            publisher.communicate()

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
                          ("--phys", "0"), ("--interval-ms", "0")):
            self.assertEqual(self.dump(*arguments).returncode, USAGE, arguments)
        self.assertIn("error: qmp: ", subprocess.run([DUMP, "--qmp", "/nowhere"], check=False,
                                                     capture_output=True, text=True).stderr)


if __name__ == "__main__":
    unittest.main()
