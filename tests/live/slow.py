# SPDX-License-Identifier: BSD-2-Clause
"""Somebody who says what QEMU would, as slowly as he is told to: for waits that no QEMU makes long
when a test wants it.
"""

import json
import os
import socket
import struct
import threading
import time

TIMEOUT_S = 30
GREETING = "greeting"  # as the name of a command: before it says anything


def device_state(ticks, clock_ns):
    """The section that the counters are in, as QEMU saves it."""
    return b"\x05timer" + struct.pack(">IIqqq", 0, 2, ticks, 0, clock_ns)


class Slow:
    """A QEMU's QMP socket at a path. One connection at a time."""

    def __init__(self, path, status="prelaunch", arch="x86_64"):
        self.path, self.status, self.arch = path, status, arch
        self.count = {}
        self.point = None  # (command, n): where it hangs, at the n-th such command from then on
        self.hanging, self.released = threading.Event(), threading.Event()
        self.migration, self.incoming = "completed", 0
        self.pause_s = 0  # before each answer
        self.meanwhile = {}  # by a command: what happens before its answer
        self.saved_fd = -1
        self.connection = None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def hang_at(self, command, number=1):
        self.hanging.clear()
        self.released.clear()
        self.count = {}
        self.point = (command, number)

    def wait_hanging(self):
        if not self.hanging.wait(TIMEOUT_S):
            raise AssertionError(f"{self.point} was never asked: {self.count}")

    def release(self):
        self.point = None
        self.released.set()

    def close(self):
        self.release()
        for one in (self.listener, self.connection):
            if one:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                one.close()
        self.thread.join(TIMEOUT_S)

    def serve(self):
        try:
            while True:
                self.connection, _ = self.listener.accept()
                self.talk()
        except OSError:
            pass  # closed

    def say(self, message):
        self.connection.sendall(json.dumps(message).encode() + b"\r\n")

    def event(self, name):
        now_us = time.time_ns() // 1000
        self.say({"event": name, "timestamp": {"seconds": now_us // 1000000,
                                               "microseconds": now_us % 1000000}})

    def pass_point(self, name):
        self.count[name] = self.count.get(name, 0) + 1
        if self.point == (name, self.count[name]):
            self.hanging.set()
            self.released.wait(TIMEOUT_S)
        time.sleep(self.pause_s)

    def talk(self):
        self.pass_point(GREETING)
        self.say({"QMP": {}})
        heard, decoder = "", json.JSONDecoder()
        while True:
            received, descriptors, _, _ = socket.recv_fds(self.connection, 65536, 1)
            if not received:
                return
            for descriptor in descriptors:
                self.saved_fd = descriptor
            heard += received.decode()
            while heard:
                try:
                    asked, length = decoder.raw_decode(heard)
                except ValueError:
                    break
                heard = heard[length:].lstrip()
                self.pass_point(asked["execute"])
                self.answer(asked["execute"], asked.get("arguments", {}))

    def answer(self, name, arguments):
        for event in self.meanwhile.get(name, ()):
            self.event(event)
        method = getattr(self, "do_" + name.replace("-", "_"), None)
        answer = method(arguments) if method else {}
        self.say({"error": {"desc": f"no {name}"}} if answer is None else {"return": answer})

    def do_query_status(self, _):
        if self.status == "inmigrate" and self.incoming:
            self.incoming -= 1
            if not self.incoming:
                self.status = "paused"
        return {"status": self.status}

    def do_query_kvm(self, _):
        return {"enabled": False, "present": True}

    def do_x_query_jit(self, _):
        return {"human-readable-text": "Translation buffer state:"}

    def do_query_target(self, _):
        return {"arch": self.arch}

    def do_query_cpus_fast(self, _):
        return [{"qom-path": "/machine/cpu"}]

    def do_qom_get(self, arguments):
        return 62500000 if arguments["property"] == "cntfrq" else 0x300000

    def do_qom_list(self, _):
        return [{"name": "clock", "type": "child<vmclock>"}]

    def do_stop(self, _):
        if self.status == "running":
            self.event("STOP")
        self.status = "paused"
        return {}

    def do_cont(self, _):
        if self.status != "running":
            self.event("RESUME")
        self.status = "running"
        return {}

    def do_add_fd(self, _):
        return {"fdset-id": 0, "fd": self.saved_fd}

    def do_xen_save_devices_state(self, _):
        os.write(self.saved_fd, device_state(10**9, 10**9))
        return {}

    def do_remove_fd(self, _):
        os.close(self.saved_fd)
        return {}

    def do_human_monitor_command(self, arguments):
        word = arguments["command-line"].split()[0]
        return f"Host virtual address for 0 (ram) is {self.listener.fileno():#x}" \
            if word == "gpa2hva" else ""

    def do_query_migrate(self, _):
        return {"status": self.migration}

    def do_migrate_incoming(self, _):
        self.incoming = self.incoming or 1
        return {}
