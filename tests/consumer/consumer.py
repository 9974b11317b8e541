# SPDX-License-Identifier: BSD-2-Clause
"""Builds a consumer's project against libvmclock in one of the ways that users have, and runs it."""

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# What surrounds the README's lines in a consumer's program: here they get a system table of zeros, which
# is none, and a page on TAI that says 2017-01-01 00:01 UTC, to 2 s, of the moment that it is made.
PROGRAM = """
#include <stdint.h>
#include <stdio.h>
#include <string.h>
%s
int main(void)
{
    static uint64_t page[512];
    struct vmclock clk;
    struct vmclock_publisher publisher;
    struct vmclock_snapshot says = {0};
    const struct vmclock_utc soon = {1483228860 + 30, 0, 0}, far = {0, 0, 0};
    struct vmclock_deadline at;
    char line[VMCLOCK_TEXT_LINE_SIZE];
    const char *said;
    int error = open_page(page, &clk);

    puts(vmclock_error_name(error));
    if (error != VMCLOCK_ERR_EFI || vmclock_open_without_page(&clk, NULL) ||
        vmclock_take_snapshot(&clk, &says))
        return 1;
    said = utc_line(&clk, line);
    puts(said);
    if (strcmp(said, "no-clock"))
        return 1;
    says.have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_MAXERROR |
                VMCLOCK_HAVE_PERIOD_MAXERROR;
    says.counter_id = says.counter_read_id;
    says.clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
    says.time_type = VMCLOCK_TIME_TYPE_TAI;
    says.tai_offset_sec = -37;
    says.leap_indicator = VMCLOCK_LEAP_INDICATOR_POST_POS;
    says.ref_counter = says.counter;
    says.ref_sec = 1483228860 + 37;
    says.period_frac = UINT64_C(0x89705f4136b4a597);
    says.period_shift = 29;
    says.maxerror_ns = 2000000000;
    if (vmclock_publish_open(&publisher, page, sizeof page, sizeof page) ||
        vmclock_publish(&publisher, &says) || vmclock_open(&clk, page, sizeof page))
        return 1;
    said = utc_line(&clk, line);
    puts(said);
    error = utc_deadline(&clk, &soon, &at);
    printf("%%s %%lld ticks on\\n", vmclock_error_name(error),
           (long long)(at.counter - says.ref_counter));
    return error || strncmp(said, "2017-01-01T00:01:", 17) ||
           !strstr(said, "Z, at most 200000000") || at.counter - says.ref_counter < 31999999999 ||
           at.counter - says.ref_counter > 32000000001 ||
           utc_deadline(&clk, &far, &at) != VMCLOCK_ERR_LEAP_HORIZON;
}
"""


def run(*command, **options):
    print("+", *command, flush=True)
    subprocess.run(command, check=True, **options)


