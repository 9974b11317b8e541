# SPDX-License-Identifier: BSD-2-Clause
"""Stands in for QEMU with its guest, and for the publisher, and lies as it is told to.

usage: liar.py [what else QEMU is given] -append JSON ... -serial unix:PATH,...
       liar.py --publish JSON --file PAGE [what else a publisher is given]

JSON of the guest: report (its lines), answers (a list, the last one goes on): [state, ahead_ns,
half_width_ns], a text as it is, "end", "kill" or "close"; slow (so many answers come SLOW_SEC late), code
(the exit's), deaf (does not end by "q"). JSON of the publisher: page (hexadecimal), said (its ready line),
end_when (a file that appears).
"""
import contextlib
import json
import os
import signal
import socket
import sys
import time

SLOW_SEC = 0.02


def after(word):
    return sys.argv[sys.argv.index(word) + 1]


def answer(uart, lie, late):
    if late:
        time.sleep(SLOW_SEC)
    if lie == "end":
        os._exit(3)
    if lie == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if lie == "close":
        uart.sendall(b"=ok 1")
        return uart.shutdown(socket.SHUT_RDWR)
    if isinstance(lie, str):
        return uart.sendall(lie.encode())
    state, ahead_ns, half_ns = lie
    middle_ns = time.clock_gettime_ns(time.CLOCK_REALTIME) + ahead_ns
    return uart.sendall(f"={state} {middle_ns - half_ns} {middle_ns + half_ns} 5\n".encode())


def serve_one(listening, lies):
    """Whoever connects, until it goes."""
    uart, _ = listening.accept()
    answers = lies["answers"]
    with uart, contextlib.suppress(ConnectionError):
        while letter := uart.recv(1):
            if letter == b"r":
                answer(uart, answers.pop(0) if len(answers) > 1 else answers[0], lies["slow"] > 0)
                lies["slow"] -= 1
            elif letter == b"q" and not lies["deaf"]:
                os._exit(lies["code"])


def guest():
    lies = json.loads(after("-append"))
    path = sys.argv[len(sys.argv) - sys.argv[::-1].index("-serial")]  # behind the last of them
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.removeprefix("unix:").partition(",")[0])
        listening.listen()
        print("\n".join(lies["report"]), flush=True)
        while True:
            serve_one(listening, lies)


def publisher():
    lies = json.loads(after("--publish"))
    with open(after("--file"), "r+b") as file:
        file.write(bytes.fromhex(lies["page"]))
    print(lies["said"], flush=True)
    while not os.path.exists(lies["end_when"]):
        time.sleep(0.005)
    sys.exit(4)


if __name__ == "__main__":
    publisher() if "--publish" in sys.argv else guest()
