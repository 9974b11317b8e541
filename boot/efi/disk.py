#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a disk that any UEFI machine boots by itself: GPT, an EFI System Partition, default loaders.

Usage: disk.py OUT NAME=FILE...; NAME as in the partition, EFI/BOOT/BOOTX64.EFI. The same files give the
same bytes: all identifiers are fixed, times are those of 1980. UEFI 2.10, 5 and 13.3; Microsoft's FAT 1.03.
Exit: 0; 1 and no disk if a file is not there, or does not fit.
"""

import pathlib
import struct
import sys
import uuid
import zlib

SECTOR = 512
FIRST = 2048  # sector of the partition: at 1 MiB
CLUSTERS = 66000  # of a sector each: the fewest, and a few, of which FAT is FAT32
RESERVED, TABLES = 32, 2
TABLE = -(-(CLUSTERS + 2) * 4 // SECTOR)  # sectors
VOLUME = RESERVED + TABLES * TABLE + CLUSTERS
DISK = (FIRST + VOLUME + 34 + 2047) // 2048 * 2048
ENTRIES, ENTRY = 128, 128
DISK_ID = uuid.UUID("1d0c3f0e-76a1-4c3b-9a0e-76636c6f636b")
PARTITION_ID = uuid.UUID("2d0c3f0e-76a1-4c3b-9a0e-76636c6f636b")
SYSTEM = uuid.UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
VOLUME_ID = 0x76636C6B
END = 0x0FFFFFFF
DATE = 1 << 5 | 1  # 1980-01-01
DIRECTORY, ARCHIVE = 0x10, 0x20


class Volume:
    """A FAT32 file system that is filled from its beginning."""

    def __init__(self):
        self.table = [0x0FFFFFF8, END]
        self.data = bytearray()

    def add(self, content):
        """The first cluster of content; 0 if there is none of it."""
        if not content:
            return 0
        first, count = len(self.table), -(-len(content) // SECTOR)
        self.table += [*range(first + 1, first + count), END]
        self.data += content.ljust(count * SECTOR, b"\0")
        if len(self.table) > CLUSTERS + 2:
            sys.exit("disk: the files do not fit")
        return first

    def directory(self, entries, parent=None):
        """The cluster of a directory of (name, attribute, first cluster, size). parent: its parent's
        cluster, 0 for the root; None: it is the root."""
        count = len(entries) + (2 if parent is not None else 0)
        own = self.add(b"\0" * max(1, -(-count * 32 // SECTOR)) * SECTOR)
        if parent is not None:
            entries = [(".", DIRECTORY, own, 0), ("..", DIRECTORY, parent, 0), *entries]
        at = (own - 2) * SECTOR
        for entry in entries:
            self.data[at:at + 32] = self.entry(*entry)
            at += 32
        return own

    @staticmethod
    def entry(name, attribute, cluster, size):
        stem, _dot, suffix = (name, "", "") if name.startswith(".") else name.partition(".")
        short = stem.encode("ascii").ljust(8) + suffix.encode("ascii").ljust(3)
        if len(short) != 11:
            sys.exit(f"disk: not a name of eight and three letters: {name}")
        return struct.pack("<11sBBBHHHHHHHI", short, attribute, 0, 0, 0, DATE, DATE, cluster >> 16, 0,
                           DATE, cluster & 0xFFFF, size)

    def bytes(self, root):
        used = len(self.table)
        boot = struct.pack(
            "<3s8sHBHBHHBHHHIIIHHIHH12sBBBI11s8s", b"\xeb\x58\x90", b"VMCLOCK ", SECTOR, 1, RESERVED,
            TABLES, 0, 0, 0xF8, 0, 63, 255, FIRST, VOLUME, TABLE, 0, 0, root, 1, 6, b"", 0x80, 0, 0x29,
            VOLUME_ID, b"NO NAME    ", b"FAT32   ").ljust(510, b"\0") + b"\x55\xaa"
        info = struct.pack("<I480xIII12xI", 0x41615252, 0x61417272, CLUSTERS + 2 - used, used,
                           0xAA550000)
        start = (boot + info).ljust(6 * SECTOR, b"\0")
        table = struct.pack(f"<{used}I", *self.table).ljust(TABLE * SECTOR, b"\0")
        whole = (start + start).ljust(RESERVED * SECTOR, b"\0") + table * TABLES + self.data
        return whole.ljust(VOLUME * SECTOR, b"\0")


def volume(files):
    """The partition's bytes; files: path -> content."""
    made = Volume()
    tree = {}
    for path, content in files.items():
        *folders, name = path.split("/")
        at = tree
        for folder in folders:
            at = at.setdefault(folder, {})
        at[name] = content

    # A directory stands before what is in it, since that names it: so each is made twice, first empty.
    def fill(folder, parent):
        own = made.directory([(name, 0, 0, 0) for name in sorted(folder)], parent)
        entries = []
        for name in sorted(folder):
            if isinstance(folder[name], dict):
                inner = fill(folder[name], 0 if parent is None else own)
                entries.append((name, DIRECTORY, inner, 0))
            else:
                entries.append((name, ARCHIVE, made.add(folder[name]), len(folder[name])))
        at = (own - 2) * SECTOR + (64 if parent is not None else 0)
        for entry in entries:
            made.data[at:at + 32] = made.entry(*entry)
            at += 32
        return own

    return made.bytes(fill(tree, None))


def header(own, other, table_at, table_sum):
    def packed(checksum):
        return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x00010000, 92, checksum, 0, own, other,
                           FIRST, DISK - 34, DISK_ID.bytes_le, table_at, ENTRIES, ENTRY, table_sum)
    return packed(zlib.crc32(packed(0))).ljust(SECTOR, b"\0")


def disk(files):
    protective = struct.pack("<446xB3sB3sII48x2s", 0, b"\x00\x02\x00", 0xEE, b"\xff\xff\xff", 1,
                             DISK - 1, b"\x55\xaa")
    name = "vmclock-check".encode("utf-16-le").ljust(72, b"\0")
    entry = struct.pack("<16s16sQQQ72s", SYSTEM.bytes_le, PARTITION_ID.bytes_le, FIRST,
                        FIRST + VOLUME - 1, 0, name)
    table = entry.ljust(ENTRIES * ENTRY, b"\0")
    front = protective + header(1, DISK - 1, 2, zlib.crc32(table)) + table
    back = table + header(DISK - 1, 1, DISK - 33, zlib.crc32(table))
    whole = front.ljust(FIRST * SECTOR, b"\0") + volume(files)
    return whole.ljust((DISK - 33) * SECTOR, b"\0") + back


def main():
    files = {}
    for argument in sys.argv[2:]:
        name, path = argument.split("=", 1)
        files[name] = pathlib.Path(path)
    missing = [str(path) for path in files.values() if not path.is_file()]
    if missing:
        sys.exit("disk: not there: " + ", ".join(missing))
    content = disk({name: path.read_bytes() for name, path in files.items()})
    pathlib.Path(sys.argv[1]).write_bytes(content)


if __name__ == "__main__":
    main()
