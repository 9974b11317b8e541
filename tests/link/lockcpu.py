# SPDX-License-Identifier: BSD-2-Clause
"""What the instructions of each CPU do, as far as lockcode.py has to know: one class a CPU."""

import re


class Instruction:
    def __init__(self, name, operands):
        self.name, self.operands = name, operands


class X86:
    """AT&T syntax: the destination comes last."""
    first_argument = "rdi"
    page_offset = 0x10  # of the member page in struct vmclock
    frame = ("sp",)  # what slots of the stack are named by
    clobbered = ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")
    memory = re.compile(r"(-?(?:0x)?[0-9a-f]*)\((%\w+)?(?:,(%\w+)(?:,\d+)?)?\)")
    compares = ("cmp", "xor", "sub")

    @staticmethod
    def register(name):
        name = name.lstrip("%*")
        if match := re.fullmatch(r"(r\d+)[dwb]?", name):
            return match[1]
        match = re.fullmatch(r"[re]?([abcd])[xlh]|[re]?(si|di|bp|sp)l?", name)
        return "r" + (match[1] + "x" if match[1] else match[2]) if match else None

    @staticmethod
    def events(i):
        return {"lfence": ["order"], "mfence": ["order"], "rdtsc": ["counter"],
                "rdtscp": ["order", "counter"]}.get(i.name, [])

    @staticmethod
    def is_return(i):
        return i.name.startswith("ret")

    @staticmethod
    def branch(i):
        """(whether it goes on behind it too, operand with the target) or None."""
        if i.name.startswith("jmp"):
            return False, i.operands[0]
        return (True, i.operands[0]) if i.name.startswith("j") else None

    @staticmethod
    def is_call(i):
        return i.name.startswith("call")

    @staticmethod
    def is_indirect(i):
        return i.operands[0].startswith("*")

    @staticmethod
    def written(i):
        if i.name.startswith(("cmp", "test", "push", "nop")) or not i.operands:
            return ["rax", "rdx"] if i.name.startswith("rdtsc") else []
        return [i.operands[-1]]

    @staticmethod
    def sources(i):
        return i.operands[:-1] or i.operands

    @staticmethod
    def address_of(match):
        offset, base, index = match.groups()
        return int(offset or "0", 0), [r for r in (base, index) if r]

    @staticmethod
    def width(i):
        for operand in i.operands:
            if re.fullmatch(r"%(e\w\w|r\d+d)", operand):
                return 32
        return 32 if i.name in ("cmpl", "movl") else 64

    @staticmethod
    def is_store(i):
        return i.name.startswith("mov") and "(" in i.operands[-1]

    @staticmethod
    def copies(i):
        return i.name.startswith(("mov", "lea", "add", "sub"))

    @staticmethod
    def conditional(i):
        return i.name.startswith("cmov")


class I386(X86):
    """The first argument in a register, as -mregparm=3 has it."""
    first_argument = "rax"
    page_offset = 0x0c
    frame = ("sp", "(%ebp)")
    clobbered = ("rax", "rcx", "rdx")

    @staticmethod
    def events(i):
        return ["order"] if i.name == "lock" else X86.events(i)


