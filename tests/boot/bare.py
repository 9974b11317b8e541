# SPDX-License-Identifier: BSD-2-Clause
"""The bare-metal image "date": the right time, soon, by newlib's own functions."""

import os
import re
import shutil
import subprocess
import time
import unittest
from datetime import datetime, timezone

from harness import BOOT, THIS, Case, publishing, setup_of
from lab.pages import INITIALIZING
from livepage import ASKS_S, reports_late, told_when_it_is_known
from reports import PAGE, SOURCE, page
from vm import child, session, windows

DIRECTORY = os.path.dirname(THIS.path)
COMPILER = f"{THIS.arch}-linux-gnu-gcc"
ICOUNT = ("-icount shift=0,sleep=off",)  # the counter counts instructions, at 1 GHz
if THIS.arch == "aarch64":
    ICOUNT += (f"-cpu {THIS.machine.cpu},cntfrq=1000000000",)
# Instructions from the entry point to the first reading, by the major versions of the gcc that made the
# image and of the QEMU that has made the tables. Others are only held against the limit.
INSTRUCTIONS = {
    ("12", "7"): {"q35": 258682, "pc": 209996, "microvm": 30417, "virt": 134524, "virt-el2": 134881},
    ("12", "10"): {"q35": 310235, "pc": 297871, "microvm": 34209, "virt": 135682,
                   "virt-el2": 136039},
    ("14", "10"): {"virt": 135641, "virt-el2": 135997},
}
INSTRUCTIONS_LIMIT = {"q35": 400_000, "pc": 400_000, "microvm": 150_000, "virt": 150_000,
                      "virt-el2": 150_000}
SLACK = 1.05
IMAGE_LIMIT = 128 << 10  # bytes
RUN_LIMIT_S = 1.0  # of a whole run of QEMU, the best of some
TAI_OFFSET_VALID, MAXERRORS_VALID = 1 << 0, 1 << 4 | 1 << 6
PRE_POSITIVE = 1
TAI_TYPE = 1
USAGE = 31  # the code of an image that does not know a word
# Where multiboot images may lie, and words for them: in the last two, "--" says where those begin.
MULTIBOOT = (("plain/date.elf", "--serve"),
             ("two words --tries 0/date.elf", "--serve"),
             ("it's a \"fine\" -- w\u00f6rk, place/d\u00e4te.elf", "--tries 7 --serve"),
             ("l" * 200 + "/" + "o" * 200 + " --bad/date.elf", "--serve"),
             ("two words/a date --tries 0.elf", "-- --serve"),
             ("two words/a -- date", "--tries 7 -- --serve"))
MIDNIGHT = 1483228800  # 2017-01-01, after a leap second
TAI_BEFORE = 36


def tai_page(tai_sec, **changes):
    """A page that says TAI tai_sec at counter 0, by a reference point 10 s before it: so before the
    leap second of 2016."""
    values = {"time_type": TAI_TYPE, "time_sec": tai_sec - 10, "counter_value": 2**64 - 10**10,
              "tai_offset_sec": TAI_BEFORE,
              "leap_indicator": PRE_POSITIVE, "flags": TAI_OFFSET_VALID | MAXERRORS_VALID,
              "time_maxerror_nanosec": 1000}
    return page(**(values | changes))


def major_version(program):
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r" (\d+)\.\d+", said).group(1)


def command_of(setup, directory):
    """QEMU's command line, when all the files that it needs are there: for runs without a session."""
    with open(setup.files(directory).page, "wb") as file:
        file.truncate(setup.page.file_bytes)
        file.seek(setup.page.offset)
        file.write(page())
    for command in setup.table_commands(directory):
        session.run_tool(command)
    return [word for group in setup.qemu_command(directory) for word in group]


