# SPDX-License-Identifier: BSD-2-Clause
"""The vmclock devices of a device tree, from what fdtget says of its properties.

Written apart from the C code: it reads the tree by path, top down, and adds up intervals.
"""
import pathlib
import subprocess

MAX_DEPTH = 16
WANTED = {"#address-cells", "#size-cells", "compatible", "interrupts", "ranges", "reg", "status"}


class Refused(Exception):
    pass


class Tree:
    def __init__(self, fdtget, file):
        self.fdtget, self.file = fdtget, str(file)

    def ask(self, *options):
        done = subprocess.run([self.fdtget, *options], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(done.stderr)
        return done.stdout

    def nodes(self, path):
        return self.ask("-l", self.file, path).split()

    def properties(self, path):
        names = WANTED.intersection(self.ask("-p", self.file, path).split())
        # -t bx: a value of no bytes is an empty line.
        return {name: bytes(int(byte, 16) for byte in self.ask("-t", "bx", self.file, path, name).split())
                for name in names}


def strings(value):
    """Only what a NUL ends is a string."""
    return value.split(b"\0")[:-1]


def cells(properties, name, default):
    value = properties.get(name)
    if value is None:
        return default
    count = int.from_bytes(value, "big")
    return count if len(value) == 4 and count in (1, 2) else None


class Bus:
    """What a node is for its children."""

    def __init__(self, properties):
        self.address = cells(properties, "#address-cells", 2)
        self.size = cells(properties, "#size-cells", 1)
        self.ranges = properties.get("ranges")


def numbers(value, *widths):
    """The value as rows of numbers of so many cells each."""
    if None in widths or len(value) % (4 * sum(widths)):
        raise Refused("cells")
    rows, at = [], 0
    while at < len(value):
        row = []
        for width in widths:
            row.append(int.from_bytes(value[at:at + 4 * width], "big"))
            at += 4 * width
        rows.append(row)
    return rows


def checked(first, size, width):
    limit = (1 << 32) if width == 1 else (1 << 64) - 1
    if width is None or size == 0 or first + size > limit:
        raise Refused("range")
    return first


def translated(buses, reg):
    """The range of reg as the root's children see it. buses: from the root on to the parent."""
    if reg is None or len(buses) > MAX_DEPTH:
        raise Refused("reg")
    rows = numbers(reg, buses[-1].address, buses[-1].size)
    if len(rows) != 1:
        raise Refused("not one range")
    first, size = rows[0]
    checked(first, size, buses[-1].address)
    while len(buses) > 1:
        bus, above = buses[-1], buses[-2]
        if bus.ranges is None or bus.address is None:
            raise Refused("ranges")
        if bus.ranges:
            entries = numbers(bus.ranges, bus.address, above.address, bus.size)
            having = [entry for entry in entries if entry[0] <= first < entry[0] + entry[2]]
            if not having or first + size > having[0][0] + having[0][2]:
                raise Refused("outside")
            first += having[0][1] - having[0][0]
        checked(first, size, above.address)
        buses = buses[:-1]
    return first, size


def devices(tree, path="/", buses=()):
    """Yields "ok ..." or "resource" for each enabled device, in the tree's order."""
    properties = tree.properties(path)
    status = properties.get("status")
    if status is not None and strings(status)[:1] not in ([b"okay"], [b"ok"]):
        return
    if buses and b"amazon,vmclock" in strings(properties.get("compatible", b"")):
        try:
            first, size = translated(list(buses), properties.get("reg"))
        except Refused:
            yield "resource"
        else:
            value = properties.get("interrupts", b"")
            irq = [f"{int.from_bytes(value[i:i + 4], 'big'):#x}"
                   for i in range(0, len(value) // 4 * 4, 4)][:4]
            yield " ".join([f"ok {first:#x} {size:#x}", *(["irq", *irq] if irq else [])])
    for node in tree.nodes(path):
        yield from devices(tree, str(pathlib.PurePosixPath(path, node)), (*buses, Bus(properties)))


def result(lines):
    """What the search as a whole returns."""
    if any(line.startswith("ok ") for line in lines):
        return "ok"
    return lines[0] if lines else "no-device"
