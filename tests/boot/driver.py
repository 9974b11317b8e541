# SPDX-License-Identifier: BSD-2-Clause
"""The driver's own judgement, without a machine: what is no report and what is no right time."""

import io
import os
import socket
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from harness import BOOT, setup_of
from lab.pages import page
from vm import child, machines, options, plot, report, session, windows
from vm.failure import Failure


def lines_of(changes=None, without=(), order=None):
    values = dict.fromkeys(order or report.keys(), "none") | {"state": "ok"} | (changes or {})
    told = [f"{key}={value}" for key, value in values.items() if key not in without]
    return ["vmclock: so and so", "vmclock.format=1", *told, ""]


class Reports(unittest.TestCase):
    def test_keys_and_states_are_read(self):
        self.assertEqual(report.keys()[0], "state")
        self.assertIn("rtc_ahead_ms", report.keys())
        self.assertEqual(report.states()["ok"], 16)
        self.assertEqual(len(report.states()), 8)

    def test_good(self):
        parsed = report.parse(lines_of({"bound_ns": "12", "flags": "0x50"}))
        self.assertEqual(parsed.verdict, "vmclock: so and so")
        self.assertEqual(parsed.integer("bound_ns"), 12)
        self.assertEqual(parsed.integer("flags"), 0x50)
        self.assertIsNone(parsed.integer("seq"))

    def test_found_when_complete(self):
        lines = ["BdsDxe: starting", *lines_of(), "more"]
        self.assertEqual(report.find(lines), (1, len(lines) - 1))
        self.assertIsNone(report.find(lines[:-2]))

    def assert_refused(self, lines, text):
        with self.assertRaisesRegex(Failure, text):
            report.parse(lines)

    def test_refused(self):
        self.assert_refused(lines_of(without=["bound_ns"]), "keys.def: bound_ns")
        self.assert_refused(lines_of({"colour": "red"}), "keys.def: colour")
        self.assert_refused(lines_of(order=report.keys()[::-1]), "their order")
        self.assert_refused(lines_of()[:2] + ["state=ok"] + lines_of()[2:], "state twice")
        self.assert_refused(lines_of({"state": "fine"}), "state=fine")
        self.assert_refused([lines_of()[0]] + lines_of()[2:], "does not begin")
        self.assert_refused(lines_of()[:3] + ["oops"] + lines_of()[3:], "not a line")
        with self.assertRaisesRegex(Failure, "no number"):
            report.parse(lines_of({"seq": "x"})).integer("seq")


def window(before_ns, after_ns, earliest_ns, latest_ns, state="ok"):
    return windows.Window(before_ns, after_ns, state, earliest_ns, latest_ns)


