# SPDX-License-Identifier: BSD-2-Clause
"""Builds a consumer's project against libvmclock in one of the ways that users have, and runs it."""

import argparse
import pathlib
import re
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=["package", "subdirectory", "readme", "fdt"])
    for name in ("--cmake", "--source", "--build"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        prefix, build, code = work / "prefix", work / "build", HERE / "main.c"
        if options.way == "readme":
            code = work / "readme.c"
            code.write_text(readme_program(options.source))
        elif options.way == "fdt":
            code = HERE / "fdt.c"
        definitions = [f"-DSOURCE={code}", "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror"]
        if options.way == "subdirectory":
            definitions.append(f"-DVMCLOCK_SOURCE={options.source}")
        else:
            run(options.cmake, "--install", options.build, "--prefix", str(prefix),
                stdout=subprocess.DEVNULL)
            definitions.append(f"-DCMAKE_PREFIX_PATH={prefix}")
        project = HERE / ("package" if options.way == "readme" else options.way)
        run(options.cmake, "-G", "Ninja", "-S", str(project), "-B", str(build), *definitions)
        run(options.cmake, "--build", str(build))
        run(str(build / "consumer"))


if __name__ == "__main__":
    main()
