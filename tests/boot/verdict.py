# SPDX-License-Identifier: BSD-2-Clause
"""The verdict of boot/run, against guests and publishers that lie: one for each of its checks.

None of them is a machine: see liar.py. What is judged is that boot/run fails, and says of what.
"""

import functools
import io
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import unittest
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import liar  # noqa: E402  (the path comes first)
from lab import pages  # noqa: E402
from vm import child, cli, machines, own, report, session, windows  # noqa: E402
from vm.failure import Failure, Missing  # noqa: E402

LIAR = [sys.executable, "-SIB", os.path.join(HERE, "liar.py")]
AN_HOUR_NS = 3600 * 10**9
GOOD, AHEAD = ["ok", 0, 1_000_000], ["ok", 10**10, 1_000_000]
PAGE = machines.Page(options=(), file_bytes=4096)
MAX_COUNT = 40  # of what is asked in a thread of ours
LATE_NS = 10_000_000  # an answer of liar.py's that comes late takes longer, one in time is quicker


class Lying(session.Setup):
    """A setup whose program is liar.py, if not said."""

    def __init__(self, guest, publisher, narrowest_ns, program):
        machine = machines.PC._replace(cpu="max", firmware=machines.NONE, pages={"shared": PAGE})
        command = [*LIAR, "--publish", json.dumps(publisher)]
        super().__init__(machine, "image", json.dumps(guest), "qemu", publisher=command,
                         narrowest_ns=narrowest_ns)
        self.program = program

    def qemu_command(self, directory):
        return [self.program, *super().qemu_command(directory)[1:]]


def setup_of(guest=None, publisher=None, narrowest_ns=AN_HOUR_NS, program=LIAR, said=None, **changes):
    """An honest guest and publisher but for what is said. changes: of the guest's report."""
    values = dict.fromkeys(report.keys(), "none") | {"state": "ok", "bound_kind": "max"} | changes
    lines = [f"{key}={value}" for key, value in values.items() if value is not None]
    guest = {"report": ["vmclock: so and so", "vmclock.format=1", *lines, ""], "answers": [GOOD], "slow": 0,
             "code": 33, "deaf": False} | (guest or {})
    publisher = dict(publisher or {})
    page = pages.page(**{"time_maxerror_nanosec": 1000} | publisher.pop("page", {}))
    publisher = {"page": page.hex(), "said": said or "ready page=x offset_error_ns=1000",
                 "end_when": "/nowhere/at/all"} | publisher
    return Lying(guest, publisher, narrowest_ns, program)


class Judged(unittest.TestCase):
    def run_it(self, setup, **choice):
        """The exit code and what was said."""
        choice = SimpleNamespace(**{"image": "efi-check", "kernel": None, "arch": "x86_64", "print_command": False,
                                    "plot": None,
                                    "keep_running": False, "timeout": 20.0} | choice)
        with mock.patch.object(cli, "setup_of", return_value=setup), \
                mock.patch.object(windows, "PAUSE_S", 0), \
                redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            code = cli.run(choice)
        return code, out.getvalue(), err.getvalue()

    def assert_passes(self, said, *arguments, **more):
        code, out, err = self.run_it(setup_of(*arguments, **more))
        self.assertEqual((code, err), (0, ""), out)
        self.assertIn(said, out)

    def assert_fails(self, why, *arguments, timeout=20.0, **more):
        code, out, err = self.run_it(setup_of(*arguments, **more), timeout=timeout)
        self.assertEqual(code, 1, out + err)
        self.assertRegex(err, "(?s)^boot/run: FAILED: " + why)


