#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the core as two files, vmclock.c and vmclock.h, for builds that want no more than that.

The same sources give the same bytes. Every file of the tree appears once: headers where they are
first included, the private ones before all sources; what only applies to one CPU stays inside its
#if. Static names of sources begin with their file's name, so no two are the same (tests/tree/names.py).
"""

import argparse
import pathlib
import re
import sys

INCLUDE = re.compile(r'#include (?:"([^"]+)"|<(vmclock/[^>]+)>)')
LICENCE = "/* SPDX-License-Identifier: BSD-2-Clause */"


class Amalgamation:
    def __init__(self, root):
        self.root = root
        self.seen = set()

    def find(self, quoted, public, beside):
        """The included file; the core is compiled with the tree's root and lib/include in the path."""
        folders = [self.root / "lib/include"] if public else [beside, self.root]
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
            if not match:
                out.append(line)
                continue
            included = self.find(match[1], match[2], file.parent)
            if included not in self.seen:
                out += self.text(included)
        return out

    def headers(self, source):
        """What a source includes, in order, without the source."""
        out = []
        for line in source.read_text(encoding="utf-8").splitlines():
            if match := INCLUDE.match(line):
                included = self.find(match[1], match[2], source.parent)
                if included not in self.seen:
                    out += self.text(included)
        return out


def heading(version, what):
    return [LICENCE,
            "/*",
            f" * libvmclock {version}: {what}",
            " *",
            " * Generated from the sources of libvmclock by lib/amalgamate.py: change those, not this.",
            " */"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the two files")
    parser.add_argument("sources", type=pathlib.Path, nargs="+")
    options = parser.parse_args()

    whole = Amalgamation(options.root.resolve())
    header = heading(options.version, "all public headers of the core in one.")
    header += whole.text(whole.find(None, "vmclock/vmclock.h", whole.root))
    code = heading(options.version, "the core in one file; it needs vmclock.h and nothing else.")
    code += ['#include "vmclock.h"']
    sources = sorted(source.resolve() for source in options.sources)
    code += ["/* Not each CPU needs each of the inline functions. */", "#ifdef __clang__",
             "#pragma clang diagnostic push",
             '#pragma clang diagnostic ignored "-Wunused-function"', "#endif"]
    for source in sources:
        code += whole.headers(source)
    code += ["#ifdef __clang__", "#pragma clang diagnostic pop", "#endif"]
    for source in sources:
        code += whole.text(source)

    options.out.mkdir(parents=True, exist_ok=True)
    for name, lines in (("vmclock.h", header), ("vmclock.c", code)):
        (options.out / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
