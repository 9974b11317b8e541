# SPDX-License-Identifier: BSD-2-Clause
"""boot/run: from the options to the exit code."""

import os
import shlex
import sys

from . import child, commands, esp, machines, options, own, plot, session, windows
from .failure import Failure, Missing

TREE = os.path.dirname(os.path.dirname(commands.HERE))
DEMO_DIRECTORY = "my-vm"  # of the commands that --print-command prints
WAITS = """\
# -S makes the machine wait for its publisher, which starts it by the QMP socket, because
# the moment of the start is what ties the guest's counter to the host's clock."""
RUNS_ON = """\
# The machine does not wait for its publisher, which learns from debugfs how the guest's
# counter is made of the host's. With QEMU 10 and later "-device vmclock" does in place of
# the options above, and one "vmclock-publish --all-kvm", or the systemd unit that is
# installed with it, for all machines of a host."""


def say(text=""):
    print(text, flush=True)


def built(build, path):
    whole = os.path.join(build, path)
    if not os.path.exists(whole):
        raise Missing(f"{whole} is not there: has the build been run?")
    return whole


def find_qemu(given, machine):
    if given is None:
        return commands.find_program(machine.qemu, "install it or name one with --qemu")
    if os.path.sep not in given:
        return commands.find_program(given, "see --qemu")
    if not os.access(given, os.X_OK) or os.path.isdir(given):
        raise Missing(f"--qemu {given}: no such program")
    return os.path.abspath(given)


def setup_of(choice, scratch=None):
    """What the options ask to boot. scratch: a folder for the files of an image that is a disk."""
    image = machines.image_of(choice.image)
    machine, target = machines.choose(choice.image, choice.arch, choice.machine, choice.cpu,
                                      choice.firmware, choice.accel, choice.page_at)
    build = os.path.join(TREE, choice.build)
    publisher = [built(build, "boot/linux/vmclock-publish")]
    if not machine.kvm:
        publisher += ["--arch", machine.hardware or machine.arch]
    publisher += ["--authority", "host"]
    if choice.skew_ns is not None:
        publisher += ["--skew-ns", str(choice.skew_ns)]
    if choice.claim_bound_ns is not None:
        publisher += ["--claim-bound-ns", str(choice.claim_bound_ns)]
    if target.disk:
        return esp.setup_of(machine, built(build, target.file), find_qemu(choice.qemu, machine),
                            publisher, scratch)
    return session.Setup(
        machine,
        os.path.abspath(choice.kernel) if choice.kernel else built(build, target.file),
        choice.append if choice.kernel else image.live,
        find_qemu(choice.qemu, machine),
        publisher=publisher,
        narrowest_ns=image.narrowest_ns,
    )


def quoted(words):
    return " ".join(shlex.quote(word) for word in words)


def print_commands(setup, own_image=False):
    files = setup.files(DEMO_DIRECTORY)
    groups = setup.qemu_command(DEMO_DIRECTORY, waits=not setup.machine.kvm)
    say("# How to give a machine a vmclock page that its host keeps right. Copy the lines into a")
    say("# shell, or take the options that you need.")
    say("#")
    say("# A directory for the page and the sockets, the file that has the page, and the table that")
    say("# tells the guest where that is (its address is in the table's source).")
    say(f"mkdir -p {DEMO_DIRECTORY}")
    say(quoted(["truncate", "-s", str(setup.page.file_bytes), files.page]))
    for command in setup.table_commands(DEMO_DIRECTORY):
        say(quoted(command))
    say()
    say("# The machine. What gives it the page, and would give it to any other one of its kind:")
    for option in commands.page_options(setup.machine, setup.page, files):
        say(f"#   {quoted(option)}")
    if "pc-dimm" in " ".join(setup.page.options):
        say("# (pc-dimm needs slots= and maxmem= in -m.)")
    if setup.page.caveat:
        say(f"# {setup.page.caveat}")
    say(WAITS if not setup.machine.kvm else RUNS_ON)
    if not own_image:
        say("# The image here answers each byte 'r' on")
        say(f"# {files.readings} with its time, and ends on 'q'.")
    say(" \\\n    ".join(quoted(option) for option in groups) + " </dev/null &")
    say()
    if setup.machine.kvm:
        say("# The publisher, as root: writes the page, keeps it fresh until it is ended.")
        say(quoted(setup.publisher_command(DEMO_DIRECTORY)[:-1]) + " $!")
        return
    say("# The publisher: starts the machine, writes the page, keeps it fresh until it is ended.")
    say(f"until [ -S {shlex.quote(files.qmp)} ]; do sleep 0.1; done")
    say(quoted(setup.publisher_command(DEMO_DIRECTORY)))


