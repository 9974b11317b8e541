# SPDX-License-Identifier: BSD-2-Clause
"""Builds a consumer's project against libvmclock in one of the ways that users have, and runs it."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# What surrounds the README's lines in a consumer's program: here they get a page of zeros, which
# is not a page.
PROGRAM = """
#include <stdint.h>
#include <stdio.h>
%s
int main(void)
{
    static uint64_t page[512];
    struct vmclock_utc utc;
    int error = utc_now(page, sizeof page, &utc);
    puts(vmclock_error_name(error));
    return error == VMCLOCK_ERR_MAGIC ? 0 : 1;
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
