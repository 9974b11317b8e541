# SPDX-License-Identifier: BSD-2-Clause
"""Rules that hold for every file of the tree: licence line, layers, no libc in what is freestanding.

The files are those that git tracks, or that a release lists; in any other tree, all but build folders.
"""

import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib/package"))

import dist  # noqa: E402  (the path comes first)

# A room rests on those before it.
LAYERS = ("arch", "lib", "drivers", "boot", "tests")
# A room of boot/linux -> the others of boot/linux that it rests on.
PROGRAMS = {
    "common": (),
    "qemu": ("common",),
    "kvm": ("common",),
    "publish/relation": ("common", "qemu", "kvm"),
    "publish": ("common", "qemu", "kvm", "publish/relation"),
    "dump": ("common", "qemu"),
    "find": (),
}
FREESTANDING = ("arch", "lib", "drivers")
TYPES = ("lib", "include", "vmclock", "types.h")  # the one that touches the compiler's headers
FREESTANDING_HEADERS = {"stddef.h", "stdint.h"}
# Trees lack these or have them otherwise: types.h has our own.
FOREIGN_WORDS = re.compile(r"\b(?:offsetof|int8_t|uintptr_t|intptr_t|SIZE_MAX)\b")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
C_LINES_MAX = 400
CONSUMER_HEADERS = {("drivers", "fdt"): {"libfdt.h"}}  # of libraries that the consumer brings
SKIPPED = {".git", "build", "__pycache__"}
NO_COMMENTS = {"LICENSE"}
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)
BARE = re.compile(r'^\s*#\s*include\s*"([^"/]+)"', re.MULTILINE)


def listed(root):
    """The names of the tree's files, or None where nobody tells."""
    try:
        return dist.listed(root)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None


def files_of(root):
    names = listed(root)
    if names is not None:
        paths = (root / name for name in names)
        yield from ((path, path.relative_to(root).parts) for path in paths if path.is_file())
        return
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not any(p in SKIPPED or p.startswith("build-") for p in parts):
            yield path, parts


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return None


def beside(parts, included):
    """Whether a file of boot/linux includes one of a room that its own does not rest on."""
    if parts[:2] != ("boot", "linux") or not included.startswith("boot/linux/"):
        return False
    own, room = ("/".join(path[2:-1]) for path in (parts, included.split("/")))
    return room != own and room not in PROGRAMS.get(own, ())


def faults_of(parts, text):
    """The faults of one file, whose path from the root on is given in parts."""
    head = "\n".join(text.splitlines()[:6])
    if parts[-1] not in NO_COMMENTS and "SPDX-License-Identifier: BSD-2-Clause" not in head:
        yield "no licence line"
    if not parts[-1].endswith((".c", ".h", ".S")) or parts[0] not in LAYERS:
        return
    if len(text.splitlines()) > C_LINES_MAX:
        yield f"has more than {C_LINES_MAX} lines"
    for included in BARE.findall(text) if parts[0] != "tests" and parts[:2] != ("boot", "ports") else ():
        yield f"includes {included} not by its path from the root"
    for included in INCLUDE.findall(text):
        room = included.split("/")[0]
        if room in LAYERS and LAYERS.index(room) > LAYERS.index(parts[0]):
            yield f"includes {included}, of a room above it"
        if beside(parts, included):
            yield f"includes {included}, on whose room it does not rest"
        if (parts[0] in FREESTANDING and "/" not in included and included.endswith(".h")
                and included not in CONSUMER_HEADERS.get(parts[:2], set())
                and not (parts == TYPES and included in FREESTANDING_HEADERS)
                and f"<{included}>" in text):
            yield f"includes <{included}>, which freestanding code may not have, or vmclock/types.h has"
    if parts[0] in FREESTANDING and parts != TYPES:
        for word in sorted(set(FOREIGN_WORDS.findall(COMMENT.sub("", text)))):
            yield f"has {word}, which not every tree has as the standard says: see vmclock/types.h"


def main():
    root = pathlib.Path(sys.argv[1])
    count = failed = 0
    for path, parts in files_of(root):
        text = text_of(path)
        count += 1
        if text is None:
            print(f"{path}: is not text")
            failed += 1
            continue
        for fault in faults_of(parts, text):
            print(f"{'/'.join(parts)}: {fault}")
            failed += 1
    print(f"{count} files, {failed} faults")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
