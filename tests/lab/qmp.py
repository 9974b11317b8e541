# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's monitor, by QMP: commands as somebody else gives them, and the machine's clocks as they are
outside of the guest."""

import calendar
import json
import re
import socket

NAME = "monitor"
OPTION = "-qmp unix:{directory}/%s,server=on,wait=off" % NAME
PL031 = 0x09010000  # virt
TIMEOUT_S = 120  # saving a machine may take long on a busy host


class Monitor:
    """A connection to a machine's QMP socket, until close()."""

    def __init__(self, path):
        self.events = []  # the names of those that were passed over
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.connect(path)
        self.lines = self.socket.makefile("rb")
        self.lines.readline()  # the greeting
        self.execute("qmp_capabilities")

    @classmethod
    def of(cls, running):
        """To the machine of a running session that was started with OPTION."""
        return cls(f"{running.directory}/{NAME}")

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        self.lines.close()
        self.socket.close()

    def execute(self, command, **arguments):
        """What the command returned; events are passed over."""
        request = {"execute": command, "arguments": arguments}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                raise AssertionError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]
            self.events.append(answer["event"])

    def hmp(self, line):
        """What the human monitor said to a line."""
        return self.execute("human-monitor-command", **{"command-line": line})

    def do(self, line):
        """The same for a line to which it has nothing to say."""
        said = self.hmp(line)
        if said:
            raise AssertionError(f"{line}: {said}")

    def cmos_sec(self):
        """The CMOS clock of a PC, as a POSIX count."""
        tm = self.execute("qom-get", path="/machine", property="rtc-time")
        return calendar.timegm((tm["tm_year"] + 1900, tm["tm_mon"] + 1, tm["tm_mday"],
                                tm["tm_hour"], tm["tm_min"], tm["tm_sec"]))

    def pl031_sec(self):
        """The PL031 of virt: its data register."""
        return int(re.search(r": (0x[0-9a-f]+)", self.hmp(f"xp /1wx {PL031:#x}")).group(1), 0)