def check_report(values):
    """Failure unless the report is one of a guest that knows the time."""
    state = values.values["state"]
    if state != "ok":
        raise Failure(f"the guest does not know the time: state={state}")
    kind = values.values["bound_kind"]
    if kind != "max":
        raise Failure(f"the guest has no promise of how right its time is: bound_kind={kind}")


def check_bound(running):
    """Failure if the guest was promised more than the publisher can know.

    The page's own error counts, at its reference point: what guests print grows from there on.
    """
    promised_ns = running.published_error_ns()
    error_ns = running.measured_error_ns()
    if promised_ns < error_ns:
        raise Failure(f"the published bound is false: {promised_ns} ns at the reference point, but"
                      f" the publisher knows the guest's counter to {error_ns} ns only")


def check_readings(running, drawing=None):
    """Failure unless the guest's time agrees with ours, as often as asked. drawing: a file for a plot."""
    measured = running.readings(**(windows.FOR_PLOT if drawing else {}))
    if drawing:
        draw(running.setup, measured, drawing)
    summary, usual_ns = windows.summary(measured), running.setup.narrowest_ns
    try:
        windows.judge(measured, max(usual_ns, windows.UNDER_KVM_NS) if running.setup.machine.kvm else usual_ns)
    except Failure as failure:
        raise Failure("\n  ".join([str(failure), *summary])) from None
    say(f"boot/run: the guest's interval agrees with this host's clock in {len(measured)} of"
        f" {len(measured)} readings")
    for line in summary + windows.too_wide(measured, usual_ns):
        say("  " + line)


def check(running, values, drawing=None):
    """Failure unless the guest's report and its time are right. drawing: a file for a plot."""
    check_report(values)
    check_readings(running, drawing)
    check_bound(running)


def draw(setup, measured, path):
    """Right or wrong: a picture of what is wrong is of use, too."""
    title = f"{os.path.basename(setup.image)} on {setup.machine.arch}: {len(measured)} readings"
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(plot.over_time(measured, title))
    except OSError as error:
        raise Failure(f"--plot {path}: {error.strerror}") from None
    say(f"boot/run: drawn in {path}")


def boot(setup, choice):
    with session.Session(setup) as running:
        lines, values = running.report(choice.timeout)
        for line in lines:
            say(line)
        check(running, values, choice.plot)
        if not choice.keep_running:
            running.finish(values.values["state"])
            return
        say("boot/run: guest and publisher go on; Ctrl-C ends them")
        say(f"  page                 {running.files.page}")
        say(f"  readings ('r', 'q')  {running.files.readings}")
        running.stay()
        say("boot/run: the guest or the publisher has ended")


def run(choice):
    """The exit code."""
    try:
        if machines.image_of(choice.image).targets[choice.arch].disk:
            esp.boot(lambda scratch: setup_of(choice, scratch), choice)
            return 0
        setup = setup_of(choice)
        if choice.print_command:
            print_commands(setup, bool(choice.kernel))
        elif choice.kernel:
            return own.boot(setup, choice, lambda running, values: check(running, values, choice.plot))
        else:
            boot(setup, choice)
        return 0
    except BrokenPipeError:
        # Nobody reads on; neither should Python complain when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Missing as missing:
        print(f"boot/run: {missing}", file=sys.stderr)
        return 2
    except Failure as failure:
        sys.stdout.flush()
        print(f"boot/run: FAILED: {failure}", file=sys.stderr)
        return 1


def main(arguments):
    code = options.judge(arguments)
    if code:
        return 0 if code == options.HELPED else code
    child.end_on_signals()
    try:
        return run(options.parser().parse_args(arguments))
    except child.Ended as ended:
        print("boot/run: ended by signal; nothing is left behind", file=sys.stderr)
        return 128 + ended.number
