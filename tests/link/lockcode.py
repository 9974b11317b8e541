# SPDX-License-Identifier: BSD-2-Clause
"""What the compiled snapshot loop does, in which order, on every path through it.

A function's instructions are walked from its entry with the registers that hold the page's address,
and each access to the page, barrier and counter read is fed to the protocol:

    load seq, read barrier, loads of the page, ordered counter read, read barrier, load seq, compare

Used by lock_order.py; lockcpu.py says what the instructions are.
"""

import re

from lockcpu import CPUS, X86, Instruction

# Places in the protocol.
OUTSIDE, LOADED, COPYING, ORDERED, COUNTED, FENCED, RELOADED, COMPARED = range(8)

SEQ_OFFSET = 0x0c
PAGE_BYTES = 0x70
MARK = "#vmclock_barrier"  # in assembly, where a barrier is that leaves no instruction


def split_operands(text):
    """At the commas outside brackets of any kind."""
    out, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "[({") - (sign in "])}")
        if sign == "," and depth == 0:
            out.append(text[start:at].strip())
            start = at + 1
    return [*out, text[start:].strip()] if text.strip() else []


def parse_disassembly(text):
    """Function -> ([(label, instruction)]); labels are addresses, as branches name them."""
    functions, code = {}, None
    for line in text.splitlines():
        if match := re.match(r"[0-9a-f]+ <(\w+)>:", line):
            code = functions.setdefault(match[1], [])
        elif match := re.match(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)", line):
            operands = re.split(r"\s*(?:<| // |\t//|\s;|\s@)", match[3])[0]
            code.append((match[1], Instruction(match[2], split_operands(operands))))
    return functions


def parse_assembly(text):
    """The same of a compiler's output, in which MARK is an instruction "barrier"."""
    functions, code, labels = {}, None, []
    for line in text.replace(MARK, "\tbarrier").splitlines():
        if match := re.match(r"([\w.]+):", line):
            if not match[1].startswith("."):
                code = functions.setdefault(match[1], [])
            labels.append(match[1])
        elif (match := re.match(r"\s+([a-z][\w.]*)\s*([^#]*)", line)) and code is not None:
            code.append((labels, Instruction(match[1], split_operands(match[2]))))
            labels = []
    return functions


