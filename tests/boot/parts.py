# SPDX-License-Identifier: BSD-2-Clause
"""The parts of boot/run's driver that only machines would miss, without a machine."""

import io
import os
import re
import shlex
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import lab  # noqa: E402,F401  (the path comes first, and this one adds boot/vm's)
from vm import acpi, child, cli, commands, machines, options, session  # noqa: E402
from vm.failure import Failure, Missing  # noqa: E402

ENTRY_BYTES, NAME_BYTES = 128, 56
COMMANDS = """\
# How to give a machine a vmclock page that its host keeps right. Copy the lines into a
# shell, or take the options that you need.
#
# A directory for the page and the sockets, the file that has the page, and the table that
# tells the guest where that is (its address is in the table's source).
mkdir -p my-vm
truncate -s 4096 my-vm/page
iasl -p my-vm/vmclock {table}

# The machine. What gives it the page, and would give it to any other one of its kind:
#   -object memory-backend-file,id=vmclock,mem-path=my-vm/page,size=4K,share=on
#   -device pc-dimm,id=vmclock-dimm,memdev=vmclock,addr=0x100000000
#   -acpitable file=my-vm/vmclock.aml
# (pc-dimm needs slots= and maxmem= in -m.)
# -S makes the machine wait for its publisher, which starts it by the QMP socket, because
# the moment of the start is what ties the guest's counter to the host's clock.
# The image here answers each byte 'r' on
# my-vm/readings with its time, and ends on 'q'.
/the/qemu \\
    -accel tcg \\
    -machine q35 \\
    -cpu max \\
    -m 256M,slots=1,maxmem=2G \\
    -nodefaults -display none -no-reboot \\
    -device isa-debug-exit,iobase=0xf4,iosize=4 \\
    -object memory-backend-file,id=vmclock,mem-path=my-vm/page,size=4K,share=on \\
    -device pc-dimm,id=vmclock-dimm,memdev=vmclock,addr=0x100000000 \\
    -acpitable file=my-vm/vmclock.aml \\
    -kernel 'an image' \\
    -append '--serve --now' \\
    -serial stdio \\
    -serial unix:my-vm/readings,server=on,wait=off \\
    -S -qmp unix:my-vm/qmp,server=on,wait=off </dev/null &

# The publisher: starts the machine, writes the page, keeps it fresh until it is ended.
until [ -S my-vm/qmp ]; do sleep 0.1; done
publish --file my-vm/page --qmp my-vm/qmp
"""


def setup_of(machine="Q35", page="shared", arguments="--serve --now", publisher=("publish",), choice=None,
             **more):
    chosen = getattr(machines, machine)._replace(cpu="max", firmware=machines.NONE)
    if choice:
        chosen, _ = machines.choose("date", "x86_64", machine.lower(), **choice)
    return session.Setup(chosen, "an image", arguments, "/the/qemu", page=page,
                         publisher=publisher and list(publisher), **more)


def in_words(*parts):
    """A path, as it is typed."""
    return shlex.quote(os.path.join(*parts))


def words_of(setup):
    return [word for option in setup.qemu_command("/d") for word in option]


