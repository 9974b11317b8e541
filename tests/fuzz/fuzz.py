# SPDX-License-Identifier: BSD-2-Clause
"""Runs one fuzz target for some CPU time and says what it did; a finding is printed whole.

Usage: fuzz.py TARGET SEEDS --cpu-sec N [--seed N] [--dict FILE]

SEEDS: a directory of inputs, all of which are run first. --seed: the generator's; the same seed gives
the same inputs, as many as the machine manages. Without it every run has others.

A finding is printed as the hex dump to be kept as tests/fuzz/found/NAME.hex once it is fixed.
"""
import argparse
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

INPUT_TIMEOUT_SEC = 60  # no input takes a millisecond; a machine may be busy
SLICE_MIN_SEC = 1


def cpu_sec():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def last_number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def run(arguments, folder, seconds, seed):
    command = [arguments.target, f"-max_total_time={seconds}", f"-seed={seed}",
               f"-timeout={INPUT_TIMEOUT_SEC}", "-rss_limit_mb=2048", "-max_len=4096",
               f"-artifact_prefix={folder}/finding-", "-print_final_stats=1"]
    if arguments.dict:
        command.append(f"-dict={arguments.dict}")
    return subprocess.run([*command, f"{folder}/corpus", arguments.seeds],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace")


def print_finding(arguments, folder, done):
    """Everything that is needed to see it again."""
    lines = [line for line in done.stderr.splitlines() if not re.match(r"#\d+\s", line)]
    print("\n".join(lines[-60:]))
    for path in sorted(folder.glob("finding-*")):
        content = path.read_bytes()
        print(f"\nFINDING of {pathlib.Path(arguments.target).name}, {len(content)} bytes. To see it "
              "again: xxd -r -p THIS INPUT, then TARGET INPUT")
        for at in range(0, len(content), 32):
            print(content[at:at + 32].hex(" "))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("seeds")
    parser.add_argument("--cpu-sec", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dict")
    arguments = parser.parse_args()
    seeds = len(list(pathlib.Path(arguments.seeds).iterdir()))
    executions, coverage, slices = 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="vmclock-fuzz-") as name:
        folder = pathlib.Path(name)
        (folder / "corpus").mkdir()
        while (left := arguments.cpu_sec - cpu_sec()) > 0:
            seed = arguments.seed + slices if arguments.seed else 0
            done = run(arguments, folder, max(SLICE_MIN_SEC, round(left)), seed)
            if done.returncode:
                print_finding(arguments, folder, done)
                return 1
            executions += last_number(r"number_of_executed_units:\s+(\d+)", done.stderr)
            coverage = max(coverage, last_number(r"\bcov: (\d+)", done.stderr))
            slices += 1
    print(f"{executions} executions in {cpu_sec():.0f} s of CPU from {seeds} seeds, "
          f"{coverage} edges covered, no finding")
    return 0 if executions > seeds > 0 and coverage > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
