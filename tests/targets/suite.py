# SPDX-License-Identifier: BSD-2-Clause
"""The core's unit suite, compiled for another machine and run there or in an emulator of its CPU.

Twice from the same objects of the suite, which is compiled against the amalgamation's header: with
the core's files, and with the amalgamation. cmocka is compiled for the machine from its sources.
Exit code: 0; 1 something failed; 77 the sources of cmocka or a tool are not there.
"""

import argparse
import concurrent.futures
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
FLAGS = ("-std=c11", "-Wall", "-Wextra")
PASSED = re.compile(r"\[  PASSED  \] (\d+) test")


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def cmocka_folder(script):
    done = subprocess.run([script], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        skip("there are no sources of cmocka")
    return done.stdout.splitlines()[-1]


def compiled(compiler, flags, sources, folder):
    """Objects of the sources in the folder, two at a time."""
    pathlib.Path(folder).mkdir(parents=True)

    def compile_one(source):
        out = str(pathlib.Path(folder, pathlib.Path(source).stem + ".o"))
        done = subprocess.run([compiler, *flags, "-c", source, "-o", out],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return out, done.stdout if done.returncode else ""

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(compile_one, sources))
    wrong = "".join(text for _, text in results)
    if wrong:
        sys.exit(wrong)
    return [out for out, _ in results]


def run(compiler, runner, objects, folder, name):
    """The number of tests that passed; ends the program if one did not."""
    program = str(pathlib.Path(folder, "run-" + name))
    subprocess.run([compiler, "-static", "-pthread", *objects, "-o", program], check=True)
    done = subprocess.run([*runner, program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    passed = sum(int(number) for number in PASSED.findall(done.stdout))
    if done.returncode or not passed or "FAILED" in done.stdout:
        sys.exit(f"{name}: exit code {done.returncode}\n{done.stdout[-4000:]}")
    return passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for value in ("--compiler", "--root", "--amalgamation", "--cmocka"):
        parser.add_argument(value, required=True)
    parser.add_argument("--runner", default="", help="the emulator; none: this machine")
    parser.add_argument("--suite", nargs="+", required=True, help="sources of the suite")
    parser.add_argument("--alone", nargs="+", default=[], help="sources of tests that are programs of their own")
    parser.add_argument("--core", nargs="+", required=True, help="sources of the core")
    parser.add_argument("--objects", required=True, help="where those of the core are left, for exact.py")
    options = parser.parse_args()
    runner = shlex.split(options.runner)
    for tool in [options.compiler, *runner[:1]]:
        if not shutil.which(tool):
            skip(f"there is no {tool or 'such compiler'}")
    cmocka = cmocka_folder(options.cmocka)

    compiler, root = options.compiler, options.root
    with tempfile.TemporaryDirectory() as folder:
        harness = compiled(compiler, ["-w", f"-I{cmocka}/include", f"-I{cmocka}/src"],
                           [f"{root}/tests/unit/cmocka.c"], f"{folder}/cmocka")
        # In the amalgamation's header are the raw calls, too.
        raw = pathlib.Path(folder, "raw", "vmclock", "raw.h")
        raw.parent.mkdir(parents=True)
        raw.write_text("#include <vmclock/vmclock.h>\n", encoding="utf-8")
        flags = [*FLAGS, f"-I{options.amalgamation}", f"-I{folder}/raw", f"-I{cmocka}/include", f"-I{root}"]
        suite = compiled(compiler, flags, options.suite, f"{folder}/suite") + harness
        # Freestanding, as in images: on AArch64 it then asks the CPU's ID registers, here at EL0.
        one = compiled(compiler, [*flags, "-O2", "-ffreestanding"],
                       [f"{options.amalgamation}/vmclock/vmclock.c"], f"{folder}/one")
        shutil.rmtree(options.objects, ignore_errors=True)
        core = compiled(compiler, [*FLAGS, "-O2", f"-I{root}/lib/include", f"-I{root}"],
                        options.core, options.objects)
        counts = [run(compiler, runner, suite + core, folder, "files"),
                  run(compiler, runner, suite + one, folder, "amalgamation")]
        line = f"unit tests passed: {counts[0]} with the core's files, {counts[1]} with the amalgamation"
        for source in options.alone:
            name = pathlib.Path(source).stem
            alone = compiled(compiler, [*flags, f"-I{root}/lib/include"], [source], f"{folder}/{name}") + harness
            line += f"; {run(compiler, runner, alone + one, folder, name)} of {name}"
    print(line)
    return 0 if counts[0] == counts[1] else 1


if __name__ == "__main__":
    sys.exit(main())
