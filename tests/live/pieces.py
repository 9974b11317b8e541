# SPDX-License-Identifier: BSD-2-Clause
"""What a QEMU says comes in any pieces: no page is refreshed beside words that are not understood yet."""

import fcntl
import json
import mmap
import os
import struct
import termios
import time
import unittest

from guests import Case
from slow import Slow

UNRELIABLE = 4
AT_SEQ, AT_STATUS = 0x0C, 0x22
LOOKS_S = 0.05  # many intervals
CUT_BYTES = 7


def unread_bytes(connection):
    """How many of those that were sent the other end has not received."""
    return struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))[0]


class Abrupt(Slow):
    """One write for each answer to cont and for what somebody else does right after it."""

    then = ()

    def say(self, message):
        pieces = [message]
        if self.then and message == {"return": {}} and self.asked == "cont":
            pieces += [{"event": name, "timestamp": {"seconds": 1, "microseconds": 0}}
                       for name in self.then]
            self.status = "paused"
        self.connection.sendall(b"".join(json.dumps(one).encode() + b"\r\n" for one in pieces))

    def answer(self, name, arguments):
        self.asked = name
        super().answer(name, arguments)


class Pieces(Case):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.directory, "slow")
        with open(self.path + ".page", "w+b") as file:
            file.truncate(4096)
            self.page = mmap.mmap(file.fileno(), 4096)
        self.addCleanup(self.page.close)

    def publish(self, slow):
        return self.publisher("--authority", "host", "--interval-ms", "1", "--qmp", slow.path,
                              "--file", slow.path + ".page")

    def seq(self):
        return int.from_bytes(self.page[AT_SEQ:AT_SEQ + 4], "little")

    def is_marked(self):
        return self.page[AT_STATUS] == UNRELIABLE and not self.seq() & 1

    def test_stop(self):
        """A STOP that is cut anywhere: from its first byte on there are no updates but the mark."""
        slow = self.keep(Slow(self.path, arch="aarch64"))
        live = self.publish(slow)
        live.ready()
        line = b'{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}\r\n'
        for cut in range(1, len(line), CUT_BYTES):
            seq = self.seq()
            live.wait(lambda seq=seq: self.seq() > seq + 2)
            slow.connection.sendall(line[:cut])
            live.wait(lambda: not unread_bytes(slow.connection))
            seq = self.seq()
            time.sleep(LOOKS_S)
            self.assertEqual(self.seq(), seq, f"updates beside {line[:cut]}")
            slow.connection.sendall(line[cut:])
            live.wait(self.is_marked)
            slow.event("RESUME")
            live.wait(lambda: not self.is_marked())

    def test_stopped_at_once(self):
        """The STOP is in the same piece as the answer to cont: it never goes live."""
        slow = Abrupt(self.path, arch="aarch64")
        slow.then = ("STOP",)
        live = self.publish(self.keep(slow))
        live.wait(lambda: live.said("waiting: the guest is 'paused'"))
        live.child.out.take()
        self.assertEqual(live.child.out.lines, [])
        self.assertNotIn(self.page[AT_STATUS], (2, 3))
        slow.then = ()
        slow.do_cont(None)
        live.ready()


if __name__ == "__main__":
    unittest.main()
