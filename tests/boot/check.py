# SPDX-License-Identifier: BSD-2-Clause
"""The EFI check where people use it: in the shell, with each of its options, as an entry of a boot manager,
and as all that a disk has."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import unittest

from harness import BUILD, HERE, Case, Subject
from lab.pages import SYNCHRONIZED, UNRELIABLE, page
from lab.qmp import OPTION, Monitor
from vm import child, machines, report, session

EFI = os.path.join(BUILD, "boot/efi")
ARCHES = ("x64", "ia32", "aa64")
RUNS = 100
TIMEOUT_S = 300
SUCCESS, INVALID, UNSUPPORTED, NOT_READY, DEVICE, NOT_FOUND = 0, 2, 3, 6, 7, 14

# Its variables are kept over a reset.
OVMF_VARIABLES = machines.OVMF._replace(
    options=(*machines.OVMF.options,
             "-drive if=pflash,format=raw,unit=1,snapshot=on,file=/usr/share/OVMF/OVMF_VARS_4M.fd"),
    files=("/usr/share/OVMF/OVMF_CODE_4M.fd",),
)

# What is run while the page is as it was given, unreliable; then as mended; with the status of each.
BEFORE = (
    ("-q", NOT_READY),
    ("--json", NOT_READY),
    ("-q -t 1", NOT_READY),
)
AFTER = (
    ("", SUCCESS),
    ("-q", SUCCESS),
    ("-q -t 3600", SUCCESS),
    ("--json", SUCCESS),
    ("-a 100000000 -q", SUCCESS),
    ("-a 0x100000000 --json", SUCCESS),
    ("-a 1000 -q", DEVICE),  # memory, but no page
    ("-a 0 --json", NOT_FOUND),
    ("-a ffe00000 -q", NOT_FOUND),  # the flash's registers
    ("-a 7ffffffff000 -q", NOT_FOUND),  # not mapped: a fault, if it were read
    ("-a ffff800000000000 -q", NOT_FOUND),  # no address at all
    ("--tries 1 -q", SUCCESS),
    ("--no", INVALID),
    ("-t 3601", INVALID),
    ("-t", INVALID),
    ("-a 1g", INVALID),
    ("-q -w", INVALID),
    ("-q --json", INVALID),
    ("-w --serve", INVALID),
    ("--help", SUCCESS),
)
# What a person at the keyboard does after the text is seen so many times.
AT_KEYS = (
    ("-w", SUCCESS, r"vmclock: 2\d{3}-.*", 3, "spc"),
    ("-w --json", SUCCESS, r'\{"verdict":.*\}', 2, "spc"),
    ("-b", SUCCESS, r"vmclock: 2\d{3}-.*", 1, "ret"),
)


def script(name):
    """Two passes, the second after a reset, by an entry of the boot manager that comes after the check."""
    def run(number, options):
        return [f"echo @run {number}", f"{name} {options}", "echo @status %lasterror%"]

    memory = ["memmap", "dh", "echo @measured"]
    lines = ["@echo -off", 'if "%second%" == "1" then', "echo @second", "goto end", "endif", "mode 80 25", "fs0:"]
    number = 0
    for options, *_rest in BEFORE:
        lines += run(number, options)
        number += 1
    lines += ["echo @mend", f"{name} -q -t 3600", "echo @mended %lasterror%"]
    for options, *_rest in (*AFTER, *AT_KEYS):
        lines += run(number, options)
        number += 1
    lines += [f"help {name}", "echo @helped", f"{name} -?", "echo @helped"]
    lines += [f"{name} -q", *memory]
    for options in ("-t", "-q"):  # the first one does nothing: what grows then is the shell's
        lines += [f"for %i run (1 {RUNS})", f"{name} {options}", "endfor", *memory]
    lines += ["set second 1", 'bcfg boot add 0 fs0:\\vmclock-check.efi "check"', "reset", ":end",
              "echo @end"]
    return "".join(line + "\r\n" for line in lines)


class Shell(Case):
    def machine(self):
        check = Subject("efi-check", "x86_64")
        disk = self.subdirectory("disk")
        shutil.copy(check.path, os.path.join(disk, "vmclock-check.efi"))
        shutil.copy(os.path.join(EFI, "vmclock-check.man"), disk)
        with open(os.path.join(disk, "startup.nsh"), "w", encoding="ascii", newline="") as file:
            file.write(script("vmclock-check"))
        firmware = OVMF_VARIABLES._replace(image=(f"-drive format=raw,file=fat:rw:{disk}",))
        return session.Setup(
            check.machine._replace(firmware=firmware), check.path, "", check.qemu, "shared",
            page(clock_status=UNRELIABLE), extra=(OPTION, "-action reboot=reset"))

    def mend(self, running):
        with open(running.files.page, "r+b") as file:
            file.write(page(clock_status=SYNCHRONIZED, seq_count=4))

    def press(self, running, monitor, number, pattern, times, key):
        lines = running.guest.out.lines

        def seen():
            if f"@run {number}" not in lines:
                return 0
            after = lines[lines.index(f"@run {number}"):]
            return sum(re.fullmatch(pattern, line) is not None for line in after)

        running._wait(lambda: seen() >= times, TIMEOUT_S, f"waiting for {pattern}")
        monitor.execute("send-key", keys=[{"type": "qcode", "data": key}])

    def test_shell(self):
        with session.Session(self.machine()) as running, Monitor.of(running) as monitor:
            running.line(r"@mend", TIMEOUT_S)
            self.mend(running)
            running.line(r"@mended 0x0", TIMEOUT_S)
            for at, (_options, _status, *what) in enumerate(AT_KEYS):
                self.press(running, monitor, len(BEFORE) + len(AFTER) + at, *what)
            running.line(r"@second", TIMEOUT_S)
            running.line(r"@end", TIMEOUT_S)
            lines = [line.rstrip() for line in running.guest.out.lines]
        self.statuses(lines)
        self.outputs(lines)
        self.helps(lines)
        self.leaks_nothing(lines)
        self.goes_on(lines)

    def statuses(self, lines):
        runs = (*BEFORE, *AFTER, *AT_KEYS)
        said = [int(line.split()[1], 16) & 0xFFFF for line in lines if line.startswith("@status ")]
        for (options, wanted, *_rest), status in zip(runs, said, strict=True):
            print(f"vmclock-check {options}: {status:#x}")
            self.assertEqual(status, wanted, options)

    def outputs(self, lines):
        runs = (*BEFORE, *AFTER)
        for number, (options, status, *_rest) in enumerate(runs):
            output = self.output(lines, number)
            text = "".join(output)
            if status == INVALID:
                self.assertIn("vmclock-check: try --help", output, options)
            elif "--json" in options:
                told = json.loads(text)
                self.assertEqual([*told][:2], ["verdict", "vmclock.format"], told)
                self.assertEqual([*told][2:], report.keys())
                self.assertEqual(told["state"] == "ok", status == SUCCESS, told)
            elif "-q" in options.split():
                self.assertEqual(text, "", options)
            elif not options:
                parsed = report.parse(output[next(i for i, line in enumerate(output)
                                                  if line.startswith(report.VERDICT)):])
                self.assertEqual(parsed.values["state"], "ok")

        stopped = self.output(lines, len(runs) + len(AT_KEYS) - 1)
        self.assertTrue(any("Press ENTER to continue" in line for line in stopped), stopped)
        self.assertTrue(stopped[-2].startswith("rtc_ahead_ms="), stopped)

    def output(self, lines, number):
        first = lines.index(f"@run {number}")
        end = next(i for i in range(first, len(lines)) if lines[i].startswith("@status"))
        return lines[first + 1:end]

    def helps(self, lines):
        ends = [i for i, line in enumerate(lines) if line == "@helped"]
        begin = max(i for i in range(ends[0]) if lines[i].startswith("@status"))
        for text in (lines[begin:ends[0]], lines[ends[0]:ends[1]]):
            said = "\n".join(text)
            self.assertIn("Tells the time of the vmclock page", said)
            self.assertIn("-t SECONDS", said)

    def leaks_nothing(self, lines):
        """Handles, and memory by its types, before and after many runs. The shell and the firmware keep some
        of each run, whatever ran: no more than in as many runs that ended at their arguments."""
        ends = [i for i, line in enumerate(lines) if line == "@measured"]
        self.assertEqual(len(ends), 3)
        measured = []
        for end, begin in zip(ends, [0, *ends]):
            part = lines[begin:end]
            pages = {m[1]: int(m[2].replace(",", "")) for line in part
                     if (m := re.match(r"\s*(\w+)\s*:\s*([\d,]+) Pages", line))}
            handles = sum(re.match(r"\s*[0-9A-F]+: ", line) is not None for line in part)
            self.assertGreater(handles, 20)
            measured.append({"handles": handles, **pages})
        first, nothing, runs = measured
        for key in first:
            print(f"{key}: {first[key]}, {nothing[key]} after {RUNS} runs of nothing, {runs[key]} after "
                  f"{RUNS} more that read the page")
        for key in ("handles", "LoaderCode", "LoaderData", "BS_Code", "RT_Data"):
            self.assertEqual(runs[key], first[key], key)
        self.assertLessEqual(runs["BS_Data"] - nothing["BS_Data"], nothing["BS_Data"] - first["BS_Data"])

    def goes_on(self, lines):
        """After the reset the check was the first entry, and the shell came after it."""
        begin = lines.index("@second")
        reset = max(i for i, line in enumerate(lines) if line == "@measured")
        self.assertTrue(any(line.startswith(report.VERDICT) for line in lines[reset:begin]),
                        lines[reset:begin])


class Disk(Case):
    def boots(self, arch, way, drive, state):
        """The disk alone: three things that are said, a key, and the machine is off."""
        check = Subject("efi-check", arch)
        image = os.path.join(EFI, "vmclock-check.img")
        options = check.machine.firmware._replace(image=(f"-drive format=raw,snapshot=on,{drive},file={{image}}",))
        counter = {} if check.hardware == "x86_64" else {"counter_id": 0}
        content = page(clock_status=SYNCHRONIZED, **counter) if way == "shared" else None
        setup = session.Setup(check.machine._replace(firmware=options), image, "", check.qemu, way, content,
                              extra=(OPTION,))
        with session.Session(setup) as running:
            _lines, told = running.report(TIMEOUT_S)
            self.assertEqual(told.values["state"], state)
            for said in (r"machine\.firmware=.+", r"machine\.cpu=.+", r"machine\.counter_.+", r"These lines, .*",
                         r"A key switches this machine off; .*"):
                print(running.line(said))
            self.press(running, check)
            running.line(r"vmclock-check: the machine is switched off")
            self.assertTrue(child.wait_until(lambda: running.guest.ended() is not None,
                                             [running.guest], TIMEOUT_S))
            self.assertEqual(running.guest.ended(), 0)

    def press(self, running, check):
        if check.machine.one_uart:
            with socket.socket(socket.AF_UNIX) as uart:
                uart.connect(running.files.readings)
                uart.sendall(b" ")
                running.line(r"vmclock-check: the machine is switched off")
        else:
            with Monitor.of(running) as monitor:
                monitor.execute("send-key", keys=[{"type": "qcode", "data": "spc"}])

    def test_x86_64(self):
        self.boots("x86_64", "shared", "if=ide", "ok")

    def test_x86_64_none(self):
        self.boots("x86_64", "none", "if=virtio", "no-device")

    def test_ia32(self):
        self.boots("ia32", "shared", "if=ide", "ok")

    def test_aarch64(self):
        self.boots("aarch64", "shared", "if=virtio", "ok")

    def test_aarch64_none(self):
        self.boots("aarch64", "none", "if=virtio", "no-device")

    def test_same_bytes(self):
        """Made again, elsewhere; and as what reads disks sees it, where that is installed."""
        again = os.path.join(self.directory, "again.img")
        made = [f"EFI/BOOT/BOOT{arch.upper()}.EFI={EFI}/vmclock-check-{arch}.efi" for arch in ARCHES]
        tool = os.path.join(HERE, "../../boot/efi/disk.py")
        subprocess.run([sys.executable, "-B", tool, again, *made], check=True,
                       env={**os.environ, "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "7"})
        with open(again, "rb") as new, open(os.path.join(EFI, "vmclock-check.img"), "rb") as old:
            content = new.read()
            self.assertEqual(content, old.read())
        for arch in ARCHES:
            with open(f"{EFI}/vmclock-check-{arch}.efi", "rb") as file:
                self.assertIn(file.read(), content)
        lost = subprocess.run([sys.executable, "-B", tool, again + "2", "A/B.EFI=/nowhere"], check=False,
                              capture_output=True, text=True)
        self.assertEqual((lost.returncode, lost.stderr), (1, "disk: not there: /nowhere\n"))
        self.assertFalse(os.path.exists(again + "2"))


if __name__ == "__main__":
    unittest.main()
