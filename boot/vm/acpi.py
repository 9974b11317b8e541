# SPDX-License-Identifier: BSD-2-Clause
"""ACPI tables for machines whose own cannot be added to, by way of QEMU's fw_cfg.

A test arrangement: with acpi=off QEMU has no tables, and the firmware takes those that it finds in
fw_cfg, mostly one SSDT and nothing else. As a program: acpi.py SSDT FOLDER writes the three files there
that "-fw_cfg name=etc/acpi/rsdp,file=" and so on want.
"""

import os
import struct
import sys

RSDP, TABLES, LOADER = "rsdp", "tables", "loader"  # the files, in fw_cfg etc/acpi/rsdp, ...
ALIGN = 64
HEADER = "<4sIBB6s8sI4sI"
CHECKSUM, X_DSDT = 9, 140  # offsets in a table, in a FADT
HIGH, FSEG = 1, 2  # memory zones of the loader


def table(signature, revision, body):
    """A table whose checksum the loader fills in."""
    length = struct.calcsize(HEADER) + len(body)
    return struct.pack(HEADER, signature, length, revision, 0, b"VMCLK ", b"VMCLOCK ", 1, b"VMCK",
                       1) + body


def _file(name):
    return ("etc/acpi/" + name).encode().ljust(56, b"\0")


def _command(number, *parts):
    return (struct.pack("<I", number) + b"".join(parts)).ljust(128, b"\0")


def _allocate(name, zone):
    return _command(1, _file(name), struct.pack("<IB", ALIGN, zone))


def _point(name, offset):
    """Adds the address of the tables to the 8 bytes at the offset."""
    return _command(2, _file(name), _file(TABLES), struct.pack("<IB", offset, 8))


def _sum(name, at, start, length):
    return _command(3, _file(name), struct.pack("<III", at, start, length))


def files(*tables):
    """The files' contents by their names. The XSDT lists all tables but a DSDT, which a FADT points to."""
    own, listed = struct.calcsize(HEADER), [whole for whole in tables if whole[:4] != b"DSDT"]
    xsdt = table(b"XSDT", 1, bytes(8 * len(listed)))
    content, pointers, sums = bytearray(xsdt), list(range(own, len(xsdt), 8)), [(0, len(xsdt))]
    entries, dsdt = iter(pointers[:]), None
    for whole in tables:
        at = len(content)
        content += whole
        if whole[:4] == b"DSDT":
            dsdt = at
            continue
        struct.pack_into("<Q", content, next(entries), at)
        if whole[:4] == b"FACP":
            pointers.append(at + X_DSDT)
        if not whole[CHECKSUM]:
            sums.append((at, len(whole)))
    for at in pointers[len(listed):]:
        struct.pack_into("<Q", content, at, dsdt)
    # Signature, checksum, OEM, revision 2, no RSDT, length, the XSDT at 0 of the tables, checksum.
    rsdp = struct.pack("<8sB6sBIIQB3x", b"RSD PTR ", 0, b"VMCLK ", 2, 0, 36, 0, 0)
    loader = [
        _allocate(RSDP, FSEG),
        _allocate(TABLES, HIGH),
        *(_point(TABLES, at) for at in pointers),
        _point(RSDP, 24),
        *(_sum(TABLES, at + CHECKSUM, at, length) for at, length in sums),
        _sum(RSDP, 8, 0, 20),
        _sum(RSDP, 32, 0, 36),
    ]
    return {RSDP: rsdp, TABLES: bytes(content), LOADER: b"".join(loader)}


def main(arguments):
    source, folder = arguments
    with open(source, "rb") as ssdt:
        contents = files(ssdt.read())
    for name, content in contents.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)


if __name__ == "__main__":
    main(sys.argv[1:])
