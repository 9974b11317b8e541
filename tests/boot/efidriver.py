# SPDX-License-Identifier: BSD-2-Clause
"""vmclock-driver in real firmware: who loads it, what it does about the real-time clock, what it leaves behind."""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
import unittest
import uuid

from harness import BOOT, BUILD, PUBLISHER, Subject
from lab import TREE
from lab.pages import COUNTER_ARM_VCNT, COUNTER_X86_TSC, UNRELIABLE, page
from lab.qmp import Monitor
from rtc import EXTRA, GOOD_BOUND_NS, START_SEC, UNTRUSTWORTHY, Clocks
from vm import session, variables

LOADER = os.path.join(BUILD, "tests/boot/loader.efi")
CONSUMER = os.path.join(BUILD, "tests/boot/consumer-{}.efi")
DRIVER = os.path.join(BUILD, "boot/efi/vmclock-driver-{}.efi")
CHECK = os.path.join(BUILD, "boot/efi/vmclock-check-{}.efi")
DEFAULT = {arch: f"EFI/BOOT/BOOT{arch.upper()}.EFI" for arch in ("x64", "ia32", "aa64")}
COUNTERS = {"aa64": COUNTER_ARM_VCNT}
ARCHS = {"x64": "x86_64", "ia32": "ia32", "aa64": "aarch64"}
# The firmware's code and variables, the latter with a store that is formatted.
FLASH = {"x64": ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
         "ia32": ("/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF32_VARS_4M.fd"),
         "aa64": ("/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.ms.fd")}
SECURE = ("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd")
SECURE_OPTIONS = ("-machine smm=on", "-global driver=cfi.pflash01,property=secure,value=on")
IMAGE_SECURITY = uuid.UUID("d719b2cb-3d3a-4596-a3bc-dad00e67656f")  # db
CERTIFICATE = uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072")  # EFI_CERT_X509_GUID
START_LIMIT_NS = 5_000_000  # of the emulated machine's time
ICOUNT_SHIFT = 3  # of which it takes 8 ns for an instruction: with less the firmware's waits take too many
STUCK_LIMIT_NS = 15_000_000 << ICOUNT_SHIFT
UNTOUCHED_SEC_MAX = 1 << 24  # of a clock that nobody set; the page is decades ahead
ALWAYS = ("VmclockDriver", variables.DRIVER, b"set=always", variables.KEPT)
NEAR = ("VmclockDriver", variables.DRIVER, b"set=999999999", variables.KEPT)
ANSWER_TIMEOUT_S = 900
SAYS = r".*?(\d{4})-\d\d-\d\dT[0-9:.]*Z, at most \d+ ns off.*"
CLOCK = ("not asked", "near", "set", "refused")
NOT_FOUND, ABORTED, ACCESS_DENIED, SECURITY_VIOLATION, LOAD = 0x0e, 0x15, 0x0f, 0x1a, 0x100
EDGE_SEC_MAX = 0.3  # how well the moment is to be known at which a clock's second begins
EDGES = 30
POLL_SEC = 0.002


def boot_manager(name):
    """The path of Debian's; the test is skipped where there is none."""
    found = subprocess.run([os.path.join(BOOT, "setup/boot-manager"), name], stdout=subprocess.PIPE, text=True,
                           check=False)
    if found.returncode:
        raise unittest.SkipTest(f"no {name}")
    return found.stdout.strip()


def systemd_boot(arch):
    """The path of Debian's; the test is skipped where there is none."""
    if arch == "aa64":
        return boot_manager("systemd-boot")
    path = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"
    if not os.path.exists(path):
        raise unittest.SkipTest(f"no systemd-boot: {path}")
    return path


def said_of(error, state):
    """What the protocol's consumer prints of such a page: error.h's sentence, or the time if only the driver wants more
    of it."""
    with open(os.path.join(TREE, "lib/include/vmclock/error.h"), encoding="ascii") as file:
        sentence = re.search(rf' "{error}", "(.*)\."\)', file.read())[1]
    return rf"(?:{sentence}|\d{{4}}-\d\d-\d\dT[0-9:.]*Z)" if state == "ok" else sentence


