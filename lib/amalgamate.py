#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the library as two files a part, for builds that want no more than that.

    vmclock.c          vmclock.h          the core
    vmclock_acpi.c     vmclock_acpi.h     the page by ACPI's tables
    vmclock_efi.c      vmclock_efi.h      the page by EFI's configuration tables; needs the part above
    vmclock_fdt.c      vmclock_fdt.h      the page by a device tree; needs a libfdt
    vmclock_sources.c  vmclock_sources.h  real-time clocks, the KVM clock

The same sources give the same bytes. Every file of the tree appears once in a part: headers where they
are first included, the private ones before all sources; what only applies to one CPU stays inside its
#if. Static names of sources begin with their file's name, so no two are the same (tests/tree/names.py).
"""

import argparse
import pathlib
import re
import sys
import typing

INCLUDE = re.compile(r'#include (?:"([^"]+)"|<(vmclock/[^>]+)>)')
CONSUMERS = "#include <libfdt.h>"
LICENCE = "/* SPDX-License-Identifier: BSD-2-Clause */"


class Part(typing.NamedTuple):
    what: str
    sources: str  # pattern of what lists of sources name
    headers: tuple
    needs: tuple = ("vmclock",)
    features: tuple = ()  # of the core that it cannot do without


PARTS = {
    "vmclock": Part("the core", "lib/*.c",
                    ("vmclock/vmclock.h", "vmclock/raw.h", "vmclock/region.h", "vmclock/sources.h"), ()),
    "vmclock_acpi": Part("the page by ACPI's tables", "drivers/acpi/*.c", ("vmclock/acpi.h",)),
    "vmclock_efi": Part("the page by EFI's configuration tables", "drivers/efi/*.c", ("vmclock/efi.h",),
                        ("vmclock_acpi",)),
    "vmclock_fdt": Part("the page by a device tree, with any libfdt", "drivers/fdt/*.c",
                        ("vmclock/fdt.h",)),
    "vmclock_sources": Part("real-time clocks, the KVM clock", "drivers/source/*.c",
                            ("vmclock/cmos.h", "vmclock/efi_time.h", "vmclock/kvm_clock.h",
                             "vmclock/pl031.h", "vmclock/rtc.h", "vmclock/set.h"),
                            features=("CALIBRATE", "GUARD", "UTC")),
}
NAMES = "drivers/source_names.c"  # of what several parts have: with the core

# VMCLOCK_NO_feature leaves it out of the core.
ALONE = ("protocol.h",)  # needs no other file, and no other needs it: copied as it is
FEATURES = {
    "AUDIT": "audit.h",
    "CALIBRATE": "calibrate.h",
    "CLAMP": "clamp.h",
    "DEADLINE": "deadline.h",
    "GUARD": "guard.h",
    "MANY": "vmclock_at_many (clock.h)",
    "NAMES": "names.h, the texts of error.h, names of sources",
    "PUBLISH": "publish.h",
    "READER": "reader.h",
    "SMEAR": "smear.h",
    "STEER": "steer.h",
    "TEXT": "text.h",
    "UTC": "utc.h, leap.h, civil.h, raw.h: what is left tells the time of the page's own axis",
}
# Which features need a file of the core: it stays while one of them does. Those not named here stay always.
LABELS = ("CLAMP", "READER", "STEER", "TEXT", "UTC")
WITH_LEAPS = ("AUDIT", "CALIBRATE", "DEADLINE", "PUBLISH", *LABELS)
NEEDED_BY = {
    "audit": ("AUDIT", "PUBLISH"),
    "calendar": WITH_LEAPS,
    "calibrate": ("CALIBRATE",),
    "calibrated": ("CALIBRATE", "STEER"),
    "clamp": ("CLAMP",),
    "clamp_steer": ("CLAMP",),
    "civil": LABELS,
    "combine": ("CALIBRATE",),
    "deadline": ("DEADLINE",),
    "error": ("NAMES", "TEXT"),
    "guard": ("GUARD",),
    "leap": WITH_LEAPS,
    "line": ("READER", "STEER"),
    "many": ("MANY",),
    "names": ("NAMES",),
    "publish": ("PUBLISH",),
    "ratio": ("CALIBRATE", "STEER"),
    "reader": ("READER",),
    "smear": ("SMEAR",),
    "source_names": ("NAMES",),
    "steer": ("STEER",),
    "steer_axis": ("CLAMP", "STEER"),
    "steered": ("CLAMP", "STEER"),
    "strings": ("NAMES", "TEXT"),
    "text": ("TEXT",),
    "utc": LABELS,
}


class Amalgamation:
    """One file; seen are the headers that come before it."""

    def __init__(self, root, seen=()):
        self.root = root
        self.seen = set(seen)

    def find(self, quoted, public, beside):
        """The included file."""
        folders = [self.root / "lib/include", self.root / "drivers/include"] if public else [beside, self.root]
        for folder in folders:
            file = (folder / (public or quoted)).resolve()
            if file.is_file():
                return file
        sys.exit(f"{beside}: cannot find {public or quoted}")

    def text(self, file):
        """The file's lines with each include of ours replaced by what it includes."""
        self.seen.add(file)
        name = file.relative_to(self.root)
        out = [f"/* ---- {name} ---- */"]
        lines = file.read_text(encoding="utf-8").splitlines()
        if lines[0] != LICENCE:
            sys.exit(f"{name}: does not begin with its licence")
        for line in lines[1:]:
            match = INCLUDE.match(line)
            if match:
                out += self.included(match, file.parent)
            elif line != CONSUMERS:
                out.append(line)
        return out

    def included(self, match, beside):
        """The text of what a line includes, unless it was before."""
        file = self.find(match[1], match[2], beside)
        return [] if file in self.seen else self.text(file)

    def headers(self, source):
        """What a source includes, in order, without the source; what is for one CPU stays in its #if there."""
        out, depth = [], 0
        for line in source.read_text(encoding="utf-8").splitlines():
            depth += line.startswith("#if") - line.startswith("#endif")
            match = INCLUDE.match(line)
            if match and not depth:
                out += self.included(match, source.parent)
        return out


