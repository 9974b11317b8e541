# SPDX-License-Identifier: BSD-2-Clause
"""Makes the seed corpora of the fuzz targets from what the build compiled of tests/data.

Usage: seeds.py --out DIRECTORY --found DIRECTORY --compiled FILE...

compiled: .aml and .dtb files. found: inputs that only a fuzzer found, as TARGET-NAME.hex. Writes
DIRECTORY/TARGET/NAME.
"""
import argparse
import pathlib
import shutil

HEADER = 36
TARGETS = ("tables", "aml", "crs", "fdt", "page")
BASE = 0x1000  # where fuzz_tables.c puts its memory


def number(value, size):
    return value.to_bytes(size, "little")


def table(signature, body, length=None):
    size = HEADER + len(body) if length is None else length
    return signature + number(size, 4) + bytes(28) + body


def memory(aml, revision, flags=0):
    """Input of fuzz_tables.c: root pointer, root table, FADT with DSDT or an SSDT."""
    base = {0: BASE, 4: 0xE0000}.get(flags & 6)
    width = 8 if revision >= 2 else 4
    rsdp_size = 36 if revision >= 2 else 20
    root_at = 64
    fadt_at = root_at + HEADER + 2 * width
    table_at = fadt_at + 148
    end = table_at + len(aml)
    if base is None:
        base = (1 << 64) - end
        width_limit = (1 << (8 * width)) - 1
    else:
        width_limit = (1 << 64) - 1
    is_dsdt = aml[:4] == b"DSDT"
    entry = (base + (fadt_at if is_dsdt else table_at)) & width_limit
    root = table(b"XSDT" if width == 8 else b"RSDT", number(0, width) + number(entry, width))
    fadt = table(b"FACP", bytes(104) + number(base + table_at, 8))
    address = base + root_at
    rsdp = b"RSD PTR " + bytes(7) + number(revision, 1)
    rsdp += number(address & 0xFFFFFFFF if width == 4 else 0, 4)
    rsdp += (number(36, 4) + number(address, 8) + bytes(4))[:rsdp_size - 20]
    image = rsdp.ljust(root_at, b"\0") + root + fadt + aml
    return bytes([flags, 0, 0, 0]) + image


def template(aml):
    """The bytes of the first constant _CRS, or None."""
    at = aml.find(b"\x08_CRS\x11")
    if at < 0:
        return None
    at += 6
    follow = aml[at] >> 6
    length = aml[at] & (0x0F if follow else 0x3F)
    for i in range(follow):
        length |= aml[at + 1 + i] << (4 + 8 * i)
    body = aml[at + 1 + follow:at + length]
    skip = {0x0A: 2, 0x0B: 3, 0x0C: 5}.get(body[0], 1)
    return body[skip:]


def tree(root):
    """A device tree of version 17 from (name, {property: bytes}, [nodes])."""
    strings, structure = bytearray(), bytearray()

    def big(*values):
        return b"".join(value.to_bytes(4, "big") for value in values)

    def pad(data):
        return data + bytes(-len(data) % 4)

    def add(node):
        name, properties, children = node
        structure.extend(big(1) + pad(name.encode() + b"\0"))
        for key, value in properties.items():
            structure.extend(big(3, len(value), len(strings)) + pad(value))
            strings.extend(key.encode() + b"\0")
        for child in children:
            add(child)
        structure.extend(big(2))

    add(root)
    structure.extend(big(9))
    at = 40 + 16
    end = at + len(structure)
    header = big(0xD00DFEED, end + len(strings), at, end, 40, 17, 16, 0, len(strings),
                 len(structure))
    return header + bytes(16) + structure + strings


