# SPDX-License-Identifier: BSD-2-Clause
"""One guest fails, the others go on: its file loses its bytes, its QEMU is nothing of the kind,
somebody else writes into its page.
"""

import json
import os
import resource
import signal
import socket
import struct
import subprocess
import threading
import unittest

from test_publisher import (AT_MARKER, AT_SEQ, AT_STATUS, PUBLISHER, TIMEOUT_S, USABLE, Case, u32,
                            u64, until)

DUMP = os.environ["VMCLOCK_DUMP"]
PAGE_BYTES = 4096
ROUNDS = 20  # of races that are not always lost


class Two(Case):
    """The page in self.page_path is that of the guest that goes on."""

    def setUp(self):
        super().setUp()
        self.bad = self.path("bad")

    def two(self, *bad, **options):
        """A publisher whose second guest is live, too, unless it is named."""
        publisher = self.start(PUBLISHER, "--interval-ms", "1", "--file", self.page_path,
                               *(bad or ("--file", self.bad)), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, **options)
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        if not bad:
            self.assertTrue(publisher.stdout.readline().startswith("ready "))
        return publisher

    def assert_goes_on(self, publisher, page):
        seq = u32(page, AT_SEQ)
        until(lambda: u32(page, AT_SEQ) >= seq + 20 or publisher.poll() is not None, "refreshing")
        self.assertIsNone(publisher.poll())
        self.assertIn(page[AT_STATUS], USABLE)

    def assert_ends(self, publisher, page, code):
        publisher.terminate()
        _, said = publisher.communicate(timeout=TIMEOUT_S)
        self.assertEqual(publisher.returncode, code, said)
        self.assert_left(page)
        return said

    def said(self, publisher, text):
        """Waits for a line with the text."""
        while True:
            line = publisher.stderr.readline()
            if not line:
                self.fail(f"it ended with {publisher.wait(TIMEOUT_S)}, and no '{text}'")
            if text in line:
                return line


class Files(Two):
    def test_shortened_all_the_time(self):
        """Also between a look at its length and a touch."""
        for _ in range(ROUNDS):
            publisher = self.two()
            page = self.page()
            ended = threading.Event()

            def shorten(ended=ended):
                with open(self.bad, "r+b") as file:
                    while not ended.is_set():
                        file.truncate(0)
                        file.truncate(PAGE_BYTES)

            thread = threading.Thread(target=shorten)
            thread.start()
            try:
                line = self.said(publisher, "error: ")
            finally:
                ended.set()
                thread.join()
            self.assertIn(f"[{self.bad}] error: file: {self.bad}: ", line)
            self.assert_goes_on(publisher, page)
            self.assert_ends(publisher, page, 1)

    def test_may_not_grow(self):
        """EFBIG comes with a signal."""
        with open(self.page_path, "wb") as file:
            file.truncate(PAGE_BYTES)
        publisher = self.two("--file", self.bad, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (PAGE_BYTES - 1, PAGE_BYTES - 1)))
        self.assertIn("File too large", self.said(publisher, f"error: space: {self.bad}: "))
        page = self.page()
        self.assert_goes_on(publisher, page)
        self.assert_ends(publisher, page, 1)