class Arm64:
    first_argument = "x0"
    page_offset = 0x10
    frame = ("sp",)
    clobbered = tuple(f"x{n}" for n in range(19))
    memory = re.compile(r"\[(\w+)(?:, (?:#(-?(?:0x)?[0-9a-f]+)|([wx]\d+)[^\]]*))?\]")
    compares = ("cmp", "subs", "eor", "sub")

    @staticmethod
    def register(name):
        match = re.fullmatch(r"[wx](\d+|zr)|(sp)", name)
        return match[2] or "x" + match[1] if match else None

    @staticmethod
    def events(i):
        text = " ".join(i.operands)
        if i.name == "dmb":
            return ["barrier"] if text in ("ishld", "ish") else []
        if i.name == "isb":
            return ["order"]
        if i.name == "mrs" and "cntvct_el0" in text:
            return ["counter"]
        if i.name == "mrs" and ("s3_3_c14_c0_6" in text or "cntvctss_el0" in text):
            return ["order", "counter"]
        return []

    @staticmethod
    def is_return(i):
        return i.name == "ret"

    @staticmethod
    def branch(i):
        if i.name == "b":
            return False, i.operands[0]
        if i.name.startswith("b.") or i.name in ("cbz", "cbnz", "tbz", "tbnz"):
            return True, i.operands[-1]
        return None

    @staticmethod
    def is_call(i):
        return i.name in ("bl", "blr")

    @staticmethod
    def is_indirect(i):
        return i.name == "blr"

    @staticmethod
    def written(i):
        if i.name.startswith(("st", "cmp", "tst", "cmn", "ccmp", "nop", "dmb", "isb", "yield")):
            return []
        if i.name in ("ldp", "ldpsw"):
            return i.operands[:2]
        return i.operands[:1]

    @staticmethod
    def sources(i):
        return i.operands[1:]

    @staticmethod
    def address_of(match):
        base, offset, index = match.groups()
        return int(offset or "0", 0), [r for r in (base, index) if r]

    @staticmethod
    def width(i):
        return 32 if i.operands[0].startswith("w") else 64

    @staticmethod
    def is_store(i):
        return i.name.startswith("st")

    @staticmethod
    def copies(i):
        return i.name in ("mov", "add", "sub", "adds", "subs") or i.name.startswith("ldr")

    @staticmethod
    def conditional(i):
        return i.name.startswith("csel")


class Arm32(Arm64):
    first_argument = "r0"
    clobbered = ("r0", "r1", "r2", "r3", "ip", "r12", "lr")
    memory = re.compile(r"\[(\w+)(?:, (?:#(-?(?:0x)?[0-9a-f]+)|-?(\w+)[^\]]*))?\]")
    compares = ("cmp", "subs", "eor", "sub", "teq")
    CONDITION = r"(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)"

    @staticmethod
    def register(name):
        name = name.strip("{}!^ ")
        return name if re.fullmatch(r"r\d+|ip|lr|sp|fp|sl|r9", name) else None

    @staticmethod
    def events(i):
        if i.name == "dmb":
            return ["barrier"] if i.operands == ["ish"] else []
        if i.name == "isb":
            return ["order"]
        if i.name == "mrrc" and i.operands[-1] == "cr14":
            return ["counter"]
        return []

    @staticmethod
    def is_return(i):
        text = " ".join(i.operands)
        return (i.name.startswith("bx") and not i.name.startswith("blx")) or \
            (i.name.startswith(("pop", "ldm")) and "pc" in text)

    @staticmethod
    def branch(i):
        if i.name in ("b", "b.n", "b.w"):
            return False, i.operands[0]
        if re.fullmatch("b" + Arm32.CONDITION + r"(\.[nw])?", i.name):
            return True, i.operands[0]
        return None

    @staticmethod
    def is_call(i):
        return i.name.startswith("bl") and not re.fullmatch("b" + Arm32.CONDITION, i.name)

    @staticmethod
    def is_indirect(i):
        return i.name.startswith("blx")

    @staticmethod
    def written(i):
        if i.name.startswith(("st", "cmp", "tst", "cmn", "teq", "nop", "dmb", "isb", "yield",
                              "push")):
            return []
        if i.name == "mrrc":
            return i.operands[2:4]
        if i.name.startswith("ldrd"):
            return i.operands[:2]
        if i.name.startswith(("ldm", "pop")):
            return [o for o in i.operands if "sp" not in o]
        return i.operands[:1]

    @staticmethod
    def width(i):
        return 64 if i.name.startswith("ldrd") else 32

    @staticmethod
    def copies(i):
        return i.name.startswith(("mov", "add", "sub", "ldr")) and not i.name.startswith("ldrd")

    @staticmethod
    def conditional(i):
        return bool(re.fullmatch(r"[a-z]+?" + Arm32.CONDITION, i.name)) and i.name not in (
            "teq", "movs", "bics", "subs", "adds", "mls")


CPUS = {"x86_64": X86, "i386": I386, "aarch64": Arm64, "armv7": Arm32}
