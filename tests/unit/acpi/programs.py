# SPDX-License-Identifier: BSD-2-Clause
"""Random programs of several tables with a device each, and methods that may change it.

A program lives under names of its own, so that many can be loaded at once; Program.tables are bodies
of a DSDT and two SSDTs.
"""
import aml

TABLES = 3
PAGES = (0xFEFFB000, 0xFEFFD000, 0xC0000000, 0x9F000)


class Program:
    def __init__(self, random, number):
        self.random = random
        tail = f"{number:02X}"
        self.tail = tail
        self.device_name = "VC" + tail if random.randrange(6) else "V" + tail + "_"
        self.alone = False  # whether it would keep the others of its tables from being loaded
        self.tables = [b""] * TABLES
        self.runs = []  # methods to be executed
        self.parents = []  # paths of what it lies in, from the outside
        self.page = random.choice(PAGES)
        self.named = []  # own objects that give values
        self.make()

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    def put(self, where, body):
        self.tables[where] += body

    # What the device has.
    def own_value(self, key, value, own):
        """Name or Method _STA/_CRS that gives a constant, in one of the forms that there are."""
        form = self.random.randrange(8)
        if self.chance(40):  # of no use
            return b"\x5b\x01" + key + b"\0", b""
        if form < 4:
            return aml.name(key, value), b""
        if form == 4:
            return aml.method(key, aml.give(value)), b""
        if form == 5:
            return aml.method(key, aml.name(b"LOCL", value) + aml.give(b"LOCL")), b""
        self.named.append(own.decode())
        return aml.method(key, aml.give(own)), aml.name(own, value)

    def device_body(self, page, has_crs=True):
        random = self.random
        parts = []
        form = random.randrange(13)
        if form < 6:
            parts.append(aml.name(b"_HID", aml.text("AMZNC10C")))
            if self.chance(12):
                parts[0] = aml.name(b"_HID", aml.text("QEMU0001")) + parts[0]
            elif self.chance(12):
                parts.append(aml.name(b"_DDN", aml.text("VMCLOCK")))
        elif form > 9:
            parts += self.unusual_id()
        elif form == 6:
            parts.append(aml.name(b"_CID", aml.package(b"\x12", b"\x01" + aml.text("VMCLOCK"))))
        elif form == 7:
            parts.append(aml.name(b"_HID", aml.text("QEMU0001")))
            parts.append(aml.name(b"_CID", aml.text("VMCLOCK")))
        elif form == 8:
            parts.append(aml.method(b"_HID", aml.give(aml.text("AMZNC10C"))))
        else:
            parts.append(aml.name(b"IDS_", aml.text("VMCLOCK")))
            parts.append(aml.name(b"_CID", aml.package(b"\x12", b"\x01IDS_")))
        if not self.chance(4):
            value = aml.integer(random.choice((0, 1, 8, 13, 15, 15, 15, 15)))
            parts += self.own_value(b"_STA", value, b"STAV")
        if has_crs:
            parts += self.own_value(b"_CRS", aml.template(page), b"RBUF")
        if self.chance(3):
            parts.append(aml.device(b"CHLD", aml.name(b"_STA", aml.integer(random.randrange(2)))
                                    + aml.name(b"_CRS", aml.template(0x80000000))))
        if self.chance(4):
            parts.append(aml.name(b"OTHR", aml.integer(5)))
        random.shuffle(parts)
        return b"".join(parts)

    def unusual_id(self):
        """Objects that make an id in ways that nobody uses."""
        form = self.random.randrange(8)
        if form == 0:
            return [aml.name(b"_UID", aml.text("VMCLOCK")),
                    aml.name(b"_CID", aml.package(b"\x12", b"\x01_UID"))]
        if form == 1:
            return [aml.name(b"_XID", aml.text("AMZNC10C")), aml.method(b"_HID", aml.give(b"_XID"))]
        if form == 2:
            self.put(0, aml.name(b"\\NU" + self.tail.encode(), b"\x01"))
            return [aml.name(b"_CID", aml.package(b"\x13", b"\\NU" + self.tail.encode()
                                                  + aml.text("VMCLOCK")))]
        if form == 3:
            return [aml.name(b"_HID", aml.buffer(b"AMZNC10C\0"))]
        if form == 4:  # Mid
            return [aml.name(b"TABL", aml.text("XXAMZNC10CXX")),
                    aml.method(b"_HID", aml.give(b"\x9eTABL\x0a\x02\x0a\x08\0"))]
        if form == 5:  # ToString
            return [aml.name(b"TABL", aml.buffer(b"AMZNC10C\0")),
                    aml.method(b"_HID", aml.give(b"\x9cTABL\xff\0"))]
        if form == 6:  # DerefOf (Index (DerefOf (Index
            inner = aml.package(b"\x12", b"\x01" + aml.text("AMZNC10C"))
            return [aml.name(b"TABL", aml.package(b"\x12", b"\x01" + inner)),
                    aml.method(b"_HID", aml.give(b"\x83\x88\x83\x88TABL\0\0\0\0"))]
        return [aml.name(b"_HID", aml.text("QEMU0001"))]  # which code may change

    def parent_values(self):
        """What the parent has: perhaps a _STA, in one of the forms that there are."""
        value = self.random.choice((0, 1, 8, 15))
        if not self.chance(3):
            return b""
        form = self.random.randrange(10)
        if form == 0:
            return aml.name(b"_STA", aml.text(str(value & 9)))
        if form == 1:
            return aml.name(b"_STA", aml.buffer(bytes([value])))
        if form == 2:
            self.put(0, aml.name(b"\\ST" + self.tail.encode(), aml.integer(value)))
            return aml.alias(b"\\ST" + self.tail.encode(), b"_STA")
        return aml.name(b"_STA", aml.integer(value))

    def parent_block(self, name):
        """The parent, most often a Device; other blocks have no say in what is present."""
        form = self.random.randrange(16)
        if form < 13:
            self.parents.append(("_SB_", name))
            return aml.device(name.encode(), self.parent_values())
        if form == 13:
            return aml.package(b"\x5b\x84", name.encode() + b"\0\0\0" + self.parent_values())
        if form == 14:
            return aml.package(b"\x5b\x85", name.encode() + self.parent_values())
        return self.field(name.encode())

    def field(self, unit):
        return aml.package(b"\x5b\x81", b"\\RG" + self.tail.encode() + b"\x01" + unit + b"\x08")

    def define(self):
        """The device, in one of the ways to define it, in one of the tables."""
        random = self.random
        where = random.randrange(TABLES)
        body = self.device_body(self.page, has_crs=not self.chance(12))
        form = random.randrange(6)
        own = self.device_name.encode()
        parent = ("_SB_",)
        if form == 0:
            code = aml.device(aml.absolute(parent + (self.device_name,)), body)
        elif form == 1:
            code = aml.scope(b"_SB_", aml.device(own, body))
        elif form == 2:
            code = aml.device(aml.segments(parent + (self.device_name,)), body)
        else:
            parent += ("PA" + self.tail,)
            outer = random.choice((where, random.randrange(where + 1)))
            head = aml.scope(b"\\_SB_", self.parent_block(parent[1]))
            if self.chance(10):
                head = b""
            if self.chance(15):
                head = aml.when(b"\x01", head)
            self.put(TABLES - 1 if self.chance(12) else outer, head)
            if form == 3:
                code = aml.scope(aml.absolute(parent), aml.device(own, body))
            elif form == 4:
                code = aml.scope(b"\\_SB_", aml.scope(parent[1].encode(), aml.device(own, body)))
            else:
                code = aml.scope(aml.absolute(parent), aml.scope(b"\\_SB_", aml.device(
                    aml.segments((parent[1], self.device_name)), body)))
            if self.chance(12):  # again, which makes it a second definition
                code = aml.scope(b"\\_SB_", aml.device(parent[1].encode(), aml.device(own, body)))
        self.path = parent + (self.device_name,)
        if self.chance(15):
            code = aml.when(b"\x01", code)
        self.put(where, code)

    # How a place is named from another.
    def reference(self, target, context):
        """One of the names that lead from a scope to an object."""
        forms = [aml.absolute(target)]
        if context[:len(target) - 1] == target[:-1]:
            forms += [target[-1].encode()] * 2  # upwards
        if target[:len(context)] == context:
            forms.append(aml.segments(target[len(context):]))
        for up in range(1, len(context) + 1):
            if target[:len(context) - up] == context[:len(context) - up]:
                forms.append(b"^" * up + aml.segments(target[len(context) - up:]))
        return self.random.choice(forms)

    def contexts(self):
        """Scopes where code may be put: (path, how it is opened)."""
        other = ("_SB_", "OT" + self.tail)
        return [aml.ROOT, ("_SB_",), self.path, self.path + ("CHLD",), other,
                other + (self.device_name,)] + self.parents

    def target(self):
        """An object that code is about: most often one that matters."""
        random = self.random
        other = ("_SB_", "OT" + self.tail)
        base = random.choice([self.path] * 6 + [other + (self.device_name,), other,
                                                self.path + ("CHLD",)] + self.parents * 2)
        if self.aliases and self.chance(3):
            base = random.choice(self.aliases)
        return base + (random.choice(["_STA"] * 3 + ["_CRS"] * 3 + ["_HID", "OTHR"]
                                     + self.named * 3),)

    def statement(self, target, context):
        random = self.random
        there = self.reference(target, context)
        kind = random.randrange(24)
        if kind == 0:
            return aml.store(aml.integer(random.randrange(16)), there)
        if kind == 1:
            return aml.store(aml.template(random.choice(PAGES)), there)
        if kind == 2:
            return b"\x8a" + there + aml.integer(4) + b"FLD_" + aml.store(aml.integer(0xA0000000),
                                                                       b"FLD_")
        if kind == 3:
            return b"\\PT" + self.tail.encode() + there  # as an argument
        if kind == 4:
            return b"\x7b" + there + aml.integer(8) + there  # And
        if kind == 5:
            return random.choice((b"\x75", b"\x76")) + there  # Increment, Decrement
        if kind == 6:
            return b"\x9d" + aml.integer(0) + there  # CopyObject
        if kind == 7:
            return b"\x71" + there  # RefOf
        if kind == 8:
            return aml.when(there, aml.store(b"\x01", b"\x60"))
        if kind == 9:
            return aml.store(there, b"\x60")
        if kind == 10:
            return aml.when(b"\x93" + random.choice((there + b"\x0a\x0f", b"\x0a\x0f" + there)),
                            aml.store(b"\x01", b"\x60"))
        if kind == 11:
            return b"\x70\x7b" + there + b"\x01\0\x60"
        if kind == 12:
            return aml.store(b"\x01", aml.package(b"\xa1", b"")[:0] + b"\x61")
        if kind == 13:
            return aml.give(there)
        return self.unusual_statement(target, there, kind)

    def unusual_statement(self, target, there, kind):
        """What changes an object from where it is not looked for."""
        random = self.random
        patch = b"\\PT" + self.tail.encode()
        if kind == 14:  # a call in a Buffer's size
            return aml.store(aml.buffer(b"\x01", patch + there), b"\x60")
        if kind == 15:  # and in a BankField's value
            own = b"\\RG" + self.tail.encode() + b"\\BK" + self.tail.encode()
            return aml.package(b"\x5b\x87", own + patch + there + b"\x01BFLD\x08") + aml.store(
                b"\x01", b"BFLD")
        if kind in (16, 17):  # a path as text
            path = "\\" + ".".join(name.rstrip("_") if random.randrange(2) else name
                                   for name in target)
            path = random.choice((path, path, path.lower(), target[-1], "^" + target[-1]))
            text = aml.text(path)
            if kind == 17:
                text = b"\x9c" + aml.buffer(path.encode() + b"\0") + b"\xff\0"
            return aml.store(text, b"\x60") + patch + b"\x83\x60"
        if kind == 18:
            return b"\x9d\x0a\x05" + aml.absolute(target[:-1])
        if kind == 20:  # Store (1, Index (there, 5))
            return aml.store(b"\x01", b"\x88" + there + aml.integer(5) + b"\0")
        if kind == 21:  # by a reference in a variable, and that in a package
            value = aml.template(random.choice(PAGES))
            if random.randrange(2):
                return aml.store(b"\x71" + there, b"\x60") + aml.store(value, b"\x83\x60")
            return (aml.store(aml.package(b"\x12", b"\x01" + aml.absolute(target)), b"\x60")
                    + aml.store(b"\x83\x88\x60\0\0", b"\x61") + patch + b"\x61")
        if kind == 22:  # While (1) { ... Break }
            return aml.package(b"\xa2", b"\x01" + aml.store(b"\0", there) + b"\xa5")
        if kind == 23:  # If (0) {} Else { ... }
            return aml.when(b"\0", b"") + aml.package(b"\xa1", aml.store(b"\0", there))
        return aml.store(aml.text(random.choice(("AMZNC10C", "QEMU0001"))), aml.absolute(
            target[:-1] + ("_HID",)))

    def unusual_definition(self):
        """What is defined or ends a table in ways that nobody uses."""
        random = self.random
        form = random.randrange(9)
        where = random.randrange(TABLES)
        if form == 0:
            below = self.path + ("_CRS", random.choice(("RBUF", "LOCL")))
            self.put(where, aml.name(aml.absolute(below), aml.template(random.choice(PAGES))))
        elif form == 1:
            self.tables[where] = aml.scope(aml.absolute(self.path[:-1]), self.field(
                self.path[-1].encode())) + self.tables[where]
        elif form == 2:
            self.tables[where] = (b"\x8a\\XB" + self.tail.encode() + b"\0" + aml.absolute(self.path)
                                  + self.tables[where])
        elif form == 3:
            self.alone = True
            self.tables[where] = aml.when(b"\x01", aml.give(b"\0")) + self.tables[where]
        elif form == 4:
            self.alone = True
            self.parents.append(("_SB_",))
            self.put(where, aml.scope(b"\\_SB_", aml.name(b"_STA", aml.integer(
                random.choice((0, 15))))))
        elif form == 5 and self.chance(3):  # an External that is executed, or not
            self.alone = True
            code = b"\x15" + random.choice((aml.absolute(self.target()), b"\\_SB_", b"\\NEW0")) \
                + bytes((random.choice((0, 1, 6, 8)), 0))
            code = random.choice((code, aml.when(b"\1", code), aml.when(b"\0", code),
                                  aml.when(b"\0", b"") + aml.package(b"\xa1", code)))
            self.tables[where] = (code + self.tables[where] if random.randrange(2)
                                  else self.tables[where] + code)
        elif form == 5:  # a Mutex, an Event, an External or a buffer field of that name
            there = aml.absolute(self.target())
            code = random.choice((b"\x5b\x01" + there + b"\0", b"\x5b\x02" + there,
                                  b"\x8a\\XB" + self.tail.encode() + b"\0" + there,
                                  aml.when(b"\0", b"\x15" + there + b"\0\0")))
            self.tables[where] = (code + self.tables[where] if random.randrange(2)
                                  else self.tables[where] + code)
        elif form == 6:  # in an Else
            self.put(where, aml.when(b"\0", b"") + aml.package(b"\xa1", aml.scope(
                aml.absolute(self.path), aml.name(b"_STA", b"\0"))))
        elif form == 7:
            self.put(where, aml.scope(aml.absolute(self.path), aml.method(b"_STA", b"")))
        else:
            self.put(where, aml.name(aml.absolute(("_SB_", "OT" + self.tail, "PACK")), aml.package(
                b"\x12", b"\x02" + aml.absolute(self.path) + aml.text(self.path[-1]))))

    def code(self):
        """A method somewhere, with statements."""
        random = self.random
        context = random.choice(self.contexts())
        own = f"R{len(self.runs)}{self.tail}"
        if self.chance(5) and context == self.path:
            own = "_INI"
        path = context + (own,)
        body = b"".join(self.statement(self.target(), path) for _ in range(random.randrange(1, 4)))
        if self.chance(6):
            body = aml.when(b"\x01", body)
        where = random.randrange(TABLES)
        if self.chance(2) and context:
            self.put(where, aml.scope(aml.absolute(context), aml.method(own.encode(), body)))
        else:
            self.put(where, aml.method(aml.absolute(path), body))
        self.runs.append(path)

    def definition(self):
        """An object that another table, or the same, gives to something."""
        random = self.random
        target = self.target()
        value = (aml.template(random.choice(PAGES)) if target[-1] in ("_CRS", "RBUF")
                 else aml.integer(random.choice((0, 1, 15))))
        where = random.randrange(TABLES)
        kind = random.randrange(5)
        own = target[-1].encode()
        if kind == 0:
            code = aml.name(aml.absolute(target), value)
        elif kind == 1:
            code = aml.method(aml.absolute(target), aml.give(value))
        else:
            inner = aml.name(own, value) if kind < 4 else aml.method(own, aml.give(value))
            code = aml.scope(aml.absolute(target[:-1]), inner)
            if kind == 3:
                code = aml.scope(aml.absolute(target[:-2]), aml.scope(target[-2].encode(), inner))
        if self.chance(6):
            code = aml.when(b"\x01", code)
        self.put(where, code)

    def second_name(self):
        random = self.random
        source = random.choice([self.path] * 3 + self.parents + [self.path + (own,) for own in
                                                                 ("_STA", "_CRS")])
        new = ("_SB_", f"A{len(self.aliases)}{self.tail}")
        self.put(random.randrange(TABLES), aml.alias(aml.absolute(source), aml.absolute(new)))
        if source[-1] in ("_STA", "_CRS"):
            self.alias_objects.append(new)
        elif source in self.parents:
            self.aliases.append(new + self.path[len(source):])
        else:
            self.aliases.append(new)

    def duplicate(self):
        """The device, or its parent, once more."""
        path = self.random.choice([self.path] + self.parents)
        body = self.device_body(self.random.choice(PAGES)) if path == self.path else b""
        code = aml.device(aml.absolute(path), body)
        where = self.random.randrange(TABLES)
        if self.chance(2):
            self.put(where, code)
        else:  # before all that is there
            self.tables[where] = code + self.tables[where]

    def make(self):
        random = self.random
        self.aliases, self.alias_objects = [], []
        other = aml.device(self.device_name.encode(), aml.name(b"_STA", aml.integer(1))
                           + aml.name(b"_CRS", aml.template(0x70000000))
                           + aml.name(b"OTHR", aml.integer(1)))
        self.put(0, aml.scope(b"\\_SB_", aml.device(b"OT" + self.tail.encode(),
                                                   other + aml.name(b"_STA", aml.integer(1)))))
        # PTxx patches what it is given, as a buffer or as a number
        self.put(0, aml.method(b"\\PT" + self.tail.encode(),
                               b"\x8a\x68" + aml.integer(4) + b"FLD_"
                               + aml.store(aml.integer(0xB0000000), b"FLD_")
                               + aml.give(b"\x01"), arguments=1))
        own = self.tail.encode()
        self.put(0, b"\x5b\x80\\RG" + own + b"\x01" + aml.integer(0x100) + aml.integer(16)
                 + self.field(b"BK" + own) + aml.name(b"\\XB" + own, aml.buffer(b"", aml.integer(8))))
        early = random.randrange(2)
        if early:
            self.path = ("_SB_", self.device_name)  # as far as is known yet
            for _ in range(random.randrange(2)):
                self.code()
        self.define()
        for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
            random.choice([self.code] * 6 + [self.definition] * 3 + [self.second_name] * 2
                          + [self.duplicate])()
        if self.chance(12):
            self.unusual_definition()
        for alias in self.alias_objects:
            own = f"R{len(self.runs)}{self.tail}"
            self.put(random.randrange(TABLES), aml.method(
                aml.absolute((own,)), b"".join(
                    (aml.store(aml.integer(0), aml.absolute(alias)),
                     b"\\PT" + self.tail.encode() + aml.absolute(alias)))))
            self.runs.append((own,))
