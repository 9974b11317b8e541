# SPDX-License-Identifier: BSD-2-Clause
"""Checks that an archive or object can be linked into an image with nothing around it.

All of it linked together, as position-independent code, must need no symbol from elsewhere (but just
those that the consumer is to bring), no writable data and no relocation at load time. Prints the sizes
and each fault; exits 1 on a fault.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile


def run(*command):
    """The command's exit code and all that it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def sections(readelf, file):
    """Name -> (size, flags) of the file's allocated sections."""
    _, text = run(readelf, "--sections", "--wide", file)
    found = {}
    for line in text.splitlines():
        words = line.replace("[ ", "[").split()
        if len(words) < 11 or not words[0][1:-1].isdigit():
            continue
        name, size, flags = words[1], int(words[5], 16), words[7]
        if "A" in flags:
            old_size, old_flags = found.get(name, (0, ""))
            found[name] = (old_size + size, old_flags + flags)
    return found


def undefined(readelf, file):
    _, text = run(readelf, "--symbols", "--wide", file)
    names = set()
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 8 and words[6] == "UND":
            names.add(words[7])
    return sorted(names - {"_GLOBAL_OFFSET_TABLE_"})


def needs_of(names, needs):
    """The faults of needing these names where just the others may and must be needed."""
    return ([f"needs {name}" for name in sorted(set(names) - set(needs))]
            + [f"does not need {name}" for name in sorted(set(needs) - set(names))])


def faults_of(linker, readelf, files, emulation=None, pie=True, needs=()):
    """The faults of the files linked together, and the linked sections.

    pie: they are position-independent code. Else they are linked to a fixed address, where no image
    has relocations left, and what remains to check is the rest. needs: the names that the consumer
    brings.
    """
    target = ["-m", emulation] if emulation else []
    with tempfile.TemporaryDirectory() as folder:
        whole = str(pathlib.Path(folder, "whole.o"))
        image = str(pathlib.Path(folder, "image"))
        failed, text = run(linker, *target, "-r", "--whole-archive", *files, "-o", whole)
        if failed:
            return ["cannot be linked together: " + text.strip()], {}
        faults = needs_of(undefined(readelf, whole), needs)
        for name, (size, flags) in sections(readelf, whole).items():
            if "W" in flags and size:
                faults.append(f"writable section {name} of {size} bytes")
        if faults:
            return faults, sections(readelf, whole)
        kind = ["-pie", "--no-dynamic-linker", "-z", "text"] if pie else ["-static"]
        brought = [f"--defsym={name}=0" for name in needs]
        failed, text = run(linker, *target, *kind, *brought, "-e", "0", whole, "-o", image)
        if failed:
            return ["cannot be linked as an image: " + text.strip()], {}
        _, relocations = run(readelf, "--relocs", "--wide", image)
        faults = ["load-time relocation: " + line.strip()
                  for line in relocations.splitlines() if " R_" in line]
        return faults, sections(readelf, whole)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--linker", default="ld")
    parser.add_argument("--readelf", default="readelf")
    parser.add_argument("--emulation", help="the linker's -m, for other targets")
    parser.add_argument("--needs", default="", help="names that the consumer brings, by commas")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    faults, found = faults_of(options.linker, options.readelf, options.files, options.emulation,
                              needs=[name for name in options.needs.split(",") if name])
    text_bytes = sum(size for size, flags in found.values() if "X" in flags)
    other_bytes = sum(size for name, (size, flags) in found.items()
                      if "X" not in flags and not name.startswith((".eh_frame", ".note")))
    print(f"{' '.join(options.files)}: text {text_bytes}, read-only data {other_bytes} bytes")
    for fault in faults:
        print("fault:", fault)
    if not found:
        print("fault: no code found")
    return 1 if faults or not text_bytes else 0


if __name__ == "__main__":
    sys.exit(main())
