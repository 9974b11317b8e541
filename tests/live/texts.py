# SPDX-License-Identifier: BSD-2-Clause
"""What the programs say, and to whom: texts that a QEMU sends are data, however many they are.

VMCLOCK_BUILD names the build tree. QEMU is somebody here who says what a strange one would.
"""

import contextlib
import errno
import json
import mmap
import os
import re
import socket
import subprocess
import tempfile
import threading
import time
import unittest

BUILD = os.environ["VMCLOCK_BUILD"]
DUMP = os.path.join(BUILD, "boot/linux/vmclock-dump")
PUBLISHER = os.path.join(BUILD, "boot/linux/vmclock-publish")
TIMEOUT_S = 30
SEQ_AT = 0x0C
REFUSED = {"error": {"desc": "not today"}}
# What a QEMU that was started with -S says until its guest runs; what is not here it refuses.
ANSWERS = {
    "qmp_capabilities": {},
    "query-status": {"status": "prelaunch"},
    "x-query-jit": {"human-readable-text": "x"},
    "query-target": {"arch": "x86_64"},
    "cont": {},
    "stop": {},
}


class Peer:
    """A QMP server for one connection, a request a line; keeps what it was asked."""

    def __init__(self, path, answers=None, greet=lambda: None):
        self.answers = ANSWERS | (answers or {})
        self.greet, self.asked, self.connection = greet, [], None
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(path)
        self.server.listen()
        self.thread = threading.Thread(target=self.talk)
        self.thread.start()

    def talk(self):
        with contextlib.suppress(OSError):
            self.connection, _ = self.server.accept()
            self.greet()
            self.send({"QMP": {}})
            with self.connection.makefile("r") as stream:
                for line in stream:
                    self.asked.append(line)
                    name = json.loads(line)["execute"]
                    answer = self.answers.get(name, REFUSED)
                    self.send(answer if "error" in answer else {"return": answer})

    def send(self, message):
        self.connection.sendall(json.dumps(message).encode() + b"\r\n")

    def hang_up(self):
        for one in (self.connection, self.server):
            if one:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
        self.thread.join(TIMEOUT_S)


