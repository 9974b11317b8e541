# SPDX-License-Identifier: BSD-2-Clause
"""QEMU's own view of a machine, by QMP: its clocks as they are outside of the guest."""

import calendar
import json
import re
import socket
import struct

OPTION = "-qmp unix:{directory}/monitor,server=on,wait=off"
PL031 = 0x09010000  # virt


class Monitor:
    """Commands to the machine of a running session that was started with OPTION."""

    def __init__(self, running):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(f"{running.directory}/monitor")
        self.lines = self.socket.makefile("rb")
        self.lines.readline()  # the greeting
        self.execute("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.lines.close()
        self.socket.close()

    def execute(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                raise AssertionError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def hmp(self, line):
        return self.execute("human-monitor-command", **{"command-line": line})

    def cmos_sec(self):
        """The CMOS clock of a PC, as a POSIX count."""
        tm = self.execute("qom-get", path="/machine", property="rtc-time")
        return calendar.timegm((tm["tm_year"] + 1900, tm["tm_mon"] + 1, tm["tm_mday"],
                                tm["tm_hour"], tm["tm_min"], tm["tm_sec"]))

    def pl031_sec(self):
        """The PL031 of virt: its data register."""
        return int(re.search(r": (0x[0-9a-f]+)", self.hmp(f"xp /1wx {PL031:#x}")).group(1), 0)


def empty_qcow2(path, size=512 << 20):
    """A disk for savevm: header, table of reference counts, their first block, L1 table."""
    cluster = 1 << 16
    header = struct.pack(">4sIQIIQIIQQIIQ", b"QFI\xfb", 2, 0, 0, 16, size, 0, 1, 3 * cluster,
                         cluster, 1, 0, 0)
    counts, block = struct.pack(">Q", 2 * cluster), struct.pack(">4H", 1, 1, 1, 1)
    with open(path, "wb") as file:
        file.write(b"".join(part.ljust(cluster, b"\0") for part in (header, counts, block, b"")))
