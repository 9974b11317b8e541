# SPDX-License-Identifier: BSD-2-Clause
"""AML put together without a compiler, so that it can be what no compiler makes."""
import struct

ROOT = ()


def package(opcode, body):
    """A package: its length counts itself."""
    size = len(body) + 1
    if size < 0x40:
        return opcode + bytes([size]) + body
    size += 1
    if size < 0x1000:
        return opcode + bytes([0x40 | size & 15, size >> 4]) + body
    size += 1
    return opcode + bytes([0x80 | size & 15, size >> 4 & 255, size >> 12]) + body


def segments(names):
    raw = b"".join(name.encode() for name in names)
    if not names:
        return b"\0"
    if len(names) == 1:
        return raw
    return b"." + raw if len(names) == 2 else b"/" + bytes([len(names)]) + raw


def absolute(path):
    return b"\\" + segments(path)


def integer(value):
    if value < 2:
        return bytes([value])
    if value < 0x100:
        return bytes([10, value])
    return b"\x0c" + struct.pack("<I", value)


def text(value):
    return b"\r" + value.encode() + b"\0"


def buffer(content, size=None):
    return package(b"\x11", (integer(len(content)) if size is None else size) + content)


def template(page, size=0x1000):
    """A buffer with a Memory32Fixed descriptor."""
    body = b"\x86\x09\0\0" + struct.pack("<II", page, size) + b"\x79\0"
    return buffer(body)


def name(where, value):
    return b"\x08" + where + value


def method(where, body, arguments=0):
    return package(b"\x14", where + bytes([arguments]) + body)


def device(where, body):
    return package(b"\x5b\x82", where + body)


def scope(where, body):
    return package(b"\x10", where + body)


def alias(source, where):
    return b"\x06" + source + where


def when(condition, body):
    return package(b"\xa0", condition + body)


def give(value):
    return b"\xa4" + value


def store(value, target):
    return b"\x70" + value + target


def table(signature, body, number):
    header = signature + struct.pack("<IBB", 36 + len(body), 2, 0)
    header += b"VMCLCK" + b"PROGRAM" + bytes([48 + number]) + struct.pack("<I", number)
    whole = bytearray(header + b"VMCL" + struct.pack("<I", 1) + body)
    whole[9] = -sum(whole) & 255
    return bytes(whole)