class PrintedCommands(unittest.TestCase):
    def printed(self, setup):
        with redirect_stdout(io.StringIO()) as out:
            cli.print_commands(setup)
        return out.getvalue()

    def test_whole(self):
        self.assertEqual(self.printed(setup_of()), COMMANDS.format(
            table=in_words(commands.HERE, "vmclock.asl")))

    def test_test_arrangement(self):
        said = self.printed(setup_of("MICROVM"))
        self.assertIn("\n# A test arrangement: the memory map calls the page free.\n", said)
        self.assertNotIn("pc-dimm", said)
        self.assertIn("\ntruncate -s 268435456 my-vm/page\n", said)
        self.assertIn(f"\niasl -p my-vm/vmclock {in_words(commands.HERE, 'vmclock-microvm.asl')}\n"
                      f"python3 -B {in_words(commands.HERE, 'acpi.py')} my-vm/vmclock.aml my-vm\n", said)
        self.assertIn("--file my-vm/page --offset 268431360 --qmp my-vm/qmp\n", said)

    def test_kvm(self):
        """No stop, no QMP: the publisher goes by the process."""
        said = self.printed(setup_of(choice=dict(cpu="host", accel="kvm")))
        self.assertIn("\n    -accel kvm \\\n    -machine q35 \\\n    -cpu host \\\n", said)
        self.assertTrue(said.endswith(" </dev/null &\n\n# The publisher, as root: writes the page, keeps it"
                                      " fresh until it is ended.\npublish --file my-vm/page --kvm $!\n"), said)
        self.assertNotIn("qmp", said)
        self.assertNotIn("-S", said)
        self.assertIn("vmclock-publish --all-kvm", said)

    def test_page_at(self):
        said = self.printed(setup_of(choice=dict(page_at=0x8000000)))
        source = in_words(commands.HERE, "vmclock.asl")
        self.assertIn("\ntruncate -s 268435456 my-vm/page\nsed -n -e s/0x0000000100000000/0x0000000008000000/"
                      " -e s/0x0000000100000FFF/0x0000000008000FFF/ -e 'w my-vm/vmclock.asl' "
                      f"{source}\niasl -p my-vm/vmclock my-vm/vmclock.asl\n", said)
        self.assertNotIn("pc-dimm", said)
        self.assertIn("-machine memory-backend=ram", said)
        self.assertIn("--file my-vm/page --offset 134217728 --qmp my-vm/qmp\n", said)
        said = self.printed(setup_of(choice=dict(page_at=0x140000000)))
        self.assertIn(",memdev=vmclock,addr=0x140000000\n", said)
        self.assertIn("/0x0000000140000FFF/", said)


class Firmware:
    """What the firmware does with the three files, by QEMU's table loader (hw/acpi/bios-linker-loader.c)."""

    BASES = {"etc/acpi/tables": 0x7fe0000, "etc/acpi/rsdp": 0xf5a40}

    def __init__(self, contents):
        self.files = {f"etc/acpi/{name}": bytearray(contents[name]) for name in (acpi.RSDP, acpi.TABLES)}
        self.zones = {}
        script = contents[acpi.LOADER]
        assert len(script) % ENTRY_BYTES == 0
        for at in range(0, len(script), ENTRY_BYTES):
            self.do(script[at:at + ENTRY_BYTES])

    def name(self, entry, at):
        return entry[at:at + NAME_BYTES].rstrip(b"\0").decode()

    def do(self, entry):
        kind, = struct.unpack_from("<I", entry)
        name = self.name(entry, 4)
        file = self.files[name]
        if kind == 1:
            self.zones[name] = struct.unpack_from("<IB", entry, 4 + NAME_BYTES)
        elif kind == 2:
            assert {name, self.name(entry, 4 + NAME_BYTES)} <= set(self.zones), "not there yet"
            at, size = struct.unpack_from("<IB", entry, 4 + 2 * NAME_BYTES)
            value = int.from_bytes(file[at:at + size], "little") + \
                self.BASES[self.name(entry, 4 + NAME_BYTES)]
            file[at:at + size] = value.to_bytes(size, "little")
        elif kind == 3:
            at, start, length = struct.unpack_from("<III", entry, 4 + NAME_BYTES)
            file[at] = -sum(file[start:start + length]) % 256
        else:
            raise AssertionError(f"command {kind}")


