# SPDX-License-Identifier: BSD-2-Clause
"""The commands that a boot takes: for the table that names the page, for QEMU."""

import os
import shlex
import shutil
from typing import NamedTuple

from .failure import Missing

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = {"iasl": "acpica-tools", "dtc": "device-tree-compiler"}


class Files(NamedTuple):
    """Where one boot has its files; all below one directory except what is built or installed."""

    qemu: str
    image: str
    directory: str

    def _in_directory(self, name):
        return os.path.join(self.directory, name)

    @property
    def page(self):
        return self._in_directory("page")

    @property
    def aml(self):
        return self._in_directory("vmclock.aml")

    @property
    def dtb(self):
        return self._in_directory("vmclock.dtb")

    @property
    def qmp(self):
        return self._in_directory("qmp")

    @property
    def readings(self):
        return self._in_directory("readings")


def find_program(name, why):
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} not found: {why}")
    return path


def find_firmware(firmware):
    for path in firmware.files:
        if os.path.exists(path):
            return path
    raise Missing("no firmware for the machine; looked for " + ", ".join(firmware.files))


def _words(option, values):
    """One option of the table as words; a comma in a value is doubled, as QEMU wants it."""
    words = shlex.split(option)
    for word in words:
        # -kernel, -append and -dtb take theirs as it is.
        plain = word.startswith("{")
        given = {name: v if plain else v.replace(",", ",,") for name, v in values.items()}
        yield word.format(**given)


def _grouped(options, machine, files, arguments=""):
    """Each option as a list of words."""
    values = {
        "cpu": machine.cpu,
        "firmware": find_firmware(machine.firmware) if machine.firmware.files else "",
        "image": files.image,
        "arguments": arguments,
        "page": files.page,
        "aml": files.aml,
        "dtb": files.dtb,
        "directory": files.directory,
        "qmp": files.qmp,
        "readings": files.readings,
    }
    return [list(_words(option, values)) for option in options]


def page_options(machine, page, files):
    """The options that give a machine its page, each a list of words."""
    return _grouped(page.options, machine, files)


def _serial_options(machine):
    if not machine.one_uart:
        return ("-serial stdio", "-serial unix:{readings},server=on,wait=off")
    # What the guest says goes to stdout by way of the log, connected or not.
    return (
        "-chardev socket,id=uart,path={readings},server=on,wait=off,logfile=/dev/stdout,"
        "logappend=on",
        "-serial chardev:uart",
    )


def qemu(machine, page, files, arguments="", stopped=False, extra=()):
    """The QEMU command line: the program, then its options, each a list of words.

    page: a Page. arguments: for the image, may be empty. stopped: the machine waits for a "cont" on
    the QMP socket, from a publisher. extra: more options.
    """
    firmware = machine.firmware
    options = [*machine.options, *firmware.options, *page.options, *extra]
    options += firmware.image if arguments else firmware.image[:1]
    options += _serial_options(machine)
    if stopped:
        options.append("-S -qmp unix:{qmp},server=on,wait=off")
    return [[files.qemu], *_grouped(options, machine, files, arguments)]


def _moved_source(page, source, files):
    """The command that makes a source whose page is at the page's address, and where that is."""
    moved = os.path.join(files.directory, "vmclock.asl")
    ends = [(page.table_phys + offset, page.phys + offset) for offset in (0, 0xFFF)]
    script = [word for was, now in ends for word in ("-e", f"s/0x{was:016X}/0x{now:016X}/")]
    return ["sed", "-n", *script, "-e", f"w {moved}", source], moved


def table(machine, page, files, extra=()):
    """The commands that make the table that tells the guest where its page is; each a list of words.

    A device tree (.dts) describes the whole machine, so it includes what QEMU says of this one.
    """
    source = os.path.join(HERE, page.table)  # a path of its own stays as it is
    if not page.table:
        return []
    made = []
    if page.table_phys:
        move, source = _moved_source(page, source, files)
        made = [move]
    if source.endswith(".asl"):
        compile_asl = ["iasl", "-p", files.aml.removesuffix(".aml"), source]
        if not page.fw_cfg:
            return [*made, compile_asl]
        script = os.path.join(HERE, "acpi.py")
        return [*made, compile_asl, ["python3", "-B", script, files.aml, files.directory]]
    own = [word for group in _grouped([*machine.options, *extra], machine, files) for word in group]
    binary = os.path.join(files.directory, "machine.dtb")
    text = os.path.join(files.directory, "machine.dts")
    dtc = ["dtc", "-q", "-q"]
    return [
        [files.qemu, *own, "-machine", "dumpdtb=" + binary.replace(",", ",,")],
        [*dtc, "-I", "dtb", "-O", "dts", "-o", text, binary],
        [*dtc, "-I", "dts", "-O", "dtb", "-i", files.directory, "-o", files.dtb, source],
    ]
