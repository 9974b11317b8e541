# SPDX-License-Identifier: BSD-2-Clause
"""Child processes that never outlive us, their output line by line, and the scratch directory."""

import contextlib
import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Terminal control that firmware mixes into its console, and the carriage returns.
CONTROL = re.compile(rb"\x1b\[[0-9;?=]*[A-Za-z]|\x1b[^\[]|[\x00-\x08\x0b-\x1f]")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Ended(BaseException):
    """A signal asks us to end. Not an Exception, so that nothing on the way swallows it."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


def end_on_signals():
    """Turns SIGINT, SIGTERM and SIGHUP into Ended, raised where the program is."""

    def handler(number, _frame):
        raise Ended(number)

    for number in END_SIGNALS:
        signal.signal(number, handler)


@contextlib.contextmanager
def undisturbed():
    """Puts the end signals off until the block is done; for set-up and clean-up that is quick."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def scratch_directory():
    """A directory of our own for pages and sockets: in TMPDIR if set, else in memory."""
    shm = "/dev/shm"
    in_memory = "TMPDIR" not in os.environ and os.access(shm, os.W_OK | os.X_OK)
    place = shm if in_memory else None
    path = None
    try:
        with undisturbed():
            path = tempfile.mkdtemp(prefix="vmclock-", dir=place)
        yield path
    finally:
        with undisturbed():
            if path is not None:
                shutil.rmtree(path, ignore_errors=True)


class Lines:
    """What a file descriptor says, as text lines without terminal control."""

    def __init__(self, stream):
        self.fd = stream.fileno()
        self.lines = []
        self.partial = b""
        self.closed = False
        os.set_blocking(self.fd, False)

    def take(self):
        """Reads what is there. Never waits."""
        while not self.closed:
            try:
                data = os.read(self.fd, 65536)
            except BlockingIOError:
                return
            if not data:
                self.closed = True
            *whole, self.partial = (self.partial + data).split(b"\n")
            self.lines += [clean(line) for line in whole]

    def tail(self, count=12):
        """The last lines that say something, for messages."""
        said = [line for line in self.lines + [clean(self.partial)] if line.strip()]
        return said[-count:]


def clean(line):
    return CONTROL.sub(b"", line).decode("ascii", "replace").rstrip()


def _before_exec(parent):
    signal.pthread_sigmask(signal.SIG_UNBLOCK, END_SIGNALS)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the request
        os._exit(1)


class Child:
    """A running program. Ends when we end, at the latest; Ctrl-C reaches it through us only."""

    def __init__(self, name, argv):
        self.name = name
        parent = os.getpid()
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=lambda: _before_exec(parent),
        )
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr)

    def ended(self):
        """The exit code, or None while it runs. Its output is complete once this is not None."""
        code = self.process.poll()
        if code is not None:
            self.out.take()
            self.err.take()
        return code

    def end(self, number=signal.SIGTERM, grace_s=2.0):
        """Ends it, by force after grace_s, and waits until it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(grace_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.ended()
        self.process.stdout.close()
        self.process.stderr.close()


def wait_until(done, children, timeout_s):
    """Takes in the children's output until done() is true (True) or timeout_s is over (False).

    done may raise, which is how it reports that waiting is pointless.
    """
    limit = time.monotonic() + timeout_s
    while True:
        streams = [stream for child in children for stream in (child.out, child.err)]
        for stream in streams:
            stream.take()
        if done():
            return True
        left_s = limit - time.monotonic()
        if left_s <= 0:
            return False
        # The slice bounds how late the end of a child is seen.
        open_fds = [stream.fd for stream in streams if not stream.closed]
        select.select(open_fds, [], [], min(left_s, 0.05))
