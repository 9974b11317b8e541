# SPDX-License-Identifier: BSD-2-Clause
"""Shows that tree.py finds each fault that it is there for."""

import unittest

import tree

LICENCE = "/* SPDX-License-Identifier: BSD-2-Clause */\n"


class Faults(unittest.TestCase):
    def test_clean(self):
        text = LICENCE + '#include <stdint.h>\n#include <vmclock/page.h>\n#include "arch/arch.h"\n'
        self.assertEqual(list(tree.faults_of(("lib", "a.c"), text)), [])

    def test_licence(self):
        self.assertEqual(list(tree.faults_of(("a.py",), "import os\n")), ["no licence line"])

    def test_arrow_up(self):
        text = LICENCE + '#include "drivers/x.h"\n'
        self.assertIn("a room above", "".join(tree.faults_of(("lib", "a.c"), text)))

    def test_libc(self):
        text = LICENCE + "#include <string.h>\n"
        self.assertIn("freestanding", "".join(tree.faults_of(("drivers", "a.c"), text)))
        self.assertEqual(list(tree.faults_of(("boot", "a.c"), text)), [])


if __name__ == "__main__":
    unittest.main()
