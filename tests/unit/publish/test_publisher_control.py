# SPDX-License-Identifier: BSD-2-Clause
"""The publisher's control socket: what stands in its place stays, unless it is a dead one of ours; what is said there.

VMCLOCK_PUBLISH names the program.
"""

import contextlib
import os
import socket
import stat
import subprocess
import time
import unittest

from test_publisher import AT_STATUS, PUBLISHER, TIMEOUT_S, USABLE, Case

OTHER_UID = 65534


class Control(Case):
    def setUp(self):
        super().setUp()
        self.control = self.path("control")

    def arguments(self, *more):
        return ("--qmp", self.path("qmp"), "--control", self.control, *more)

    def assert_stays(self, text, before=None, place=None):
        """The start is refused before QEMU is asked anything: there is none."""
        place = place or self.control
        before = before or os.lstat(place)
        done = self.assert_refused("control", *self.arguments())
        self.assertIn(f"error: control: {self.control}: {text}", done.stderr)
        after = os.lstat(place)
        self.assertEqual((after.st_ino, after.st_mode, after.st_mtime_ns),
                         (before.st_ino, before.st_mode, before.st_mtime_ns))
        self.assertFalse(os.path.exists(self.page_path))

    def listening(self, kind=socket.SOCK_STREAM):
        other = socket.socket(socket.AF_UNIX, kind)
        self.addCleanup(other.close)
        other.bind(self.control)
        return other

    def test_a_file(self):
        with open(self.control, "w", encoding="ascii") as file:
            file.write("precious")
        self.assert_stays("is there, and is no socket")
        done = self.run_publisher(*self.arguments("pause"))  # a verb neither
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: control: ", done.stderr)
        with open(self.control, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")

    def test_a_file_by_the_default_name(self):
        place = self.path("qmp.vmclock")
        with open(place, "w", encoding="ascii"):
            pass
        self.control = place
        done = self.assert_refused("control", "--qmp", self.path("qmp"))
        self.assertIn(f"{place}: is there", done.stderr)
        self.assertTrue(os.path.exists(place))

    def test_other_kinds(self):
        os.mkdir(self.control)
        self.assert_stays("is there, and is no socket")
        os.rmdir(self.control)
        os.mkfifo(self.control)
        self.assert_stays("is there, and is no socket")
        os.unlink(self.control)
        os.symlink(self.path("nowhere"), self.control)
        self.assert_stays("is there, and is no socket")

    def test_a_link_to_a_dead_socket(self):
        self.listening().close()
        real = self.path("real")
        os.rename(self.control, real)
        os.symlink(real, self.control)
        self.assert_stays("is there, and is no socket")
        self.assertTrue(os.path.exists(real))

    def test_a_live_socket(self):
        other = self.listening()
        other.listen(8)
        self.assert_stays("another publisher has this guest")

    def test_a_live_socket_that_takes_no_more(self):
        other = self.listening()
        other.listen(0)
        for _ in range(2):
            asking = socket.socket(socket.AF_UNIX)
            self.addCleanup(asking.close)
            asking.setblocking(False)
            asking.connect_ex(self.control)
        self.assert_stays("another publisher has this guest")

    def test_a_socket_of_another_kind(self):
        self.listening(socket.SOCK_DGRAM)
        self.assert_stays("is there: ")

    @unittest.skipUnless(os.getuid() == 0, "needs root, to give a socket away")
    def test_a_dead_socket_of_another_user(self):
        self.listening().close()
        os.chown(self.control, OTHER_UID, OTHER_UID)
        self.assert_stays("is there, and is a socket of another user")

    def test_a_dead_socket_of_ours(self):
        self.listening().close()
        before = os.lstat(self.control)
        self.qemu()
        publisher, _ = self.ready(*self.arguments())
        after = os.lstat(self.control)
        self.assertNotEqual((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns))
        self.assertTrue(stat.S_ISSOCK(after.st_mode))
        self.assertEqual((after.st_uid, stat.S_IMODE(after.st_mode) & 0o077), (os.getuid(), 0))
        self.assertEqual(self.run_publisher(*self.arguments("pause")).returncode, 0)
        self.assertEqual(self.run_publisher(*self.arguments("resume")).returncode, 0)
        self.assertIn(self.page()[AT_STATUS], USABLE)
        publisher.terminate()
        self.assertEqual(publisher.wait(TIMEOUT_S), 0)
        self.assertFalse(os.path.lexists(self.control))

    def test_what_replaced_it_stays(self):
        self.qemu()
        publisher, _ = self.ready(*self.arguments())
        os.unlink(self.control)
        self.listening()
        publisher.terminate()
        self.assertEqual(publisher.wait(TIMEOUT_S), 0)
        self.assertTrue(os.path.exists(self.control))

    def test_no_name(self):
        """Which would be a socket outside of the file system, open to all."""
        for words in (("--qmp", ""), ("--qmp", self.path("qmp"), "--control", "")):
            done = self.run_publisher(*words)
            self.assertEqual(done.returncode, 2, done.stderr)


LINE_BYTES = 4096  # with its end


class Lines(Case):
    """What somebody says at the socket, to a publisher with a guest, and what is said to who asks."""

    def setUp(self):
        super().setUp()
        self.control = self.path("control")

    def ready_one(self):
        self.qemu()
        return self.ready("--qmp", self.path("qmp"), "--control", self.control)[0]

    def say(self, *pieces):
        """Returns the answer; empty: there was none."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(TIMEOUT_S)
            client.connect(self.control)
            for piece in pieces:
                client.sendall(piece)
                time.sleep(0.02)
            with client.makefile("rb") as answers, contextlib.suppress(ConnectionResetError):  # without an answer
                return answers.read().decode()
        return ""

    def test_what_is_said(self):
        publisher = self.ready_one()
        self.assertEqual(self.say(*(bytes([byte]) for byte in b"pause\n")), "ok\n")
        self.assertNotIn(self.page()[AT_STATUS], USABLE)
        self.assertEqual(self.say(b"resume", b"\n"), "ok\n")
        self.assertIn(self.page()[AT_STATUS], USABLE)
        for line in ("", "paus", "PAUSE", "pause x", "pause ", "save", 'save a"b', "save a\\b", "save a\rb", "status"):
            self.assertEqual(self.say(line.encode() + b"\n"),
                             f"error: control: '{line.split(' ')[0]}' is not understood\n")
        # The longest line, and one that would be longer: nobody hears its end.
        for bytes_more, answer in ((0, f"error: control: '{'x' * 80}"), (1, "")):
            said = self.say(b"x" * (LINE_BYTES - 1 + bytes_more) + b"\n")
            self.assertEqual((said[:len(answer)], bool(said)), (answer, bool(answer)))
        self.assertIn(self.page()[AT_STATUS], USABLE)
        self.assertIsNone(publisher.poll())

    def answered(self, *pieces, verb=("pause",)):
        """What a verb makes of an answer that comes in pieces."""
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.control)
            server.listen()
            server.settimeout(TIMEOUT_S)
            asking = self.start(PUBLISHER, "--qmp", self.path("qmp"), "--control", self.control, *verb,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            client, _ = server.accept()
            with client, client.makefile("rb") as lines:
                asked = lines.readline().decode()
                for piece in pieces:
                    client.sendall(piece)
                    time.sleep(0.02)
            os.unlink(self.control)
            said = asking.communicate(timeout=TIMEOUT_S)[1]
            return asked, asking.returncode, said.removeprefix("vmclock-publish: ")

    def test_what_is_answered(self):
        refused = "error: refused: by the publisher: "
        for pieces, verb, asked, code, said in (
                ([b"ok\n"], ["pause"], "pause\n", 0, ""),
                ([b"o", b"k", b"\n"], ["save", "a b"], "save a b\n", 0, ""),
                ([b"error: state: it is\n"], ["resume"], "resume\n", 1, refused + "state: it is\n"),
                ([b"errors\n"], ["load", "x"], "load x\n", 1, refused + "errors\n"),
                ([b"okay\n"], ["pause"], "pause\n", 1, refused + "okay\n"),
                ([b"ok"], ["pause"], "pause\n", 1, f"error: control: {self.control}: the publisher went away\n"),
                ([], ["pause"], "pause\n", 1, f"error: control: {self.control}: the publisher went away\n")):
            with self.subTest(pieces=pieces, verb=verb):
                self.assertEqual(self.answered(*pieces, verb=verb), (asked, code, said))


if __name__ == "__main__":
    unittest.main()
