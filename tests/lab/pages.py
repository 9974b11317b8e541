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
