# SPDX-License-Identifier: BSD-2-Clause
"""Somebody without any right who makes a QMP socket, and says at it what a QEMU would.

The process that made the socket then becomes another program, or ends: it is its memory that a
publisher takes for the guest's.
"""

import json
import os
import signal
import socket
import subprocess

UID = GID = 65534
PHYS = 0x1000000
SO_PEERPIDFD = 77

REFUSED = {"error": {"class": "GenericError", "desc": "not today"}}
ANSWERS = {
    "qmp_capabilities": {"return": {}},
    "query-status": {"return": {"status": "prelaunch"}},
    "x-query-jit": {"return": {"human-readable-text": "x"}},
    "query-target": {"return": {"arch": "x86_64"}},
    "stop": {"return": {}},
    "cont": {"return": {}},
}


def forked(run):
    """A process that runs it, and does nothing else."""
    pid = os.fork()
    if pid:
        return pid
    try:
        run()
    finally:
        os._exit(1)


def become(uid, gid):
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def monitor(line, at, words):
    if line.startswith("gpa2hva "):
        host = at + int(line.split()[1], 16) - PHYS
        return f"Host virtual address for it (ram) is {host:#x}\r\n"
    return f"{PHYS:016x}: " + " ".join(f"0x{word:08x}" for word in words) + "\r\n"


def speak(connection, at, words):
    """QMP, for one publisher."""
    connection.sendall(b'{"QMP": {}}\r\n')
    received, decoder = "", json.JSONDecoder()
    while True:
        try:
            request, end = decoder.raw_decode(received.lstrip())
        except ValueError:
            more = connection.recv(4096).decode()
            if not more:
                return
            received += more
            continue
        received = received.lstrip()[end:]
        name = request["execute"]
        answer = ANSWERS.get(name, REFUSED)
        if name == "human-monitor-command":
            answer = {"return": monitor(request["arguments"]["command-line"], at, words)}
        connection.sendall(json.dumps(answer).encode() + b"\r\n")


class Attacker:
    """Runs until close().

    program: what the process that listens becomes, in its own words; None: it ends at once.
    pid: that process's. said: its first line.
    """

    def __init__(self, path, program=None):
        told, self.tell = os.pipe()
        pid_said, say_pid = os.pipe()
        said, output = os.pipe()
        self.speaker = forked(lambda: self.attack(path, program, told, say_pid, output))
        for end in (told, say_pid, output):
            os.close(end)
        with os.fdopen(pid_said) as stream:
            self.pid = int(stream.readline())
        with os.fdopen(said) as stream:
            self.said = stream.readline()

    def attack(self, path, program, told, say_pid, output):
        become(UID, GID)
        os.close(self.tell)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path)
            pid = forked(lambda: self.listen(server, program, output))
            os.close(output)
            if not program:
                os.waitpid(pid, 0)
            os.write(say_pid, f"{pid}\n".encode())
            with os.fdopen(told) as stream:
                at, *words = (int(word, 16) for word in stream.readline().split())
            with server.accept()[0] as connection:
                speak(connection, at, words)

    def listen(self, server, program, output):
        server.listen()
        if program:
            os.dup2(output, 1)
            os.execv(program[0], program)

    def answer(self, at, words):
        """From now on it answers, and says that the guest's page is there and holds these words."""
        os.write(self.tell, " ".join(f"{word:x}" for word in (at, *words)).encode() + b"\n")

    def close(self):
        os.close(self.tell)
        if self.said:  # else it has ended, and its id is another's
            os.kill(self.pid, signal.SIGKILL)
        os.kill(self.speaker, signal.SIGKILL)
        os.waitpid(self.speaker, 0)


def peer_is_held():
    """Whether this kernel has SO_PEERPIDFD."""
    one, other = socket.socketpair()
    with one, other:
        try:
            os.close(one.getsockopt(socket.SOL_SOCKET, SO_PEERPIDFD))
        except OSError:
            return False
        return True


def with_pid(pid, command):
    """A process that runs the command and has that id; for a namespace where nobody else starts any."""
    with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as last:
        last.write(str(pid - 1))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if process.pid != pid:
        raise AssertionError(f"the id {pid} was not to be had: {process.pid}")
    return process
