# SPDX-License-Identifier: BSD-2-Clause
"""The command line of boot/run.

As a program it only judges the options, for boot/run to ask before it sets anything up: exit 0 to
go on, 2 for wrong options, 3 when help was printed. With 0 it prints the guest's architecture and, for
an image that needs more than others, " bare" or " disk".
"""

import argparse
import os
import sys

from . import machines, number, session
from .failure import Failure, Missing

HELPED = 3

DESCRIPTION = """\
Sets up what is missing, builds, and boots an image in QEMU with a vmclock page that carries this
host's time. Prints the guest's report, then asks the guest for the time ten times and compares.
"""

def combinations():
    """Which machines, CPUs and firmware each image has."""
    for name, image in sorted(machines.IMAGES.items()):
        for arch, target in sorted(image.targets.items()):
            for machine in target.machines:
                yield (f"  {name} --arch {arch} --machine {machine}"
                       f" --cpu {'|'.join(machines.MACHINES[machine].cpus)}"
                       + (f" --firmware {'|'.join(target.firmware)}"
                          if target.firmware != ("none",) else ""))


EPILOG = """\
--kernel boots an image of yours, with --arch, --machine and --cpu as for the image date: an ELF file by PVH or
multiboot on x86_64, an ELF file or a Linux Image on aarch64. What it says on its first serial port is shown
line by line beside this host's time, until it ends its machine or has been silent for 5 s. If it has a
report and answers questions as the images here do (boot/report), it is held to the same as they are; else
boot/run says what it lacks, and the exit code is 3: nothing was checked.

efi-driver is a disk with systemd-boot, vmclock-driver in its folder and Debian's kernel, on a machine
whose clock starts in 2001. There is no report; the exit code is 0 only if the kernel's first lines have
this host's time. Of the others:

Exit code: 0 only if the guest reports state=ok with a maximum error and its interval agrees with
this host's clock in all ten readings, the closest look being no wider than 0.2 ms (0.1 ms for
images without firmware). 1 if not, 2 for wrong options or something missing, 3 if an image of yours
ran and could not be checked.

The guest's page is published with this host's clock as the authority: the bound that is printed is
against CLOCK_REALTIME here, whether or not that is right itself.
"""


class Kernel(argparse.Action):
    """A file of the user's in the place of an image of ours."""

    def __call__(self, _parser, choice, value, _name=None):
        choice.kernel, choice.image = value, None


def parser():
    choices = argparse.ArgumentParser(
        prog="boot/run",
        description=DESCRIPTION,
        epilog="What there is (the first of each is the default):\n"
        + "\n".join(combinations()) + "\n\n" + EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    images = choices.add_mutually_exclusive_group()
    images.add_argument(
        "--image", choices=sorted(machines.IMAGES), default="efi-check",
        help="what to boot (default: efi-check)",
    )
    images.add_argument(
        "--kernel", metavar="FILE", action=Kernel, help="boot an image of yours instead: see below"
    )
    choices.add_argument(
        "--append", metavar="WORDS", default="",
        help="with --kernel: what it is started with; --append=WORDS where they begin with a dash"
    )
    choices.add_argument(
        "--arch", choices=machines.ARCHITECTURES, default="x86_64",
        help="the guest's architecture (default: x86_64)",
    )
    choices.add_argument(
        "--machine", choices=sorted(machines.MACHINES), help="the machine (default: the image's first)"
    )
    choices.add_argument("--cpu", metavar="NAME", help="its CPU (default: the machine's first)")
    choices.add_argument(
        "--firmware", choices=sorted(machines.FIRMWARE),
        help="what boots it, for images that need any; of an aarch64 guest aavmf describes the page"
        " by ACPI, aavmf-dt and u-boot by device tree",
    )
    choices.add_argument(
        "--accel", choices=machines.ACCELERATORS, default="tcg",
        help="emulated CPUs, or the host's (x86, as root; --cpu " + "|".join(machines.KVM_CPUS) + ")",
    )
    choices.add_argument(
        "--page-at", metavar="ADDR", type=natural,
        help="where the page is in the guest (x86_64; default: 0x100000000, of microvm its last page):"
        " for guests that map less than 4 GiB",
    )
    choices.add_argument(
        "--qemu", metavar="PATH", help="the QEMU to run (default: the system's for --arch)"
    )
    choices.add_argument(
        "--print-command", action="store_true",
        help="do not boot: print the commands and explain how to give a machine such a page",
    )
    choices.add_argument(
        "--keep-running", action="store_true",
        help="after the check, leave guest and publisher running until Ctrl-C",
    )
    choices.add_argument(
        "--plot", metavar="FILE.svg",
        help="ask 500 times in place of ten, and draw guest minus host, with the guest's interval, over time",
    )
    choices.add_argument(
        "--timeout", metavar="S", type=positive, default=session.REPORT_TIMEOUT_S,
        help="how long to wait for the guest's report (default: %(default).0f s)",
    )
    choices.add_argument(
        "--skew-ns", metavar="N", type=number.whole,
        help="for tests: publish a time that is N ns ahead of this host's clock",
    )
    choices.add_argument(
        "--claim-bound-ns", metavar="N", type=natural,
        help="for tests: publish a maximum error of N ns, true or not",
    )
    choices.add_argument("--build", metavar="DIR", default="build/run", help=argparse.SUPPRESS)
    return choices


def natural(text):
    value = number.whole(text)
    if value < 0:
        raise ValueError
    return value


def positive(text):
    value = number.seconds(text)
    if not 0 < value < 1e6:
        raise ValueError
    return value


def check_kvm():
    """Missing where a machine under KVM cannot be run, or its counter not be seen."""
    if not os.path.exists("/dev/kvm"):
        raise Missing("--accel kvm: /dev/kvm is not there: this kernel has no KVM, or its module is not loaded")
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise Missing("--accel kvm: /dev/kvm is not for this user; mostly it is for the group kvm")
    if not os.access("/sys/kernel/debug", os.R_OK | os.X_OK):
        raise Missing("--accel kvm: /sys/kernel/debug, which shows a guest's counter, is for root")
    if not os.path.exists("/sys/kernel/debug/kvm"):
        raise Missing("--accel kvm: /sys/kernel/debug/kvm, which shows a guest's counter, is not there: "
                      "mount -t debugfs none /sys/kernel/debug")


def contradiction(choice):
    """What is wrong with an image of the user's, or None."""
    if choice.append and not choice.kernel:
        return "--append is for --kernel"
    if choice.kernel and not os.path.isfile(choice.kernel):
        return f"--kernel {choice.kernel}: no such file"
    if choice.kernel and not os.access(choice.kernel, os.R_OK):
        return f"--kernel {choice.kernel}: cannot be read"
    return None


def judge(arguments, told=False):
    try:
        options = parser().parse_args(arguments)
    except SystemExit as end:
        return end.code or HELPED
    try:
        _machine, target = machines.choose(options.image, options.arch, options.machine, options.cpu,
                                           options.firmware, options.accel, options.page_at)
        wrong = contradiction(options)
        if wrong:
            raise Failure(wrong)
        if options.accel == "kvm" and not options.print_command:
            check_kvm()
    except Failure as failure:
        print(f"boot/run: error: {failure}", file=sys.stderr)
        return 2
    if options.plot and (target.disk or options.print_command):
        print("boot/run: error: --plot is of the answers of an image that answers", file=sys.stderr)
        return 2
    if told:
        print(options.arch + (" bare" if target.bare else " disk" if target.disk else ""))
    return 0


if __name__ == "__main__":
    sys.exit(judge(sys.argv[1:], told=True))
