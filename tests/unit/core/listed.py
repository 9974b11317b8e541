# SPDX-License-Identifier: BSD-2-Clause
"""One member more in a structure, or one value more of an enumeration, that files go through by hand: none
of these files compiles then. And the flags together are those that there are."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ASSERTIONS = re.compile(r"static assertion failed|static_assert failed")

# Header, what is replaced in it, by what, and the sources that have a list of the structure.
PAGE = (("abi.h", r"(vmclock_le64 vm_generation_counter;.*\n)", r"\1    vmclock_le64 more;\n"),)
MORE = r"\1    uint64_t more;\n"
CASES = (
    (PAGE, ("page.c", "clock.c", "reader.c", "steered.c", "publish.c")),
    ([("page.h", r"(struct vmclock_snapshot \{\n)", MORE)],
     ("page.c", "publish.c", "calibrate.c", "calibrated.c", "combine.c")),
    ([("leap.h", r"(struct vmclock_leap \{\n)", MORE)], ("combine.c", "steer.c", "steered.c")),
    ([("clock.h", r"(struct vmclock_reading \{\n)", MORE)], ("clock.c",)),
    ([("clock.h", r"(struct vmclock_estimate \{\n)", MORE)], ("estimate.c", "reader.c", "steered.c", "utc.c")),
    ([("steer.h", r"(struct vmclock_steer_reading \{\n)", MORE)], ("steered.c",)),
    ([("utc.h", r"(struct vmclock_label \{\n)", MORE)], ("utc.c",)),
    ([("utc.h", r"(struct vmclock_utc_reading \{\n)", MORE)], ("utc.c",)),
    ([("guard.h", r"(struct vmclock_guard \{\n)", MORE)], ("guard.c",)),
    ([("abi.h", r"(#define VMCLOCK_TIME_TYPES\(X\) \\\n)", r'\1    X(9, MORE, "more") \\\n')],
     ("clock.c", "leap.c", "publish.c")),
    ([("abi.h", r"(#define VMCLOCK_CLOCK_STATUSES\(X\) \\\n)", r'\1    X(9, MORE, "more") \\\n')],
     ("clock.c", "calibrate.c", "publish.c")),
)
FLAG = re.compile(r"^#define VMCLOCK_PAGE_FLAG_\w+ \(UINT64_C\(1\) << (\d+)\)", re.M)


def changed(headers, folder, changes):
    """A copy of the headers with the changes made."""
    for header in headers.glob("vmclock/*.h"):
        text = header.read_text(encoding="utf-8")
        for name, old, new in changes:
            if header.name == name:
                text, count = re.subn(old, new, text, count=1)
                assert count == 1, (name, old)
        copy = folder / "vmclock" / header.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    return folder


def said(options, include, source):
    """What the compiler says, "" if nothing. At -O2: what is listed for size is a loop."""
    command = [options.cc, "-std=c11", "-O2", "-fsyntax-only", f"-I{include}", f"-I{options.root}",
               f"{options.root}/lib/{source}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout or ("" if done.returncode == 0 else "failed")


def flags_missing(text):
    """What VMCLOCK_PAGE_FLAGS lacks, or has too much."""
    known = sum(1 << int(bit) for bit in FLAG.findall(text))
    return known ^ int(re.search(r"define VMCLOCK_PAGE_FLAGS UINT64_C\((\w+)\)", text)[1], 16)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    options = parser.parse_args()
    headers, wrong, count = options.root / "lib/include", [], 0
    abi = (headers / "vmclock/abi.h").read_text(encoding="utf-8")
    if flags_missing(abi):
        wrong.append(f"abi.h: VMCLOCK_PAGE_FLAGS is wrong by {flags_missing(abi):#x}")
    if not flags_missing(abi.replace("<< 9)", "<< 10)")):
        wrong.append("abi.h: nobody notices that VMCLOCK_PAGE_FLAGS lacks a flag")
    for changes, sources in CASES:
        with tempfile.TemporaryDirectory() as folder:
            include = changed(headers, pathlib.Path(folder), changes)
            for source in sources:
                count += 1
                if said(options, headers, source):
                    wrong.append(f"{source}: does not compile as it is")
                if not ASSERTIONS.search(said(options, include, source)):
                    wrong.append(f"{source}: no assertion fails with {changes[0]}")
    print(*wrong, f"{count} lists, {len(wrong)} that nothing ties to their type", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