class Date(Case):
    def boot(self, content, **more):
        """Boots with a page that nobody publishes; the lines of the console and the report."""
        with session.Session(setup_of("shared", content, **more)) as running:
            lines, report = running.report()
            running.finish(report.values["state"])
        return lines, report

    def said(self, lines, name):
        """What the image prints for a name."""
        found = [line for line in lines if line.startswith(name.ljust(10) + " ")]
        self.assertEqual(len(found), 1, lines)
        return found[0][11:]

    def test_time(self):
        before_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
        with session.Session(publishing()) as running:
            lines, report = running.report()
            after_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
            expected = {"state": "ok", "error": "none", "bound_kind": "max", "bound_by": "page",
                        "source": SOURCE, "page": PAGE}
            self.assertEqual({key: report.values[key] for key in expected}, expected, report)
            measured = running.readings()
            print("\n".join(windows.summary(measured)))
            windows.judge(measured, running.setup.narrowest_ns)
            running.finish("ok")
        # newlib's own functions said the same.
        utc = self.said(lines, "UTC")
        told = datetime.strptime(utc[:23], "%a %Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
        told_ns = int(told.timestamp()) * 10**9 + int(utc[24:])
        self.assertLess(before_ns - report.integer("bound_ns"), told_ns)
        self.assertLess(told_ns, after_ns + report.integer("bound_ns"))
        said = datetime.strptime(self.said(lines, "time()"), "%a %b %d %H:%M:%S %Y")
        self.assertLessEqual(abs((said.replace(tzinfo=timezone.utc) - told).total_seconds()), 1)

    def test_clock_comes_late(self):
        """A machine that is there before its publisher knows the time: the image waits, not for ever."""
        setup = setup_of("shared", page(clock_status=INITIALIZING))
        with session.Session(setup) as running:
            reports_late(self, running, ASKS_S)
        began_s = time.monotonic()
        with session.Session(setup) as running:
            self.assertEqual(running.report()[1].values["state"], "unsynchronised")
        print(f"gave up {time.monotonic() - began_s:.1f} s after the machine's start")

    def test_quick(self):
        """The whole of QEMU, from its start to its end."""
        setup = setup_of("shared", page(), arguments="")
        words = command_of(setup, self.directory)
        times_s = []
        for _ in range(3):
            start_s = time.monotonic()
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=60, check=False)
            times_s.append(time.monotonic() - start_s)
            self.assertIn("state=ok", done.stdout)
            self.assertEqual(done.returncode, setup.machine.exit_status(16), done)
        print(f"{min(times_s):.3f} to {max(times_s):.3f} s")
        self.assertLess(min(times_s), RUN_LIMIT_S)

    def test_instructions(self):
        lines, report = self.boot(page(), extra=ICOUNT)
        self.assertEqual(report.values["state"], "ok")
        count = int(re.match(r"first reading (\d+) ticks", self.said(lines, "counter")).group(1))
        name = THIS.name
        gcc, qemu = major_version(COMPILER), major_version(THIS.qemu)
        figure = INSTRUCTIONS.get((gcc, qemu), {}).get(name)
        print(f"{name}: {count} instructions to the first reading; gcc {gcc}, QEMU {qemu}: {figure}")
        if figure:
            self.assertLessEqual(count, figure * SLACK)
        self.assertLessEqual(count, INSTRUCTIONS_LIMIT[name])
        self.assertGreater(count, 1000)

    def test_leap_second(self):
        """23:59:60 is told as such, and time() counts as POSIX does."""
        # The counter is some milliseconds, at most.
        lines, report = self.boot(tai_page(MIDNIGHT + TAI_BEFORE), extra=ICOUNT)
        self.assertEqual(report.values["state"], "ok")
        self.assertRegex(self.said(lines, "UTC"), r"^Sat 2016-12-31 23:59:60\.[01]\d{8}$")
        self.assertRegex(self.said(lines, "earliest"), r"^Sat 2016-12-31 23:59:60\.")
        self.assertEqual(self.said(lines, "time()"), "Sat Dec 31 23:59:59 2016")
        self.assertRegex(self.said(lines, "TAI"), r"^Sun 2017-01-01 00:00:36\.[01]\d{8}$")
        self.assertRegex(self.said(lines, "since boot"), r"^0\.[01]\d{8} s$")

    def test_smeared(self):
        noon_linear = 1
        lines, _report = self.boot(
            tai_page(MIDNIGHT + TAI_BEFORE, time_frac_sec=1 << 63,
                     leap_second_smearing_hint=noon_linear), extra=ICOUNT)
        # Half-way through both the leap second and the smear.
        self.assertRegex(self.said(lines, "smeared"), r"^Sun 2017-01-01 00:00:00\.[01]\d{8}$")
        self.assertRegex(self.said(lines, "UTC"), r"^Sat 2016-12-31 23:59:60\.[56]\d{8}$")

    def test_image_format(self):
        """As a Linux Image, which is told where the device tree is."""
        _lines, report = self.boot(page(), image=THIS.path.replace(".elf", ".img"))
        self.assertEqual(report.values["state"], "ok")
        self.assertEqual(report.values["page"], PAGE)

    def test_newer_qemu(self):
        for image in THIS.path, THIS.path.replace(".elf", ".img"):
            _lines, report = self.boot(page(), image=image, qemu=self.qemu_with_vmclock())
            self.assertEqual(report.values["state"], "ok")

    def test_unmapped(self):
        """Tables that name an address that the CPU does not have."""
        table = os.path.join(self.directory, "unmapped.asl")
        source = os.path.join(BOOT, "vm", THIS.machine.pages["shared"].table)
        phys = THIS.machine.pages["shared"].phys
        with open(source, encoding="ascii") as good, open(table, "w", encoding="ascii") as bad:
            text = good.read()
            for address in (phys, phys + 0xFFF):
                self.assertIn(f"0x{address:016X}", text)
                text = text.replace(f"0x{address:016X}", f"0x{address | 0x7FFF << 48:016X}")
            bad.write(text)
        with session.Session(setup_of("shared", page(), table=table)) as running:
            _lines, report = running.report()
            self.assertEqual(report.values["error"], "map")
            self.assertRegex(report.values["page"], "^0x7fff")
            running.finish("no-device")

    def multiboot(self, path):
        """The image for the other way in, as path below the test's own directory."""
        image = os.path.join(self.directory, path)
        os.makedirs(os.path.dirname(image), exist_ok=True)
        shutil.copy(os.path.join(DIRECTORY, "date-multiboot.elf"), image)
        return image

    def test_multiboot(self):
        """By the other way in, where the root pointer has to be searched for; and where the image's
        path, whatever it is, comes before the words. (That --serve is read shows at the end.)"""
        for path, arguments in MULTIBOOT:
            with self.subTest(path):
                _lines, report = self.boot(page(), image=self.multiboot(path), arguments=arguments)
                self.assertEqual(report.values["state"], "ok")
                self.assertEqual(report.values["page"], PAGE)

    def test_multiboot_refuses(self):
        """Words of ours are read to the end; and none of the path is, however short they are."""
        image = self.multiboot("--serve --tries 0/date.elf")
        for arguments, said in (("--serve --bad", "unknown word: --bad"), ("--", None), ("", None),
                                ("--tries 0", "--tries takes 1 to 4294967295, not 0"),
                                ("--tries 5" + 248 * " " + "0", "too many words")):
            with self.subTest(arguments):
                setup = setup_of("shared", page(), image=image, arguments=arguments)
                done = subprocess.run(command_of(setup, self.directory), stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, setup.machine.exit_status(USAGE if said else 16), done)
                self.assertIn(said or "state=ok", done.stdout)


