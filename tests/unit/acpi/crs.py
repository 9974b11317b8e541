# SPDX-License-Identifier: BSD-2-Clause
"""Resource templates, read apart from the C code."""


def memory_range(template):
    """The one memory range of a resource template: (first, length)."""
    ranges, at = [], 0

    def number(offset, size):
        return int.from_bytes(template[at + offset:at + offset + size], "little")

    while template[at] >> 3 != 0x0F:
        tag = template[at]
        width = {0x87: 4, 0x8A: 8, 0x8B: 8}.get(tag)
        if tag == 0x86:
            ranges.append((number(4, 4), number(8, 4)))
        elif tag == 0x85:
            ranges.append((number(4, 4), number(16, 4)))
        elif width and number(3, 1) == 0:
            fields = 8 if tag == 0x8B else 6
            values = [number(fields + width * i, width) for i in range(5)]
            ranges.append((values[1] + values[3], values[4]))
        at += 3 + number(1, 2) if tag & 0x80 else 1 + (tag & 7)
    if len(ranges) != 1:
        raise ValueError(f"{len(ranges)} memory ranges")
    return ranges[0]
