# SPDX-License-Identifier: BSD-2-Clause
"""Shows that tree.py, names.py, circles.py and rows.py find each fault that they are there for."""

import pathlib
import tempfile
import unittest

import circles
import names
import rows
import tree

LICENCE = "/* SPDX-License-Identifier: BSD-2-Clause */\n"


class Files(unittest.TestCase):
    """What is looked at, where git does not tell."""

    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("lib/a.c", "efi/a.efi", "amalgamation/vmclock.c", "build/x.c"):
            (self.root / name).parent.mkdir()
            (self.root / name).write_text("", encoding="utf-8")

    def names(self):
        return sorted("/".join(parts) for _path, parts in tree.files_of(self.root))

    def test_unknown(self):
        self.assertEqual(self.names(), ["amalgamation/vmclock.c", "efi/a.efi", "lib/a.c"])

    def test_release(self):
        """Its sources, and not what was built of them, then or since."""
        lines = [f"{64 * '0'}  {name}\n" for name in ("amalgamation/vmclock.c", "efi/a.efi", "lib/a.c", "lib/lost.c")]
        (self.root / "CHECKSUMS").write_text("".join(lines), encoding="utf-8")
        self.assertEqual(self.names(), ["lib/a.c"])


class Faults(unittest.TestCase):
    def test_clean(self):
        text = LICENCE + '#include <vmclock/types.h>\n#include <vmclock/page.h>\n#include "arch/arch.h"\n'
        self.assertEqual(list(tree.faults_of(("lib", "a.c"), text)), [])

    def test_licence(self):
        self.assertEqual(list(tree.faults_of(("a.py",), "import os\n")), ["no licence line"])

    def test_lines(self):
        self.assertEqual(list(tree.faults_of(("lib", "a.c"), LICENCE + "\n" * 399)), [])
        self.assertIn("more than 400", "".join(tree.faults_of(("lib", "a.c"), LICENCE + "\n" * 400)))

    def test_arrow_up(self):
        text = LICENCE + '#include "drivers/x.h"\n'
        self.assertIn("a room above", "".join(tree.faults_of(("lib", "a.c"), text)))

    def test_bare(self):
        text = LICENCE + '#include "x.h"\n'
        self.assertIn("not by its path", "".join(tree.faults_of(("boot", "efi", "a.c"), text)))
        self.assertEqual(list(tree.faults_of(("tests", "unit", "a.c"), text)), [])

    def test_rooms_of_programs(self):
        text = LICENCE + '#include "boot/linux/{}/x.h"\n'
        for own, room, fine in (("common", "common", True), ("common", "qemu", False),
                                ("qemu", "common", True), ("qemu", "publish", False),
                                ("publish/relation", "qemu", True),
                                ("publish/relation", "publish", False),
                                ("publish", "publish/relation", True), ("dump", "publish", False)):
            parts = ("boot", "linux", *own.split("/"), "a.c")
            self.assertEqual(not list(tree.faults_of(parts, text.format(room))), fine, (own, room))

    def test_libc(self):
        text = LICENCE + "#include <string.h>\n"
        self.assertIn("freestanding", "".join(tree.faults_of(("drivers", "a.c"), text)))
        self.assertEqual(list(tree.faults_of(("boot", "a.c"), text)), [])


    def test_compilers_headers(self):
        """Only types.h touches them, and has what not every tree has."""
        text = LICENCE + "#include <stdint.h>\n"
        for room in ("lib", "drivers", "arch"):
            self.assertIn("freestanding", "".join(tree.faults_of((room, "a.c"), text)))
        types = ("lib", "include", "vmclock", "types.h")
        self.assertEqual(list(tree.faults_of(types, text)), [])
        for word in ("offsetof(a, b)", "int8_t a;", "(uintptr_t)a"):
            self.assertIn("not every tree", "".join(tree.faults_of(("lib", "a.c"), LICENCE + word)))
            self.assertEqual(list(tree.faults_of(("lib", "a.c"), f"{LICENCE}/* {word} */\n")), [])


