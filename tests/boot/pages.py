# SPDX-License-Identifier: BSD-2-Clause
"""vmclock pages as bytes, good ones and others, written without any of the library's code."""

import struct
import time

# Offset and struct format of each field (Linux: uapi/linux/vmclock-abi.h).
FIELDS = {
    "magic": (0x00, "<4s"),
    "size": (0x04, "<I"),
    "version": (0x08, "<H"),
    "counter_id": (0x0A, "<B"),
    "time_type": (0x0B, "<B"),
    "seq_count": (0x0C, "<I"),
    "disruption_marker": (0x10, "<Q"),
    "flags": (0x18, "<Q"),
    "clock_status": (0x22, "<B"),
    "leap_second_smearing_hint": (0x23, "<B"),
    "tai_offset_sec": (0x24, "<h"),
    "leap_indicator": (0x26, "<B"),
    "counter_period_shift": (0x27, "<B"),
    "counter_value": (0x28, "<Q"),
    "counter_period_frac_sec": (0x30, "<Q"),
    "counter_period_esterror_rate_frac_sec": (0x38, "<Q"),
    "counter_period_maxerror_rate_frac_sec": (0x40, "<Q"),
    "time_sec": (0x48, "<Q"),
    "time_frac_sec": (0x50, "<Q"),
    "time_esterror_nanosec": (0x58, "<Q"),
    "time_maxerror_nanosec": (0x60, "<Q"),
    "vm_generation_counter": (0x68, "<Q"),
}
COUNTER_ARM_VCNT, COUNTER_X86_TSC, COUNTER_INVALID = 0, 1, 0xFF
UNKNOWN, INITIALIZING, SYNCHRONIZED, FREERUNNING, UNRELIABLE = range(5)
PERIOD_MAXERROR_VALID, TIME_MAXERROR_VALID = 1 << 4, 1 << 6


def page(**changes):
    """A page that says UTC now for a 1 GHz counter at 0, good to 1 s, but for what is changed."""
    values = dict.fromkeys(FIELDS, 0)
    values |= {
        "magic": b"VCLK",
        "size": 4096,
        "version": 1,
        "counter_id": COUNTER_X86_TSC,
        "seq_count": 2,
        "disruption_marker": 7,
        "flags": PERIOD_MAXERROR_VALID | TIME_MAXERROR_VALID,
        "clock_status": SYNCHRONIZED,
        "counter_period_shift": 29,
        "counter_period_frac_sec": 0x89705F4136B4A597,
        "time_sec": int(time.time()),
        "time_maxerror_nanosec": 10**9,
    }
    unknown = set(changes) - set(values)
    if unknown:
        raise ValueError(f"no such fields: {unknown}")
    content = bytearray(0x70)
    for name, value in (values | changes).items():
        offset, form = FIELDS[name]
        struct.pack_into(form, content, offset, value)
    return bytes(content)


def empty_disk(size):
    """An empty disk image (qcow2, version 3, clusters of 64 KiB) that machines can save their state
    to; by QEMU's docs/interop/qcow2.txt, for there may be no qemu-img."""
    cluster, big = 1 << 16, 1 << 29  # bytes of a cluster, and that one entry of the table stands for
    refcounts, block, table = cluster, 2 * cluster, 3 * cluster
    header = struct.pack(">4sIQIIQIIQQIIQQQQII", b"QFI\xfb", 3, 0, 0, 16, size, 0,
                         -(-size // big), table, refcounts, 1, 0, 0, 0, 0, 0, 4, 104)
    used = struct.pack(">4H", 1, 1, 1, 1)
    return b"".join(part.ljust(cluster, b"\0")
                    for part in (header, struct.pack(">Q", block), used, b""))
