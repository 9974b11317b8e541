# SPDX-License-Identifier: BSD-2-Clause
"""The machines that can be started and the images that run in them, as tables."""

from typing import NamedTuple

from .failure import Failure

PAGE_SIZE = 4096
MIB = 1 << 20
MAXMEM_SIZE = 2 << 30  # of machines that take DIMMs; also in their options
RAM_SIZE = 256 << 20  # of machines that have their page in it; also in their options


class Page(NamedTuple):
    """A way to give a machine its page."""

    options: tuple  # {page} is the file, {aml} or {dtb} the compiled table
    table: str = ""  # what tells the guest of it: an .asl or .dts beside this module, or a path
    table_phys: int = 0  # where the table has the page, if it is to be elsewhere: see page_at
    file_bytes: int = 0  # of the file that holds the page; 0: there is no file
    offset: int = 0  # of the page in its file
    phys: int = 0  # of the page in the machine, as the table says
    fw_cfg: bool = False  # the table comes by fw_cfg: see acpi.py; {directory}
    caveat: str = ""  # what users of these options have to know


class Firmware(NamedTuple):
    """What runs before an image does, if anything."""

    options: tuple  # {firmware} is the first file found
    files: tuple
    image: tuple  # how an image gets in; {image}, {arguments}
    pages: dict = None  # ways that differ from the machine's own


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
    hardware: str = ""  # the architecture that QEMU and the publisher call it by, if another
    kvm: bool = False  # its CPUs are the host's; else emulated

    def exit_status(self, code):
        """QEMU's exit status when an image ends with the code."""
        return code if self.semihosting else 2 * code + 1


class Target(NamedTuple):
    """An image for one architecture. The first machine and firmware are the defaults."""

    file: str  # below the build directory
    machines: tuple
    firmware: tuple = ("none",)
    bare: bool = False  # built by boot/bare, with newlib
    disk: bool = False  # to be put on a disk with a boot manager and a kernel: see esp.py


class Image(NamedTuple):
    targets: dict  # by architecture
    arguments: str  # to print the report, answer questions, end with the verdict's code
    narrowest_ns: int  # the narrowest of the host's windows must not be wider
    patience: str = ""  # with which it waits for a publisher that the machine is quicker than; none: it does by itself

    @property
    def live(self):
        """The arguments where a publisher starts the machine."""
        return f"{self.arguments} {self.patience}".rstrip()


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

