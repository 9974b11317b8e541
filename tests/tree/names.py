# SPDX-License-Identifier: BSD-2-Clause
"""Static names of the sources of lib and drivers, which the amalgamation and the link matrix put together.

A static function or object, and a macro that the source does not undefine, begins with the source's name,
and no two sources have the same.
"""

import pathlib
import re
import sys

ROOMS = ("lib", "drivers")
UNPREFIXED = ()
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
FUNCTION = re.compile(r"^static [^=;{}#]*?\b(\w+)\(", re.MULTILINE)
OBJECT = re.compile(r"^static [^=;(){}#]*?\b(\w+)(?:\[[^\]]*\])* *[=;]", re.MULTILINE)
DEFINED = re.compile(r"^#define (\w+)", re.MULTILINE)
UNDEFINED = re.compile(r"^#undef (\w+)", re.MULTILINE)


def names_of(text):
    """The static names of a source, and its macros that are left at its end."""
    text = COMMENT.sub("", text)
    macros = set(DEFINED.findall(text)) - set(UNDEFINED.findall(text))
    return set(FUNCTION.findall(text)) | set(OBJECT.findall(text)) | macros


def faults_of(sources):
    """The faults of sources: path from the root -> text."""
    owners = {}
    for path, text in sorted(sources.items()):
        stem = pathlib.PurePath(path).stem.lower() + "_"
        for name in sorted(names_of(text)):
            if name in owners:
                yield f"{path}: {name} is also in {owners[name]}"
            owners[name] = path
            if not path.startswith(UNPREFIXED) and not name.lower().startswith(stem):
                yield f"{path}: {name} does not begin with {stem}"


def main():
    root = pathlib.Path(sys.argv[1])
    sources = {str(path.relative_to(root)): path.read_text()
               for room in ROOMS for path in (root / room).rglob("*.c")}
    faults = list(faults_of(sources))
    print(*faults, f"{len(sources)} sources, {len(faults)} faults", sep="\n")
    return 1 if faults or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