def readme_program(source):
    """The README's C block, completed to a program."""
    text = pathlib.Path(source, "README.md").read_text()
    blocks = re.findall(r"^```c\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if len(blocks) != 1:
        sys.exit(f"README.md has {len(blocks)} C blocks, not one")
    return PROGRAM % blocks[0]


def install(options, prefix):
    run(options.cmake, "--install", options.build, "--prefix", str(prefix), stdout=subprocess.DEVNULL)
    return prefix


def cmake(options, project, build, *definitions):
    run(options.cmake, "-G", "Ninja", "-S", str(project), "-B", str(build),
        "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror", *definitions)
    run(options.cmake, "--build", str(build))


def by_package(options, work, source=HERE / "main.c", project="package"):
    prefix = install(options, work / "a prefix")
    cmake(options, HERE / project, work / "build", f"-DSOURCE={source}", f"-DCMAKE_PREFIX_PATH={prefix}")
    run(str(work / "build" / "consumer"))


def by_readme(options, work):
    code = work / "readme.c"
    code.write_text(readme_program(options.source))
    by_package(options, work, code)


def by_fdt(options, work):
    by_package(options, work, HERE / "fdt.c", "fdt")


def in_tree(options, work, project):
    """Our warnings are not for a consumer's build: his are errors, and ours none."""
    cmake(options, HERE / project, work, f"-DSOURCE={HERE / 'main.c'}", f"-DVMCLOCK_SOURCE={options.source}")
    if "-Wconversion" in (work / "build.ninja").read_text():
        sys.exit("a consumer's build has warnings of ours")


def by_subdirectory(options, work):
    in_tree(options, work, "subdirectory")
    run(str(work / "consumer"))


def by_kernel(options, work):
    """By FetchContent, and linked where only code of its model can be."""
    in_tree(options, work, "kernel")
    text = subprocess.run([options.nm, str(work / "consumer")], check=True, capture_output=True,
                          text=True).stdout
    if "ffffffff800" not in text or " U " in text:
        sys.exit(f"not a kernel:\n{text}")


def by_make(options, work, way, source, **environment):
    makefile, program = HERE / "make" / "Makefile", work / "consumer"
    run("make", "-f", str(makefile), way, f"SOURCE={source}", f"TREE={options.source}", cwd=work,
        env={**os.environ, **environment})
    run(str(program))


def by_pkg_config(options, work):
    prefix = install(options, work / "prefix")
    folders = [str(file.parent) for file in prefix.rglob("vmclock.pc")]
    by_make(options, work, "package", HERE / "main.c", PKG_CONFIG_PATH=":".join(folders))
    moved = work / "moved"
    prefix.rename(moved)
    by_make(options, work, "package", HERE / "main.c",
            PKG_CONFIG_PATH=":".join(folders).replace(str(prefix), str(moved)))


def by_sources(options, work):
    by_make(options, work, "sources", HERE / "main.c")


def by_amalgamation(options, work):
    prefix = install(options, work / "prefix")
    by_make(options, work, "amalgamation", HERE / "core.c",
            AMALGAMATION=str(prefix / "share/vmclock/amalgamation"))


# What an object begins with, by the end of a preset's name.
ELF, COFF = b"\x7fELF", b""
MACHINES = {"x86_64": (ELF, 0x3e), "i686": (ELF, 3), "aarch64": (ELF, 0xb7), "armv7": (ELF, 0x28),
            "x86_64-pe": (COFF, 0x8664), "i686-pe": (COFF, 0x14c), "aarch64-pe": (COFF, 0xaa64)}


def is_for(name, file):
    """Whether an object is of the preset's machine and format."""
    head = file.read_bytes()[:20]
    magic, machine = MACHINES[name.removeprefix("vmclock-")]
    at = 18 if magic else 0
    return head.startswith(magic) and int.from_bytes(head[at:at + 2], "little") == machine


def by_preset(options, work):
    """Each freestanding machine by its preset; none but the install's own finds that."""
    prefix = install(options, work / "prefix")
    presets = prefix / "share/vmclock/presets.json"
    project = work / "project"
    shutil.copytree(HERE / "freestanding", project)
    (project / "CMakePresets.json").write_text(json.dumps({"version": 6, "include": [str(presets)]}))
    names = [preset["name"] for preset in json.loads(presets.read_text())["configurePresets"]]
    found = {}
    for name in names:
        build = work / name
        run(options.cmake, "-S", str(project), "--preset", name, "-B", str(build), "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={prefix}", f"-DAMALGAMATION={prefix}/share/vmclock/amalgamation",
            stdout=subprocess.DEVNULL)
        run(options.cmake, "--build", str(build), stdout=subprocess.DEVNULL)
        objects = list(build.rglob("vmclock.c.o*"))
        if not objects or not all(is_for(name, file) for file in objects):
            sys.exit(f"{name}: its objects are not for it: {objects}")
        found[name] = (build / "found.txt").read_text().strip()
        print(f"{name}: {found[name]}")
    ours = f"vmclock-{platform.machine()}"
    if ours not in names or [name for name in names if found[name].startswith("1 ")] != [ours]:
        sys.exit("not just this machine's install is found")


def by_default(options, work):
    """What a build is that was asked for nothing: the library, and nothing that runs."""
    build = work / "build"
    run(options.cmake, "-S", options.source, "-B", str(build), "-G", "Ninja")
    rules = (build / "build.ninja").read_text()
    if "_EXECUTABLE_LINKER" in rules or "-Werror" in rules or (build / "boot").exists():
        sys.exit("more than the library is built")


WAYS = {"package": by_package, "readme": by_readme, "fdt": by_fdt, "subdirectory": by_subdirectory,
        "kernel": by_kernel, "pkg-config": by_pkg_config, "sources": by_sources,
        "amalgamation": by_amalgamation, "preset": by_preset, "default": by_default}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    for name in ("--cmake", "--source", "--build", "--nm"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        WAYS[options.way](options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
