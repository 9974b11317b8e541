# SPDX-License-Identifier: BSD-2-Clause
"""boot/setup/setup: what it says, what it leaves to the user, and that it is quick."""

import re
import resource
import shutil
import unittest

from place import TREE, Place

SETUP = TREE / "boot" / "setup" / "setup"
# A package that no mirror has.
ABSENT = "libvmclock-no-such-package"
COMMAND = f"apt-get update && apt-get install --no-install-recommends {ABSENT}\n"


def cpu_sec():
    """What the processes that this one has waited for have used of a CPU."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Setup(Place):
    def setUp(self):
        """What would be fetched counts as there, for whoever runs the set-up."""
        super().setUp()
        self.cache = self.folder / "cache"
        proof = self.cache / "libvmclock" / "dtc-0" / "libfdt" / "fdt.c"
        proof.parent.mkdir(parents=True)
        proof.touch()

    def run_script(self, script, *arguments, **options):
        return super().run_script(script, *arguments, XDG_CACHE_HOME=str(self.cache), **options)

    def test_usage(self):
        for arguments in ((), ("walk",), ("run", "--now"), ("run", "test"), ("--dry-run",),
                          ("aarch64",), ("run", "vax"), ("run", "ia32", "aarch64"),
                          ("test", "aarch64")):
            with self.subTest(arguments):
                self.assert_usage(SETUP, *arguments)
        done = self.run_script(SETUP, "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("usage: boot/setup/setup run "))

    def test_nothing_missing(self):
        """Silent, and quick: in the best of five runs, by the CPU's time, as other tests load this
        machine too. It waits for nothing."""
        times_sec = []
        for _ in range(5):
            start_sec = cpu_sec()
            done = self.run_script(SETUP, "run")
            times_sec.append(cpu_sec() - start_sec)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertLess(min(times_sec), 0.3)

    def test_user_without_sudo(self):
        setup = self.copy_setup(f"{ABSENT} no-such-program # a test\n") / "setup"
        done = self.run_script(setup, "run", path=self.path_without("sudo"), ordinary_user=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertTrue(done.stderr.endswith(COMMAND), done.stderr)
        self.assertIn("no sudo", done.stderr)
        self.assertIn("how much that is cannot be said: E: Unable to locate", done.stderr)

    def test_user_without_sudo_has_the_tools(self):
        setup = self.copy_setup(f"{ABSENT} no-such-program,sh # a test\n") / "setup"
        done = self.run_script(setup, "run", path=self.path_without("sudo"), ordinary_user=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertIn(ABSENT, done.stdout)

    def test_sudo_that_asks(self):
        setup = self.copy_setup(f"{ABSENT} no-such-program # a test\n") / "setup"
        path = self.path_without("sudo")
        self.program("sudo", "echo sudo: a password is required >&2\nexit 1\n")
        done = self.run_script(setup, "run", path=path, ordinary_user=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertTrue(done.stderr.endswith(COMMAND), done.stderr)
        self.assertIn("no terminal", done.stderr)

    def test_dry_run(self):
        """Says what and how much: of some packages that Debian has and few people install."""
        few = ("unifdef", "figlet", "sl", "hello")
        setup = self.copy_setup("".join(f"{name} no-such-program # a test\n" for name in few))
        path = self.path_without("sudo")
        self.program("sudo", 'shift\nexec "$@"\n')
        done = self.run_script(setup / "setup", "run", "--dry-run", path=path, ordinary_user=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertRegex(done.stdout, r"missing for 'run': [a-z ]+\n.*[1-9] newly installed, "
                                      r"[0-9./ kMB]+ to download, [0-9.]+ [kM]?B on disk\n")

    def test_dry_run_fetches_nothing(self):
        shutil.rmtree(self.cache)
        done = self.run_script(SETUP, "run", "--dry-run")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertEqual(done.stdout, "setup: would fetch the sources of libfdt: "
                                      "boot/setup/libfdt-source\n")
        self.assertFalse(self.cache.exists())

    def test_no_apt(self):
        setup = self.copy_setup() / "setup"
        path = self.path_without("apt-get", "dpkg-query", "iasl")
        done = self.run_script(setup, "run", path=path)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertIn("  acpica-tools (iasl)\n", done.stderr)
        self.assertEqual(len(re.findall("^  ", done.stderr, re.MULTILINE)), 1, done.stderr)
        self.program("iasl", "")
        done = self.run_script(setup, "run", path=path)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_architectures(self):
        """What only guests of another architecture need is asked for with them, and by tests."""
        setup = self.copy_setup()
        list_of_one = setup / "packages" / "arch-ia32.txt"
        list_of_one.write_text(f"{ABSENT} no-such-program # a test\n", encoding="ascii")
        path = self.path_without("sudo")
        for arguments, asks in ((["run"], False), (["run", "x86_64"], False),
                                (["run", "ia32"], True), (["run", "aarch64"], False),
                                (["test"], True)):
            with self.subTest(arguments):
                done = self.run_script(setup / "setup", *arguments, "--dry-run", path=path,
                                       ordinary_user=True)
                self.assertEqual(ABSENT in done.stdout + done.stderr, asks, done)

    def test_lists(self):
        """Each line of a list: a package, what shows it, why. No package twice."""
        names = []
        for file in (SETUP.parent / "packages").glob("*.txt"):
            for line in file.read_text(encoding="ascii").splitlines():
                if line.startswith("#"):
                    continue
                self.assertRegex(line, r"^[a-z0-9.+-]+ +[^ ]+ +# .+$", file)
                names.append(line.split()[0])
        self.assertGreater(len(names), 10)
        self.assertEqual(sorted(set(names)), sorted(names))


if __name__ == "__main__":
    unittest.main()
