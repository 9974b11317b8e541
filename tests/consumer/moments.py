# SPDX-License-Identifier: BSD-2-Clause
"""Programs that put a time of one moment and a rule of another together: they do not build.

An update of the page between the two calls may put it on another axis, and then what they said was 37 s
or a second wrong, without an error. By raw.h, which says so, each of them builds: nothing else is amiss.
"""

import argparse
import itertools
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = """
#include <vmclock/vmclock.h>
%s
int main(void)
{
    static struct vmclock clk;
    static struct vmclock_snapshot then, later;
    static struct vmclock_reader reader;
    static struct vmclock_steer steer;
    static struct vmclock_clamp clamp;
    static struct vmclock_reading reading;
    static struct vmclock_steer_reading steered;
    static struct vmclock_utc_reading utc;
    const struct vmclock_smear_shape shape = {0, 0, 0};
    const struct vmclock_time *time;
    struct vmclock_time result;
    struct vmclock_leap rule;
    struct vmclock_utc label;
    struct vmclock_deadline deadline;
    int32_t sec;

    %s
    if (vmclock_take_snapshot(&clk, &later) || vmclock_leap_rule(&later, &rule))
        return 1;
    (void)shape, (void)result, (void)label, (void)deadline, (void)sec;
    return %s;
}
"""
# A time, and what it is given by.
TIMES = {
    "now": "(void)vmclock_now(&clk, &reading); time = &reading.time;",
    "at": "(void)vmclock_at(&then, then.counter, &reading); time = &reading.time;",
    "calibrated": "(void)vmclock_calibrated_now(&clk, &then, &reading); time = &reading.latest;",
    "reader": "(void)vmclock_reader_now(&reader); time = &reader.reading.earliest;",
    "steer": "(void)vmclock_steer_now(&steer, &steered); time = &steered.time;",
    "utc": "(void)vmclock_utc_now(&clk, &utc); time = &utc.utc.instant;",
    "clamp": "(void)vmclock_clamp_utc_now(&clamp, &clk, &utc); time = &utc.latest.instant;",
}
# What a rule, or a snapshot, of later makes of it.
CONVERSIONS = (
    "vmclock_axis_to_utc(&rule, time, &label)",
    "vmclock_axis_to_tai(&rule, time, &result)",
    "vmclock_tai_minus_utc(&rule, time, &sec)",
    "vmclock_smear_floor(&rule, &shape, time, &result)",
    "vmclock_smear_ceil(&rule, &shape, time, &result)",
    "vmclock_deadline_surely(&later, time, &deadline)",
    "vmclock_deadline_possibly(&later, time, &deadline)",
    # The other way round: what is compared with the time is on another axis.
    "vmclock_utc_to_axis(&rule, &label, &result) || vmclock_time_compare(&result, time)",
    "vmclock_tai_to_axis(&rule, &result, &result) || vmclock_time_compare(&result, time)",
    "vmclock_unsmear(&rule, &shape, &result, &result) || vmclock_time_compare(&result, time)",
)
# A steered clock's rule, which was asked for after its time, is in the reading of UTC.
STEERED = {call: f"(void)vmclock_steer_now(&steer, &steered); (void){call}(&steer, &rule); time = &steered.time;"
           for call in ("vmclock_steer_rule", "vmclock_steer_try_rule")}


class Builder:
    def __init__(self, options, folder):
        self.options, self.folder, self.count = options, folder, 0

    def output_of(self, header, taken, converted):
        """Why it does not build, by a compiler that warns of nothing and links; empty if it does."""
        source = pathlib.Path(self.folder, "program.c")
        source.write_text(PROGRAM % (header, taken, converted), encoding="utf-8")
        done = subprocess.run([self.options.cc, "-std=c11", "-O1", *(f"-I{i}" for i in self.options.include),
                               str(source), self.options.library, "-o", str(source.with_suffix(""))],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.count += 1
        return (done.stdout or "fails without a word") if done.returncode else ""

    def refused(self, name, taken, converted):
        """Whether it does not build, for the want of that function; and else why it should not."""
        said = self.output_of("", taken, converted)
        if re.search(rf"undefined (reference to .|symbol: ){name}\b|implicit declaration of function .{name}\b.*\[-W",
                     said):
            return True
        print(f"{taken}\n{converted}\n{'builds' if not said else said}")
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cc", required=True)
    parser.add_argument("--library", required=True)
    parser.add_argument("--include", action="append", required=True)
    options = parser.parse_args()
    right = True
    with tempfile.TemporaryDirectory() as folder:
        builder = Builder(options, folder)
        for taken, converted in itertools.product(TIMES.values(), CONVERSIONS):
            right &= builder.refused(converted.partition("(")[0], taken, converted)
        for call, taken in STEERED.items():
            right &= builder.refused(call, taken, "0")
        for converted in CONVERSIONS:
            said = builder.output_of("#include <vmclock/raw.h>", TIMES["now"],
                                     converted.replace("vmclock_", "vmclock_raw_", 1))
            if said:
                print(f"by raw.h: {converted}\n{said}")
                right = False
    print(f"{builder.count} programs")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
