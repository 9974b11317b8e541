# SPDX-License-Identifier: BSD-2-Clause
"""Each public header by itself, first in a source; and all of them in each language that a caller may have.

What a header needs before it differs between C and C++ alone: so a source each in C11 and in C++11, by GCC.
All of them in one source, by both compilers, in C11, gnu99, C++11, 17 and 20: by Clang with -Weverything
but what is named below. With --each, each header by itself in all of these too.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

COMMON = ("-fsyntax-only", "-Werror", "-Wall", "-Wextra", "-Wundef", "-Wconversion", "-Wpedantic")
GCC = ("-Wshadow",)
GCC_C = ("-Wstrict-prototypes",)
GCC_CXX = ("-Wold-style-cast", "-Wzero-as-null-pointer-constant", "-Wuseless-cast")
CLANG = ("-Weverything",
         "-Wno-padded",  # structures are laid out by their members
         "-Wno-unused-macros")  # a source that is nothing but includes uses none
CLANG_C = ("-Wno-declaration-after-statement",
           "-Wno-unknown-warning-option", "-Wno-pre-c11-compat")  # gnu99, which has _Static_assert as an extension
CLANG_CXX = ("-Wno-c++98-compat", "-Wno-c++98-compat-pedantic")  # long long, static_assert
LANGUAGES = ("c11", "gnu99", "c++11", "c++17", "c++20")


def flags_of(clang, language):
    cxx = language.startswith("c++")
    own = (*CLANG, *(CLANG_CXX if cxx else CLANG_C)) if clang else (*GCC, *(GCC_CXX if cxx else GCC_C))
    return ["-x", "c++" if cxx else "c", f"-std={language}", *COMMON, *own]


def source_of(names, out):
    """A source that includes them, twice."""
    lines = [f"#include <vmclock/{name}>" for name in (*names, *names)]
    out.write_text("\n".join([*lines, "extern int a_source_has_a_declaration;\n"]), encoding="utf-8")
    return str(out)


def compiled(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(" ".join(command), done.stdout[:2000], sep="\n")
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gcc", required=True)
    parser.add_argument("--clang", required=True)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("folders", nargs="+", help="with headers in vmclock/")
    options = parser.parse_args()

    names = sorted(path.name for folder in options.folders
                   for path in pathlib.Path(folder, "vmclock").glob("*.h"))
    includes = [f"-I{folder}" for folder in options.folders]
    with tempfile.TemporaryDirectory() as folder:
        alone = [source_of([name], pathlib.Path(folder, f"{name}.c")) for name in names]
        whole = source_of(names, pathlib.Path(folder, "all.c"))
        everything = [(compiler, language) for compiler in (options.gcc, options.clang) for language in LANGUAGES]
        by_themselves = everything if options.each else [(options.gcc, "c11"), (options.gcc, "c++11")]
        work = [(*pair, alone) for pair in by_themselves] + [(*pair, [whole]) for pair in everything]
        done = [compiled(compiler, *flags_of(compiler == options.clang, language), *includes, *sources)
                for compiler, language, sources in work]
    print(f"{len(names)} headers, {len(done)} times compiled, {done.count(False)} failed")
    return 0 if all(done) and names else 1


if __name__ == "__main__":
    sys.exit(main())
