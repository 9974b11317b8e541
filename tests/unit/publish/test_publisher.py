# SPDX-License-Identifier: BSD-2-Clause
"""The program vmclock-publish from outside: its options, its refusals, and how it leaves a page.

VMCLOCK_PUBLISH names the program. The guests are machines without any device.
"""

import contextlib
import json
import mmap
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

PUBLISHER = os.environ["VMCLOCK_PUBLISH"]
TIMEOUT_S = 20

AT_SEQ = 0x0C
AT_MARKER = 0x10
AT_STATUS = 0x22
AT_MAXERROR = 0x60
INITIALIZING, SYNCHRONIZED, FREERUNNING, UNRELIABLE = 1, 2, 3, 4
USABLE = (SYNCHRONIZED, FREERUNNING)


def until(done, what, timeout_s=TIMEOUT_S):
    """Waits until done() is true, and returns that."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        result = done()
        if result:
            return result
        time.sleep(0.005)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")


class Case(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="vmclock-publish-")
        self.addCleanup(shutil.rmtree, self.directory)
        self.page_path = self.path("page")

    def path(self, name):
        return os.path.join(self.directory, name)

    def start(self, *command, **options):
        process = subprocess.Popen(command, text=True, **options)

        def end():
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()

        self.addCleanup(end)
        return process

    def publisher(self, *arguments):
        return self.start(PUBLISHER, "--file", self.page_path, *arguments,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ready(self, *arguments):
        """A publisher that is live, and what it said."""
        process = self.publisher(*arguments)
        line = process.stdout.readline()
        if not line.startswith("ready "):
            self.fail(f"not ready: {line}{process.stderr.read()}")
        return process, dict(word.split("=") for word in line.split()[1:])

    def page(self):
        with open(self.page_path, "r+b") as file:
            page = mmap.mmap(file.fileno(), 4096)
        self.addCleanup(page.close)
        return page

    def qemu(self, *arguments, program="qemu-system-x86_64", stopped=True):
        """A QEMU with two QMP sockets, for the publisher and for somebody else."""
        paths = [self.path("qmp"), self.path("other")]
        command = [program, "-M", "none", "-display", "none", "-nodefaults"]
        command += arguments or ["-accel", "tcg"]
        for path in paths:
            command += ["-qmp", f"unix:{path},server=on,wait=off"]
        if stopped:
            command.append("-S")
        process = self.start(*command)
        until(lambda: all(os.path.exists(path) for path in paths), "QEMU's sockets")
        return process

    def command(self, *names):
        """Commands by somebody else. Returns what the last gave."""
        with socket.socket(socket.AF_UNIX) as other:
            until(lambda: other.connect_ex(self.path("other")) == 0, "connecting")
            stream = other.makefile("rw")
            stream.readline()
            for name in ("qmp_capabilities", *names):
                stream.write(json.dumps({"execute": name}) + "\n")
                stream.flush()
                while "return" not in (said := json.loads(stream.readline())):
                    pass
        return said["return"]

    def serve(self, answers):
        """Somebody who says what QEMU would: for what cannot run here."""
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(self.path("qmp"))
        server.listen()

        def talk():
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):  # it may leave before the last word
                for answer in answers:
                    connection.sendall(answer.encode() + b"\r\n")
                    connection.recv(4096)  # the next command, or the end

        thread = threading.Thread(target=talk)
        thread.start()
        self.addCleanup(thread.join)

    def run_publisher(self, *arguments):
        return subprocess.run([PUBLISHER, *arguments], capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)

    def assert_refused(self, name, *arguments):
        done = self.run_publisher("--file", self.page_path, *arguments)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, f"(?m)^vmclock-publish: error: {name}: .")
        self.assertEqual(done.stdout, "")
        return done

    def assert_left(self, page):
        """UNRELIABLE and even."""
        self.assertEqual(page[AT_STATUS], UNRELIABLE)
        self.assertEqual(page[AT_SEQ] & 1, 0)


def u32(page, at):
    return struct.unpack_from("<I", page, at)[0]


def u64(page, at):
    return struct.unpack_from("<Q", page, at)[0]


class Usage(Case):
    def test_help_and_version(self):
        done = self.run_publisher("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for option in ("--file", "--qmp", "--arch", "--authority", "--interval-ms", "--tai-offset",
                       "--size", "--once", "--skew-ns", "--claim-bound-ns", "--set", "seq"):
            self.assertIn(option, done.stdout)
        self.assertTrue(done.stdout.startswith("usage: vmclock-publish "))
        self.assertIn("\nEvents, one a line, on stderr. Exit status: 0 ", done.stdout)
        self.assertRegex(self.run_publisher("--version").stdout, r"^vmclock-publish \d+\.\d+")

    def test_wrong_usage(self):
        wrong = (
            (), ("--frobnicate",), ("stray",), ("--arch", "vax"), ("--authority", "me"),
            ("--interval-ms", "0"), ("--interval-ms", "1001"), ("--interval-ms", "10x"),
            ("--tai-offset", "9"), ("--size", "103"), ("--skew-ns", ""), ("--claim-bound-ns", "-1"),
            ("--set", "seq"), ("--set", "nothing=1"), ("--set", "seq=x"), ("--set", "seq=1x"),
            ("--once", "--qmp", "x"), ("--file",),
        )
        for arguments in wrong:
            needed = () if not arguments or arguments == ("--file",) else ("--file", "x")
            done = self.run_publisher(*needed, *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), (arguments, done.stderr))
            self.assertNotEqual(done.stderr, "")


class Refusals(Case):
    def test_files(self):
        done = self.run_publisher("--file", self.path("no/where"), "--once")
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: file: ", done.stderr)
        self.assert_refused("file", "--once", "--size", "8192")

    def test_page_of_another(self):
        self.ready()
        self.assert_refused("control", "--once")
        self.run_publisher("--file", self.path("another"), "--once")

    def test_nobody_there(self):
        self.assert_refused("qmp", "--qmp", self.path("nothing"))
        self.assert_refused("qmp", "--qmp", "x" * 200)

    def test_icount(self):
        self.qemu("-accel", "tcg", "-icount", "shift=0,sleep=off")
        self.assert_refused("icount", "--qmp", self.path("qmp"))

    def test_permission(self):
        program = shutil.copy(PUBLISHER, self.directory)  # ours may lie where nobody may look
        os.chmod(self.directory, 0o755)
        with open(self.page_path, "wb"):
            os.chmod(self.page_path, 0)
        done = subprocess.run([program, "--file", self.page_path, "--once"], capture_output=True,
                              text=True, user="nobody" if os.getuid() == 0 else None, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("error: permission: ", done.stderr)

    def test_arch(self):
        self.qemu()
        self.assert_refused("arch", "--qmp", self.path("qmp"), "--arch", "aarch64")

    def test_unknown_arch(self):
        self.qemu(program="qemu-system-arm")
        self.assert_refused("arch", "--qmp", self.path("qmp"))

    def test_kvm(self):
        self.serve(['{"QMP": {}}', '{"return": {}}', '{"return": {"status": "prelaunch"}}',
                    '{"return": {"enabled": true, "present": true}}'])
        self.assertIn("KVM", self.assert_refused("accelerator", "--qmp", self.path("qmp")).stderr)

    def test_other_accelerator(self):
        self.serve(['{"QMP": {}}', '{"return": {}}', '{"return": {"status": "prelaunch"}}',
                    '{"return": {"enabled": false, "present": true}}',
                    '{"error": {"class": "GenericError", "desc": "only with accel=tcg"}}'])
        self.assertIn("TCG", self.assert_refused("accelerator", "--qmp", self.path("qmp")).stderr)

    def test_no_qmp(self):
        for said in ('{"hello": 1}', "hello", "[]", "null", "x" * (5 << 20)):
            with self.subTest(said[:12]):
                self.serve([said])
                self.assert_refused("qmp", "--qmp", self.path("qmp"))
                os.unlink(self.path("qmp"))

    def test_strange_answers(self):
        """Of another type than QEMU's: no list of CPUs, no name of an architecture."""
        known = ['{"QMP": {}}', '{"return": {}}', '{"return": {"status": "prelaunch"}}',
                 '{"return": []}', '{"return": {"human-readable-text": "x"}}']
        self.serve([*known, '{"return": {"arch": "aarch64"}}', '{"return": {"a": 1}}'])
        self.assert_refused("counter", "--qmp", self.path("qmp"))
        os.unlink(self.path("qmp"))
        self.serve([*known, '{"return": 5}'])
        self.assert_refused("arch", "--qmp", self.path("qmp"))

    def test_others_at_the_socket(self):
        """So many that QEMU's socket takes no more: it is not waited for without an end."""
        self.qemu()
        for _ in range(8):
            other = socket.socket(socket.AF_UNIX)
            other.setblocking(False)
            other.connect_ex(self.path("qmp"))
            self.addCleanup(other.close)
        self.assert_refused("qmp", "--qmp", self.path("qmp"))