def driver_option(words):
    """A Driver0000 of the ESP's driver, as the firmware loads it before it looks for what to boot."""
    return [("Driver0000", variables.GLOBAL,
             variables.load_option("\\vmclock-driver.efi", words), variables.KEPT),
            ("DriverOrder", variables.GLOBAL, variables.order(0), variables.KEPT)]


class Esp(Clocks):
    """A machine whose disk is a folder."""

    def disk(self, files):
        """A folder with these: path -> path of the file, or its bytes."""
        disk = self.subdirectory("disk")
        for name, content in files.items():
            path = os.path.join(disk, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if content is None:
                continue
            if isinstance(content, bytes):
                with open(path, "wb") as file:
                    file.write(content)
            else:
                shutil.copy(content, path)
        return disk

    def setup_of(self, arch, files, entries=(), *, content=None, way="shared", flash=None, extra=()):
        """content None: a page that is published live."""
        subject = Subject("efi-check", ARCHS[arch])
        code, template = flash or FLASH[arch]
        for path in (code, template):
            if not os.path.exists(path):
                self.skipTest(f"no firmware with variables: {path}")
        with open(template, "rb") as file:
            whole = variables.with_variables(file.read(), entries)
        kept = os.path.join(self.subdirectory("flash"), "variables.fd")
        with open(kept, "wb") as file:
            file.write(whole)
        drive = "-drive if=pflash,format=raw,unit={},{},file={}"
        firmware = subject.machine.firmware._replace(
            options=(drive.format(0, "readonly=on", code), drive.format(1, "snapshot=on", kept)),
            files=(), image=(f"-drive format=raw,file=fat:rw:{self.disk(files)}",))
        live = content is None and way == "shared"
        publisher = [PUBLISHER, "--arch", subject.hardware, "--authority", "host"] if live else None
        machine = subject.machine._replace(firmware=firmware)
        return session.Setup(machine, "", "", subject.qemu, way, content, publisher,
                             extra=(*EXTRA, *extra))


def trusted(certificate):
    """The variables by which a firmware trusts it and nothing else."""
    signature = variables.DRIVER.bytes_le + certificate
    value = CERTIFICATE.bytes_le + struct.pack("<III", 28 + len(signature), 0, len(signature)) + signature
    attributes = variables.KEPT | variables.AUTHENTICATED
    return [("PK", variables.GLOBAL, value, attributes), ("KEK", variables.GLOBAL, value, attributes),
            ("db", IMAGE_SECURITY, value, attributes)]


class Boots(Esp):
    """By each way to load it: its files, and the firmware's variables."""

    READ_SEC = {"x64": Monitor.cmos_sec, "ia32": Monitor.cmos_sec, "aa64": Monitor.pl031_sec}

    def firmware(self, arch):
        """By a Driver####, before there is a console."""
        return ({DEFAULT[arch]: CONSUMER.format(arch), "vmclock-driver.efi": DRIVER.format(arch)},
                driver_option("set=always"))

    def systemd_boot(self, arch):
        return ({DEFAULT[arch]: systemd_boot(arch),
                 f"EFI/systemd/drivers/vmclock-driver-{arch}.efi": DRIVER.format(arch),
                 "consumer.efi": CONSUMER.format(arch),
                 "loader/loader.conf": b"timeout 0\ndefault consumer.conf\n",
                 "loader/entries/consumer.conf": b"title consumer\nefi /consumer.efi\n"}, [ALWAYS])

    def refind(self, arch):
        """It connects all devices anew when it has loaded drivers."""
        return ({DEFAULT[arch]: boot_manager("refind"),
                 f"EFI/BOOT/drivers_{arch}/vmclock-driver-{arch}.efi": DRIVER.format(arch),
                 "consumer.efi": CONSUMER.format(arch),
                 "EFI/BOOT/refind.conf": b"timeout -1\ntextonly\nscanfor manual\ndefault_selection consumer\n"
                                         b"menuentry consumer {\n  loader /consumer.efi\n}\n"}, [ALWAYS])

    def shell(self, arch):
        """The firmware's own shell, which runs the script."""
        return ({DEFAULT[arch]: None, "driver.efi": DRIVER.format(arch), "consumer.efi": CONSUMER.format(arch),
                 "startup.nsh": b"load fs0:\\driver.efi\r\nfs0:\\consumer.efi\r\n"}, [ALWAYS])

    def edge(self, read_sec, monitor):
        """When the clock's next second began, from and to by this host's clock, and what it then shows."""
        before_sec = began_sec = time.time()
        first = told_sec = read_sec(monitor)
        while told_sec == first:
            time.sleep(POLL_SEC)
            before_sec, began_sec = began_sec, time.time()
            told_sec = read_sec(monitor)
        return before_sec, time.time(), told_sec

    def assert_right_to_a_second(self, read_sec, monitor):
        """From outside: it is at most half a second off, and a bound more, when its second begins."""
        for _ in range(EDGES):
            before_sec, after_sec, told_sec = self.edge(read_sec, monitor)
            if after_sec - before_sec < EDGE_SEC_MAX:
                break
        print(f"the clock is {told_sec - after_sec:+.3f} to {told_sec - before_sec:+.3f} s ahead")
        self.assertLess(-1, told_sec - after_sec)
        self.assertLess(told_sec - before_sec, 1)

    def assert_boots(self, arch, way):
        """What is booted, the protocol's consumer, has the time of a live page, nobody pressed a key, and the clock
        is right."""
        read_sec = self.READ_SEC[arch]
        with session.Session(self.setup_of(arch, *way(arch))) as running, Monitor.of(running) as monitor:
            self.assert_of_2001(read_sec(monitor))
            running.line(SAYS, ANSWER_TIMEOUT_S)
            self.assert_right_to_a_second(read_sec, monitor)

    def assert_refused(self, arch, way):
        """With a page that is not to be trusted: said where there is a console, the clock stays, and boot goes on."""
        read_sec = self.READ_SEC[arch]
        for kind in UNTRUSTWORTHY:
            with self.subTest(page=kind):
                wrong, error, state = UNTRUSTWORTHY[kind]
                good = {"counter_id": COUNTERS.get(arch, COUNTER_X86_TSC), "time_maxerror_nanosec": GOOD_BOUND_NS}
                setup = self.setup_of(arch, *way(arch), content=page(**(good | wrong)))
                with session.Session(setup) as running, Monitor.of(running) as monitor:
                    if way != self.firmware:
                        running.line(f".*real-time clock is not set: {error}: .*", ANSWER_TIMEOUT_S)
                    running.line(f"(?!.*vmclock-driver).*{said_of(error, state)}.*", ANSWER_TIMEOUT_S)
                    self.assertLess(read_sec(monitor), START_SEC + UNTOUCHED_SEC_MAX)

    def test_firmware_x64(self):
        self.assert_boots("x64", self.firmware)

    def test_firmware_ia32(self):
        self.assert_boots("ia32", self.firmware)

    def test_firmware_aa64(self):
        self.assert_boots("aa64", self.firmware)

    def test_systemd_boot_x64(self):
        self.assert_boots("x64", self.systemd_boot)

    def test_systemd_boot_aa64(self):
        self.assert_boots("aa64", self.systemd_boot)

    def test_refind_x64(self):
        self.assert_boots("x64", self.refind)

    def test_shell_x64(self):
        self.assert_boots("x64", self.shell)

    def test_shell_aa64(self):
        self.assert_boots("aa64", self.shell)

    def test_refused_firmware(self):
        self.assert_refused("x64", self.firmware)

    def test_refused_ia32(self):
        self.assert_refused("ia32", self.firmware)

    def test_refused_aa64(self):
        self.assert_refused("aa64", self.shell)

    def test_refused_systemd_boot(self):
        self.assert_refused("x64", self.systemd_boot)

    def test_refused_refind(self):
        self.assert_refused("x64", self.refind)

    def test_refused_shell(self):
        self.assert_refused("x64", self.shell)

    def test_linux(self):
        """boot/run's disk: systemd-boot, and a kernel, whose first lines have the year."""
        command = [sys.executable, "-BP", "-m", "vm", "--build", BUILD, "--image", "efi-driver"]
        watched = self.watch(command)
        self.assertEqual(watched.finish(ANSWER_TIMEOUT_S), 0, watched.text())
        self.assertIn(time.strftime(" system clock to %Y-%m-%d", time.gmtime()), watched.text())


class Told:
    """The loader in a running machine: see loader/loader.c."""

    def __init__(self, running):
        running.line(".*loader: ready", ANSWER_TIMEOUT_S)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(ANSWER_TIMEOUT_S)
        self.socket.connect(running.files.readings)
        self.lines = self.socket.makefile("r", encoding="ascii")

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.lines.close()
        self.socket.close()

    def __call__(self, line):
        self.socket.sendall(line.encode() + b"\n")
        return self.lines.readline().rstrip("\n")

    def status(self, line):
        return int(self(line), 16)

    def state(self):
        """(state, error's name, what became of the clock, minus its error)."""
        _error, clock_error, clock, name, error_name, *_text = self("state").split(" ")
        return name, error_name, CLOCK[int(clock, 16)], int(clock_error, 16)


def write_page(running, content):
    """A page of another kind, under the running machine."""
    with open(running.files.page, "r+b") as file:
        file.seek(running.setup.page.offset)
        file.write(content)


class Loads(Esp):
    """By a test's program, again and again in one boot."""

    def loads(self, content, way="shared", **more):
        files = {DEFAULT["x64"]: LOADER, "driver.efi": DRIVER.format("x64"), "check.efi": CHECK.format("x64")}
        return self.setup_of("x64", files | more.pop("files", {}), content=content, way=way, **more)

    def assert_untouched(self, monitor):
        self.assertLess(Monitor.cmos_sec(monitor), START_SEC + UNTOUCHED_SEC_MAX)

    def test_loads(self):
        """Of all in one boot: each page that is not to be trusted, each word, again and again."""
        good = page(time_maxerror_nanosec=GOOD_BOUND_NS)
        with session.Session(self.loads(good, entries=[NEAR])) as running, Monitor.of(running) as monitor, \
                Told(running) as told:
            for name, (wrong, error, state) in UNTRUSTWORTHY.items():
                with self.subTest(page=name):
                    write_page(running, page(**({"time_maxerror_nanosec": GOOD_BOUND_NS} | wrong)))
                    status, said, gone = (told.status("load driver.efi set=always"), told.state(),
                                          told.status("unload"))
                    self.assertEqual((status, gone), (0, 0))
                    self.assertEqual((said[0], said[2]), (state, "refused"))
                    self.assertNotEqual(said[3], 0)
                    if error != "bound":  # the time itself is told
                        self.assertEqual(said[1], error)
                    running.line(f".*real-time clock is not set: {error}: .*", ANSWER_TIMEOUT_S)
            self.assert_untouched(monitor)  # each was loaded, said why, and left it as it is
            write_page(running, good)
            self.words(running, told)
            self.assert_untouched(monitor)
            told("cycle 0")  # what the firmware keeps from a first time
            self.assertEqual(told("cycle 1"), "0 0 0")  # a hundred loads and unloads left nothing behind
            self.again(told)
            self.checks(told)

    def words(self, running, told):
        """What is no policy counts as never, and is said; no word is what the variable says."""
        for words in ("set=alwys", "always", "set=0", "set=-1", "set=", "set=always now"):
            self.assertEqual(told.status(f"load driver.efi {words}"), 0)
            self.assertEqual(told.state()[:3], ("ok", "ok", "refused"), words)
            self.assertEqual(told.state()[3], 1)
            self.assertEqual(told.status("unload"), 0)
        running.line(".*set=never, set=always or set=SECONDS: argument: .*", ANSWER_TIMEOUT_S)
        running.guest.out.take()
        before = len(running.guest.out.lines)
        for words, clock in (("", "near"), (" ", "near"), ("set=never", "not asked"), ("set=999999999", "near")):
            self.assertEqual(told.status(f"load driver.efi {words}"), 0)
            self.assertEqual(told.state()[:3], ("ok", "ok", clock))
            self.assertEqual(told.status("unload"), 0)
        running.guest.out.take()
        self.assertEqual(len(running.guest.out.lines), before, running.guest.out.lines)

    def again(self, told):
        """Loaded a second time nothing changes."""
        self.assertEqual(told.status("load driver.efi set=never"), 0)
        self.assertEqual(told("tpl").split(), ["0"] * 4)
        self.assertEqual(told.status("load driver.efi set=always"), ABORTED)
        self.assertEqual(told.state()[:3], ("ok", "ok", "not asked"))

    def checks(self, told):
        """vmclock-check asks the driver, which is loaded, where the page is: it finds it without tables, until
        the driver is gone. (What is success in a shell is ABORTED for a boot manager.)"""
        self.assertEqual(told.status("hide"), 0)
        self.assertEqual(told.status("load check.efi -q"), ABORTED)
        self.assertEqual(told.status("unload"), 0)
        self.assertEqual(told.status("load check.efi -q"), NOT_FOUND)

    def test_secure_boot(self):
        """Signed with the key that the firmware trusts it is loaded, else not."""
        if not all(map(shutil.which, ("openssl", "sbsign"))):
            self.skipTest("no openssl or no sbsign")
        folder = self.subdirectory("keys")

        def run(*words):
            subprocess.run(words, cwd=folder, check=True, capture_output=True)

        run("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
            "-subj", "/CN=a test's own", "-keyout", "key", "-out", "certificate")
        run("openssl", "x509", "-in", "certificate", "-outform", "DER", "-out", "der")
        for name, path in (("loader", LOADER), ("driver", DRIVER.format("x64"))):
            run("sbsign", "--key", "key", "--cert", "certificate", "--output", name, path)
        with open(os.path.join(folder, "der"), "rb") as der:
            entries = trusted(der.read())
        setup = self.loads(page(), files={DEFAULT["x64"]: os.path.join(folder, "loader"),
                                          "signed.efi": os.path.join(folder, "driver")},
                           entries=entries, flash=SECURE, extra=SECURE_OPTIONS)
        with session.Session(setup) as running, Told(running) as told:
            self.assertIn(told.status("load driver.efi"), (LOAD | ACCESS_DENIED, LOAD | SECURITY_VIOLATION))
            self.assertEqual(told("state"), "none")
            self.assertEqual(told.status("load signed.efi"), 0)
            self.assertEqual(told.state()[:3], ("ok", "ok", "not asked"))

    def test_time(self):
        """From its start to its protocol, by the emulated machine's clock, which counts instructions; and what a page
        that stays in update costs where the clock is to be set."""
        for state, content, words, limit_ns in (("ok", page(), "", START_LIMIT_NS), ("no-device", None, "", START_LIMIT_NS),
                                                ("busy", page(seq_count=3), " set=always", STUCK_LIMIT_NS)):
            setup = self.loads(content, way="none" if content is None else "shared",
                               extra=(f"-icount shift={ICOUNT_SHIFT},sleep=off",))
            with session.Session(setup) as running, Told(running) as told:
                self.assertEqual(told.status(f"load driver.efi{words}"), 0)
                took_ns = int(told("ticks"), 16)  # the counter's 1 GHz
                self.assertEqual(told.state()[0], state)
            print(f"{state}: {took_ns / 1e6:.2f} ms of emulated time, {took_ns >> ICOUNT_SHIFT} instructions")
            self.assertLess(took_ns, limit_ns)


if __name__ == "__main__":
    unittest.main()
