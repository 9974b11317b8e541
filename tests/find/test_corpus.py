# SPDX-License-Identifier: BSD-2-Clause
"""vmclock-find on every source of tests/data: what the source's "Expect:" lines say.

Usage: test_corpus.py FIND OPTION SOURCES COMPILED    OPTION: --fdt, or "" for ACPI tables
"""
import pathlib
import sys
import unittest

import command

FIND, OPTION, SOURCES, COMPILED = sys.argv[1:5]
SUFFIX = ".dtb" if OPTION else ".aml"


class Corpus(unittest.TestCase):
    def check(self, answer, expected):
        error, devices = expected
        self.assertEqual(answer.keys["error"], error)
        self.assertEqual(answer.devices(), devices)
        self.assertEqual(answer.status, 0 if devices else 1)
        self.assertEqual(answer.keys["result"], "found" if devices else "none")
        if error not in ("ok", "no-device"):
            self.assertIn(error, answer.refusals())
        self.assertEqual(answer.complaint, "")

    @unittest.skipIf("checked" in FIND, "takes long with the sanitizers: all at once is as much")
    def test_each(self):
        sources = sorted(p for p in pathlib.Path(SOURCES).iterdir() if p.suffix in (".asl", ".dts"))
        self.assertGreaterEqual(len(sources), 30)
        for source in sources:
            with self.subTest(source=source.name):
                path = pathlib.Path(COMPILED, source.stem + SUFFIX)
                answer = command.run(FIND, *([OPTION] if OPTION else []), path)
                self.check(answer, command.oracle(source))
                for i in range(1, len(answer.devices()) + 1):
                    self.assertEqual(answer.keys[f"device{i}.file"], str(path))
                    self.assertEqual(answer.keys[f"device{i}.source"], "fdt" if OPTION else "acpi")
                    self.assertRegex(answer.keys[f"device{i}.node"], "^/" if OPTION else "^none$")
        print(f"{len(sources)} sources", file=sys.stderr)

    def test_all_at_once(self):
        sources = sorted(p for p in pathlib.Path(SOURCES).iterdir() if p.suffix in (".asl", ".dts"))
        arguments, devices = [], []
        for source in sources:
            arguments += [OPTION] if OPTION else []
            arguments.append(pathlib.Path(COMPILED, source.stem + SUFFIX))
            devices += command.oracle(source)[1]
        answer = command.run(FIND, "--keys", *arguments)
        self.assertEqual((answer.status, answer.text, answer.complaint), (0, [], ""))
        self.assertEqual(answer.keys["devices"], str(len(devices)))
        self.assertEqual(answer.keys["error"], "ok")
        shown = min(len(devices), 100)
        answer.keys["devices"] = str(shown)
        self.assertEqual(answer.devices(), devices[:shown])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