class Windows(unittest.TestCase):
    def test_overlap(self):
        good = [window(100, 200, *interval) for interval in
                ((120, 130), (50, 100), (200, 300), (0, 1000), (150, 150))]
        windows.judge(good)

    def assert_refused(self, bad, text):
        good = [window(100, 200, 120, 130)] * 4
        for place in range(5):
            with self.assertRaisesRegex(Failure, text):
                windows.judge(good[:place] + [bad] + good[place:])

    def test_wrong(self):
        self.assert_refused(window(100, 200, 201, 300), "1 ns ahead of")
        self.assert_refused(window(100, 200, 50, 99), "1 ns behind")
        self.assert_refused(window(100, 200, 160, 150), "before it begins")
        self.assert_refused(window(100, 200, 120, 130, "unsynchronised"), "state=unsynchronised")

    def test_too_wide(self):
        wide = window(0, windows.NARROWEST_NS + 1, 0, 10)
        with self.assertRaisesRegex(Failure, "proves too little"):
            windows.judge([wide] * 10)
        windows.judge([wide] * 9 + [window(0, windows.NARROWEST_NS, 0, 10)])

    def test_limit(self):
        window_of_5 = [window(0, 5, 0, 10)] * 10
        windows.judge(window_of_5, 5)
        with self.assertRaisesRegex(Failure, "proves too little"):
            windows.judge(window_of_5, 4)

    def test_summary(self):
        """Bounds are rounded up; all in ms."""
        self.assertEqual(windows.summary([window(1000, 3000, 0, 999), window(0, 501_000, -4000, 8001)]), [
            "guest's bound      +- 0.001 ms to 0.006 ms",
            "host's windows     0.002 ms to 0.501 ms",
            "guest minus host   -0.248 ms to -0.002 ms"])
        for latest_ns, half in ((998, "0.000"), (999, "0.001"), (1000, "0.001")):
            self.assertEqual(windows.summary([window(0, 0, 0, latest_ns)])[0].split()[-2], half)

    def test_drawn(self):
        """The host's clock is at 0: where the guest is right its interval, the band, has the line in it."""
        honest = [window(at, at + 2000, at - 9000, at + 11000) for at in (10**9, 2 * 10**9, 4 * 10**9)]
        svg = ElementTree.fromstring(plot.over_time(honest, "a <title>"))
        tag = "{http://www.w3.org/2000/svg}"
        band = [[float(number) for number in point.split(",")]
                for point in svg.find(f"{tag}polygon").get("points").split()]
        zero = next(float(line.get("y1")) for line in svg.iter(f"{tag}line") if line.get("stroke") == "#444444")
        self.assertEqual(len(band), 6)
        self.assertTrue(all(y < zero for _, y in band[:3]) and all(y > zero for _, y in band[3:]))
        self.assertEqual(band[0][0], band[-1][0])
        self.assertAlmostEqual((band[1][0] - band[0][0]) * 3, band[2][0] - band[0][0], places=1)
        self.assertEqual(len(list(svg.iter(f"{tag}circle"))), 3)
        late = [window(at, at + 2000, at + 5000, at + 6000) for at in (10**9, 2 * 10**9)]
        svg = ElementTree.fromstring(plot.over_time(late, "late"))
        zero = next(float(line.get("y1")) for line in svg.iter(f"{tag}line") if line.get("stroke") == "#444444")
        self.assertTrue(all(float(point.split(",")[1]) < zero
                            for point in svg.find(f"{tag}polygon").get("points").split()))

    def test_ticks(self):
        self.assertEqual(plot.ticks(0, 10), [0, 2, 4, 6, 8, 10])
        self.assertEqual(plot.ticks(-0.31, 0.29), [-0.2, 0.0, 0.2])
        self.assertEqual(plot.ticks(3, 3), [3])

    def test_drawn_exactly(self):
        """Two drawings, as plotted.svg has them: whoever changes one looks at it, and puts it there."""
        ns = [window(1000, 3000, 1500, 2600), window(2_000_001_000, 2_000_002_000, 2_000_000_900, 2_000_001_800),
              window(5_000_000_000, 5_000_000_400, 4_999_999_990, 5_000_000_700)]
        ms = [window(at, at, at - 4_000_000, at - 2_000_000) for at in (10**9, 10**9 + 10**6)]
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "plotted.svg"), encoding="ascii") as file:
            self.assertEqual(file.readline() + plot.over_time(ns, "a <title> & more") + plot.over_time(ms, "ms"),
                             "<!-- SPDX-License-Identifier: BSD-2-Clause -->\n" + file.read())

    def test_units(self):
        for largest_ns, unit in ((10**9, (10**9, "s")), (10**9 - 1, (10**6, "ms")), (10**6, (10**6, "ms")),
                                 (10**6 - 1, (1000, "us")), (1000, (1000, "us")), (999, (1, "ns"))):
            self.assertEqual(plot.unit_of(largest_ns), unit)

    def test_axis(self):
        self.assertEqual([plot.Axis(2, 4, 0, 100).at(value) for value in (2, 3, 4)], [0, 50, 100])
        self.assertEqual(plot.Axis(3, 3, 0, 100).at(3), 50)
        self.assertEqual([plot.Axis(1, 100, 100, 0, log=True).at(value) for value in (1, 10, 100)], [100, 50, 0])
        self.assertEqual(plot.Axis(1, 1000, 0, 1, log=True).ticks(), [1, 10, 100, 1000])
        self.assertEqual(plot.Axis(0.5, 99, 0, 1, log=True).ticks(), [1, 10])

    def asked(self, answer, **options):
        """What ask makes of a guest that has already said so."""
        ours, guest = socket.socketpair()
        with ours, guest:
            guest.sendall(answer)
            return windows.ask(ours, timeout_s=0.2, **options)

    def test_asked(self):
        self.assertEqual(self.asked(b"=ok 3 4 5\n").earliest_ns, 3)
        for answer, text in ((b"k=v\r\n=ok 3 4 5\n", "where '=' was due"), (b"=ok", "within"),
                             (b"", "within")):
            with self.assertRaisesRegex(Failure, text):
                self.asked(answer)

    def test_asked_on_the_console(self):
        for console in (b"", b"event: x=y\r\n", b"one\ntwo=2\r\n\n"):
            self.assertEqual(self.asked(console + b"=ok 3 4 5\n", one_uart=True).latest_ns, 4)
        with self.assertRaisesRegex(Failure, "within"):
            self.asked(b"event: =ok 3 4 5\n", one_uart=True)

    def test_total(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "readings")
            with socket.socket(socket.AF_UNIX) as guest:
                guest.bind(path)
                guest.listen()
                # Half of the time is over when the first is asked.
                with mock.patch.object(windows.time, "monotonic", side_effect=[0, 0.05]), \
                        self.assertRaisesRegex(Failure, "within"):
                    windows.measure(path, total_s=0.1)
                with self.assertRaisesRegex(Failure, "0 answers"):
                    windows.measure(path, total_s=0)

    def test_answers(self):
        self.assertEqual(windows.parse(1, 2, "ok 3 4 5\n"), window(1, 2, 3, 4))
        for line in ("", "ok 3 4\n", "ok 3 4 5 6\n"):
            with self.assertRaisesRegex(Failure, "not understood"):
                windows.parse(1, 2, line)
        with self.assertRaisesRegex(Failure, "no interval"):
            windows.parse(1, 2, "busy none none none\n")