# The build that Debian 12 has needs its variables and SMM.
OVMF32 = NONE._replace(
    options=(
        "-drive if=pflash,format=raw,unit=0,readonly=on,file={firmware}",
        "-drive if=pflash,format=raw,unit=1,snapshot=on,file=/usr/share/OVMF/OVMF32_VARS_4M.fd",
    ),
    files=("/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd",),
)


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
_RAM = (
    "-object memory-backend-file,id=ram,mem-path={page},size=256M,share=on",
    "-machine memory-backend=ram",
)
_BY_FW_CFG = (
    "-machine acpi=off",
    "-fw_cfg name=etc/acpi/rsdp,file={directory}/rsdp",
    "-fw_cfg name=etc/acpi/tables,file={directory}/tables",
    "-fw_cfg name=etc/table-loader,file={directory}/loader",
)
VIRT_RAM = Page(
    options=(*_RAM, "-dtb {dtb}"),
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
# the tables are not QEMU's. Nor can its device tree tell of a page: QEMU makes that itself, takes none
# in its place, and leaves it in fw_cfg (etc/fdt), where a PVH loader does not hand it over.
MICROVM_RAM = Page(
    options=(*_RAM, *_BY_FW_CFG),
    table="vmclock-microvm.asl",
    file_bytes=RAM_SIZE,
    offset=RAM_SIZE - PAGE_SIZE,
    phys=RAM_SIZE - PAGE_SIZE,
    fw_cfg=True,
    caveat="A test arrangement: the memory map calls the page free.",
)

MICROVM = PC._replace(
    options=tuple(
        {"-machine pc": "-machine microvm", "-m 256M,slots=1,maxmem=2G": "-m 256M"}.get(option, option)
        for option in PC.options
    ),
    pages={"shared": MICROVM_RAM, "none": NO_PAGE},
    one_uart=True,
)

# A page of device memory, which is where the firmware puts the prefetchable BAR of a PCI device: the
# first one in the window below 4 GiB. That this begins at 0xc0000000, where vmclock-ia32.asl says the
# page is, takes more than 2 GiB of memory; a test arrangement, which nothing promises.
IVSHMEM = Page(
    options=(
        "-object memory-backend-file,id=vmclock,mem-path={page},size=4K,share=on",
        "-device ivshmem-plain,memdev=vmclock",
        "-acpitable file={aml}",
    ),
    table="vmclock-ia32.asl",
    file_bytes=PAGE_SIZE,
    phys=0xC0000000,
    caveat="A test arrangement: nothing promises that the firmware puts this device there.",
)

Q35_IA32 = Q35._replace(
    arch="ia32",
    options=tuple(
        {"-machine q35": "-machine q35,smm=on", "-m 256M,slots=1,maxmem=2G": "-m 2560M"}.get(o, o)
        for o in Q35.options
    ) + ("-global driver=cfi.pflash01,property=secure,value=on",),
    pages={"shared": IVSHMEM, "none": NO_PAGE},
    hardware="x86_64",
)

# The firmware of virt. AAVMF gives an application ACPI tables or, with acpi=off and none in fw_cfg, the
# device tree, never both. It knows nothing of a reserved page in either, so a page in its memory is a
# test arrangement: the memory map calls the page free, and AAVMF just happens to leave it alone, as it
# takes memory from the top. Nor are the ACPI tables QEMU's: this machine has no -acpitable.
_NOT_RESERVED = "A test arrangement: the firmware does not know that the page is not for it."
AAVMF = NONE._replace(
    options=("-bios {firmware}",),
    files=(
        "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
        "/usr/share/AAVMF/AAVMF_CODE.fd",
        "/usr/share/edk2/aarch64/QEMU_EFI.fd",
        "/usr/share/qemu/aavmf-aarch64-code.bin",
    ),
    pages={
        "shared": VIRT_RAM._replace(
            options=(*_RAM, *_BY_FW_CFG), table="vmclock-virt.asl", fw_cfg=True,
            caveat=_NOT_RESERVED,
        ),
        "none": NO_PAGE,  # QEMU's own tables
    },
)
AAVMF_DT = AAVMF._replace(
    pages={
        "shared": VIRT_RAM._replace(
            options=(*VIRT_RAM.options, "-machine acpi=off"), caveat=_NOT_RESERVED
        ),
        "none": Page(options=("-machine acpi=off",)),
    },
)
U_BOOT = NONE._replace(
    options=("-bios {firmware}",),
    files=("/usr/lib/u-boot/qemu_arm64/u-boot.bin", "/usr/share/u-boot/qemu_arm64/u-boot.bin"),
    pages={
        "shared": VIRT_RAM._replace(table="vmclock-u-boot.dts"),
        "none": Page(options=("-dtb {dtb}",), table="u-boot.dts"),
    },
)

FIRMWARE = {
    "none": NONE,
    "ovmf": OVMF,
    "ovmf32": OVMF32,
    "aavmf": AAVMF,
    "aavmf-dt": AAVMF_DT,
    "u-boot": U_BOOT,
}
MACHINES = {
    "q35": Q35,
    "pc": PC,
    "microvm": MICROVM,
    "q35-ia32": Q35_IA32,
    "virt": VIRT,
    "virt-el2": VIRT_EL2,
}

IMAGES = {
    "efi-check": Image(
        targets={
            "x86_64": Target("boot/efi/vmclock-check-x64.efi", ("q35",), ("ovmf",)),
            "ia32": Target("boot/efi/vmclock-check-ia32.efi", ("q35-ia32",), ("ovmf32",)),
            "aarch64": Target("boot/efi/vmclock-check-aa64.efi", ("virt", "virt-el2"),
                              ("aavmf", "aavmf-dt", "u-boot")),
        },
        arguments="--serve --qemu-exit",
        narrowest_ns=200_000,
        patience="-t 5",
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

IMAGES["efi-driver"] = IMAGES["date"]._replace(
    targets={"x86_64": Target("boot/efi/vmclock-driver-x64.efi", ("q35",), ("ovmf",), disk=True)},
    arguments="")
for _name in ("set", "watch"):
    IMAGES[_name] = IMAGES["date"]._replace(
        targets={arch: target._replace(file=target.file.replace("date", _name))
                 for arch, target in IMAGES["date"].targets.items()})

# What --kernel takes: an image of the user's, where the images without firmware go.
KERNEL = IMAGES["date"]._replace(
    targets={arch: target._replace(file="", bare=False) for arch, target in IMAGES["date"].targets.items()},
    arguments="")

ARCHITECTURES = sorted({arch for image in IMAGES.values() for arch in image.targets})


def _one_of(what, name, names):
    """The name, or the first of the names for None. Failure if it is none of them."""
    if name is not None and name not in names:
        raise Failure(f"{what} {name} does not exist: there is {', '.join(names)}")
    return name or names[0]


ACCELERATORS = ("tcg", "kvm")
KVM_CPUS = ("host", "max", "kvm64")


def under_kvm(machine):
    """The machine with the host's CPUs. Failure if it cannot be."""
    if (machine.hardware or machine.arch) != "x86_64":
        raise Failure("--accel kvm: x86 only; on others KVM shows nobody how a guest's counter is made")
    return machine._replace(options=_replaced(machine, "-accel tcg", "-accel kvm"), cpus=KVM_CPUS,
                            kvm=True)


def _page_at(page, at):
    """A page of an x86 machine at another address: a DIMM, or a page of its memory."""
    if page not in (DIMM, MICROVM_RAM):
        raise Failure("--page-at: for the x86_64 machines q35, pc and microvm")
    in_ram = MIB <= at <= RAM_SIZE - PAGE_SIZE
    last_dimm = DIMM.phys + MAXMEM_SIZE - RAM_SIZE - PAGE_SIZE
    if at % PAGE_SIZE or not (in_ram or (page is DIMM and DIMM.phys <= at <= last_dimm)):
        dimm = f", or from {DIMM.phys:#x} to {last_dimm:#x}" if page is DIMM else ""
        raise Failure(f"--page-at {at:#x}: a multiple of {PAGE_SIZE:#x} is wanted, from {MIB:#x} to"
                      f" {RAM_SIZE - PAGE_SIZE:#x}{dimm}")
    moved = page._replace(phys=at, table_phys=page.phys)
    if not in_ram:
        return moved._replace(options=tuple(option.replace(f"{DIMM.phys:#x}", f"{at:#x}")
                                            for option in page.options))
    if page is DIMM:
        moved = moved._replace(options=(*_RAM, "-acpitable file={aml}"), file_bytes=RAM_SIZE)
    return moved._replace(offset=at, caveat=MICROVM_RAM.caveat)


def image_of(name):
    """The image; the user's own where it has no name."""
    return KERNEL if name is None else IMAGES[name]


def choose(image, arch, machine=None, cpu=None, firmware=None, accel="tcg", page_at=None):
    """(Machine, Target) by their names. Failure for what does not go together."""
    what = "--kernel" if image is None else f"--image {image}"
    targets = image_of(image).targets
    target = targets[_one_of(f"{what} --arch", arch, list(targets))]
    machine = _one_of(f"{what} --arch {arch} --machine", machine, target.machines)
    chosen = MACHINES[machine] if accel == "tcg" else under_kvm(MACHINES[machine])
    cpu = _one_of(f"--machine {machine} --cpu", cpu, chosen.cpus)
    firmware = _one_of(f"{what} --arch {arch} --firmware", firmware, target.firmware)
    pages = FIRMWARE[firmware].pages or chosen.pages
    if page_at is not None:
        pages = {**pages, "shared": _page_at(pages["shared"], page_at)}
    return chosen._replace(cpu=cpu, firmware=FIRMWARE[firmware], pages=pages), target
