# SPDX-License-Identifier: BSD-2-Clause
"""Names of the sources of lib and drivers, and static names in them.

Builds that take a list of sources may put all objects into one folder, with those of the tree around:
no two sources have the same name, nor one that such trees are known to have.

The amalgamation and the link matrix put sources together: a static function or object, and a macro that
the source does not undefine, begins with the source's name (less vmclock_ or the folder's in front of it),
and no two sources have the same.
"""

import pathlib
import re
import sys

ROOMS = ("lib", "drivers")
UNPREFIXED = ()
FOREIGN = {"time", "string", "stdlib", "stdio", "main", "init", "malloc", "console", "timer"}  # iPXE has time.c
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


def prefix_of(path):
    """What static names of a source begin with."""
    return path.stem.removeprefix("vmclock_").removeprefix(path.parent.name + "_") + "_"


def clashes_of(paths):
    """The faults of the names of the sources."""
    owners = {}
    for path in sorted(paths):
        stem = pathlib.PurePath(path).stem
        if stem in FOREIGN:
            yield f"{path}: others have a {stem}.c"
        if stem in owners:
            yield f"{path}: is named as {owners[stem]}"
        owners[stem] = path


def faults_of(sources):
    """The faults of sources: path from the root -> text."""
    yield from clashes_of(sources)
    owners = {}
    for path, text in sorted(sources.items()):
        stem = prefix_of(pathlib.PurePath(path))
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
