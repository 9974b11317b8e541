# SPDX-License-Identifier: BSD-2-Clause
"""One boot: the page, the machine, the publisher, the report, the readings."""

import os
import re
import signal
import socket
import subprocess

from . import child, commands, report, windows
from .failure import Failure

SOCKETS_TIMEOUT_S = 15.0
READY_TIMEOUT_S = 20.0
REPORT_TIMEOUT_S = 60.0
END_TIMEOUT_S = 10.0


class Setup:
    """What is to be booted: a machine of the table, an image, and where the page comes from."""

    def __init__(
        self, machine, image, arguments, qemu, page="shared", content=None, publisher=None, *,
        table=None, extra=(), narrowest_ns=windows.NARROWEST_NS
    ):
        self.machine = machine
        self.image = image  # path of the file
        self.arguments = arguments
        self.qemu = qemu  # path of the program
        self.page = machine.pages[page]
        if table is not None:
            self.page = self.page._replace(table=table)  # path of another .asl or .dts
        self.content = content  # the page's first bytes; None: zeros
        self.publisher = publisher  # its command up to its guest; None: nobody publishes
        self.extra = extra  # more options of QEMU, as in the tables
        self.narrowest_ns = narrowest_ns  # see windows.judge

    def files(self, directory):
        return commands.Files(self.qemu, self.image, directory)

    def qemu_command(self, directory, waits=True):
        """The QEMU command line in groups of words. waits: for its publisher, if there is one."""
        return commands.qemu(self.machine, self.page, self.files(directory), self.arguments,
                             bool(self.publisher) and waits, self.extra)

    def table_commands(self, directory):
        """What makes the table that tells the guest where the page is."""
        return commands.table(self.machine, self.page, self.files(directory), self.extra)

    def publisher_command(self, directory, pid=""):
        """pid: the machine's process, the last word of a command that needs it."""
        files = self.files(directory)
        offset = ["--offset", str(self.page.offset)] if self.page.offset else []
        guest = ["--kvm", pid] if self.machine.kvm else ["--qmp", files.qmp]
        return [*self.publisher, "--file", files.page, *offset, *guest]


