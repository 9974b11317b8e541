# SPDX-License-Identifier: BSD-2-Clause
"""Text size of the least that tells the time, and the deepest stack, at -Os; fails above a limit."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import freestanding

PUBLISHER_STACK_LIMIT_BYTES = 1024  # runs in hypervisors, not in firmware
ENTRIES = ("vmclock_open", "vmclock_take_snapshot", "vmclock_now")
LABEL_ENTRIES = ("vmclock_open", "vmclock_utc_now", "vmclock_text_label")  # and the calendar
FLAGS = ("-Os", "-std=c11", "-ffreestanding", "-fno-stack-protector", "-fno-pic",
         "-fno-asynchronous-unwind-tables", "-ffunction-sections", "-fdata-sections")


def compiled(compiler, root, sources, folder):
    objects = []
    for source in sources:
        out = pathlib.Path(folder, pathlib.Path(source).stem + ".o")
        subprocess.run([compiler, *FLAGS, "-fstack-usage", f"-I{root}/lib/include", f"-I{root}",
                        "-c", source, "-o", str(out)], check=True)
        objects.append(str(out))
    return objects


def frames_of(folder):
    """Function -> bytes of its own frame; -fstack-usage counts the return address in."""
    frames = {}
    for file in pathlib.Path(folder).glob("*.su"):
        for line in file.read_text().splitlines():
            place, size, kind = line.split("\t")
            if kind not in ("static", "dynamic,bounded"):
                sys.exit(f"{place}: the frame's size is not constant")
            frames[place.rsplit(":", 1)[1]] = int(size)
    return frames


def calls_of(objdump, objects):
    """Function -> functions that it calls or jumps to."""
    calls = {}
    for file in objects:
        text = subprocess.run([objdump, "-dr", "--no-show-raw-insn", file], check=True,
                              capture_output=True, text=True).stdout
        name = None
        for line in text.splitlines():
            if match := re.match(r"[0-9a-f]+ <(.+)>:", line):
                name = match[1]
                calls.setdefault(name, set())
            elif match := re.search(r"R_X86_64_(?:PLT32|PC32)\s+(?:\.text\.)?([a-z_0-9.]+)", line):
                calls[name].add(match[1])
            elif match := re.search(r"(?:call|jmp)\s+[0-9a-f]+ <([a-z_0-9.]+)>", line):
                if match[1] != name:
                    calls[name].add(match[1])
    return calls


def deepest(name, calls, frames):
    """The most stack that a call of the function takes; the call graph has no cycles."""
    own = frames.get(name, frames.get(name.split(".")[0], 8))
    return own + max((deepest(callee, calls, frames) for callee in calls.get(name, ())
                      if callee in calls), default=0)


def text_of(linker, readelf, entries, objects, image):
    """Bytes of text of an image that has these functions and what they need."""
    keep = [f"--undefined={name}" for name in entries]
    subprocess.run([linker, "--gc-sections", "-e", entries[0], *keep, *objects, "-o", image], check=True)
    return sum(size for size, flags in freestanding.sections(readelf, image).values() if "X" in flags)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for tool in ("--compiler", "--linker", "--readelf", "--objdump", "--root"):
        parser.add_argument(tool, required=True)
    parser.add_argument("--text-limit", type=int, default=2048, help="bytes")
    parser.add_argument("--label-limit", type=int, default=4215, help="bytes, with a label and its text")
    parser.add_argument("--stack-limit", type=int, default=512, help="bytes")
    parser.add_argument("--steering-limit", type=int, default=768, help="bytes of stack of steering and clamps: "
                        "a reader, also by a clamp, holds a snapshot and a reading while it converts")
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        objects = compiled(options.compiler, options.root, options.sources, folder)
        image = str(pathlib.Path(folder, "image"))
        text, labels = (text_of(options.linker, options.readelf, entries, objects, image)
                        for entries in (ENTRIES, LABEL_ENTRIES))
        calls, frames = calls_of(options.objdump, objects), frames_of(folder)
        public = [name for name in calls if name.startswith("vmclock_")]
        stacks = {name: deepest(name, calls, frames) for name in public}
        publisher = max(stacks.pop(name) for name in public if name.startswith("vmclock_publish"))
        steering = max(stacks.pop(name) for name in public if name.startswith(("vmclock_steer", "vmclock_clamp")))
        worst = max(stacks, key=stacks.get)
    print(f"{' + '.join(ENTRIES)}: {text} bytes of text, limit {options.text_limit}")
    print(f"{' + '.join(LABEL_ENTRIES)}: {labels} bytes of text, limit {options.label_limit}")
    print(f"deepest stack: {stacks[worst]} bytes in {worst}, limit {options.stack_limit}")
    print(f"publisher: {publisher} bytes, limit {PUBLISHER_STACK_LIMIT_BYTES}")
    print(f"steering and clamps: {steering} bytes, limit {options.steering_limit}")
    if not stacks or text == 0:
        sys.exit("nothing was measured")
    return 1 if (text > options.text_limit or labels > options.label_limit
                 or stacks[worst] > options.stack_limit
                 or publisher > PUBLISHER_STACK_LIMIT_BYTES
                 or steering > options.steering_limit) else 0


if __name__ == "__main__":
    sys.exit(main())
