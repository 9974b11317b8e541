# SPDX-License-Identifier: BSD-2-Clause
"""The machines that can be started and the images that run in them, as tables."""

from typing import NamedTuple

from .failure import Failure

PAGE_SIZE = 4096
RAM_SIZE = 256 << 20  # of machines that have their page in it; also in their options


class Page(NamedTuple):
    """A way to give a machine its page."""

    options: tuple  # {page} is the file, {aml} or {dtb} the compiled table
    table: str = ""  # what tells the guest of it: an .asl or .dts beside this module, or a path
    file_bytes: int = 0  # of the file that holds the page; 0: there is no file
    offset: int = 0  # of the page in its file
    phys: int = 0  # of the page in the machine, as the table says
    fw_cfg: bool = False  # the table comes by fw_cfg: see acpi.py; {directory}


class Firmware(NamedTuple):
    """What runs before an image does, if anything."""

    options: tuple  # {firmware} is the first file found
    files: tuple
    image: tuple  # how an image gets in; {image}, {arguments}


class Machine(NamedTuple):
    arch: str
    qemu: str  # the program, where --qemu names none
    options: tuple  # the machine itself; {cpu}
    cpus: tuple  # the first is the default
    pages: dict
    semihosting: bool = False  # an image ends by it, with its code; else by isa-debug-exit
    one_uart: bool = False  # the console is also where questions are answered
    cpu: str = ""  # as chosen
    firmware: Firmware = None  # as chosen

    def exit_status(self, code):
        """QEMU's exit status when an image ends with the code."""
        return code if self.semihosting else 2 * code + 1


class Target(NamedTuple):
    """An image for one architecture. The first machine and firmware are the defaults."""

    file: str  # below the build directory
    machines: tuple
    firmware: tuple = ("none",)
    bare: bool = False  # built by boot/bare, with newlib


class Image(NamedTuple):
    targets: dict  # by architecture
    arguments: str  # to print the report, answer questions, end with the verdict's code
    narrowest_ns: int  # the narrowest of the host's windows must not be wider


NONE = Firmware(options=(), files=(), image=("-kernel {image}", "-append {arguments}"))

OVMF = NONE._replace(
    options=("-drive if=pflash,format=raw,unit=0,readonly=on,file={firmware}",),
    files=(
        "/usr/share/ovmf/OVMF.fd",
        "/usr/share/OVMF/OVMF_CODE_4M.fd",
        "/usr/share/qemu/OVMF.fd",
        "/usr/share/OVMF/OVMF_CODE.fd",
        "/usr/share/edk2/ovmf/OVMF_CODE.fd",
        "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
        "/usr/share/qemu/ovmf-x86_64-code.bin",
    ),
)

FIRMWARE = {"none": NONE, "ovmf": OVMF}

# A DIMM of one page at 4 GiB, where vmclock.asl says it is.
DIMM = Page(
    options=(
        "-object memory-backend-file,id=vmclock,mem-path={page},size=4K,share=on",
        "-device pc-dimm,id=vmclock-dimm,memdev=vmclock,addr=0x100000000",
        "-acpitable file={aml}",
    ),
    table="vmclock.asl",
    file_bytes=PAGE_SIZE,
    phys=0x100000000,
)
NO_PAGE = Page(options=())
DEVICE = Page(options=("-device vmclock",))

# pc-dimm needs slots and maxmem, so they are given with and without a page.
PC = Machine(
    arch="x86_64",
    qemu="qemu-system-x86_64",
    options=(
        "-accel tcg",
        "-machine pc",
        "-cpu {cpu}",
        "-m 256M,slots=1,maxmem=2G",
        "-nodefaults -display none -no-reboot",
        "-device isa-debug-exit,iobase=0xf4,iosize=4",
    ),
    cpus=("qemu64", "max"),
    pages={"shared": DIMM, "device": DEVICE, "none": NO_PAGE},
)


def _replaced(machine, old, new):
    return tuple(new if option == old else option for option in machine.options)


Q35 = PC._replace(options=_replaced(PC, "-machine pc", "-machine q35"))

