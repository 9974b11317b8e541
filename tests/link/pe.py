# SPDX-License-Identifier: BSD-2-Clause
"""The same checks as freestanding.py for PE/COFF objects, linked together by lld-link.

The image's own headers are read, so no further tool is needed. On i386 code has no way to name data
but by absolute address: base relocations in code are unavoidable there (a PE loader, EFI's too,
applies them), and only those in data are faults.
"""

import pathlib
import re
import struct
import subprocess
import tempfile

import freestanding

MACHINE_I386 = 0x14c
CODE, DISCARDABLE, WRITE = 0x20, 0x02000000, 0x80000000


def sections_of(image):
    """The machine and (name, address, size, flags, contents) of each section of a PE image."""
    at, = struct.unpack_from("<I", image, 0x3c)
    if image[at:at + 4] != b"PE\0\0":
        raise ValueError("not a PE image")
    machine, count, optional = struct.unpack_from("<HH12xH", image, at + 4)
    found = []
    for n in range(count):
        name, size, address, raw_size, raw, flags = struct.unpack_from(
            "<8sIIII12xI", image, at + 24 + optional + 40 * n)
        found.append((name.rstrip(b"\0").decode(), address, size, flags,
                      image[raw:raw + min(size, raw_size)]))
    return machine, found


def relocated(contents):
    """The addresses that the loader changes, of a .reloc section."""
    at = 0
    while at + 8 <= len(contents):
        page, size = struct.unpack_from("<II", contents, at)
        if size < 8:
            return
        for entry, in struct.iter_unpack("<H", contents[at + 8:at + size]):
            if entry >> 12:
                yield page + (entry & 0xfff)
        at += size


def faults_of_image(image):
    machine, sections = sections_of(image)
    faults, text = [], 0
    code = [(address, address + size) for _, address, size, flags, _ in sections if flags & CODE]
    for name, _, size, flags, contents in sections:
        if flags & CODE:
            text += size
        if flags & WRITE and size:
            faults.append(f"writable section {name} of {size} bytes")
        if name == ".reloc":
            for address in relocated(contents):
                in_code = any(low <= address < high for low, high in code)
                if machine != MACHINE_I386 or not in_code:
                    faults.append(f"load-time relocation at {address:#x}")
    return faults, text


def link(linker, files, image, *options):
    """Empty, or what the linker complains of."""
    done = subprocess.run([linker, "/nologo", "/dll", "/noentry", "/nodefaultlib", "/opt:noref",
                           "/opt:noicf", "/safeseh:no", "/errorlimit:0", *options, f"/out:{image}",
                           *files],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip() if done.returncode else ""


def faults_of(linker, files, needs=(), stand_in=None):
    """The faults of the files linked together, and the size of their code.

    needs: the names that the consumer brings; stand_in: a name of ours that they are linked to.
    """
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder, "image.dll")
        complaint, options = link(linker, files, image), []
        if needs:
            # On i386 names in objects begin with one underscore more.
            missing = re.findall(r"undefined symbol: _?(\w+)", complaint)
            if faults := freestanding.needs_of(missing, needs):
                return faults, 0
            options = [f"/alternatename:{mark}{name}={mark}{stand_in}"
                       for name in needs for mark in ("", "_")]
            complaint = link(linker, files, image, *options)
        if complaint:
            return ["cannot be linked together: " + complaint], 0
        return faults_of_image(image.read_bytes())
