# SPDX-License-Identifier: BSD-2-Clause
"""tests/run and .ci/run, on a project of a few tests whose results are known."""

import re
import shutil
import unittest

from place import TREE, Place

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(few NONE)
enable_testing()
add_test(NAME good COMMAND true)
add_test(NAME bad COMMAND test -e ${PROJECT_SOURCE_DIR}/mended)
add_test(NAME by_code COMMAND sh ${PROJECT_SOURCE_DIR}/by_code)
set_tests_properties(by_code PROPERTIES SKIP_RETURN_CODE 77)
add_test(NAME by_unittest COMMAND echo "test_it (a.B) ... skipped 'no network'")
set_tests_properties(by_unittest PROPERTIES SKIP_REGULAR_EXPRESSION skipped)
add_test(NAME slow COMMAND true)
set_tests_properties(slow PROPERTIES LABELS long)
"""


CI = ".ci/run"  # which a release has not


class Run(Place):
    def setUp(self):
        super().setUp()
        for part in ("tests/run", "tests/setup/summary.py", CI, "CMakePresets.json",
                     "lib/package/presets.json", "boot/setup/alive.sh", "boot/setup/build.sh"):
            (self.folder / part).parent.mkdir(parents=True, exist_ok=True)
            if part != CI or (TREE / CI).exists():
                shutil.copy(TREE / part, self.folder / part)
        self.write("CMakeLists.txt", PROJECT)
        self.write("by_code", "echo 'skipped: no <hardware>'\necho end\nexit 77\n")
        self.write("boot/setup/setup", "#!/bin/sh\n").chmod(0o755)

    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def run_tests(self, *arguments):
        done = self.run_script(self.folder / "tests/run", *arguments)
        return done.returncode, done.stdout, done.stderr

    def test_usage(self):
        for arguments in (("--lost",), ("-R",), ("-j",), ("-j", "0"), ("-j", "two"), ("good",)):
            with self.subTest(arguments):
                self.assert_usage(self.folder / "tests/run", *arguments)
        self.assertEqual(self.run_tests("--help")[::2], (0, ""))

    def test_built_by_another(self):
        """Who fetched elsewhere what the build rests on: it is made anew, and again only then."""
        left = self.folder / "build/test/left"
        for cache, there in (("his", False), ("his", True), ("hers", False)):
            done = self.run_script(self.folder / "tests/run", "-R", "good",
                                   XDG_CACHE_HOME=str(self.folder / cache))
            self.assertEqual(done.returncode, 0, done)
            self.assertEqual(left.exists(), there)
            left.touch()

    def test_a_failure(self):
        code, said, _ = self.run_tests()
        self.assertNotEqual(code, 0)
        self.assertIn("1 tests failed out of 4", said)
        self.assertIn("\nskipped: by_code: no <hardware>\n", said)
        self.assertIn("\nskipped: by_unittest: no network\n", said)
        self.assertTrue(said.endswith("\ntests/run: 1 passed, 1 failed, 2 skipped\n"), said)

    def test_skipped_without_a_reason(self):
        """Counts as failed, whatever CTest says of it."""
        self.write("mended", "")
        self.write("by_code", "echo nothing; exit 77\n")
        code, said, complaint = self.run_tests()
        self.assertEqual(code, 1, said)
        self.assertTrue(said.endswith("\ntests/run: 2 passed, 1 failed, 1 skipped\n"), said)
        self.assertIn("tests/run: by_code was skipped and does not say why\n", complaint)

    def test_skipped_in_part(self):
        """A row of which something ran has passed; what did not is named."""
        self.write("mended", "")
        self.write("by_code", "echo \"test_a (a.A.test_a) ... skipped 'no root'\"; echo 'Ran 2 tests in 0.1s'\n"
                              "echo; echo 'OK (skipped=1)'; exit 77\n")
        code, said, complaint = self.run_tests()
        self.assertEqual(code, 0, said + complaint)
        self.assertIn("\nskipped in part: by_code: no root\n", said)
        self.assertTrue(said.endswith("\ntests/run: 3 passed, 0 failed, 1 skipped\n"), said)

    def test_a_result_is_missing(self):
        """As when whoever runs the tests ends before them."""
        results = self.write("results.xml", '<testsuite><testcase name="good" status="run"/></testsuite>')
        summary = self.folder / "tests/setup/summary.py"
        for rows, code in (("1", 0), ("2", 1), ("0", 1)):
            done = self.run_script("/usr/bin/env", "python3", summary, results, rows)
            self.assertEqual(done.returncode, code)
            self.assertEqual(f"1 results of {rows} tests" in done.stderr, code == 1)

    def test_no_failure(self):
        self.write("mended", "")
        code, said, _ = self.run_tests("--long", "-j", "2")
        self.assertEqual(code, 0, said)
        self.assertTrue(said.endswith("\ntests/run: 3 passed, 0 failed, 2 skipped\n"), said)

    @unittest.skipUnless((TREE / CI).exists(), "a release has no .ci")
    def test_by_ci(self):
        """As a CI system calls it: by bash, from the tree."""
        command = 'cd "$0" && exec bash .ci/run'
        done = self.run_script("/bin/bash", "-c", command, str(self.folder), CI="true")
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stdout.endswith("tests/run: 1 passed, 1 failed, 2 skipped\n"), done)
        self.write("mended", "")
        done = self.run_script("/bin/bash", "-c", command, str(self.folder), CI="true")
        self.assertEqual(done.returncode, 0, done)

    def test_by_name(self):
        code, said, _ = self.run_tests("-R", "goo")
        self.assertEqual(code, 0, said)
        self.assertTrue(said.endswith("tests/run: 1 passed, 0 failed, 0 skipped\n"), said)
        self.assertEqual(self.run_tests("-R", "bad")[0], 8)
        for nothing in ("nothing", "slow", "by_code"):
            with self.subTest(nothing):
                code, _, complaint = self.run_tests("-R", nothing)
                self.assertNotEqual(code, 0)
                self.assertIn("no test was run", complaint)
        self.assertEqual(self.run_tests("-R", "slow", "--long")[0], 0)

    def test_list(self):
        names = "good\nbad\nby_code\nby_unittest\n"
        self.assertEqual(self.run_tests("--list"), (0, names, ""))
        self.assertEqual(self.run_tests("--list", "--long"), (0, names + "slow\n", ""))
        self.assertEqual(self.run_tests("--list", "-R", "slow")[0], 1)

    def test_a_test_that_cannot_start(self):
        self.write("CMakeLists.txt", PROJECT + "add_test(NAME lost COMMAND /nowhere/lost)\n")
        code, said, _ = self.run_tests()
        self.assertNotEqual(code, 0)
        self.assertTrue(said.endswith("tests/run: 1 passed, 2 failed, 2 skipped\n"), said)

    def test_what_comes_before(self):
        """Set-up and build fail with their own code, and the reason is shown."""
        self.write("boot/setup/setup", "#!/bin/sh\necho missing >&2\nexit 2\n")
        self.assertEqual(self.run_tests(), (2, "", "missing\n"))
        self.write("boot/setup/setup", "#!/bin/sh\n")
        self.write("CMakeLists.txt", PROJECT + "add_custom_target(x ALL COMMAND cat /no/such)\n")
        code, said, complaint = self.run_tests()
        self.assertNotEqual(code, 0)
        self.assertEqual(said, "")
        self.assertIn("/no/such: No such file", complaint)


class Patterns(unittest.TestCase):
    def test_a_failure_is_not_skipped(self):
        """What tells CTest that a row of unittest's was skipped is not said by one that failed."""
        found = 0
        for file in (TREE / "tests").rglob("CMakeLists.txt"):
            for pattern in re.findall(r'SKIP_REGULAR_EXPRESSION\s+"((?:\\.|[^"])*)"', file.read_text()):
                with self.subTest(file=str(file.relative_to(TREE))):
                    pattern = pattern.replace("\\n", "\n").replace("\\\\", "\\")
                    self.assertRegex("Ran 2 tests in 0.1s\n\nOK (skipped=1)\n", pattern)
                    self.assertNotRegex("\nFAILED (failures=1, skipped=1)\n", pattern)
                    self.assertNotRegex("'OK (skipped=1)'\n\nOK (skipped=1)\n said so\n\n"
                                        "FAILED (failures=1)\n", pattern)
                found += 1
        self.assertGreater(found, 5)


if __name__ == "__main__":
    unittest.main()