class Walk:
    """All paths of a function, each place with each state of the protocol once."""

    def __init__(self, cpu, code, barriers):
        self.cpu, self.code, self.barriers = cpu, code, barriers
        self.where = {}
        for at, (labels, _) in enumerate(code):
            for label in [labels] if isinstance(labels, str) else labels:
                self.where[label] = at
        self.faults, self.completed = [], False
        self.offsets, self.in_loop = set(), False  # of the page's words that are copied

    def fault(self, at, text):
        i = self.code[at][1]
        self.faults.append(f"{text} at '{i.name} {', '.join(i.operands)}'")

    def run(self):
        todo = [(0, OUTSIDE, frozenset({(self.cpu.first_argument, "clk")}), None)]
        seen = set()
        while todo:
            place = todo.pop()
            if place in seen:
                continue
            seen.add(place)
            todo += self.step(*place)
        if not self.completed:
            self.faults.append("no path reads the page under the lock")
        missing = set(range(0, PAGE_BYTES, 8)) - {offset // 8 * 8 for offset in self.offsets}
        if missing and not self.in_loop:
            self.faults.append(f"words of the page are not read: {sorted(missing)}")
        return sorted(set(self.faults))

    def held(self, known, operand):
        """What a register or a slot of the stack holds: clk, page, derived or None."""
        known = dict(known)
        register = self.cpu.register(operand)
        return known.get(register or operand)

    def step(self, at, state, known, reloaded):
        """The places that may follow."""
        if at >= len(self.code):
            return []
        cpu, i = self.cpu, self.code[at][1]
        if cpu.is_return(i):
            if state in (LOADED, COPYING, ORDERED, COUNTED, FENCED, RELOADED):
                if state != LOADED:
                    self.fault(at, "returns inside the window or without the comparison")
            self.completed |= state == COMPARED
            return []
        touched = self.touches(known, i)
        for event in (["barrier"] if i.name == "barrier" else cpu.events(i)):
            state = self.after_event(at, state, event)
        if touched is not None:
            state, reloaded = self.after_load(at, i, state, touched, reloaded)
        elif state == RELOADED and reloaded and i.name.startswith(cpu.compares) and (
                reloaded in map(cpu.register, i.operands)):
            state = COMPARED
        elif state == RELOADED and reloaded in map(cpu.register, cpu.written(i)):
            reloaded = None
        if cpu.is_call(i):
            if cpu.is_indirect(i):  # the caller's own counter, which is ordered by its contract
                for event in ("order", "counter"):
                    state = self.after_event(at, state, event)
            known = frozenset(item for item in known if item[0] not in cpu.clobbered)
            return [(at + 1, state, known, reloaded)]
        known = self.after_writes(known, i)
        branch = cpu.branch(i)
        if not branch:
            return [(at + 1, state, known, reloaded)]
        goes_on, target = branch
        follow = [(at + 1, state, known, reloaded)] if goes_on else []
        if target in self.where:
            follow.append((self.where[target], state, known, reloaded))
        return follow

    def touches(self, known, i):
        """The (offset, holder) of the page that an instruction loads from, or None."""
        if i.name.startswith(("lea", "nop")) or self.cpu.is_store(i):
            return None
        for match in self.cpu.memory.finditer(", ".join(i.operands)):
            offset, registers = self.cpu.address_of(match)
            holders = [self.held(known, register) for register in registers]
            if "page" in holders or "derived" in holders:
                exact = holders == ["page"]
                return offset, "page" if exact else "derived"
        return None

    def after_event(self, at, state, event):
        if state == LOADED and not self.barriers:
            state = COPYING
        if event == "barrier":
            return {LOADED: COPYING, COUNTED: FENCED}.get(state, state)
        if event == "order":
            return ORDERED if state == COPYING else state
        wrong = {OUTSIDE: "counter read outside the window",
                 COMPARED: "counter read outside the window",
                 RELOADED: "counter read outside the window",
                 LOADED: "counter read without a barrier after seq",
                 COPYING: "counter read that nothing keeps in order",
                 COUNTED: "second counter read", FENCED: "second counter read"}
        if state in wrong:
            self.fault(at, wrong[state])
        return COUNTED

    def after_load(self, at, i, state, touched, reloaded):
        offset, holder = touched
        if holder == "page" and offset == SEQ_OFFSET and self.cpu.width(i) == 32:
            if state in (OUTSIDE, LOADED, RELOADED, COMPARED):
                return LOADED, None
            if state == (FENCED if self.barriers else COUNTED):
                if i.name.startswith(self.cpu.compares):
                    return COMPARED, None
                return RELOADED, self.cpu.register(self.cpu.written(i)[0])
        if state == LOADED and not self.barriers:
            state = COPYING
        if state == COPYING:
            self.in_loop |= holder != "page"
            self.offsets |= {offset, offset + self.cpu.width(i) // 8 - 4}
            return state, reloaded
        self.fault(at, {OUTSIDE: "page read before seq",
                        LOADED: "page read before the barrier",
                        ORDERED: "page read between the ordering and the counter",
                        COUNTED: "page read before the second barrier",
                        FENCED: "page read instead of seq",
                        RELOADED: "page read after seq",
                        COMPARED: "page read after the window"}[state])
        return state, reloaded

    def after_writes(self, known, i):
        """The registers and stack slots that hold the handle's or the page's address afterwards."""
        cpu, known = self.cpu, dict(known)
        if cpu.is_store(i):
            value = i.operands[0]
            slot = i.operands[-1]
            if any(register in slot for register in cpu.frame):
                known.pop(slot, None)
                if held := self.held(known.items(), value):
                    known[slot] = held
            return frozenset(known.items())
        result = None
        if cpu.copies(i):
            result = self.result_of(known, i)
        for register in cpu.written(i):
            register = cpu.register(register)
            if result and register:
                known[register] = result
            elif register and not cpu.conditional(i):
                known.pop(register, None)
        return frozenset(known.items())

    def result_of(self, known, i):
        sources = self.cpu.sources(i)
        for source in sources:
            if match := self.cpu.memory.search(source):
                offset, registers = self.cpu.address_of(match)
                holders = [self.held(known.items(), register) for register in registers]
                if i.name.startswith("lea"):
                    return "derived" if {"page", "derived"} & set(holders) else None
                if holders == ["clk"] and offset == self.cpu.page_offset:
                    return "page"
                return known.get(source)
        held = {self.held(known.items(), source) for source in sources}
        if i.name.startswith(("add", "sub")) and issubclass(self.cpu, X86):
            held.add(self.held(known.items(), i.operands[-1]))
        if i.name.startswith("mov"):
            return next(iter(held), None)
        return "derived" if held & {"page", "derived"} else None


def faults_of(arch, functions, barriers=True):
    """The faults of each function that reads the counter."""
    cpu, found = CPUS[arch], {}
    for name, code in functions.items():
        if any("counter" in cpu.events(i) for _, i in code):
            found[name] = Walk(cpu, code, barriers).run()
    if not found:
        return {"": ["no function reads the counter"]}
    return found