class Acpi(unittest.TestCase):
    SSDT = b"SSDT" + bytes(range(60))

    def test_what_the_firmware_makes_of_it(self):
        contents = acpi.files(self.SSDT)
        firmware = Firmware(contents)
        rsdp, tables = firmware.files["etc/acpi/rsdp"], firmware.files["etc/acpi/tables"]
        base = Firmware.BASES["etc/acpi/tables"]
        self.assertEqual(firmware.zones, {"etc/acpi/rsdp": (64, 2), "etc/acpi/tables": (64, 1)})
        signature, _, _, revision, rsdt, length, xsdt, _ = struct.unpack("<8sB6sBIIQB3x", rsdp)
        self.assertEqual((signature, revision, rsdt, length, xsdt), (b"RSD PTR ", 2, 0, 36, base))
        self.assertEqual([sum(rsdp[:20]) % 256, sum(rsdp[:36]) % 256], [0, 0])
        name, length, revision = struct.unpack_from("<4sIB", tables)
        self.assertEqual((name, length, revision, sum(tables[:length]) % 256), (b"XSDT", 36 + 8, 1, 0))
        entry, = struct.unpack_from("<Q", tables, 36)
        self.assertEqual(tables[entry - base:], self.SSDT)

    def test_several(self):
        """All but the DSDT are listed, to which the FADT points; those without a checksum get one."""
        fadt, other = acpi.table(b"FACP", 6, bytes(240)), acpi.table(b"APIC", 4, b"x" * 9)
        dsdt = b"DSDT" + self.SSDT[4:]
        tables = Firmware(acpi.files(fadt, other, dsdt, self.SSDT)).files["etc/acpi/tables"]
        base = Firmware.BASES["etc/acpi/tables"]
        at = [entry - base for entry in struct.unpack_from("<3Q", tables, 36)]
        self.assertEqual(struct.unpack_from("<I", tables, 4)[0], at[0])
        self.assertEqual([bytes(tables[place:place + 4]) for place in at], [b"FACP", b"APIC", b"SSDT"])
        for place, table in zip(at, (fadt, other)):
            self.assertEqual(sum(tables[place:place + len(table)]) % 256, 0)
        self.assertEqual(tables[at[1]:at[1] + 9], other[:9])
        pointed = struct.unpack_from("<Q", tables, at[0] + 140)[0] - base
        self.assertEqual(tables[pointed:pointed + len(dsdt)], dsdt)
        self.assertEqual(tables[at[2]:], self.SSDT)

    def test_program(self):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "ssdt")
            with open(source, "wb") as file:
                file.write(self.SSDT)
            acpi.main([source, folder])
            for name, content in acpi.files(self.SSDT).items():
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertEqual(file.read(), content)


