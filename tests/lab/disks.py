# SPDX-License-Identifier: BSD-2-Clause
"""Disk images for machines that save their state, for there may be no qemu-img."""

import struct

CLUSTER = 1 << 16


def empty_qcow2(path, size=512 << 20):
    """An empty qcow2 of version 2, by QEMU's docs/interop/qcow2.txt: header, table of reference counts,
    their first block, L1 table, a cluster each. Returns path."""
    tables = -(-size // (CLUSTER * CLUSTER // 8))
    header = struct.pack(">4sIQIIQIIQQIIQ", b"QFI\xfb", 2, 0, 0, 16, size, 0, tables, 3 * CLUSTER,
                         CLUSTER, 1, 0, 0)
    counts, block = struct.pack(">Q", 2 * CLUSTER), struct.pack(">4H", 1, 1, 1, 1)
    with open(path, "wb") as file:
        file.write(b"".join(part.ljust(CLUSTER, b"\0") for part in (header, counts, block, b"")))
    return path