# One page of the machine's own memory, at 0x46000000, where vmclock-virt.dts says it is.
VIRT_RAM = Page(
    options=(
        "-object memory-backend-file,id=ram,mem-path={page},size=256M,share=on",
        "-machine memory-backend=ram",
        "-dtb {dtb}",
    ),
    table="vmclock-virt.dts",
    file_bytes=RAM_SIZE,
    offset=0x46000000 - 0x40000000,
    phys=0x46000000,
)

VIRT = Machine(
    arch="aarch64",
    qemu="qemu-system-aarch64",
    options=(
        "-accel tcg",
        "-machine virt",
        "-cpu {cpu}",
        "-m 256M",
        "-nodefaults -display none -no-reboot",
        "-semihosting-config enable=on,target=native",
    ),
    cpus=("cortex-a57", "max"),
    pages={"shared": VIRT_RAM, "none": NO_PAGE},
    semihosting=True,
    one_uart=True,
)
VIRT_EL2 = VIRT._replace(
    options=_replaced(VIRT, "-machine virt", "-machine virt,virtualization=on")
)

# The last page of the machine's own memory, where vmclock-microvm.asl says it is. This machine takes
# neither a DIMM nor -acpitable, so this is a test arrangement: the memory map calls the page free, and
# the tables are not QEMU's.
MICROVM_RAM = Page(
    options=(
        "-object memory-backend-file,id=ram,mem-path={page},size=256M,share=on",
        "-machine memory-backend=ram,acpi=off",
        "-fw_cfg name=etc/acpi/rsdp,file={directory}/rsdp",
        "-fw_cfg name=etc/acpi/tables,file={directory}/tables",
        "-fw_cfg name=etc/table-loader,file={directory}/loader",
    ),
    table="vmclock-microvm.asl",
    file_bytes=RAM_SIZE,
    offset=RAM_SIZE - PAGE_SIZE,
    phys=RAM_SIZE - PAGE_SIZE,
    fw_cfg=True,
)

MICROVM = PC._replace(
    options=tuple(
        {"-machine pc": "-machine microvm", "-m 256M,slots=1,maxmem=2G": "-m 256M"}.get(option, option)
        for option in PC.options
    ),
    pages={"shared": MICROVM_RAM, "none": NO_PAGE},
    one_uart=True,
)

MACHINES = {"q35": Q35, "pc": PC, "microvm": MICROVM, "virt": VIRT, "virt-el2": VIRT_EL2}

IMAGES = {
    "efi-check": Image(
        targets={
            "x86_64": Target("boot/efi/vmclock-check-x64.efi", ("q35",), ("ovmf",)),
        },
        arguments="--serve --qemu-exit",
        narrowest_ns=200_000,
    ),
    "date": Image(
        targets={
            "x86_64": Target("boot/bare/x86_64/date.elf", ("q35", "pc", "microvm"), bare=True),
            "aarch64": Target("boot/bare/aarch64/date.elf", ("virt", "virt-el2"), bare=True),
        },
        arguments="--serve",
        narrowest_ns=100_000,
    ),
}

ARCHITECTURES = sorted({arch for image in IMAGES.values() for arch in image.targets})


def _one_of(what, name, names):
    """The name, or the first of the names for None. Failure if it is none of them."""
    if name is not None and name not in names:
        raise Failure(f"{what} {name} does not exist: there is {', '.join(names)}")
    return name or names[0]


def choose(image, arch, machine=None, cpu=None, firmware=None):
    """(Machine, Target) by their names. Failure for what does not go together."""
    target = IMAGES[image].targets[_one_of(f"--image {image} --arch", arch,
                                           list(IMAGES[image].targets))]
    machine = _one_of(f"--image {image} --arch {arch} --machine", machine, target.machines)
    chosen = MACHINES[machine]
    cpu = _one_of(f"--machine {machine} --cpu", cpu, chosen.cpus)
    firmware = _one_of(f"--image {image} --arch {arch} --firmware", firmware, target.firmware)
    return chosen._replace(cpu=cpu, firmware=FIRMWARE[firmware]), target
