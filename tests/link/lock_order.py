# SPDX-License-Identifier: BSD-2-Clause
"""Checks the order of what the compiled snapshot loop does, and that the check can fail.

lib/page.c is compiled for one CPU by each compiler that is named; lockcode.py walks the disassembly.
On x86 the read barrier is an order to the compiler only and leaves no instruction, so there the
compiler's assembly is walked too, with a comment put where the barrier is. Then each barrier, the ordering of the counter and the recheck are
taken out of a copy of the source, one at a time: each must be found.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

import lockcode

FLAGS = ("-std=c11", "-ffreestanding", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
         "-w")
TARGETS = {
    "x86_64": ("--target=x86_64-none-elf", ("-mgeneral-regs-only",), ()),
    "i386": ("--target=i386-none-elf", ("-mgeneral-regs-only", "-march=i586", "-mregparm=3"), ("-m32",)),
    "aarch64": ("--target=aarch64-none-elf", ("-mgeneral-regs-only",), ()),
    "armv7": ("--target=armv7-none-eabi", ("-march=armv7-a", "-marm"), ("-mfloat-abi=softfp",)),
}
BARRIER = "    vmclock_arch_read_barrier();\n"
OPENED = "        return 0;\n" + BARRIER + "    return 1;\n"
RECHECK = "    return *count == seen;\n"
COUNTER = "            raw->counter = snapshot_counter(clk);\n"
COPY = "            snapshot_copy(page, clk->size, raw);\n"
CLOSE = "            if (window_close(&page->seq_count.wire, raw->seq_wire))\n"
EMPTY = '__asm__ volatile("" '

# (what is taken out, file, old, new, CPUs)
X86 = ("x86_64", "i386")
ALL = (*X86, "aarch64", "armv7")
CUTS = (
    ("the first read barrier", "lib/window.h", OPENED, OPENED.replace(BARRIER, ""), ALL),
    ("the second read barrier", "lib/window.h", BARRIER + RECHECK, RECHECK, ALL),
    ("the recheck of seq", "lib/window.h", RECHECK, "    return (int)(*count | 1) | (int)seen;\n", ALL),
    ("the counter's place after the copy", "lib/snapshot.h", COPY, COUNTER + COPY, ALL),
    ("the counter's place before the recheck", "lib/snapshot.h", COUNTER + CLOSE + "                return 0;\n",
     CLOSE[:-1] + " {\n" + COUNTER + "                return 0;\n            }\n", ALL),
    ("lfence", "arch/x86/arch.h", r'"lfence\n\trdtsc"', '"rdtsc"', X86),
    ("rdtscp", "arch/x86/arch.h", '"rdtscp"', '"rdtsc"', X86),
    ("mfence", "arch/x86/arch.h", r'"mfence\n\trdtsc"', '"rdtsc"', ("x86_64",)),
    ("the locked access", "arch/x86/arch.h", r'"lock; orl $0, (%%esp)\n\trdtsc"', '"rdtsc"', ("i386",)),
    ("isb", "arch/arm/arch.h", r'"isb\n\tmrs %0, cntvct_el0"', '"mrs %0, cntvct_el0"',
     ("aarch64",)),
    ("the self-synchronised view", "arch/arm/arch.h", "s3_3_c14_c0_6", "cntvct_el0", ("aarch64",)),
    ("isb", "arch/arm/arch.h", r'"isb\n\tmrrc', '"mrrc', ("armv7",)),
    ("dmb ishld", "arch/arm/arch.h", '"dmb ishld"', '""', ("aarch64",)),
    ("dmb ish", "arch/arm/arch.h", '#define VMCLOCK_ARCH_BARRIER_LOADS "dmb ish"\n',
     '#define VMCLOCK_ARCH_BARRIER_LOADS ""\n', ("armv7",)),
)


def compiled(options, compiler, tree, level, kind):
    """page.c as an object (-c) or assembly (-S)."""
    clang, common, gcc = TARGETS[options.arch]
    own = [clang] if "clang" in pathlib.Path(compiler).name else list(gcc)
    if options.arch == "armv7" and own == [clang]:
        own.append("-mfloat-abi=soft")
    out = f"{tree}/page{kind}.o"
    subprocess.run([compiler, *own, *common, *FLAGS, f"-{level}", f"-I{tree}/lib/include",
                    f"-I{tree}", kind, f"{tree}/lib/page.c", "-o", out], check=True)
    return out


def faults_in(options, compiler, tree, level):
    """The faults of the tree's snapshot loop, one a line."""
    text = subprocess.run([options.objdump, "-d", "--no-show-raw-insn",
                           compiled(options, compiler, tree, level, "-c")],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    on_x86 = options.arch in X86
    ways = [lockcode.faults_of(options.arch, lockcode.parse_disassembly(text), not on_x86)]
    if on_x86:
        header = pathlib.Path(tree, "arch/x86/arch.h")
        text = header.read_text(encoding="utf-8")
        header.write_text(text.replace(EMPTY, EMPTY.replace('""', f'"{lockcode.MARK}"')))
        file = compiled(options, compiler, tree, level, "-S")
        header.write_text(text)
        assembly = pathlib.Path(file).read_text(encoding="utf-8")
        ways.append(lockcode.faults_of(options.arch, lockcode.parse_assembly(assembly)))
    return [f"{name}: {fault}" for way in ways for name, faults in way.items() for fault in faults]


def copy_tree(root, tree):
    shutil.copytree(f"{root}/lib", f"{tree}/lib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(f"{root}/arch", f"{tree}/arch")


def check_cut(options, compiler, cut):
    what, file, old, new, _ = cut
    with tempfile.TemporaryDirectory() as tree:
        copy_tree(options.root, tree)
        path = pathlib.Path(tree, file)
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            print(f"fault: {file} does not have exactly one of what is to be cut for {what}")
            return 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        faults = faults_in(options, compiler, tree, "O2")
    print(f"without {what}: {faults[0] if faults else 'NOT FOUND'}")
    return 0 if faults else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", choices=TARGETS, required=True)
    parser.add_argument("--objdump", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("compilers", nargs="+")
    options = parser.parse_args()
    failed = 0
    for compiler in options.compilers:
        with tempfile.TemporaryDirectory() as tree:
            copy_tree(options.root, tree)
            for level in ("O2", "Os"):
                faults = faults_in(options, compiler, tree, level)
                print(f"{pathlib.Path(compiler).name} {options.arch} -{level}: "
                      f"{len(faults)} faults")
                for fault in faults:
                    print("fault:", fault)
                failed += len(faults)
        for cut in CUTS:
            if options.arch in cut[4]:
                failed += check_cut(options, compiler, cut)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