class Verdict(Judged):
    def test_honest(self):
        self.assert_passes("agrees with this host's clock in 10 of 10 readings")

    def test_state(self):
        for state in ("no-clock", "disrupted"):
            self.assert_fails(f"the guest does not know the time: state={state}\n",
                              {"code": 2 * report.states()[state] + 1}, state=state)

    def test_kind_of_the_bound(self):
        self.assert_fails("the guest has no promise .*bound_kind=none\n", bound_kind="none")

    def test_report(self):
        self.assert_fails("the report's keys are not those of keys.def: bound_ns\n", bound_ns=None)

    def test_machine_lies_late(self):
        self.assert_fails("reading 10 of 10: the guest's time is wrong", {"answers": [GOOD] * 9 + [AHEAD]})

    def test_machine_ends(self):
        for answers in (["end"], [GOOD] * 3 + ["kill"]):
            self.assert_fails(r"the guest (closed its UART|could not be asked|answered b'')",
                              {"answers": answers})

    def test_publisher_ends_after_the_last_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            told = os.path.join(folder, "told")
            answers = windows.measure

            def measure(*arguments, **options):
                measured = answers(*arguments, **options)
                open(told, "w", encoding="ascii").close()
                running.publisher.process.wait()
                return measured

            with session.Session(setup_of(publisher={"end_when": told})) as running, \
                    mock.patch.object(windows, "measure", measure):
                with self.assertRaisesRegex(
                        Failure, "the publisher ended with exit code 4 during the readings"):
                    running.readings()

    def test_exit_code(self):
        """Of the machine: what the report's state says, and no other."""
        self.assert_passes("agrees", {"code": 33})
        for code in (0, 16, 35):
            self.assert_fails(f"the machine ended with exit code {code} .*and not with 33, as a guest with"
                              " state=ok should", {"code": code})

    def test_end(self):
        with mock.patch.object(session, "END_TIMEOUT_S", 0.2):
            self.assert_fails("the guest did not end within 0 s of being told to", {"deaf": True})

    def test_bound(self):
        """What the publisher promises is at least what it knows; that it is no more shows only here."""
        self.assert_passes("agrees", publisher={"page": {"time_maxerror_nanosec": 1000}})
        self.assert_fails("the published bound is false: 999 ns .* to 1000 ns only",
                          publisher={"page": {"time_maxerror_nanosec": 999}})
        self.assert_fails("the publisher is ready without saying offset_error_ns",
                          said="ready page=x")

    def test_page_in_update(self):
        self.assert_fails("the page stays in update", publisher={"page": {"seq_count": 3}})

    def test_page_is_read_whole(self):
        """In an update, changed while it was read, and then as it is."""
        busy, old, new = (pages.page(seq_count=seq, time_maxerror_nanosec=error)
                          for seq, error in ((3, 1), (4, 2), (6, 3)))
        reads = [busy, busy[0x0c:0x10], old, new[0x0c:0x10], new, new[0x0c:0x10]]
        with session.Session(setup_of()) as running, mock.patch.object(session.os, "pread", side_effect=reads):
            self.assertEqual(running.published_error_ns(), 3)

    def test_ends_at_once(self):
        for program, how in ((["/bin/true"], r"with exit code 0 \(the guest fell over"),
                             (["/bin/false"], "with exit code 1")):
            self.assert_fails(f"QEMU ended {how}.* while starting", program=program)

    def test_quick(self):
        """A guest that waits for no publisher may have ended before it is looked at; if it ever said something."""
        setup = setup_of(program=["/bin/sh", "-c", "echo so and so; exit 3"])
        setup.publisher = None
        with session.Session(setup) as running:
            running.line("so and so")
            self.assertTrue(child.wait_until(lambda: running.guest.ended() is not None, [running.guest], 10))
            self.assertEqual(running.guest.ended(), 3)
        setup.program = ["/bin/false"]
        with self.assertRaisesRegex(Failure, "QEMU ended with exit code 1.* while starting"), session.Session(setup):
            pass

    def test_publisher_ends(self):
        self.assert_fails("the publisher ended with exit code 4 while waiting for the publisher to be ready",
                          publisher={"end_when": "/"}, said="not yet")

    def test_no_report(self):
        self.assert_fails("gave up after 0.3 s of waiting for the guest's report.*said last:\n    vmclock: x",
                          {"report": ["vmclock: x"]}, timeout=0.3)

    def test_keep_running(self):
        """Goes on until the machine ends, and says so; not told to end by us."""
        setup = setup_of()
        stay = session.Session.stay

        def killed_soon(running):
            threading.Timer(0.05, running.guest.process.send_signal, [signal.SIGKILL]).start()
            stay(running)
            self.assertEqual(running.guest.ended(), -signal.SIGKILL)

        with mock.patch.object(session.Session, "stay", killed_soon):
            code, out, err = self.run_it(setup, keep_running=True)
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, "guest and publisher go on; Ctrl-C ends them\n  page +/.*/page\n"
                              r"  readings \('r', 'q'\) +/.*/readings\n")
        self.assertTrue(out.endswith("boot/run: the guest or the publisher has ended\n"), out)

    def test_other_ends(self):
        """Exit codes of what is missing, and of an output that nobody reads."""
        def raises(error):
            def setup(_choice):
                raise error
            return setup

        choice = SimpleNamespace(image="efi-check", arch="x86_64", print_command=False, keep_running=False, timeout=1,
                                 plot=None)
        with redirect_stderr(io.StringIO()) as err, mock.patch.object(cli, "setup_of", raises(Missing("x"))):
            self.assertEqual(cli.run(choice), 2)
        self.assertEqual(err.getvalue(), "boot/run: x\n")
        with mock.patch.object(cli, "setup_of", raises(BrokenPipeError())), \
                mock.patch.object(cli.os, "dup2") as dup2:
            self.assertEqual(cli.run(choice), 1)
        self.assertEqual(dup2.call_count, 1)
        with redirect_stderr(io.StringIO()) as err, \
                mock.patch.object(cli, "run", side_effect=child.Ended(signal.SIGTERM)), \
                mock.patch.object(child, "end_on_signals"):
            self.assertEqual(cli.main([]), 128 + signal.SIGTERM)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            self.assertEqual([cli.main(["--help"]), cli.main(["--none"])], [0, 2])