def heading(version, name, what):
    return [LICENCE,
            "/*",
            f" * libvmclock {version}: {what}",
            " *",
            f" * {name}, generated from the sources of libvmclock by lib/amalgamate.py: change those, not this."]


def switches():
    """What the core's heading says of them."""
    out = [" *", " * To leave out what is not used, where no linker does, define for this file",
           " *"]
    out += [f" *     VMCLOCK_NO_{feature:10} {what}" for feature, what in FEATURES.items()]
    return out + [" *", " * A file that something else needs stays. To call what was left out is an error of the linker's.",
                  " * A switch that is not listed is ignored.",
                  " *",
                  " * Compile with -ffreestanding, without which a compiler may call memset; in a kernel on x86 also with",
                  " * -mno-red-zone -mgeneral-regs-only."]


def guarded(source, lines):
    """The lines of a file of the core, which stay while somebody needs them."""
    features = NEEDED_BY.get(source.stem)
    if not features:
        return lines
    conditions = [f"!defined(VMCLOCK_NO_{feature})" for feature in features]
    return [f"#if {' || '.join(conditions)}", *lines, "#endif"]


def listed(root):
    """The sources of lib/sources.txt and drivers/sources.txt, by their path from the root."""
    for room in ("lib", "drivers"):
        for line in (root / room / "sources.txt").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                yield f"{room}/{line}"


def header_of(part, root, before, name, version):
    """The lines of a part's header, and the headers that are seen with it."""
    whole = Amalgamation(root, before)
    out = heading(version, f"{name}.h", f"{part.what}: all public headers in one.") + [" */"]
    out += [f'#include "{other}.h"' for other in part.needs]
    for header in part.headers:
        file = whole.find(None, header, root)
        out += [] if file in whole.seen else whole.text(file)
    return out, whole.seen


def code_of(part, root, seen, name, version):
    """The lines of a part's source."""
    whole = Amalgamation(root, seen)
    sources = [root / path for path in sorted(listed(root)) if pathlib.PurePath(path).match(part.sources)]
    if name == "vmclock":
        sources.append(root / NAMES)
    out = heading(version, f"{name}.c", f"{part.what} in one file.")
    out += (switches() if name == "vmclock" else []) + [" */"]
    if any(CONSUMERS in source.read_text(encoding="utf-8") for source in sources):
        out.append(CONSUMERS)
    out.append(f'#include "{name}.h"')
    for feature in part.features:
        out += [f"#ifdef VMCLOCK_NO_{feature}",
                f'#error "{name}.c needs what VMCLOCK_NO_{feature} leaves out"', "#endif"]
    out += ["/* Not each CPU needs each of the inline functions. */", "#ifdef __clang__",
            "#pragma clang diagnostic push",
            '#pragma clang diagnostic ignored "-Wunused-function"', "#endif"]
    for source in sources:
        out += whole.headers(source)
    out += ["#ifdef __clang__", "#pragma clang diagnostic pop", "#endif"]
    for source in sources:
        lines = whole.text(source)
        out += guarded(source, lines) if name == "vmclock" else lines
    return out, set(sources)


def left_out(root, parts):
    """The sources and public headers that are in no part, by their path from the root."""
    files = [file for room in ("lib", "drivers") for file in sorted((root / room).rglob("*.c"))]
    files += [file for room in ("lib", "drivers") for file in sorted((root / room / "include").rglob("*.h"))
              if file.name not in ALONE]
    return [str(file.relative_to(root)) for file in files if file not in parts]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the files")
    options = parser.parse_args()

    root = options.root.resolve()
    options.out.mkdir(parents=True, exist_ok=True)
    seen, sources = {}, set()
    for name, part in PARTS.items():
        before = set().union(*(seen[other] for other in part.needs))
        header, seen[name] = header_of(part, root, before, name, options.version)
        code, used = code_of(part, root, seen[name], name, options.version)
        sources |= used
        for suffix, lines in ((".h", header), (".c", code)):
            (options.out / (name + suffix)).write_text("\n".join(lines) + "\n", encoding="utf-8")
    lost = left_out(root, sources.union(*seen.values()))
    if lost:
        sys.exit(f"in no part (PARTS), or not in sources.txt: {' '.join(lost)}")


if __name__ == "__main__":
    main()