class Options(unittest.TestCase):
    def assert_judged(self, code, *arguments):
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            self.assertEqual(options.judge(arguments), code, arguments)
        return out.getvalue() + err.getvalue()

    def test_codes(self):
        self.assert_judged(0)
        for skew in ("-2000000", "0x1e8480", "-010"):
            self.assert_judged(0, "--skew-ns", skew)
        self.assertIn("usage:", self.assert_judged(options.HELPED, "--help"))
        self.assertIn("efi-check", self.assert_judged(2, "--image", "cobol"))
        self.assertIn("x86_64", self.assert_judged(2, "--arch", "vax"))
        self.assertIn("--machine virt does not exist: there is q35",
                      self.assert_judged(2, "--machine", "virt"))
        self.assertIn("there is qemu64, max", self.assert_judged(2, "--cpu", "vax"))
        self.assertIn("there is ovmf", self.assert_judged(2, "--firmware", "none"))
        self.assert_judged(0, "--plot", "a.svg")
        for mute in (["--image", "efi-driver"], ["--print-command"]):
            self.assertIn("--plot is of", self.assert_judged(2, "--plot", "a.svg", *mute))
        for wrong in (["--claim-bound-ns", "-1"], ["--timeout", "0"], ["--timeout", "nan"],
                      ["--skew-ns", "much"], ["--skew-ns", " 5"], ["--skew-ns", "1_000"],
                      ["--claim-bound-ns", "+5"], ["--timeout", "1e3"], ["--timeout", " 5"],
                      ["--keep"], ["more"], ["--append", "x"]):
            self.assert_judged(2, *wrong)

    def test_ends_of_numbers(self):
        for good in (["--timeout", "0.001"], ["--timeout", "999999"], ["--claim-bound-ns", "0"]):
            self.assertEqual(self.assert_judged(0, *good), "")
        for wrong in (["--timeout", "1000000"], ["--timeout", "0.0"]):
            self.assertIn("--timeout", self.assert_judged(2, *wrong))

    def test_told(self):
        """What boot/run builds and sets up by."""
        for image, words in (("efi-check", "x86_64"), ("date", "x86_64 bare"), ("efi-driver", "x86_64 disk")):
            with redirect_stdout(io.StringIO()) as out:
                self.assertEqual(options.judge(["--image", image], told=True), 0)
            self.assertEqual(out.getvalue(), words + "\n")

    def test_an_image_of_the_user(self):
        here = os.path.abspath(__file__)
        for machine in ((), ("--machine", "microvm"), ("--arch", "aarch64", "--cpu", "max")):
            self.assert_judged(0, "--kernel", here, *machine)
        for wrong, said in ((["--kernel", "/nowhere"], "--kernel /nowhere: no such file"),
                            (["--kernel", "/"], "--kernel /: no such file"),
                            (["--kernel", here, "--image", "date"], "not allowed with argument --kernel"),
                            (["--kernel", here, "--arch", "ia32"], "--kernel --arch ia32 does not exist"),
                            (["--kernel", here, "--machine", "virt"], "there is q35, pc, microvm")):
            self.assertIn(said, self.assert_judged(2, *wrong))
        with mock.patch.object(options.os, "access", lambda path, mode: (path, mode) != (here, os.R_OK)):
            self.assertIn(f"--kernel {here}: cannot be read", self.assert_judged(2, "--kernel", here))