class Full(Two):
    """A tmpfs without room, in a mount namespace of its own."""

    def setUp(self):
        super().setUp()
        mounted = self.path("full")
        os.mkdir(mounted)
        holder = self.start("unshare", "--map-root-user", "--mount", "sh", "-c",
                            f"mount -t tmpfs -o size=64k none {mounted} && echo mounted && cat",
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if holder.stdout.readline() != "mounted\n":
            self.skipTest(f"no tmpfs can be mounted: {holder.stderr.read()}")
        self.addCleanup(holder.stdin.close)
        self.directory_there = f"/proc/{holder.pid}/root{mounted}"
        self.bad = os.path.join(self.directory_there, "bad")

    def fill(self):
        with open(os.path.join(self.directory_there, "filler"), "ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(PAGE_BYTES))
            except OSError as error:
                self.assertEqual(error.strerror, "No space left on device")

    def make_hole(self):
        with open(self.bad, "wb") as file:
            file.truncate(PAGE_BYTES)

    def test_hole_at_first(self):
        """The file is long enough, but has no bytes."""
        self.make_hole()
        self.fill()
        publisher = self.two("--file", self.bad)
        self.assertIn("No space left on device",
                      self.said(publisher, f"[{self.bad}] error: space: {self.bad}: "))
        page = self.page()
        self.assert_goes_on(publisher, page)
        self.assert_ends(publisher, page, 1)

    def test_hole_later(self):
        publisher = self.two()
        page = self.page()
        publisher.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, publisher.pid, os.WSTOPPED)
        subprocess.run(["fallocate", "--punch-hole", "--offset", "0", "--length", str(PAGE_BYTES),
                        self.bad], check=True)
        self.fill()
        publisher.send_signal(signal.SIGCONT)
        self.assertIn("No space left on device",
                      self.said(publisher, f"[{self.bad}] error: space: {self.bad}: "))
        self.assert_goes_on(publisher, page)
        self.assert_ends(publisher, page, 1)

    def test_file_is_allocated(self):
        """So that no guest finds that it has no room."""
        with open(self.bad, "wb") as file:
            file.truncate(8 * PAGE_BYTES)
        publisher = self.two("--file", self.bad, "--offset", str(PAGE_BYTES), "--size",
                             str(2 * PAGE_BYTES))
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        self.assertEqual(os.stat(self.bad).st_blocks * 512, 2 * PAGE_BYTES)
        self.assert_ends(publisher, self.page(), 0)

    def test_dump(self):
        """It looks where there is a hole, and no room."""
        self.make_hole()
        self.fill()
        done = subprocess.run([DUMP, self.bad], capture_output=True, text=True, check=False,
                              timeout=TIMEOUT_S)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertIn("vmclock-dump: error: file: ", done.stderr)


class Guests(Two):
    """Which of several fails at the start."""

    def test_first_of_them(self):
        with open(self.path("short"), "wb") as file:
            file.truncate(100)
        publisher = self.start(PUBLISHER, "--interval-ms", "1", "--file", self.path("short"),
                               "--offset", "0", "--file", self.page_path, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        self.said(publisher, f"[{self.path('short')}] error: file: ")
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        page = self.page()
        self.assert_goes_on(publisher, page)
        self.assert_ends(publisher, page, 1)

    def test_no_qemu(self):
        self.serve(["hello"])
        publisher = self.two("--file", self.bad, "--qmp", self.path("qmp"))
        self.said(publisher, f"[{self.path('qmp')}] error: qmp: ")
        page = self.page()
        self.assert_goes_on(publisher, page)
        self.assert_ends(publisher, page, 1)

    def test_all_of_them(self):
        done = self.run_publisher("--file", self.path("no/where"), "--file", self.path("no/body"))
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("error: file: "), 2, done.stderr)

    def test_once(self):
        done = self.run_publisher("--once", "--file", self.path("no/where"), "--file",
                                  self.page_path)
        self.assertEqual(done.returncode, 1)
        page = self.page()
        self.assertIn(page[AT_STATUS], USABLE)
        self.assertEqual(page[AT_SEQ] & 1, 0)

    def test_nobody_takes_lines(self):
        """A full pipe keeps no guest waiting; the line comes when there is room."""
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        os.set_blocking(write_end, False)
        filled = 0
        try:
            while True:
                filled += os.write(write_end, b"x")
        except BlockingIOError:
            pass
        os.set_blocking(write_end, True)
        with open(self.page_path, "wb") as file:
            file.truncate(PAGE_BYTES)
        page = self.page()
        publisher = self.start(PUBLISHER, "--interval-ms", "1", "--file", self.page_path,
                               stdout=write_end, stderr=subprocess.DEVNULL)
        os.close(write_end)
        until(lambda: u32(page, AT_SEQ) > 20, "refreshing")
        self.assertEqual(os.read(read_end, filled), b"x" * filled)
        self.assertTrue(os.read(read_end, 100).startswith(b"ready "))
        self.assert_goes_on(publisher, page)

    def test_answers_and_shortens(self):
        """What QEMU is to save into may be shortened by it, and be of any length."""
        for length in (0, 1 << 40):
            with self.subTest(length=length):
                self.save_into(length)

    def save_into(self, length):
        path = self.path("qmp")
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(path)
        server.listen()
        answers = {"query-status": {"status": "prelaunch"}, "query-kvm": {"enabled": False},
                   "x-query-jit": {"human-readable-text": "x"}, "query-target": {"arch": "x86_64"}}

        def talk():
            connection, _ = server.accept()
            with connection:
                connection.sendall(b'{"QMP": {}}\n')
                while True:
                    heard, descriptors, _, _ = socket.recv_fds(connection, 4096, 1)
                    for descriptor in descriptors:
                        os.truncate(descriptor, length)
                        os.close(descriptor)
                    if not heard:
                        return
                    name = json.loads(heard)["execute"]
                    answer = {"return": answers.get(name, {})}
                    connection.sendall(json.dumps(answer).encode() + b"\n")

        thread = threading.Thread(target=talk)
        thread.start()
        publisher = self.two("--file", self.bad, "--qmp", path)
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        page = self.page()
        self.assert_goes_on(publisher, page)
        self.assert_ends(publisher, page, 0)
        thread.join()
        os.unlink(path)


class Overwritten(Two):
    def other_writer(self, at, value):
        """What is said when somebody wrote there once."""
        publisher, _ = self.ready("--interval-ms", "10")
        page = self.page()
        marker = u64(page, AT_MARKER)
        page[at:at + len(value)] = value
        until(lambda: u64(page, AT_MARKER) > marker and page[AT_STATUS] in USABLE and
              not page[AT_SEQ] & 1 or publisher.poll() is not None, "a disruption")
        after = u64(page, AT_MARKER)
        self.assertEqual((u32(page, 0), u32(page, 4), page[8]), (0x4B4C4356, PAGE_BYTES, 1))
        self.assert_goes_on(publisher, page)
        self.assertEqual(u64(page, AT_MARKER), after)
        return self.assert_ends(publisher, page, 0)

    def test_head(self):
        for at, value in ((0, b"\0\0\0\0"), (4, b"\x70\0\0\0"), (8, b"\2\0"),
                          (0, bytes(PAGE_BYTES))):
            with self.subTest(at=at, value=value[:4]):
                self.assertEqual(self.other_writer(at, value).count("overwritten: "), 1)

    def test_sequence(self):
        for seq in (0, 1, 0xFFFFFFFE, 0x12345678):
            with self.subTest(seq=seq):
                self.assertEqual(self.other_writer(AT_SEQ, struct.pack("<I", seq)).count(
                    "overwritten: "), 1)

    def test_marker(self):
        """As by a machine that was loaded: the marker goes on from there."""
        publisher, _ = self.ready("--interval-ms", "10")
        page = self.page()
        loaded = u64(page, AT_MARKER) + 1000
        page[AT_MARKER:AT_MARKER + 8] = struct.pack("<Q", loaded)
        until(lambda: u64(page, AT_MARKER) > loaded, "a disruption")
        self.assertEqual(self.assert_ends(publisher, page, 0).count("overwritten: "), 1)

    def test_all_the_time(self):
        """Two who have the same page: it is said once."""
        publisher, _ = self.ready("--interval-ms", "10")
        page = self.page()
        for _ in range(20):
            marker = u64(page, AT_MARKER)
            page[AT_SEQ:AT_SEQ + 4] = struct.pack("<I", 0x1000)
            until(lambda marker=marker: u64(page, AT_MARKER) > marker, "a disruption")
            page[AT_SEQ:AT_SEQ + 4] = struct.pack("<I", 0x2000)
        self.assertEqual(self.assert_ends(publisher, page, 0).count("overwritten: "), 1)


if __name__ == "__main__":
    unittest.main()