class Names(unittest.TestCase):
    def faults(self, **texts):
        return list(names.faults_of({f"lib/{stem}.c": text for stem, text in texts.items()}))

    def test_clean(self):
        text = """#define A_ONE 1
#define HELP 2
#undef HELP
/* static int other(void); */
static const int a_table[2] = {1, 2};
static WIDE_INLINE int a_more(struct b *b,
                              int c)
"""
        self.assertEqual(names.names_of(text), {"A_ONE", "a_table", "a_more"})
        self.assertEqual(self.faults(a=text, b="#define HELP 3\n#undef HELP\n"), [])

    def test_prefix(self):
        for text in ("static int of(void)\n", "#define OF 1\n", "static const char of[] = X;\n"):
            self.assertIn("does not begin with a_", "".join(self.faults(a=text)))

    def test_of_sources(self):
        for paths, fault in ((["lib/a.c", "drivers/acpi/a.c"], "is named as drivers/acpi/a.c"),
                             (["lib/time.c"], "others have a time.c"), (["lib/vmclock_time.c"], ""),
                             (["drivers/acpi/acpi_search.c", "drivers/fdt/fdt_search.c"], "")):
            self.assertIn(fault, "".join(names.clashes_of(paths)))
            self.assertEqual(len(list(names.clashes_of(paths))), bool(fault))
        for path in ("lib/vmclock_a.c", "drivers/acpi/acpi_a.c"):
            self.assertEqual(list(names.faults_of({path: "static int a_b(void)\n"})), [])

    def test_twice(self):
        for text in ("static int a_b_of(void)\n", "#define A_B_OF 1\n",
                     "static const int a_b_of = 1;\n"):
            self.assertIn("is also in lib/a.c", "".join(self.faults(a=text, a_b=text)))


class Circles(unittest.TestCase):
    def found(self, tables):
        return circles.circles(circles.arrows(tables))

    def test_none(self):
        self.assertEqual(self.found({"a": ({"f"}, {"g"}), "b": ({"g"}, {"h", "memcpy"}),
                                     "c": ({"h"}, set())}), [])

    def test_two(self):
        self.assertEqual(self.found({"a": ({"f"}, {"g"}), "b": ({"g"}, {"f"})}), [["a", "b", "a"]])

    def test_three_and_one_beside(self):
        self.assertEqual(
            self.found({"a": ({"f"}, {"g"}), "b": ({"g"}, {"h"}), "c": ({"h"}, {"f"}),
                        "d": ({"i"}, {"f"})}), [["a", "b", "c", "a"]])


class Rows(unittest.TestCase):
    TEST = "class T(unittest.TestCase):\n    def test_x(self):\n        pass\n    def test_y(self):\n        pass\n"

    def forgotten(self, *names, files=(), built="", text=TEST):
        with tempfile.TemporaryDirectory() as folder:
            tests = pathlib.Path(folder)
            (tests / "m.py").write_text(text)
            (tests / "test_c.c").write_text("")
            return [line.replace(f"{folder}/", "") for line in
                    rows.forgotten(tests, {(tests, name) for name in names},
                                   {tests / file for file in files}, built.format(folder))]

    def test_all(self):
        for names in (["m"], ["m.T"], ["m.T.test_x", "m.T.test_y"]):
            self.assertEqual(self.forgotten(*names, built="{}/test_c.c"), [])
        self.assertEqual(self.forgotten(files=["m.py"], built="{}/test_c.c"), [])

    def test_method(self):
        self.assertEqual(self.forgotten("m.T.test_x", built="{}/test_c.c"),
                         ["m.py: T.test_y is in no row"])

    def test_shared(self):
        """By two classes; each has it in a row."""
        text = self.TEST.replace("(unittest.TestCase)", "") + "class U(T, Case):\n    pass\nclass V(T, Case):\n    pass\n"
        rows_of = [f"m.{cls}.test_{name}" for cls in "UV" for name in "xy"]
        self.assertEqual(self.forgotten(*rows_of, built="{}/test_c.c", text=text), [])
        self.assertEqual(self.forgotten(*rows_of[:-1], built="{}/test_c.c", text=text),
                         ["m.py: V.test_y is in no row"])

    def test_file(self):
        self.assertEqual(self.forgotten("m"), ["test_c.c: is not built"])


if __name__ == "__main__":
    unittest.main()