class Unikernel(Case):
    """The example, built as its users build theirs: against what was installed."""

    def cmake(self, *arguments):
        done = subprocess.run([os.environ.get("VMCLOCK_CMAKE", "cmake"), *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def build(self, name="unikernel", *definitions):
        prefix, build = (self.subdirectory(name) for name in ("th\u00e9 prefix's", "a build"))
        newlib = subprocess.run([os.path.join(BOOT, "setup", "newlib"), "--check", THIS.arch],
                                capture_output=True, text=True, check=True).stdout.strip()
        self.cmake("--install", DIRECTORY, "--prefix", prefix)
        toolchain = os.path.join(prefix, "share/vmclock/toolchain", THIS.arch + ".cmake")
        self.cmake("-S", os.path.join(BOOT, "examples", name), "-B", build, "-G", "Ninja",
                   f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", f"-DVMCLOCK_NEWLIB={newlib}",
                   f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release", *definitions)
        self.cmake("--build", build)
        return os.path.join(build, f"your-{name}.elf")

    def ends(self, running, code):
        self.assertTrue(child.wait_until(lambda: running.guest.ended() is not None,
                                         [running.guest], 10))
        self.assertEqual(running.guest.ended(), THIS.machine.exit_status(code))

    def test_example(self):
        image = self.build()
        print(f"{os.path.getsize(image)} bytes")
        with session.Session(setup_of("shared", page(), image=image, arguments="")) as running:
            said = running.line(r"It is (\w+ \w+ .*)").group(1)
            self.ends(running, 0)
        told = datetime.strptime(said, "%a %b %d %H:%M:%S %Y").replace(tzinfo=timezone.utc)
        self.assertLess(abs(told.timestamp() - time.time()), 30)
        with session.Session(setup_of("none", image=image, arguments="")) as running:
            running.line("what time it is: No such device")
            self.ends(running, 1)
        told_when_it_is_known(self, image, r"It is \w+ \w+ .*", "what time it is: No data")


class Footprint(unittest.TestCase):
    def test_size(self):
        size = os.path.getsize(THIS.path)
        print(f"{size} bytes")
        self.assertLessEqual(size, IMAGE_LIMIT)

    def test_library_needs_nothing(self):
        """What the image links of ours, below the glue, leaves no symbol to newlib or libgcc."""
        nm = shutil.which(f"{THIS.arch}-linux-gnu-nm") or "nm"
        archives = [os.path.join(DIRECTORY, name)
                    for name in ("lib/libvmclock.a", "drivers/libvmclock_drivers.a")]
        listed = subprocess.run([nm, "-P", *archives], capture_output=True, text=True, check=True)
        symbols = re.findall(r"^(\S+) ([A-Za-z])( |$)", listed.stdout, re.MULTILINE)
        defined = {name for name, kind, _ in symbols if kind != "U"}
        wanted = {name for name, kind, _ in symbols if kind == "U"}
        self.assertGreater(len(defined), 50)
        self.assertEqual(wanted - defined, set())


if __name__ == "__main__":
    unittest.main()
