# SPDX-License-Identifier: BSD-2-Clause
"""Boots the counter's image on an emulated Arm machine and checks what it says, and its speed.

Exit code: 0; 1 a check failed; 77 no such QEMU or compiler.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
PASSED = 42
SPAN_SEC = 0.5  # between the marks, by the guest's counter
TOLERANCE = 0.25  # of the span; no two frequencies are that near
TRIES = 3  # of the span: the host may be busy
FLAGS = ("-std=c11", "-O2", "-ffreestanding", "-fno-stack-protector", "-fno-pic", "-no-pie",
         "-nostdlib", "-static", "-mgeneral-regs-only", "-mstrict-align", "-mno-outline-atomics",
         "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments")


def build(options, image, more=()):
    here = pathlib.Path(__file__).resolve().parent
    room = f"{options.root}/boot/bare/arm"
    subprocess.run([options.compiler, *FLAGS, *more, f"-I{options.amalgamation}",
                    f"-I{options.root}", f"-I{options.root}/lib/include",
                    f"-I{options.root}/drivers/include", f"{room}/start.S",
                    f"{room}/machine.c", str(here / "image.c"),
                    f"{options.amalgamation}/vmclock/vmclock.c", "-T", f"{room}/image.ld",
                    "-o", image], check=True)


def boot(qemu, cpu, image):
    """The exit code, the values that the image printed, and the seconds between its marks."""
    machine = subprocess.Popen(
        [qemu, "-accel", "tcg", "-M", "virt", "-cpu", cpu, "-nodefaults", "-display", "none",
         "-serial", "stdio", "-semihosting-config", "enable=on,target=native", "-kernel", image],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(60, machine.kill)
    watchdog.start()
    values, marks = {}, {}
    for line in machine.stdout:
        key, _, value = line.strip().partition("=")
        if key == "mark":
            marks[value] = time.monotonic()
        values[key] = value
    code = machine.wait()
    watchdog.cancel()
    return code, values, marks.get("end", 0) - marks.get("begin", 0)


def check(options, cpu, expected, image):
    for _ in range(TRIES):
        code, values, span = boot(options.qemu, cpu, image)
        if code != PASSED or abs(span - SPAN_SEC) <= TOLERANCE * SPAN_SEC:
            break
    print(f"{cpu}: exit {code}, " + " ".join(f"{k}={v}" for k, v in values.items() if k != "mark")
          + f", {SPAN_SEC} s of the counter took {span:.3f} s")
    faults = [f"exit code {code}, not {PASSED}"] if code != PASSED else []
    faults += [f"{key} is {values.get(key)}, not {value}" for key, value in expected.items()
               if values.get(key) != value]
    if abs(span - SPAN_SEC) > TOLERANCE * SPAN_SEC:
        faults.append("the counter does not run at its frequency")
    for fault in faults:
        print("fault:", fault)
    return len(faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for value in ("--compiler", "--root", "--amalgamation"):
        parser.add_argument(value, required=True)
    qemu = parser.add_mutually_exclusive_group(required=True)
    qemu.add_argument("--qemu")
    qemu.add_argument("--qemu-from", help="a command that prints the path of one")
    options = parser.parse_args()
    if options.qemu_from:
        found = subprocess.run([options.qemu_from, "aarch64"], stdout=subprocess.PIPE, text=True)
        if found.returncode:
            print("skipped: there is no such QEMU")
            return SKIPPED
        options.qemu = found.stdout.splitlines()[-1]
    for tool in (options.compiler, options.qemu):
        if not shutil.which(tool):
            print(f"skipped: there is no {tool}")
            return SKIPPED
    version = subprocess.run([options.qemu, "--version"], stdout=subprocess.PIPE, text=True,
                             check=True).stdout.splitlines()[0]
    print(version)
    major = int(version.split("version ")[1].split(".")[0])
    isb = {"el": "1", "order": "0", "freq_hz": "62500000", "ecv": "0"}
    # Since QEMU 9.0 the CPU "max" has FEAT_ECV, and a counter of 1 GHz.
    best = {"el": "1", "order": "1", "freq_hz": "1000000000"} if major >= 9 else isb
    with tempfile.TemporaryDirectory() as folder:
        image = f"{folder}/counter.elf"
        build(options, image)
        failed = check(options, "cortex-a57", isb, image)
        failed += check(options, "max", best, image)
        # Code that is told that the ID registers are not for it does not touch them.
        build(options, image, ("-DVMCLOCK_ARCH_ARM_EL0",))
        failed += check(options, "max", {**best, "order": "0"}, image)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
