# SPDX-License-Identifier: BSD-2-Clause
"""vmclock-find on files that are not what they should be, on pipes and on trees of files.

VMCLOCK_FIND is the command, VMCLOCK_FIND_VERSION what it says that it is, VMCLOCK_TABLES the compiled corpus of
tests/data/acpi.
"""
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time
import unittest

import command

FIND, TABLES, VERSION = (os.environ[name] for name in ("VMCLOCK_FIND", "VMCLOCK_TABLES", "VMCLOCK_FIND_VERSION"))
PAGE = (0xFEFFB000, 0x1000, [])
NOBODY = 65534


def table(name):
    return pathlib.Path(TABLES, f"{name}.aml").read_bytes()


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="vmclock-find-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def file(self, name, content):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def none(self, error, *arguments, **more):
        answer = command.run(FIND, *arguments, **more)
        self.assertEqual((answer.status, answer.keys["result"]), (1, "none"))
        self.assertEqual(answer.keys["error"], error)
        if error != "no-device":
            self.assertIn(error, answer.refusals())
            self.assertTrue([line for line in answer.text if line.startswith(f"refused ({error}): ")])
        return answer

    def found(self, count, *arguments, **more):
        answer = command.run(FIND, *arguments, **more)
        self.assertEqual((answer.status, answer.keys["result"]), (0, "found"))
        self.assertEqual(len(answer.devices()), count)
        self.assertEqual(answer.devices()[0], PAGE)
        return answer


