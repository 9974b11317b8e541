# SPDX-License-Identifier: BSD-2-Clause
"""Which lines a verdict is of."""
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import verdicts

SOURCE = "a\n  x;\nb\nx;\nx;\n"


class Places(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        (self.folder / "a.c").write_text(SOURCE)
        for name in ("ROOT", "HERE"):
            patch = mock.patch.object(verdicts, name, self.folder)
            patch.start()
            self.addCleanup(patch.stop)
        verdicts.lines_of.cache_clear()
        self.addCleanup(verdicts.lines_of.cache_clear)

    def known(self, *lines):
        (self.folder / "equivalents.txt").write_text("# file\n" + "\n".join(lines) + "\n")
        return verdicts.equivalents()

    def test_a_line_that_stands_once(self):
        self.assertEqual(self.known("a.c @@ b @@ c @@ why"), {("a.c", 3, "b", "c"): "why"})

    def test_some_of_several(self):
        self.assertEqual(self.known("a.c 1,3/3 @@ x; @@ ; @@ why"),
                         {("a.c", 2, "x;", ";"): "why", ("a.c", 5, "x;", ";"): "why"})

    def test_which_is_not_said(self):
        for line in ("a.c @@ x; @@ ; @@ why", "a.c 1/2 @@ x; @@ ; @@ why", "a.c 4/3 @@ x; @@ ; @@ why",
                     "a.c 0/3 @@ x; @@ ; @@ why"):
            with self.subTest(line), self.assertRaisesRegex(SystemExit, "stands 3 times"):
                self.known(line)

    def test_no_such_line(self):
        with self.assertRaisesRegex(SystemExit, "no line 'y;'"):
            self.known("a.c @@ y; @@ ; @@ why")


class Known(unittest.TestCase):
    def test_all_have_their_lines(self):
        self.assertGreater(len(verdicts.equivalents()), 100)


if __name__ == "__main__":
    unittest.main()