class Texts(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="vmclock-test-")
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.log = os.path.join(self.directory, "log")

    def path(self, name):
        return os.path.join(self.directory, name)

    def peer(self, *arguments, **more):
        peer = Peer(self.path("qmp"), *arguments, **more)
        self.addCleanup(peer.hang_up)
        return peer

    def publisher(self, *arguments):
        """Its stderr goes to a file, so that nobody keeps it waiting."""
        with open(self.log, "wb") as log:
            process = subprocess.Popen([PUBLISHER, *arguments], stdout=subprocess.PIPE, stderr=log,
                                       text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def lines(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read().split("\n")[:-1]

    def test_request_is_a_line(self):
        peer = self.peer()
        publisher = self.publisher("--qmp", self.path("qmp"), "--file", self.path("page"))
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        peer.hang_up()
        publisher.wait(TIMEOUT_S)
        names = [json.loads(line)["execute"] for line in peer.asked]
        self.assertEqual(names[0], "qmp_capabilities")
        self.assertIn("cont", names)
        self.assertTrue(all(line.endswith("}\n") for line in peer.asked), peer.asked)

    def test_texts_are_escaped(self):
        forged = "vmclock-dump: error: device: forged"
        said = f"no\n{forged}\r\x1b[2J\x7f\x9b\u2028\u202e{forged}"
        self.peer({"human-monitor-command": {"error": {"desc": said}}})
        done = subprocess.run([DUMP, "--qmp", self.path("qmp"), "--phys", "0"], check=False,
                              capture_output=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 1)
        log = done.stderr
        self.assertEqual(log.count(b"\n"), 1, log)
        self.assertTrue(all(0x20 <= byte < 0x7F for byte in log[:-1]), log)
        self.assertIn(rb"no\x0a" + forged.encode() + rb"\x0d\x1b[2J\x7f\xc2\x9b\xe2\x80\xa8", log)

    def test_texts_are_short(self):
        """What is cut is counted."""
        path = self.path("x" * 3000)
        done = subprocess.run([DUMP, path], check=False, capture_output=True, text=True,
                              timeout=TIMEOUT_S)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertLess(len(done.stderr), 640)
        cut = re.search(r"error: file: (/\S*) \.\.\. \((\d+) bytes more\)$", done.stderr)
        self.assertIsNotNone(cut, done.stderr)
        whole = f"{path}: {os.strerror(errno.ENAMETOOLONG)}"
        self.assertEqual(len(cut[1]) + int(cut[2]), len(whole))

    def test_refused_verb_is_a_line(self):
        """Through the publisher to whoever asked it."""
        peer = self.peer({"migrate": {"error": {"desc": "no\nvmclock-publish: forged\nok"}}})
        target = ("--qmp", self.path("qmp"), "--file", self.path("page"))
        publisher = self.publisher(*target)
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        peer.answers["query-status"] = {"status": "paused"}
        done = subprocess.run([PUBLISHER, *target, "migrate-out", "file:/nowhere"], check=False,
                              capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "vmclock-publish: error: refused: by the publisher: migration: "
                                      r"no\x0avmclock-publish: forged\x0aok" "\n")

    def flood(self, peer, count):
        words = json.dumps({"event": "NOISE\nvmclock-publish: error: device: forged"}).encode()
        for _ in range(count // 100):
            peer.connection.sendall((words + b"\r\n") * 100)

    def test_lines_are_few(self):
        """Of two guests one talks without an end: what it says is counted, the other is heard."""
        count = 20000
        peer = self.peer()
        publisher = self.publisher("--qmp", self.path("qmp"), "--file", self.path("page"), "--name",
                                   "loud", "--file", self.path("own"), "--name", "quiet")
        for _ in range(2):
            self.assertTrue(publisher.stdout.readline().startswith("ready "))
        self.flood(peer, count)
        peer.hang_up()
        publisher.stdout.close()
        os.truncate(self.path("own"), 0)
        self.assertEqual(publisher.wait(TIMEOUT_S), 1)
        lines = self.lines()
        print(f"{len(lines)} lines for {count}")
        self.assertTrue(all(re.match(r"vmclock-publish: \[(loud|quiet)\] ", line)
                            for line in lines), lines[-5:])
        self.assertLess(len(lines), 300)
        loud = [line for line in lines if "[loud]" in line]
        printed = sum("NOISE\\x0avmclock-publish: error" in line for line in loud)
        left_out = sum(int(re.search(r"(\d+) lines were left out", line)[1])
                       for line in loud if "left out" in line)
        # "qemu is gone" and "the publisher ends" may be among them.
        self.assertIn(printed + left_out, range(count, count + 3))
        self.assertTrue(any("[quiet] error: file: " in line for line in lines), lines[-5:])

    def test_count_is_said_while_it_runs(self):
        peer = self.peer()
        publisher = self.publisher("--qmp", self.path("qmp"), "--file", self.path("page"))
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        self.flood(peer, 1000)
        limit = time.monotonic() + TIMEOUT_S
        while not any("lines were left out" in line for line in self.lines()):
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.05)
        self.assertIsNone(publisher.poll())

    def test_name_is_kept_over_an_idle(self):
        """While a QEMU is waited for, another guest's page is refreshed."""
        page_path = self.path("first")

        def refreshed():
            with open(page_path, "r+b") as file, mmap.mmap(file.fileno(), 4096) as page:
                def seq():
                    return int.from_bytes(page[SEQ_AT:SEQ_AT + 4], "little")

                limit, first = time.monotonic() + TIMEOUT_S, seq()
                while seq() < first + 10 and time.monotonic() < limit:
                    time.sleep(0.001)

        self.peer({"cont": REFUSED}, greet=refreshed)
        publisher = self.publisher("--file", page_path, "--name", "first", "--file",
                                   self.path("page"), "--qmp", self.path("qmp"), "--name", "second",
                                   "--interval-ms", "5")
        lines = []
        limit = time.monotonic() + TIMEOUT_S
        while not lines and time.monotonic() < limit:
            lines = [line for line in self.lines() if "error: " in line]
            time.sleep(0.01)
        publisher.terminate()
        self.assertTrue(lines and lines[0].startswith("vmclock-publish: [second] error: "),
                        self.lines())


if __name__ == "__main__":
    unittest.main()