class Files(Case):
    def test_unreadable(self):
        self.none("missing", self.directory / "none")
        self.none("directory", self.directory)
        self.none("empty", self.file("empty", b""))
        self.none("empty", "/dev/null")
        for option in ("--fdt", "--crs"):
            self.none("missing", option, self.directory / "none")
            self.none("directory", option, self.directory)

    def test_too_large(self):
        path = self.file("sparse", table("qemu"))
        os.truncate(path, 1 << 30)
        start = time.monotonic()
        for arguments in ([path], ["--fdt", path], ["--crs", path]):
            self.none("too-large", *arguments)
        self.assertLess(time.monotonic() - start, 10)
        with open("/dev/zero", "rb") as endless:
            self.none("too-large", "-", stdin=endless)

    @unittest.skipIf("checked" in FIND, "the sanitizers want more")
    def test_no_memory(self):
        """What was read until then is not taken for the whole."""
        path = self.file("large", table("qemu") + bytes(48 << 20))
        answer = self.none("file", path, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_AS, (32 << 20, 32 << 20)))
        self.assertIn("Cannot allocate memory", "".join(answer.text))

    def test_permission(self):
        """An ordinary user and root's tables; the program is copied to where the user gets at it."""
        self.directory.chmod(0o755)
        program = shutil.copy(FIND, self.directory / "program")
        path = self.file("sys/firmware/acpi/tables/DSDT", table("qemu"))
        path.chmod(0)
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        for arguments in ([path], [f"--sysfs={self.directory}"], ["--fdt", path]):
            answer = command.run(program, *arguments, **user)
            self.assertEqual((answer.status, answer.keys["error"]), (1, "permission"))
            self.assertIn("for root only", answer.keys["refusal1.text"])
        path.parent.chmod(0)
        answer = command.run(program, f"--sysfs={self.directory}", **user)
        path.parent.chmod(0o755)
        self.assertEqual((answer.status, answer.keys["error"]), (1, "permission"))

    def test_last_that_is_read(self):
        path = self.file("zeros", b"")
        for more, error in ((0, "table"), (1, "too-large")):
            os.truncate(path, (64 << 20) + more)
            self.none(error, path)
            with open(path, "rb") as file:
                self.none(error, "-", stdin=file)

    def test_first_bytes(self):
        """What each begins with, and how many there are."""
        tree, text = b"\xd0\x0d\xfe\xed", b"SSDT @ 0x"
        header = b"SSDT" + (35).to_bytes(4, "little") + bytes(28)
        for content, why in ((b"S", "1 bytes are too few"), (b"SSDT" + bytes(31), "35 bytes are too few"),
                             (tree[:3], "3 bytes are too few"), (tree, "use --fdt"), (text, "acpixtract"),
                             (text[:8], "8 bytes are too few"), (bytes(36), "is no ACPI table"),
                             (header, "the header says 35 bytes, 36 are there"),
                             (b"SSDT" + (37).to_bytes(4, "little") + bytes(28), "says 37 bytes, 36 are there")):
            answer = self.none("table", self.file("file", content))
            self.assertIn(why, answer.keys["refusal1.text"], content)

    def test_signatures(self):
        """Four capitals or digits."""
        for signature, is_one in ((b"AZ09", True), (b"APIC", True), (b"@PIC", False), (b"A[IC", False),
                                  (b"AP/C", False), (b"API:", False), (b"apic", False)):
            path = self.file("file", signature + (36).to_bytes(4, "little") + bytes(28))
            answer = self.none("no-device" if is_one else "table", path)
            self.assertEqual((answer.keys["other_tables"], answer.keys["tables"]), (str(int(is_one)), "0"))

    def test_long_table(self):
        length = (16 << 20) + 8
        whole = bytearray(table("qemu")[:36].ljust(length, b"\0"))
        whole[4:8] = length.to_bytes(4, "little")
        whole[9] = (whole[9] - sum(whole)) % 256
        answer = self.none("table", self.file("long", bytes(whole)))
        self.assertIn("longer than 16 MiB", answer.keys["refusal1.text"])
        whole[9] ^= 1
        answer = self.none("table", self.file("long", bytes(whole)))
        self.assertRegex(answer.keys["refusal1.text"], "add up to 0x(01|ff), not to 0")

    def test_no_table(self):
        answer = self.none("table", self.file("text", b"These are words and no table.\n" * 9))
        self.assertIn("no ACPI table", answer.keys["refusal1.text"])
        tree = bytes.fromhex("d00dfeed") + bytes(60)
        answer = self.none("table", self.file("tree", tree))
        self.assertIn("--fdt", answer.keys["refusal1.text"])
        answer = self.none("table", self.file("dump", b"DSDT @ 0x0000000000000000\n" * 9))
        self.assertIn("acpixtract", answer.keys["refusal1.text"])
        self.none("table", self.file("short", b"SSDT"))
        self.none("fdt", "--fdt", self.file("text", b"These are words and no tree.\n" * 9))
        self.none("fdt", "--fdt", self.file("cut", tree))
        self.none("resource", "--crs", self.file("text", b"words"))

    def test_damaged(self):
        good = table("qemu")
        answer = self.none("table", self.file("cut", good[:-1]))
        self.assertIn(f"{len(good)} bytes, {len(good) - 1} are there", answer.keys["refusal1.text"])
        answer = self.none("table", self.file("sum", good[:-1] + b"\x42"))
        self.assertIn("add up to", answer.keys["refusal1.text"])
        self.assertEqual(answer.keys["refusal1.table"], "SSDT")
        zero = good[:4] + bytes(4) + good[8:]
        self.none("table", self.file("zero", zero))

    def test_one_good_among_bad(self):
        bad = self.file("bad", table("qemu")[:-1] + b"\x42")
        answer = self.found(1, bad, self.file("good", table("qemu")), self.directory / "none")
        self.assertEqual(answer.refusals(), ["table", "missing"])

    def test_closest_reason(self):
        missing, cut = self.directory / "none", self.file("cut", table("qemu")[:-1])
        refused = self.file("refused", table("crs-none"))
        self.none("resource", missing, cut, refused)
        self.none("table", missing, cut)
        self.none("missing", self.file("absent", table("sta-absent")), missing)
        self.none("no-device", self.file("absent", table("sta-absent")))

    def test_several_in_a_file(self):
        other = b"APIC" + (44).to_bytes(4, "little") + bytes(36)
        first, second = table("sta-absent"), table("crs-interrupt")
        answer = self.found(2, self.file("all", table("qemu") + first + other + second))
        self.assertEqual((answer.keys["tables"], answer.keys["other_tables"]), ("3", "1"))
        self.assertEqual(answer.devices()[1][2], [0x21, 0x3])
        at = len(table("qemu") + first + other)
        self.assertEqual(int(answer.keys["device2.table_at"], 16), at)
        answer = self.found(1, self.file("tail", table("qemu") + bytes(100)))
        self.assertEqual(answer.refusals(), ["table"])
        self.assertEqual(int(answer.keys["refusal1.offset"], 16), len(table("qemu")))

    def test_descriptor_0(self):
        """A file may be that, where standard input is closed."""
        closed = {"stdin": None, "preexec_fn": lambda: os.close(0)}
        path = self.file("sys/firmware/acpi/tables/SSDT", table("qemu"))
        self.found(1, path, **closed)
        self.found(1, f"--sysfs={self.directory}", **closed)
        self.none("file", "-", **closed)

    def test_pipes(self):
        done = subprocess.run([FIND, "-"], input=table("qemu"), capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        fifo = self.directory / "fifo"
        os.mkfifo(fifo)
        with subprocess.Popen([FIND, str(fifo)], stdout=subprocess.PIPE, text=True) as running:
            fifo.write_bytes(table("qemu"))
            self.assertIn("device1.phys=0xfeffb000\n", running.communicate(timeout=60)[0])
            self.assertEqual(running.returncode, 0)

    def test_silent_pipes(self):
        """One that nobody writes to, and one that somebody has open and says nothing."""
        nobody, silent = self.directory / "nobody", self.directory / "silent"
        os.mkfifo(nobody)
        os.mkfifo(silent)
        writer = os.open(silent, os.O_RDWR)
        self.addCleanup(os.close, writer)
        running = [subprocess.Popen([FIND, *option, str(path)], stdout=subprocess.PIPE, text=True)
                   for option in ((), ("--fdt",), ("--crs",)) for path in (nobody, silent)]
        for process in running:
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
        for process in running:
            said = process.communicate(timeout=60)[0]
            self.assertEqual(process.returncode, 1)
            self.assertIn("\nerror=file\n", said)
            self.assertIn("nothing came from it", said)

    def test_crs(self):
        crs = table("qemu")
        crs = crs[crs.index(b"\x8a\x2b\x00"):]
        answer = self.found(1, "--crs", self.file("crs", crs))
        self.assertEqual((answer.keys["device1.source"], answer.keys["device1.table"]),
                         ("crs", "none"))

    def test_more_than_is_shown(self):
        device = table("crs-none")
        body = device[36:] * 1000
        length = 36 + len(body)
        whole = bytearray(device[:4] + length.to_bytes(4, "little") + device[8:36] + body)
        whole[9] = (whole[9] - sum(whole)) % 256
        answer = command.run(FIND, self.file("many", bytes(whole)))
        self.assertEqual((answer.status, answer.keys["refusals"]), (1, "1000"))
        self.assertIn("refusal100.error", answer.keys)
        self.assertNotIn("refusal101.error", answer.keys)
        answer = command.run(FIND, *[self.file("one", table("qemu"))] * 101)
        self.assertEqual((answer.status, answer.keys["devices"]), (0, "101"))
        self.assertIn("device100.phys", answer.keys)
        self.assertNotIn("device101.phys", answer.keys)

    def test_names_that_terminals_obey(self):
        path = self.file("a\nresult=found\x1b[2J", table("crs-none"))
        answer = self.none("resource", path)
        self.assertIn("a\\x0aresult=found\\x1b[2J", answer.keys["refusal1.file"])


class Sysfs(Case):
    def test_all_of_it(self):
        for name, content in (("DSDT", "sta-absent"), ("SSDT10", "crs-none"), ("SSDT2", "qemu"),
                              ("dynamic/SSDT11", "crs-interrupt"), ("FACP", "qemu")):
            self.file(f"sys/firmware/acpi/tables/{name}", table(content))
        answer = self.found(2, f"--sysfs={self.directory}")
        self.assertEqual(answer.refusals(), ["resource"])
        tables = f"{self.directory}/sys/firmware/acpi/tables"
        self.assertEqual(answer.keys["device1.file"], f"{tables}/SSDT2")
        self.assertEqual(answer.keys["device2.file"], f"{tables}/dynamic/SSDT11")
        self.assertEqual(answer.keys["refusal1.file"], f"{tables}/SSDT10")
        self.assertEqual(answer.keys["tables"], "4")

    def test_nothing_there(self):
        self.none("missing", f"--sysfs={self.directory}")
        self.file("sys/firmware/acpi/tables/DSDT", table("unrelated"))
        self.none("no-device", f"--sysfs={self.directory}")

    def test_this_machine(self):
        """Whatever it has: a named answer."""
        answer = command.run(FIND, "--sysfs")
        self.assertIn(answer.status, (0, 1))
        self.assertEqual(answer.keys["result"], ("found", "none")[answer.status])
        self.assertEqual(answer.complaint, "")


class Usage(unittest.TestCase):
    def test_wrong(self):
        for arguments in ([], ["--keys"], ["--no-such"], ["--fdt"], ["--crs"], ["--keys=1", "x"]):
            with self.subTest(arguments=arguments):
                answer = command.run(FIND, *arguments)
                self.assertEqual((answer.status, answer.text), (2, []))
                self.assertIn("--help", answer.complaint)

    def test_help_and_version(self):
        answer = command.run(FIND, "--help")
        self.assertEqual((answer.status, answer.complaint), (0, ""))
        for option in ("--fdt", "--crs", "--sysfs", "--keys", "Exit status"):
            self.assertIn(option, "\n".join(answer.text))
        self.assertEqual(command.run(FIND, "--version").text, [f"vmclock-find {VERSION}"])

    def test_output_that_fails(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([FIND, f"{TABLES}/qemu.aml"], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)


if __name__ == "__main__":
    unittest.main()