def run_tool(command):
    """Runs what makes a table. Failure if it does not."""
    program = commands.find_program(
        command[0], f"it makes the table of the page (Debian: {commands.PACKAGES.get(command[0])})"
    )
    done = subprocess.run([program, *command[1:]], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{command[0]} failed: {' '.join(command)}\n{done.stdout}{done.stderr}")


def connects(path):
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        return True


def go_on(path):
    """Starts a machine that waits, by its QMP socket."""
    with socket.socket(socket.AF_UNIX) as qmp:
        qmp.settimeout(SOCKETS_TIMEOUT_S)
        qmp.connect(path)
        lines = qmp.makefile("r", encoding="utf-8")
        for command in ("qmp_capabilities", "cont"):
            qmp.sendall(b'{"execute": "%s"}\n' % command.encode())
            for line in lines:
                if '"error"' in line:
                    raise Failure(f"QEMU refuses {command}: {line.strip()}")
                if '"return"' in line:
                    break


class Session:
    """A context manager: started in it, gone after it, whatever happens in between."""

    def __init__(self, setup):
        self.setup = setup
        self.directory = None
        self.guest = None
        self.publisher = None
        self._scratch = child.scratch_directory()

    def __enter__(self):
        self.directory = self._scratch.__enter__()
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_exception):
        with child.undisturbed():
            # The publisher first: it takes its leave in the page while there is one.
            for process in (self.publisher, self.guest):
                if process is not None:
                    process.end()
            self._scratch.__exit__(None, None, None)

    @property
    def files(self):
        return self.setup.files(self.directory)

    def _start(self):
        page = self.setup.page
        if page.file_bytes:
            with open(self.files.page, "wb") as file:
                file.truncate(page.file_bytes)
                file.seek(page.offset)
                file.write(self.setup.content or b"")
        for command in self.setup.table_commands(self.directory):
            run_tool(command)
        groups = self.setup.qemu_command(self.directory)
        with child.undisturbed():
            self.guest = child.Child("QEMU", [word for group in groups for word in group])
        self._wait(self._up, SOCKETS_TIMEOUT_S, "starting")
        if self.setup.publisher:
            with child.undisturbed():
                self.publisher = child.Child(
                    "the publisher",
                    self.setup.publisher_command(self.directory, str(self.guest.process.pid))
                )
            self._wait(self._ready, READY_TIMEOUT_S, "waiting for the publisher to be ready")
            if self.setup.machine.kvm:  # others are started by the publisher
                go_on(self.files.qmp)

    def _up(self):
        """Or it was, and has ended by itself since: a guest that waits for nobody may be that quick."""
        # QEMU makes its sockets in this order, so the last one is there when all are.
        path = self.files.readings
        if os.path.exists(path) and connects(path):
            return True
        return not self.setup.publisher and self.guest.ended() is not None and bool(self.guest.out.lines)

    def _ready(self):
        return any(line.startswith("ready ") for line in self.publisher.out.lines)

    def published_error_ns(self):
        """The page's time_maxerror_nanosec, read by its sequence count."""
        for _attempt in range(1000):
            with open(self.files.page, "rb") as file:
                offset = self.setup.page.offset
                page = os.pread(file.fileno(), 0x70, offset)
                again = os.pread(file.fileno(), 4, offset + 0x0c)
            if page[0x0c:0x10] == again and not page[0x0c] & 1:
                return int.from_bytes(page[0x60:0x68], "little")
        raise Failure("the page stays in update" + self.evidence())

    def measured_error_ns(self):
        """How well the publisher knows what the guest's counter has to do with our clock."""
        for line in self.publisher.out.lines:
            match = re.match(r"ready .*\boffset_error_ns=(\d+)", line)
            if match:
                return int(match.group(1))
        raise Failure("the publisher is ready without saying offset_error_ns" + self.evidence())

    def _children(self):
        return [process for process in (self.guest, self.publisher) if process is not None]

    def _wait(self, done, timeout_s, doing):
        def done_or_raise():
            # Asked first: what a child said before it ended is complete only then.
            ended = [process for process in self._children() if process.ended() is not None]
            if done():
                return True
            if ended:
                raise Failure(self._end_of(ended[0]) + f" while {doing}" + self.evidence())
            return False

        if not child.wait_until(done_or_raise, self._children(), timeout_s):
            raise Failure(f"gave up after {timeout_s:g} s of {doing}" + self.evidence())

    def _end_of(self, process):
        """Says that a child has ended; the machine, if that is what ended the publisher."""
        if process is self.publisher:
            child.wait_until(lambda: self.guest.ended() is not None, self._children(), 1.0)
        if self.guest.ended() is not None:
            process = self.guest
        return f"{process.name} ended {self._how(process)}"

    @staticmethod
    def _how(process):
        code = process.ended()
        if code < 0:
            return f"by signal {signal.Signals(-code).name}"
        if process.name == "QEMU" and code == 0:
            # With -no-reboot that is how a triple fault looks too.
            return "with exit code 0 (the guest fell over, reset or switched off)"
        return f"with exit code {code}"

    def evidence(self):
        """What the processes said last, for a message."""
        text = ""
        for process in self._children():
            console = "the guest's console" if process is self.guest else f"{process.name} (output)"
            for name, stream in ((console, process.out), (f"{process.name} (errors)", process.err)):
                stream.take()
                said = stream.tail()
                if said:
                    text += f"\n  {name} said last:\n" + "\n".join("    " + line for line in said)
                elif process is self.guest and stream is process.out:
                    text += f"\n  {name} said nothing"
        return text

    def report(self, timeout_s=REPORT_TIMEOUT_S):
        """Waits for the guest's report: the lines of the console, without those of firmware, and the
        Report."""
        lines = self.guest.out.lines
        self._wait(lambda: report.find(lines), timeout_s, "waiting for the guest's report")
        first, end = report.find(lines)
        try:
            begin = first if self.setup.machine.firmware.files else 0
            return lines[begin:end], report.parse(lines[first:end])
        except Failure as failure:
            raise Failure(f"{failure}{self.evidence()}") from None

    def line(self, pattern, timeout_s=REPORT_TIMEOUT_S):
        """Waits for a whole line of the console that matches; for images without a report."""
        lines = self.guest.out.lines

        def first():
            return next(filter(None, (re.fullmatch(pattern, line) for line in lines)), None)

        self._wait(first, timeout_s, f"waiting for the guest to say {pattern}")
        return first()

    def readings(self, **more):
        """Asks the guest for the time: a list of windows. more: options of windows.measure."""
        try:
            measured = windows.measure(self.files.readings, self.setup.narrowest_ns,
                                       self.setup.machine.one_uart, **more)
        except Failure as failure:
            raise Failure(f"{failure}{self.evidence()}") from None
        for process in self._children():
            if process.ended() is not None:
                raise Failure(self._end_of(process) + " during the readings" + self.evidence())
        return measured

    def finish(self, state):
        """Tells the guest to end, and waits until its machine has, with the code of its state."""
        with socket.socket(socket.AF_UNIX) as uart:
            uart.connect(self.files.readings)
            uart.sendall(b"q")
            if not child.wait_until(
                lambda: self.guest.ended() is not None, self._children(), END_TIMEOUT_S
            ):
                raise Failure(f"the guest did not end within {END_TIMEOUT_S:.0f} s of being told to"
                              + self.evidence())
        wanted = self.setup.machine.exit_status(report.states()[state])
        if self.guest.ended() != wanted:
            raise Failure(f"the machine ended {self._how(self.guest)} and not with {wanted}, as a"
                          f" guest with state={state} should" + self.evidence())

    def until(self, done):
        """Returns when done() is true, or the machine or the publisher has ended."""
        child.wait_until(
            lambda: done() or any(process.ended() is not None for process in self._children()),
            self._children(),
            float("inf"),
        )

    def stay(self):
        """Returns when the machine or the publisher ends."""
        self.until(lambda: False)