class Own(Judged):
    """An image of the user's, by --kernel: held to the same where it has what that takes."""

    def run_it(self, setup, **choice):
        return super().run_it(setup, kernel="image", image=None, **choice)

    def test_checked(self):
        """What it ends with is its own."""
        self.assert_passes("agrees with this host's clock in 10 of 10 readings", {"code": 0})
        self.assert_fails("the guest does not know the time: state=busy\n", state="busy")
        self.assert_fails("reading 10 of 10: the guest's time is wrong", {"answers": [GOOD] * 10 + [AHEAD]})
        self.assert_fails("the published bound is false", publisher={"page": {"time_maxerror_nanosec": 999}})

    def assert_unchecked(self, why, said, *arguments, **more):
        with mock.patch.object(own, "QUIET_S", 0.2), mock.patch.object(own, "ANSWER_S", 0.2):
            code, out, err = self.run_it(setup_of(*arguments, **more))
        self.assertEqual((code, err), (3, ""), out)
        self.assertRegex(out, rf"(?m)^\d\d:\d\d:\d\d\.\d{{3}}  {said}$")
        self.assertRegex(out, "boot/run: image has " + why)

    def test_no_report(self):
        for lines, said in ((["hello"], "hello"), (["vmclock: mine", "", "more"], "more"),
                            (["vmclock: x"], "vmclock: x")):
            self.assert_unchecked("no report .*: nothing was checked", said, {"report": lines})

    def test_no_answers(self):
        for answers in (["what?\n"], ["close"]):
            self.assert_unchecked("a report, but answers no 'r' .* not checked \\(state=ok\\)", "state=ok",
                                  {"answers": answers})

    def test_time_beside(self):
        """A UTC that it prints, and how far that is ahead of this host's."""
        for line, ahead in (("It is 1970-01-01T00:00:02.5Z, at most 3 ns off", "+1.500"),
                            ("1969-12-31T23:59:59Z", "-2.000"), ("1970-01-01T00:00:01.000400000Z", "+0.000")):
            self.assertEqual(own.beside(line, 10**9), f"00:00:01.000  {line}  [{ahead} s]")
        for line in ("", "1970-01-01", "1970-13-01T00:00:00Z", "1970-01-01T00:00:00+01:00"):
            self.assertEqual(own.beside(line, 86399_999999999), f"23:59:59.999  {line}")

    def test_silent(self):
        code, out, err = self.run_it(setup_of({"report": []}), timeout=0.3)
        self.assertEqual(code, 1, out)
        self.assertRegex(err, "^boot/run: FAILED: image said nothing on its first serial port")

    def test_publisher_ends(self):
        with tempfile.TemporaryDirectory() as folder:
            told = os.path.join(folder, "told")
            def show(_console):
                open(told, "w", encoding="ascii").close()

            with mock.patch.object(own.Console, "show", show):
                code, out, err = self.run_it(setup_of({"report": ["hello"]}, {"end_when": told}))
        self.assertEqual(code, 1, out)
        self.assertRegex(err, "^boot/run: FAILED: the publisher has ended")

    def test_keep_running(self):
        calls, until = [], session.Session.until

        def killed(running, done):
            calls.append(done)
            if len(calls) == 2:  # when all is checked
                running.guest.process.send_signal(signal.SIGKILL)
            until(running, done)

        with mock.patch.object(session.Session, "until", killed):
            code, out, err = self.run_it(setup_of(), keep_running=True)
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.endswith("guest and publisher go on; Ctrl-C ends them\n"), out)