class Tables(unittest.TestCase):
    def pages(self):
        for name, machine in machines.MACHINES.items():
            yield from ((name, machine, page) for page in machine.pages.values())
        for name, firmware in machines.FIRMWARE.items():
            yield from ((name, machines.VIRT, page) for page in (firmware.pages or {}).values())

    def table(self, name):
        """The text of the table, and of those of ours that it includes."""
        path = os.path.join(commands.HERE, name)
        if not os.path.exists(path):  # what QEMU says of the machine
            return ""
        with open(path, encoding="ascii") as source:
            text = source.read()
        return text + "".join(map(self.table, re.findall('/include/ "(.*)"', text)))

    def test_a_page_is_where_its_table_says(self):
        """And inside its file; in a machine's memory that begins where the machine has it."""
        for name, machine, page in self.pages():
            with self.subTest(name, table=page.table):
                self.assertLessEqual(page.offset + machines.PAGE_SIZE * bool(page.file_bytes), page.file_bytes)
                if not page.file_bytes:
                    continue
                numbers = [int(word, 16) for word in re.findall(r"0x([0-9a-fA-F]+)", self.table(page.table))]
                self.assertIn(page.phys, numbers)
                if page.file_bytes == machines.RAM_SIZE:
                    ram_base = 0x40000000 if machine.arch == "aarch64" else 0
                    self.assertEqual(page.phys - page.offset, ram_base)
                else:
                    self.assertEqual((page.offset, page.file_bytes), (0, machines.PAGE_SIZE))
        self.assertEqual((machines.PAGE_SIZE, machines.RAM_SIZE), (4096, 256 << 20))

    def test_choice(self):
        chosen, target = machines.choose("efi-check", "x86_64")
        self.assertEqual((chosen.cpu, chosen.firmware, target.bare), ("qemu64", machines.OVMF, False))
        self.assertIs(chosen.pages, machines.Q35.pages)
        chosen, target = machines.choose("date", "aarch64", "virt-el2", "max")
        self.assertEqual((chosen.cpu, chosen.firmware, target.bare), ("max", machines.NONE, True))
        chosen, _ = machines.choose("efi-check", "aarch64", firmware="u-boot")
        self.assertIs(chosen.pages, machines.U_BOOT.pages)
        with self.assertRaisesRegex(Failure, "--image date --arch x86_64 --machine virt does not exist"):
            machines.choose("date", "x86_64", "virt")
        with self.assertRaisesRegex(Failure, "--image date --arch ia32 does not exist"):
            machines.choose("date", "ia32")

    def test_moved_tables(self):
        """A page at another address is there in the table, too."""
        for name, at in (("q35", 0x100000), ("pc", 0xFFFF000), ("microvm", 0x8000000), ("q35", 0x16FFFF000)):
            with self.subTest(name, at=at), tempfile.TemporaryDirectory() as folder:
                chosen, _ = machines.choose("date", "x86_64", name, page_at=at)
                page = chosen.pages["shared"]
                self.assertEqual((page.phys, page.offset), (at, at if at < 1 << 32 else 0))
                session.run_tool(commands.table(chosen, page, commands.Files("", "", folder))[0])
                moved = self.table(os.path.join(folder, "vmclock.asl"))
                original = self.table(page.table)
                self.assertEqual(moved.count(f"0x{at:016X}"), 1)
                self.assertEqual(moved.count(f"0x{at + 0xFFF:016X}"), 1)
                self.assertNotIn(f"0x{page.table_phys:016X}", moved)
                self.assertEqual(len(moved), len(original))
        for name, at in (("q35", 0x8000800), ("q35", 0x10000000), ("q35", 0), ("microvm", 1 << 32),
                         ("q35", 0x170000000)):
            with self.assertRaisesRegex(Failure, f"^--page-at {at:#x}: a multiple of 0x1000 is wanted, from 0x100000"):
                machines.choose("date", "x86_64", name, page_at=at)
        for image, arch in (("date", "aarch64"), ("efi-check", "ia32")):
            with self.assertRaisesRegex(Failure, "^--page-at: for the x86_64 machines"):
                machines.choose(image, arch, page_at=0x8000000)

    def test_kvm(self):
        chosen, _ = machines.choose("efi-check", "x86_64", accel="kvm")
        self.assertEqual((chosen.cpu, chosen.kvm), ("host", True))
        self.assertIn("-accel kvm", chosen.options)
        self.assertNotIn("-accel tcg", chosen.options)
        with self.assertRaisesRegex(Failure, "there is host, max, kvm64"):
            machines.choose("efi-check", "x86_64", cpu="qemu64", accel="kvm")
        with self.assertRaisesRegex(Failure, "^--accel kvm: x86 only"):
            machines.choose("date", "aarch64", accel="kvm")
        setup = setup_of(choice=dict(accel="kvm"))
        self.assertIn(["-S", "-qmp", "unix:/d/qmp,server=on,wait=off"], setup.qemu_command("/d"))
        self.assertEqual(setup.publisher_command("/d", "77"), ["publish", "--file", "/d/page", "--kvm", "77"])

    def test_words_come_after_a_blank(self):
        """Neither arguments nor a publisher: no words for them."""
        words = words_of(setup_of(arguments="", publisher=None))
        self.assertFalse({"-append", "-S", "-qmp"} & set(words))
        self.assertEqual(words[-4:], ["-serial", "stdio", "-serial", "unix:/d/readings,server=on,wait=off"])
        words = words_of(setup_of("VIRT", publisher=None))
        self.assertEqual(words[-4:], ["-chardev", "socket,id=uart,path=/d/readings,server=on,wait=off,"
                                      "logfile=/dev/stdout,logappend=on", "-serial", "chardev:uart"])
        self.assertIn("-smp", words_of(setup_of(extra=("-smp 2",))))

    def test_device_tree_is_of_the_same_machine(self):
        dump, text, tree = setup_of("VIRT").table_commands("/d")
        self.assertEqual(dump, ["/the/qemu", "-accel", "tcg", "-machine", "virt", "-cpu", "max", "-m", "256M",
                                "-nodefaults", "-display", "none", "-no-reboot", "-semihosting-config",
                                "enable=on,target=native", "-machine", "dumpdtb=/d/machine.dtb"])
        self.assertEqual(text, ["dtc", "-q", "-q", "-I", "dtb", "-O", "dts", "-o", "/d/machine.dts",
                                "/d/machine.dtb"])
        self.assertEqual(tree, ["dtc", "-q", "-q", "-I", "dts", "-O", "dtb", "-i", "/d", "-o",
                                "/d/vmclock.dtb", f"{commands.HERE}/vmclock-virt.dts"])
        self.assertEqual(setup_of(page="none").table_commands("/d"), [])
        self.assertEqual(setup_of(table="/a/b.asl").table_commands("/d"),
                         [["iasl", "-p", "/d/vmclock", "/a/b.asl"]])

    def test_what_is_missing(self):
        with self.assertRaisesRegex(Missing, "^no-such-program not found: why$"):
            commands.find_program("no-such-program", "why")
        self.assertEqual(commands.find_program("sh", "why"), commands.shutil.which("sh"))
        firmware = machines.OVMF._replace(files=("/nowhere/a", __file__, "/nowhere/b"))
        self.assertEqual(commands.find_firmware(firmware), __file__)
        with self.assertRaisesRegex(Missing, "looked for /nowhere/a$"):
            commands.find_firmware(machines.OVMF._replace(files=("/nowhere/a",)))

    def test_go_on(self):
        """What QEMU is asked for; an event is no answer."""
        def serve(listener, answer, asked):
            with listener.accept()[0] as qmp:
                qmp.sendall(b'{"QMP": {}}\n')
                for _ in range(1 + (b"return" in answer)):
                    asked.append(qmp.recv(4096))
                    qmp.sendall(b'{"event": "RESUME"}\n' + answer)

        for answer in (b'{"return": {}}\n', b'{"error": {"desc": "no"}}\n'):
            asked, path = [], os.path.join(tempfile.mkdtemp(), "qmp")
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(path)
                listener.listen()
                server = threading.Thread(target=serve, args=(listener, answer, asked))
                server.start()
                if b"return" in answer:
                    session.go_on(path)
                else:
                    with self.assertRaisesRegex(Failure, "QEMU refuses qmp_capabilities"):
                        session.go_on(path)
                server.join()
            shutil.rmtree(os.path.dirname(path))
        self.assertEqual(asked[0], b'{"execute": "qmp_capabilities"}\n')

    def test_tools(self):
        session.run_tool(["true"])
        with self.assertRaisesRegex(Failure, "(?s)^sh failed: sh -c .*\nout\nerr\n$"):
            session.run_tool(["sh", "-c", "echo out; echo err >&2; exit 1"])
        with self.assertRaisesRegex(Missing, r"it makes the table of the page \(Debian: acpica-tools\)"), \
                mock.patch.object(commands.shutil, "which", return_value=None):
            session.run_tool(["iasl"])