class Endings(Case):
    def test_terminated(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            publisher, _ = self.ready("--authority", "host")
            page = self.page()
            self.assertIn(page[AT_STATUS], USABLE)
            publisher.send_signal(number)
            self.assertEqual(publisher.wait(TIMEOUT_S), 0)
            self.assert_left(page)

    def test_hangup(self):
        """It ends by it, unless it was started to ignore it."""
        self.addCleanup(signal.signal, signal.SIGHUP, signal.signal(signal.SIGHUP, signal.SIG_DFL))
        publisher, _ = self.ready("--authority", "host")
        page = self.page()
        publisher.send_signal(signal.SIGHUP)
        self.assertEqual(publisher.wait(TIMEOUT_S), 0)
        self.assert_left(page)
        ignoring = self.start("nohup", PUBLISHER, "--file", self.page_path, "--interval-ms", "10",
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.assertTrue(ignoring.stdout.readline().startswith("ready "))
        ignoring.send_signal(signal.SIGHUP)
        seq = u32(page, AT_SEQ)
        until(lambda: u32(page, AT_SEQ) >= seq + 10, "refreshing")
        self.assertIn(page[AT_STATUS], USABLE)

    def test_file_becomes_shorter(self):
        """One guest's file: the others go on."""
        other = self.path("other")
        publisher, _ = self.ready("--file", other, "--interval-ms", "10")
        page = self.page()
        self.assertTrue(publisher.stdout.readline().startswith("ready "))
        os.truncate(other, 0)
        until(lambda: "error: file: " in publisher.stderr.readline(), "saying so")
        seq = u32(page, AT_SEQ)
        until(lambda: u32(page, AT_SEQ) >= seq + 10, "refreshing")
        publisher.terminate()
        self.assertEqual(publisher.wait(TIMEOUT_S), 1)
        self.assert_left(page)

    def test_stopped_at_once(self):
        """QEMU's word of it comes together with the answer to what started the guest: no clock."""
        refused = '{"error": {"desc": "not today"}}'
        self.serve(['{"QMP": {}}', '{"return": {}}', '{"return": {"status": "prelaunch"}}', refused,
                    '{"return": {"human-readable-text": "x"}}', '{"return": {"arch": "x86_64"}}',
                    '{"return": {"status": "prelaunch"}}', refused,
                    '{"return": {}}\r\n{"event": "STOP"}'])
        publisher = self.publisher("--qmp", self.path("qmp"), "--interval-ms", "1000")
        said, _ = publisher.communicate(timeout=TIMEOUT_S)
        self.assertEqual((said, self.page()[AT_STATUS]), ("", UNRELIABLE))

    def test_qemu_goes_away(self):
        qemu = self.qemu()
        publisher, _ = self.ready("--qmp", self.path("qmp"))
        page = self.page()
        self.assertIn(page[AT_STATUS], USABLE)
        qemu.kill()
        self.assertEqual(publisher.wait(TIMEOUT_S), 0)
        self.assert_left(page)

    def test_stopped_by_others(self):
        self.qemu()
        self.ready("--qmp", self.path("qmp"), "--interval-ms", "10")
        page = self.page()
        marker = u64(page, AT_MARKER)
        self.command("stop")
        until(lambda: page[AT_STATUS] == UNRELIABLE and not page[AT_SEQ] & 1, "UNRELIABLE")
        self.assertGreater(u64(page, AT_MARKER), marker)
        seq = u32(page, AT_SEQ)
        time.sleep(0.1)
        self.assertEqual((u32(page, AT_SEQ), page[AT_STATUS]), (seq, UNRELIABLE))
        self.command("cont")
        until(lambda: page[AT_STATUS] in USABLE, "a clock again")

    def test_already_running(self):
        self.qemu(stopped=False)
        self.ready("--qmp", self.path("qmp"))
        self.assertIn(self.page()[AT_STATUS], USABLE)

    def test_paused_by_others(self):
        self.qemu()
        self.command("cont", "stop")
        publisher = self.publisher("--qmp", self.path("qmp"))
        until(lambda: "waiting: the guest is 'paused'" in publisher.stderr.readline(), "waiting")
        page = self.page()
        self.assertEqual((page[AT_STATUS], page[AT_SEQ] & 1), (INITIALIZING, 0))
        self.command("cont")
        until(lambda: page[AT_STATUS] in USABLE, "a clock")
        self.assertTrue(publisher.stdout.readline().startswith("ready "))

    def test_paused_again_by_others(self):
        """Before it has been left in peace for long enough: it stays as they want it."""
        self.qemu()
        publisher, _ = self.ready("--qmp", self.path("qmp"))
        self.command("stop", "cont", "stop")
        until(lambda: "waiting: the guest is 'paused'" in publisher.stderr.readline(), "waiting")
        page = self.page()
        self.assertNotIn(page[AT_STATUS], USABLE)
        time.sleep(0.5)
        self.assertEqual(self.command("query-status")["status"], "paused")
        self.command("cont")
        until(lambda: page[AT_STATUS] in USABLE, "a clock")

    def test_heals_after_a_crash(self):
        publisher, _ = self.ready("--interval-ms", "1")
        page = self.page()
        publisher.kill()
        publisher.wait()
        seq = u32(page, AT_SEQ) | 1  # as if it died in an update
        struct.pack_into("<I", page, AT_SEQ, seq)
        self.ready()
        self.assertEqual(u32(page, AT_SEQ) & 1, 0)
        self.assertGreater(u32(page, AT_SEQ), seq)
        self.assertIn(page[AT_STATUS], USABLE)


class Pages(Case):
    def test_guest(self):
        self.qemu()
        _, said = self.ready("--qmp", self.path("qmp"), "--authority", "host")
        page = self.page()
        self.assertEqual(page[0x0A], 1)
        self.assertEqual(said["arch"], "x86_64")
        self.assertGreaterEqual(u64(page, AT_MARKER), 1)
        self.assertLess(int(said["offset_error_ns"]), int(said["bound_ns"]))

    def test_arm_guest(self):
        paths = [self.path("qmp")]
        self.start("qemu-system-aarch64", "-M", "virt", "-accel", "tcg", "-cpu", "cortex-a57",
                   "-display", "none", "-nodefaults", "-S", "-qmp",
                   f"unix:{paths[0]},server=on,wait=off")
        _, said = self.ready("--qmp", paths[0], "--authority", "host")
        page = self.page()
        self.assertEqual((page[0x0A], said["arch"]), (0, "aarch64"))
        self.assertAlmostEqual(int(said["counter_hz"]), 62500000, delta=62500)

    def test_refreshes(self):
        self.ready("--interval-ms", "5")
        page = self.page()
        seq = u32(page, AT_SEQ)
        until(lambda: u32(page, AT_SEQ) >= seq + 20, "refreshing")

    def test_kernel_authority_includes_the_kernels_error(self):
        bounds = {}
        for authority in ("kernel", "host"):
            self.publisher("--once", "--authority", authority).wait(TIMEOUT_S)
            bounds[authority] = u64(self.page(), AT_MAXERROR)
        self.assertGreater(bounds["kernel"], bounds["host"] + 500)

    def test_once(self):
        done = self.run_publisher("--file", self.page_path, "--once", "--size", "112")
        self.assertEqual(done.returncode, 0)
        page = self.page()
        self.assertEqual((u32(page, 0), u32(page, 4)), (0x4B4C4356, 112))
        self.assertIn(page[AT_STATUS], USABLE)

    def test_claims(self):
        self.publisher("--once", "--claim-bound-ns", "1000").wait(TIMEOUT_S)
        self.assertEqual(u64(self.page(), AT_MAXERROR), 1000)

    def test_skew(self):
        self.publisher("--once", "--skew-ns", "3000000000000").wait(TIMEOUT_S)
        page = self.page()
        ahead_s = u64(page, 0x48) - time.time()
        offset_s = abs(struct.unpack_from("<h", page, 0x24)[0])
        self.assertAlmostEqual(ahead_s - offset_s, 3000, delta=10)

    def test_tai_offset(self):
        self.publisher("--once", "--tai-offset", "37").wait(TIMEOUT_S)
        page = self.page()
        self.assertEqual(page[0x0B], 1)
        self.assertEqual(page[0x18] & 1, 1)
        self.assertLessEqual(struct.unpack_from("<h", page, 0x24)[0], -37)

    def test_every_field_can_be_set(self):
        fields = {"magic": 4, "size": 4, "version": 2, "counter_id": 1, "time_type": 1, "seq": 4,
                  "disruption_marker": 8, "flags": 8, "clock_status": 1, "smear_hint": 1,
                  "tai_offset_sec": 2, "leap_indicator": 1, "counter_period_shift": 1,
                  "counter_value": 8, "counter_period_frac_sec": 8,
                  "counter_period_esterror_rate_frac_sec": 8,
                  "counter_period_maxerror_rate_frac_sec": 8, "time_sec": 8, "time_frac_sec": 8,
                  "time_esterror_nanosec": 8, "time_maxerror_nanosec": 8,
                  "vm_generation_counter": 8}
        arguments, wanted = [], b""
        for number, (name, length) in enumerate(fields.items()):
            value = bytes([0xC1 + number] * length)
            arguments += ["--set", f"{name}={int.from_bytes(value, 'little')}"]
            wanted += value
            if name == "flags":
                wanted += b"\0\0"  # pad
        self.publisher("--once", *arguments).wait(TIMEOUT_S)
        self.assertEqual(bytes(self.page()[:len(wanted)]), wanted)

    def test_set_negative(self):
        self.publisher("--once", "--set", "tai_offset_sec=-37").wait(TIMEOUT_S)
        self.assertEqual(self.page()[0x24:0x26], b"\xdb\xff")

    def test_seq_stays_odd(self):
        self.ready("--set", "seq=7", "--interval-ms", "1")
        page = self.page()
        for _ in range(50):
            self.assertEqual(u32(page, AT_SEQ), 7)
            time.sleep(0.001)

    def test_set_in_every_update(self):
        self.ready("--set", "clock_status=1", "--interval-ms", "1")
        page = self.page()
        seq = u32(page, AT_SEQ)
        while u32(page, AT_SEQ) < seq + 20:
            before, status, after = u32(page, AT_SEQ), page[AT_STATUS], u32(page, AT_SEQ)
            self.assertTrue(before & 1 or before != after or status == INITIALIZING)

    def test_events_are_lines(self):
        self.qemu()
        publisher, _ = self.ready("--qmp", self.path("qmp"))
        publisher.terminate()
        lines = publisher.stderr.read().splitlines()
        self.assertTrue(all(re.match("vmclock-publish: .", line) for line in lines), lines)
        self.assertTrue(any("started bracket_ns=" in line for line in lines), lines)


if __name__ == "__main__":
    unittest.main()