class Script(unittest.TestCase):
    """boot/run itself, as far as it goes without set-up and build."""

    def assert_run(self, code, text, *arguments):
        run = subprocess.run([os.path.join(BOOT, "run"), *arguments], capture_output=True,
                             text=True, check=False)
        self.assertEqual(run.returncode, code, run)
        self.assertIn(text, run.stdout + run.stderr)
        # Neither set-up nor build has begun.
        self.assertNotIn("setup", run.stdout + run.stderr)
        self.assertNotIn("building", run.stdout + run.stderr)

    def test_help(self):
        self.assert_run(0, "usage: boot/run", "--help")

    def test_wrong_options(self):
        self.assert_run(2, "choose from", "--image", "cobol")


class Commands(unittest.TestCase):
    def test_emulation_only(self):
        for option in setup_of("shared").qemu_command("/d"):
            self.assertFalse({"kvm", "-enable-kvm"} & set(option))
        self.assertIn(["-accel", "tcg"], setup_of("none").qemu_command("/d"))

    def test_commas_are_doubled(self):
        words = [word for option in setup_of("shared").qemu_command("/a,b") for word in option]
        self.assertIn("file=/a,,b/vmclock.aml", words)

    def test_lines(self):
        self.assertEqual(child.clean(b"\x1b[2J\x1b[01;01Hvmclock: x\x1b[0m\r"), "vmclock: x")

    def test_device_tree(self):
        virt = machines.VIRT._replace(cpu="max", firmware=machines.NONE)
        setup = session.Setup(virt, "image", "", "/qemu", publisher=["publish"], extra=("-smp 2",))
        dump, _text, tree = setup.table_commands("/a,b")
        self.assertEqual(dump[:3] + dump[-4:], ["/qemu", "-accel", "tcg", "-smp", "2",
                                                "-machine", "dumpdtb=/a,,b/machine.dtb"])
        self.assertEqual(tree[-3:-1], ["-o", "/a,b/vmclock.dtb"])
        words = [word for option in setup.qemu_command("/a,b") for word in option]
        self.assertEqual(words[words.index("-dtb") + 1], "/a,b/vmclock.dtb")
        command = setup.publisher_command("/d")
        self.assertEqual(command[command.index("--offset") + 1], str(0x6000000))

    def test_exit_status(self):
        self.assertEqual(machines.Q35.exit_status(16), 33)
        self.assertEqual(machines.VIRT.exit_status(16), 16)

    def test_images_are_held_to_what_the_help_says(self):
        self.assertIn("being no wider than 0.2 ms (0.1 ms for\nimages without firmware)", options.EPILOG)
        for name, image in machines.IMAGES.items():
            limit_ns = 200_000 if name == "efi-check" else 100_000
            self.assertEqual(image.narrowest_ns, limit_ns, name)
        self.assertEqual((windows.COUNT, windows.MAX_COUNT, windows.NARROWEST_NS), (10, 1000, 200_000))

    def test_every_image_has_its_machine(self):
        for image in machines.IMAGES.values():
            for arch, target in image.targets.items():
                for name in target.machines:
                    self.assertEqual(machines.MACHINES[name].arch, arch)
                for name in target.firmware:
                    self.assertIn(name, machines.FIRMWARE)

    def test_page(self):
        self.assertEqual(len(page()), 0x70)
        self.assertEqual(page()[:4], b"VCLK")
        with self.assertRaises(ValueError):
            page(colour=1)


if __name__ == "__main__":
    unittest.main()
