# SPDX-License-Identifier: BSD-2-Clause
"""Variables in the flash of firmware made from EDK II, as its "authenticated" variable store has them.

UEFI 2.10, 3.1.3 (load options), 10.3 (device paths); EDK II, MdeModulePkg/Include/Guid/VariableFormat.h.
"""

import struct
import uuid

GLOBAL = uuid.UUID("8be4df61-93ca-11d2-aa0d-00e098032b8c")  # Boot####, Driver####, PK, KEK
DRIVER = uuid.UUID("713c7d96-c577-4701-8e34-67b07b14e3ff")  # VMCLOCK_PROTOCOL_GUID (vmclock/protocol.h)
STORE = uuid.UUID("aaf32c78-947b-439a-a180-2e144ec37792")
KEPT = 7  # non-volatile, in boot services and at run time
AUTHENTICATED = 0x20  # by time
START, ADDED = 0x55AA, 0x3F
HEADER = "<HBBIQ16sIII16s"
STORE_HEADER = "<16sIBBHI"
ACTIVE = 1  # of a load option
END = b"\x7f\xff\x04\x00"


def wide(text):
    return (text + "\0").encode("utf-16-le")


def load_option(path, words="", title="vmclock"):
    """A Boot#### or Driver#### of a file, on whatever disk has it."""
    name = wide(path)
    devices = struct.pack("<BBH", 4, 4, 4 + len(name)) + name + END
    return struct.pack("<IH", ACTIVE, len(devices)) + wide(title) + devices + words.encode("utf-16-le")


def order(*numbers):
    """The value of BootOrder or DriverOrder."""
    return struct.pack(f"<{len(numbers)}H", *numbers)


def _entry(name, guid, value, attributes):
    time = struct.pack("<H5BxI4x", 2001, 1, 1, 0, 0, 0, 0) if attributes & AUTHENTICATED else bytes(16)
    entry = struct.pack(HEADER, START, ADDED, 0, attributes, 0, time, 0, len(wide(name)), len(value),
                        guid.bytes_le) + wide(name) + value
    return entry.ljust(-(-len(entry) // 4) * 4, b"\xff")


def with_variables(flash, entries):
    """The flash with these in place of its variables: (name, GUID, value, attributes) of each."""
    at = flash.index(STORE.bytes_le)
    _guid, size, *_state = struct.unpack_from(STORE_HEADER, flash, at)
    first = at + struct.calcsize(STORE_HEADER)
    content = b"".join(_entry(*entry) for entry in entries)
    if len(content) > at + size - first:
        raise ValueError("the store is too small for these variables")
    return flash[:first] + content.ljust(at + size - first, b"\xff") + flash[at + size:]
