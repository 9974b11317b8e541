# SPDX-License-Identifier: BSD-2-Clause
"""The machines that can be started and the images that run in them, as tables."""

import os
import shlex
import shutil
from typing import NamedTuple

from .failure import Missing

HERE = os.path.dirname(os.path.abspath(__file__))
ASL = os.path.join(HERE, "vmclock.asl")  # names the address of the page, as "page" below does
PAGE_SIZE = 4096


class Machine(NamedTuple):
    qemu: str  # the program, where --qemu names none
    options: tuple  # the machine itself; {firmware} is the first file found of firmware
    firmware: tuple
    image: tuple  # how an image gets in; {image}, {arguments}
    pages: dict  # ways to give it a vmclock page, by name; {page} is the file, {ssdt} the table


class Image(NamedTuple):
    machines: dict  # by architecture: the machine's name and the file below the build directory
    arguments: str  # to print the report, answer on the second UART, end with the verdict's code


Q35_PAGE = (
    "-object memory-backend-file,id=vmclock,mem-path={page},size=4K,share=on",
    "-device pc-dimm,id=vmclock-dimm,memdev=vmclock,addr=0x100000000",
    "-acpitable file={ssdt}",
)

# pc-dimm needs slots and maxmem, so they are given with and without a page.
Q35 = Machine(
    qemu="qemu-system-x86_64",
    options=(
        "-accel tcg",
        "-machine q35",
        "-m 256M,slots=1,maxmem=2G",
        "-nodefaults -display none -no-reboot",
        "-drive if=pflash,format=raw,unit=0,readonly=on,file={firmware}",
        "-device isa-debug-exit,iobase=0xf4,iosize=4",
    ),
    firmware=(
        "/usr/share/ovmf/OVMF.fd",
        "/usr/share/OVMF/OVMF_CODE_4M.fd",
        "/usr/share/qemu/OVMF.fd",
        "/usr/share/OVMF/OVMF_CODE.fd",
        "/usr/share/edk2/ovmf/OVMF_CODE.fd",
        "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
        "/usr/share/qemu/ovmf-x86_64-code.bin",
    ),
    image=("-kernel {image}", "-append {arguments}"),
    pages={"shared": Q35_PAGE, "device": ("-device vmclock",), "none": ()},
)

MACHINES = {"q35": Q35}

IMAGES = {
    "efi-check": Image(
        machines={"x86_64": ("q35", "boot/efi/vmclock-check-x64.efi")},
        arguments="--serve --qemu-exit",
    ),
}

ARCHITECTURES = sorted({arch for image in IMAGES.values() for arch in image.machines})


class Files(NamedTuple):
    """Where one boot has its files; all below one directory except what is built or installed."""

    qemu: str
    image: str
    directory: str

    @property
    def page(self):
        return os.path.join(self.directory, "page")

    @property
    def ssdt(self):
        return os.path.join(self.directory, "vmclock.aml")

    @property
    def qmp(self):
        return os.path.join(self.directory, "qmp")

    @property
    def readings(self):
        return os.path.join(self.directory, "readings")


def find_program(name, why):
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} not found: {why}")
    return path


def find_firmware(machine):
    for path in machine.firmware:
        if os.path.exists(path):
            return path
    raise Missing("no firmware for the machine; looked for " + ", ".join(machine.firmware))


def _words(option, values):
    """One option of the table as words; a comma in a value is doubled, as QEMU wants it."""
    words = shlex.split(option)
    for word in words:
        # -kernel and -append take theirs as it is.
        plain = word.startswith("{")
        given = {name: v if plain else v.replace(",", ",,") for name, v in values.items()}
        yield word.format(**given)


def _values(machine, files, arguments):
    return {
        "firmware": find_firmware(machine) if machine.firmware else "",
        "image": files.image,
        "arguments": arguments,
        "page": files.page,
        "ssdt": files.ssdt,
        "qmp": files.qmp,
        "readings": files.readings,
    }


def page_options(machine, page, files):
    """The options that give a machine its page, each a list of words."""
    values = _values(machine, files, "")
    return [list(_words(option, values)) for option in machine.pages[page]]


def command(machine, page, files, arguments, stopped):
    """The QEMU command line: the program, then its options, each a list of words.

    page: a name of machine.pages. arguments: for the image, may be empty. stopped: the machine
    waits for a "cont" on the QMP socket, from a publisher.
    """
    options = list(machine.options)
    options += machine.pages[page]
    options += machine.image if arguments else machine.image[:1]
    options.append("-serial stdio")
    options.append("-serial unix:{readings},server=on,wait=off")
    if stopped:
        options.append("-S -qmp unix:{qmp},server=on,wait=off")
    values = _values(machine, files, arguments)
    return [[files.qemu]] + [list(_words(option, values)) for option in options]