def trees():
    def cells(*values):
        return b"".join(value.to_bytes(4, "big") for value in values)

    ours = {"compatible": b"foo,bar\0amazon,vmclock\0"}
    one = {"#address-cells": cells(1), "#size-cells": cells(1)}
    two = {"#address-cells": cells(2), "#size-cells": cells(2)}
    plain = ("vmclock@1000", {**ours, "reg": cells(0x1000, 0x1000), "status": b"okay\0",
                              "interrupts": cells(0, 44, 1)}, [])
    wide = ("ptp@4", {**ours, "reg": cells(1, 0, 0, 0x1000), "interrupts": cells(*range(6))}, [])
    gone = ("gone", {**ours, "status": b"disabled\0"}, [plain])
    bus = ("bus", {**one, "ranges": cells(0, 1, 0, 0x10000)}, [plain, gone])
    yield "plain", tree(("", one, [plain]))
    yield "wide", tree(("", two, [wide, gone]))
    yield "bus", tree(("", two, [("soc", {**two, "ranges": b""}, [bus, wide]), bus]))
    yield "defaults", tree(("", {}, [("vmclock", {**ours, "reg": cells(0, 0x1000, 4096)}, [])]))


def page(how, **fields):
    """Input of fuzz_page.c: a 1 GHz clock of 2026 with bounds, and what is different."""
    layout = {"seq": (0x0C, 4), "marker": (0x10, 8), "flags": (0x18, 8), "status": (0x22, 1),
              "hint": (0x23, 1), "tai": (0x24, 2), "leap": (0x26, 1), "shift": (0x27, 1),
              "counter": (0x28, 8), "period": (0x30, 8), "rate": (0x40, 8), "sec": (0x48, 8),
              "frac": (0x50, 8), "error": (0x60, 8), "type": (0x0B, 1), "id": (0x0A, 1)}
    values = {"flags": 0x3FF, "status": 2, "tai": 37, "shift": 29, "counter": 1 << 40, "type": 1,
              "period": 0x89705F4136B4A597, "rate": 0x89705F4136B, "sec": 1795359037,
              "frac": 1 << 63, "error": 50000, **fields}
    image = bytearray(0x70)
    for name, value in values.items():
        at, size = layout[name]
        image[at:at + size] = number(value, size)
    return bytes([how, 0]) + number((1 << 40) + 10**9, 8) + number((1 << 40) - 5, 8) + image


def pages():
    yield "tai", page(7)
    yield "utc", page(7, type=0, leap=1, hint=2)
    yield "leap", page(7, sec=1483228836, leap=3, tai=36, hint=1)
    yield "negative", page(7, sec=1483228835, leap=2, tai=0xFFDB, hint=1)
    yield "monotonic", page(3, type=2, flags=0)
    yield "far", page(3, sec=(1 << 63) - 1, period=(1 << 64) - 1, shift=0)
    yield "signal", page(1, id=0xFF)
    yield "torn", page(15)
    yield "raw", page(0)


def found(folder, target):
    for path in sorted(folder.glob(f"{target}-*.hex")):
        lines = [line.split("#")[0] for line in path.read_text().splitlines()]
        yield path.stem, bytes.fromhex("".join(lines))


def seeds(arguments):
    """Pairs of target and name with the input."""
    tables = {path.stem: path.read_bytes() for path in arguments.compiled if path.suffix == ".aml"}
    for name, aml in tables.items():
        yield "aml", name, aml
        if template(aml):
            yield "crs", name, template(aml)
    for name in ("qemu", "firecracker", "absent-and-good", "two-devices", "crs-zero"):
        yield "tables", f"{name}-2", memory(tables[name], 2, 1)
        yield "tables", f"{name}-0", memory(tables[name], 0, 1)
        yield "tables", f"{name}-high", memory(tables[name], 2, 3)
        yield "tables", f"{name}-bios", memory(tables[name], 0, 4)
    for path in arguments.compiled:
        if path.suffix == ".dtb":
            yield "fdt", path.stem, path.read_bytes()
    for name, image in trees():
        yield "fdt", f"made-{name}", image
    for name, image in pages():
        yield "page", name, image
    for target in TARGETS:
        for name, image in found(arguments.found, target):
            yield target, name, image


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--found", type=pathlib.Path, required=True)
    parser.add_argument("--compiled", type=pathlib.Path, required=True, nargs="+")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.out, ignore_errors=True)
    for target, name, image in seeds(arguments):
        folder = arguments.out / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(image)


if __name__ == "__main__":
    main()