class Setup(unittest.TestCase):
    """From the options to what is booted."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.build = scratch.name
        for name in ("boot/linux/vmclock-publish", "boot/bare/aarch64/date.elf",
                     "boot/efi/vmclock-check-ia32.efi"):
            path = os.path.join(self.build, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w", encoding="ascii").close()

    def setup_of(self, *arguments):
        return cli.setup_of(options.parser().parse_args(["--build", self.build, "--qemu", sys.executable,
                                                         *arguments]))

    def test_options(self):
        setup = self.setup_of("--image", "date", "--arch", "aarch64", "--skew-ns", "0",
                              "--claim-bound-ns", "0")
        publisher = os.path.join(self.build, "boot/linux/vmclock-publish")
        self.assertEqual(setup.publisher, [publisher, "--arch", "aarch64", "--authority", "host",
                                           "--skew-ns", "0", "--claim-bound-ns", "0"])
        self.assertEqual(setup.image, os.path.join(self.build, "boot/bare/aarch64/date.elf"))
        self.assertEqual((setup.arguments, setup.narrowest_ns, setup.content), ("--serve", 100_000, None))
        self.assertEqual(setup.qemu, sys.executable)
        setup = self.setup_of("--kernel", "a/kernel", "--append", "two words")
        self.assertEqual((setup.image, setup.arguments), (os.path.abspath("a/kernel"), "two words"))
        self.assertEqual((setup.machine.options, setup.narrowest_ns), (machines.Q35.options, 100_000))
        setup = self.setup_of("--arch", "ia32")
        self.assertEqual(setup.publisher[1:], ["--arch", "x86_64", "--authority", "host"])
        self.assertEqual(setup.narrowest_ns, 200_000)

    def test_kvm(self):
        setup = self.setup_of("--arch", "ia32", "--accel", "kvm")
        self.assertEqual(setup.publisher[1:], ["--authority", "host"])

    def test_no_kvm(self):
        """Is said by name before anything is built; the commands can be had all the same."""
        missing = {"/dev/kvm is not there": "/dev/kvm", "/dev/kvm is not for this user": None}
        for text, path in missing.items():
            with mock.patch.object(options.os.path, "exists", lambda name, path=path: name != path), \
                    mock.patch.object(options.os, "access", return_value=False), \
                    redirect_stderr(io.StringIO()) as said, redirect_stdout(io.StringIO()):
                self.assertEqual(options.judge(["--accel", "kvm"]), 2)
                self.assertEqual(options.judge(["--accel", "kvm", "--print-command"]), 0)
            self.assertTrue(said.getvalue().startswith(f"boot/run: error: --accel kvm: {text}"), said)
        with mock.patch.object(options.os.path, "exists", return_value=True), \
                mock.patch.object(options.os, "access", lambda path, _mode: path == "/dev/kvm"), \
                self.assertRaisesRegex(Missing, "^--accel kvm: /sys/kernel/debug, .* is for root$"):
            options.check_kvm()
        with mock.patch.object(options.os.path, "exists", lambda path: path == "/dev/kvm"), \
                mock.patch.object(options.os, "access", return_value=True), \
                self.assertRaisesRegex(Missing, "is not there: mount -t debugfs none /sys/kernel/debug$"):
            options.check_kvm()

    def test_missing(self):
        with self.assertRaisesRegex(Missing, "vmclock-check-x64.efi is not there"):
            self.setup_of()
        for given in ("/nowhere/qemu", "/", __file__):
            with self.assertRaisesRegex(Missing, f"--qemu {given}: no such program"):
                cli.find_qemu(given, machines.Q35)
        with self.assertRaisesRegex(Missing, "nowhere-qemu not found: see --qemu"):
            cli.find_qemu("nowhere-qemu", machines.Q35)
        self.assertEqual(cli.find_qemu("sh", machines.Q35), commands.shutil.which("sh"))
        with mock.patch.object(commands.shutil, "which", side_effect=lambda name: "/found/" + name):
            self.assertEqual(cli.find_qemu(None, machines.VIRT), "/found/qemu-system-aarch64")
        here = os.getcwd()
        os.chdir("/")
        self.addCleanup(os.chdir, here)
        self.assertEqual(cli.find_qemu("bin/sh", machines.Q35), "/bin/sh")

    def test_help_names_all(self):
        for line in ("  date --arch aarch64 --machine virt-el2 --cpu cortex-a57|max\n",
                     "  efi-check --arch aarch64 --machine virt --cpu cortex-a57|max"
                     " --firmware aavmf|aavmf-dt|u-boot\n"):
            self.assertIn(line, options.parser().format_help())
        def told(code, *words):
            done = subprocess.run([sys.executable, "-BP", "-m", *words], capture_output=True, text=True,
                                  env=dict(os.environ, PYTHONPATH=lab.BOOT), check=False)
            self.assertEqual(done.returncode, code, done)
            return done.stdout + done.stderr

        self.assertEqual(told(0, "vm.options", "--image", "date"), "x86_64 bare\n")
        self.assertIn("/nowhere/boot/linux/vmclock-publish is not there", told(2, "vm", "--build", "/nowhere"))


class Children(unittest.TestCase):
    def start(self, *command):
        process = child.Child("it", list(command))
        self.addCleanup(lambda: process.process.stdout.closed or process.end())
        return process

    def test_lines(self):
        process = self.start("sh", "-c", r"printf 'a\r\n\033[1mb\nc'; printf d >&2; exit 3")
        self.assertTrue(child.wait_until(lambda: process.ended() is not None, [process], 10))
        self.assertEqual((process.ended(), process.out.lines), (3, ["a", "b"]))
        self.assertEqual((process.out.tail(), process.err.tail()), (["a", "b", "c"], ["d"]))
        self.assertEqual(process.out.tail(1), ["c"])
        self.assertTrue(process.out.closed)

    def test_waiting(self):
        process = self.start("sleep", "60")
        began = time.monotonic()
        self.assertFalse(child.wait_until(lambda: False, [process], 0.2))
        self.assertGreaterEqual(time.monotonic() - began, 0.2)
        self.assertTrue(child.wait_until(lambda: True, [process], 0))
        self.assertIsNone(process.ended())

    def test_ends(self):
        process = self.start("sleep", "60")
        process.end()
        self.assertEqual(process.process.returncode, -signal.SIGTERM)
        stubborn = self.start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
        self.assertTrue(child.wait_until(lambda: stubborn.out.lines, [stubborn], 10))
        stubborn.end(grace_s=0.05)
        self.assertEqual(stubborn.process.returncode, -signal.SIGKILL)

    def test_hears_our_end(self):
        """Started while signals are put off, it takes them; and it is a session of its own."""
        with child.undisturbed():
            process = self.start("sh", "-c", "grep -E '^(SigBlk|SigIgn)' /proc/self/status; ps -o sid= $$; echo $$")
        self.assertTrue(child.wait_until(lambda: process.ended() is not None, [process], 10))
        blocked = int(process.out.lines[0].split()[1], 16)
        for number in child.END_SIGNALS:
            self.assertFalse(blocked >> (number - 1) & 1)
        self.assertEqual(process.out.lines[-2].strip(), process.out.lines[-1])

    def test_signals(self):
        code = ("import os, signal, sys\nfrom vm import child\nchild.end_on_signals()\n"
                "for number in child.END_SIGNALS:\n"
                "    try:\n"
                "        with child.undisturbed():\n"
                "            os.kill(os.getpid(), number)\n"
                "            print('undisturbed')\n"
                "        print('never')\n"
                "    except child.Ended as ended:\n"
                "        print(ended.number == number)\n")
        done = subprocess.run([sys.executable, "-Bc", code], env=dict(os.environ, PYTHONPATH=lab.BOOT),
                              capture_output=True, text=True, check=True, timeout=30)
        self.assertEqual(done.stdout, "undisturbed\nTrue\n" * 3)

    def test_parent_that_is_gone(self):
        """By the time a child asks to end with it."""
        for parent, code in ((os.getpid(), 3), (0, 1)):
            process = os.fork()
            if not process:
                try:
                    child._before_exec(parent)
                finally:
                    os._exit(3)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), code)

    def test_ends_with_us(self):
        """Not even SIGKILL for us leaves it behind."""
        def is_there(process):
            try:
                with open(f"/proc/{process}/stat", encoding="ascii") as file:
                    return file.read().rpartition(")")[2].split()[0] not in "ZX"
            except OSError:
                return False

        code = ("import os\nfrom vm import child\nprocess = child.Child('it', ['sleep', '60'])\n"
                "print(process.process.pid, flush=True)\nos.kill(os.getpid(), 9)\n")
        done = subprocess.run([sys.executable, "-Bc", code], env=dict(os.environ, PYTHONPATH=lab.BOOT),
                              stdout=subprocess.PIPE, text=True, check=False, timeout=30)
        self.assertEqual(done.returncode, -signal.SIGKILL)
        self.assertTrue(child.wait_until(lambda: not is_there(int(done.stdout)), [], 30))

    def test_scratch_directory(self):
        with tempfile.TemporaryDirectory() as place:
            with mock.patch.dict(os.environ, TMPDIR=place), mock.patch.object(tempfile, "tempdir", None):
                with child.scratch_directory() as path:
                    self.assertEqual(os.path.dirname(path), place)
                    self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o700)
                    open(os.path.join(path, "page"), "w", encoding="ascii").close()
                self.assertEqual(os.listdir(place), [])
        with mock.patch.dict(os.environ):
            os.environ.pop("TMPDIR", None)
            with child.scratch_directory() as path:
                self.assertEqual(os.path.dirname(path), "/dev/shm")


if __name__ == "__main__":
    unittest.main()
