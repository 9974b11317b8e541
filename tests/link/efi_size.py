# SPDX-License-Identifier: BSD-2-Clause
"""No EFI program is larger than it may be, and each is of the kind that loaders tell by the subsystem.

usage: efi_size.py SUBSYSTEM LIMIT FILE...
"""

import pathlib
import struct
import sys

SUBSYSTEM_OFFSET = 0x18 + 68  # from the PE signature on, with 32 and 64 bits


def subsystem_of(image):
    at, = struct.unpack_from("<I", image, 0x3c)
    return struct.unpack_from("<H", image, at + SUBSYSTEM_OFFSET)[0]


def main():
    subsystem, limit = int(sys.argv[1]), int(sys.argv[2])
    failed = 0
    for name in sys.argv[3:]:
        image = pathlib.Path(name).read_bytes()
        fits = len(image) <= limit and subsystem_of(image) == subsystem
        print(f"{pathlib.Path(name).name}: {len(image)} bytes of {limit}, subsystem {subsystem_of(image)}")
        failed += not fits
    return 1 if failed or not sys.argv[3:] else 0


if __name__ == "__main__":
    sys.exit(main())
