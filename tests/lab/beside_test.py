# SPDX-License-Identifier: BSD-2-Clause
"""beside.py: the word for all is of each case, however that ends."""

import os
import subprocess
import sys
import tempfile
import textwrap
import unittest

BESIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "beside.py")
CASES = """
import os, signal, subprocess, time, unittest
class Good(unittest.TestCase):
    def test_says(self):
        print("said by itself")
        subprocess.run(["echo", "said by a child"], check=True)
    def meet(self, own, other):
        open(own, "w").close()
        limit = time.monotonic() + 20
        while not os.path.exists(other):
            self.assertLess(time.monotonic(), limit, "is alone")
            time.sleep(0.01)
    def test_meets(self):
        self.meet("one", "other")
    def test_meets_the_other(self):
        self.meet("other", "one")
class Skipped(unittest.TestCase):
    def test_it(self):
        self.skipTest("a reason")
class Bad(unittest.TestCase):
    def test_fails(self):
        self.assertEqual("as it is", "as it should be")
    def test_subtest(self):
        with self.subTest(of="a part"):
            self.fail("in a part")
    def test_exits(self):
        os._exit(0)
    def test_killed(self):
        os.kill(os.getpid(), signal.SIGKILL)
    @unittest.expectedFailure
    def test_passes_unexpectedly(self):
        pass
class Unready(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise OSError("nothing there")
    def test_it(self):
        pass
"""


class Beside(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="vmclock-beside-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        with open(os.path.join(self.folder, "cases.py"), "w", encoding="ascii") as file:
            file.write(CASES)

    def run_beside(self, *words):
        return subprocess.run([sys.executable, "-B", BESIDE, *words], cwd=self.folder, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)

    def cases(self, *names):
        return self.run_beside("-m", "unittest", "-v", *(f"cases.{name}" for name in names))

    def test_good(self):
        done = self.cases("Good")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("said by itself\nsaid by a child\n", done.stdout)
        self.assertTrue(done.stdout.endswith("Ran 3 tests\nOK\n"), done.stdout)

    def test_skipped(self):
        done = self.cases("Good.test_says", "Skipped")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue(done.stdout.endswith("OK (skipped=1)\n"), done.stdout)

    def test_bad(self):
        """Each by itself, among others that pass."""
        for name in ("Bad.test_fails", "Bad.test_subtest", "Bad.test_exits", "Bad.test_killed",
                     "Bad.test_passes_unexpectedly", "Unready"):
            with self.subTest(name=name):
                done = self.cases("Good.test_says", name, "Skipped")
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertTrue(done.stdout.endswith("FAILED (failures=1, skipped=1)\n"), done.stdout)

    def test_nothing(self):
        for name in ("NoSuch", "Good.test_no_such"):
            done = self.cases(name)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn(name.rpartition(".")[2], done.stdout)
        done = self.run_beside("-m", "unittest", "-v", "no_such_module")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("no_such_module", done.stdout)

    def test_many(self):
        """More than run at once."""
        with open(os.path.join(self.folder, "cases.py"), "w", encoding="ascii") as file:
            file.write(textwrap.dedent("""
                import unittest
                class Many(unittest.TestCase):
                    pass
                for number in range(50):
                    setattr(Many, f"test_{number}", lambda self: print("one of them"))
                """))
        done = self.cases("Many")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(done.stdout.count("one of them\n"), 50)

    def test_anything_else(self):
        done = self.run_beside("-c", "import sys; print(sys.argv[1]); sys.exit(5)", "a word")
        self.assertEqual((done.returncode, done.stdout), (5, "a word\n"))


if __name__ == "__main__":
    unittest.main()