class Readings(unittest.TestCase):
    """Those of a guest that lies in a thread of ours."""

    def asked(self, answers, narrowest_ns=AN_HOUR_NS, slow=0, count=windows.COUNT, drawing=None, kvm=False):
        """What is said of a guest that gives these answers; Failure as boot/run has it."""
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
            running = session.Session(setup_of(narrowest_ns=narrowest_ns))
            running.setup.machine = running.setup.machine._replace(kvm=kvm)
            running.directory = folder
            listening.bind(running.files.readings)
            listening.listen()
            lies = {"answers": list(answers), "slow": slow, "deaf": True}
            threading.Thread(target=liar.serve_one, args=(listening, lies), daemon=True).start()
            measure = functools.partial(windows.measure, count=count, max_count=MAX_COUNT)
            with mock.patch.object(windows, "PAUSE_S", 0), mock.patch.object(windows, "measure", measure), \
                    redirect_stdout(io.StringIO()) as out:
                cli.check_readings(running, drawing)
            return out.getvalue()

    def assert_fails(self, why, *arguments, **more):
        with self.assertRaisesRegex(Failure, "(?s)^" + why):
            self.asked(*arguments, **more)

    def test_honest(self):
        self.assertIn("agrees with this host's clock in 10 of 10 readings\n", self.asked([GOOD]))

    def test_drawn(self):
        """As many readings as a drawing needs; also of a guest that is wrong."""
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.dict(windows.FOR_PLOT, {"count": 25}):
            path = os.path.join(folder, "a.svg")
            self.assertIn("in 25 of 25 readings\n", self.asked([GOOD], drawing=path))
            with open(path, encoding="utf-8") as file:
                self.assertEqual(file.read().count("<circle"), 25)
            self.assert_fails("reading 25 of 25", [GOOD] * 24 + [AHEAD, GOOD], drawing=path)
            self.assert_fails("--plot", [GOOD], drawing=os.path.join(folder, "none", "a.svg"))

    def test_each_reading(self):
        for place in range(1, 11):
            self.assert_fails(rf"reading {place} of 10: the guest's time is wrong: .* ns ahead of",
                              [GOOD] * (place - 1) + [AHEAD, GOOD])

    def test_what_a_reading_says(self):
        for lie, why in ((["ok", -10**10, 10**6], "the guest's time is wrong: .* ns behind"),
                         (["ok", 0, -1], "the guest's interval ends before it begins"),
                         (["disrupted", 0, 10**6], "the guest says state=disrupted"),
                         ("=busy none none none\n", "the guest gave no interval when it was asked: busy"),
                         ("=ok 1 2\n", "the guest's answer is not understood: 'ok 1 2"),
                         ("ok 1 2 3\n", "the guest answered b'o' where '=' was due"),
                         ("close", "the guest closed its UART in the middle of an answer")):
            self.assert_fails(f"(reading 4 of 10: )?{why}", [GOOD] * 3 + [lie, GOOD])

    def test_busy_host(self):
        """As many readings more as it takes for a narrow window; a wrong one among them counts."""
        self.assertRegex(self.asked([GOOD], LATE_NS, slow=12), r"in (1[3-9]|[2-9]\d|\d{3,}) of \1 readings")
        for place in (2, 12):
            self.assert_fails(rf"reading {place} of \d+: the guest's time is wrong",
                              [GOOD] * (place - 1) + [AHEAD, GOOD], LATE_NS, slow=12)

    def test_too_little_time_for_one_more(self):
        """With enough answers, the last question may take longer than what is left."""
        with mock.patch.object(windows.time, "monotonic", side_effect=[0, 1, 29.999, 30]):
            self.assert_fails("the narrowest of 2 windows is [0-9.]+ ms, which proves too little", [GOOD],
                              LATE_NS, slow=2, count=1)

    def test_never_narrow(self):
        self.assert_fails("the narrowest of 40 windows is [0-9.]+ ms, which proves too little "
                          r"\(limit 0.000 ms\).*guest minus host", [GOOD], 1)

    def test_never_narrow_under_kvm(self):
        """Where exits take long: right to that, and no more; but not to anything."""
        with mock.patch.object(windows, "UNDER_KVM_NS", AN_HOUR_NS):
            self.assertRegex(self.asked([GOOD], 1, kvm=True),
                             r"in 40 of 40 readings\n(?s:.*)no more is shown than that it is right to \d+\.\d+ ms: .*"
                             r"\(under 0\.000 ms is usual\)")
            self.assertNotIn("no more is shown", self.asked([GOOD], kvm=True))
            self.assert_fails("reading 2 of 40: the guest's time is wrong", [GOOD, AHEAD], 1, kvm=True)
        with mock.patch.object(windows, "UNDER_KVM_NS", 2):
            self.assert_fails("the narrowest of 40 windows .*limit 0.000 ms", [GOOD], 1, kvm=True)


if __name__ == "__main__":
    unittest.main()
