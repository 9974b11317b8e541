# SPDX-License-Identifier: BSD-2-Clause
"""A publisher's connection to its QEMU, held at any of its commands: before QEMU hears it, or before the
publisher hears the answer. What QEMU says of itself goes through meanwhile.
"""

import json
import os
import select
import socket
import threading

TIMEOUT_S = 30


class Between:
    """Listens at a path in the place of the QMP socket of a QEMU; one connection at a time."""

    def __init__(self, path, qemu):
        self.path, self.qemu = path, qemu
        self.count = {}     # of the commands that were asked
        self.point = None   # (command, whether QEMU carries it out first)
        self.asked = None   # the command that QEMU has to answer
        self.held = threading.Event()
        self.kept = []      # what is held, to be done later
        self.answered = False
        self.wake, self.woken = os.pipe()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.ending = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def hold(self, command, answered=False):
        self.held.clear()
        self.point = (command, answered)

    def wait_held(self):
        if not self.held.wait(TIMEOUT_S):
            raise AssertionError(f"{self.point} was never asked: {self.count}")

    def release(self):
        os.write(self.woken, b"x")

    def close(self):
        self.ending = True
        self.release()
        self.thread.join(TIMEOUT_S)
        self.listener.close()
        os.close(self.wake)
        os.close(self.woken)

    def serve(self):
        while not self.ending:
            if self.listener not in select.select([self.listener, self.wake], [], [])[0]:
                os.read(self.wake, 1)
                continue
            client, _ = self.listener.accept()
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(self.qemu)
                try:
                    self.talk(client, server)
                except OSError:
                    pass  # one of them went away

    def talk(self, client, server):
        self.kept, self.asked, said = [], None, b""
        while not self.ending:
            ready = select.select([client, server, self.wake], [], [])[0]
            if self.wake in ready:
                os.read(self.wake, 1)
                self.let_go()
            if client in ready and not self.ask(client, server):
                return
            if server in ready:
                received = server.recv(65536)
                if not received:
                    return
                *lines, said = (said + received).split(b"\n")
                for line in lines:
                    self.tell(client, line + b"\n")

    def ask(self, client, server):
        """Each command is one message, perhaps with a descriptor. Returns whether there was one."""
        received, descriptors, _, _ = socket.recv_fds(client, 65536, 1)
        if not received:
            return False
        self.asked = json.loads(received)["execute"]
        self.count[self.asked] = self.count.get(self.asked, 0) + 1

        def pass_on():
            socket.send_fds(server, [received], descriptors)
            for descriptor in descriptors:
                os.close(descriptor)

        self.do(pass_on, self.point == (self.asked, False))
        return True

    def tell(self, client, line):
        """All behind an answer that is held is, in its order."""
        answers = "event" not in json.loads(line)
        self.do(lambda: client.sendall(line),
                self.kept and self.answered or answers and self.point == (self.asked, True))

    def do(self, what, later):
        if not later:
            what()
            return
        self.kept.append(what)
        if not self.held.is_set():
            self.answered = self.point[1]
            self.point = None
            self.held.set()

    def let_go(self):
        kept, self.kept = self.kept, []
        self.held.clear()
        for what in kept:
            what()
