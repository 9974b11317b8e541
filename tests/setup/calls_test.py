# SPDX-License-Identifier: BSD-2-Clause
"""boot/setup/setup: what it calls, as whom and in which order; and what follows when a call fails."""

import pathlib
import unittest

from fakes import Faked

PLAN = "apt-get --print-uris -y --no-install-recommends --no-remove install few"
INSTALL = ("apt-get -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends --no-remove install few")
UPDATE = "apt-get -q update"
LOCKED = "E: Could not get lock /var/lib/apt/lists/lock"
PREPARED = ["libfdt-source", "qemu-vmclock", "qemu-vmclock aarch64", "newlib x86_64", "newlib aarch64"]


class Calls(Faked):
    def setUp(self):
        super().setUp()
        if not list(pathlib.Path("/var/lib/apt/lists").glob("*_Packages*")):
            self.skipTest("no lists of packages")
        self.setup = self.copy_setup()
        for file in (self.setup / "packages").iterdir():
            file.unlink()
        (self.setup / "packages" / "run.txt").write_text("few no-such-program # a test\n")
        # All that is asked for is there but one package; nothing is really installed.
        self.fake("dpkg-query", "echo 'installed several'; echo 'config-files few'; exit 1")
        self.fake("apt-get", "")
        self.fake("sudo", 'case $1 in -v) exit ;; -n) shift ;; esac\nVIA="${VIA:-}sudo" exec "$@"')
        self.fake("sleep", "")
        self.lists(old=False)
        self.user(0)
        for name in {line.split()[0] for line in PREPARED}:
            self.prepared(name, "exit 0")

    def user(self, number):
        self.program("id", f"echo {number}\n")

    def lists(self, old):
        self.program("find", "" if old else "echo new\n")

    def prepared(self, name, answer):
        """A script that set-up calls at its end."""
        self.fake(name, answer)
        (self.programs / name).replace(self.setup / name)

    def run_setup(self, *arguments):
        return self.faked(self.setup / "setup", *arguments)

    def ends(self, code, *arguments):
        done = self.run_setup(*arguments)
        self.assertEqual(done.returncode, code, done)
        return done

    def test_as_root(self):
        done = self.ends(0, "run")
        self.assertEqual(self.calls("apt-get", "sudo"), [PLAN, INSTALL])
        self.assertEqual(self.calls()[-1], "libfdt-source --check")
        self.assertTrue(done.stdout.endswith("setup: installed\n"), done)
        self.assertEqual(done.stderr, "")

    def test_old_lists(self):
        self.lists(old=True)
        self.ends(0, "run")
        self.assertEqual(self.calls("apt-get"), [UPDATE, PLAN, INSTALL])

    def test_by_sudo(self):
        """Only what changes the system, and without a question."""
        self.user(1000)
        self.lists(old=True)
        self.ends(0, "run")
        self.assertEqual(self.calls("apt-get", "sudo"), [
            "sudo -n true", f"sudo -n {UPDATE}", f"sudo {UPDATE}", PLAN,
            f"sudo -n env DEBIAN_FRONTEND=noninteractive {INSTALL}", f"sudo {INSTALL}"])

    def test_asks_no_questions(self):
        done = self.faked(self.setup / "setup", "run", DEBIAN_FRONTEND="dialog")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.recorded("frontend"), "noninteractive")

    def test_sudo_refuses(self):
        self.user(1000)
        self.let_fail(("sudo", "*", "all", "no"))
        done = self.ends(2, "run")
        self.assertEqual(self.calls("apt-get", "sudo"), ["sudo -n true", PLAN])
        self.assertTrue(done.stderr.endswith("apt-get update && apt-get install "
                                             "--no-install-recommends few\n"), done)
        self.let_fail(("sudo", "-v", "all", "no"))
        code, shown = self.run_on_terminal(self.setup / "setup", "run", path=self.path)
        self.assertEqual(code, 2, shown)
        self.assertIn("sudo refuses; as root, please run", shown)
        self.assertEqual(self.calls("sudo"), ["sudo -v"])

    def test_on_a_terminal(self):
        """Where sudo may ask; apt has none to ask on."""
        self.user(1000)
        code, shown = self.run_on_terminal(self.setup / "setup", "run", path=self.path)
        self.assertEqual(code, 0, shown)
        self.assertEqual(self.calls("sudo"), [
            "sudo -v", f"sudo env DEBIAN_FRONTEND=noninteractive {INSTALL}", f"sudo {INSTALL}"])
        self.assertNotIn("apt-get", self.recorded("terminals"))

    def test_second_try(self):
        self.let_fail(("apt-get", "-q -y *", 1, "E: 404"))
        done = self.ends(0, "run")
        self.assertEqual(self.calls("apt-get"), [PLAN, INSTALL, UPDATE, INSTALL])
        self.assertNotIn("404", done.stdout + done.stderr)
        self.assertTrue(done.stdout.endswith("new lists of packages\nsetup: installed\n"), done)

    def test_no_third(self):
        """What apt said of the last try is shown; nothing else is set up any more."""
        self.let_fail(("apt-get", "-q -y *", "all", "E: 404"))
        done = self.ends(1, "run")
        self.assertEqual(self.calls("apt-get"), [PLAN, INSTALL, UPDATE, INSTALL])
        self.assertEqual(done.stderr, "E: 404\nsetup: apt-get could not install what is missing\n")
        self.assertNotIn("installed", done.stdout)
        self.assertEqual(self.calls("libfdt-source"), [])

    def test_dead_source(self):
        """An update that fails is no reason not to try."""
        self.lists(old=True)
        self.let_fail(("apt-get", "-q update", "all", "E: no such host"))
        self.ends(0, "run")
        self.assertEqual(self.calls("apt-get", "sleep"), [UPDATE, PLAN, INSTALL])

    def test_behind_another(self):
        self.lists(old=True)
        self.let_fail(("apt-get", "-q update", 1, LOCKED))
        self.ends(0, "run")
        self.assertEqual(self.calls("apt-get", "sleep"), [UPDATE, "sleep 5", UPDATE, PLAN, INSTALL])

    def test_behind_one_that_stays(self):
        """Five minutes, and then without new lists."""
        self.lists(old=True)
        self.program("sleep", f'echo sleep "$@" >>"{self.records}/calls"\n')
        self.program("apt-get", f'echo apt-get "$@" >>"{self.records}/calls"\n'
                     f'[ "$*" != "-q update" ] || {{ echo "{LOCKED}"; exit 100; }}\n')
        self.ends(0, "run")
        self.assertEqual(self.calls("apt-get", "sleep"),
                         [UPDATE, "sleep 5"] * 60 + [UPDATE, PLAN, INSTALL])

    def test_no_temporary_file(self):
        self.fake("mktemp")
        self.let_fail(("mktemp", "*", 1, "mktemp: no"))
        self.ends(1, "run")
        self.assertEqual(self.calls("apt-get"), [])

    def test_leaves_nothing(self):
        temporary = self.folder / "temporary"
        temporary.mkdir()
        self.ends(0, "run")
        for failing in ((), (("apt-get", "-q -y *", "all", "E: 404"),)):
            self.let_fail(*failing)
            self.faked(self.setup / "setup", "run", TMPDIR=str(temporary))
            self.assertEqual(list(temporary.iterdir()), [])

    def test_dry_run(self):
        self.user(1000)
        self.prepared("libfdt-source", "exit 1")
        done = self.ends(0, "run", "--dry-run")
        self.assertEqual(self.calls("apt-get", "sudo"), ["sudo -n true", PLAN])
        self.assertEqual(self.calls("libfdt-source"), ["libfdt-source --check"])
        self.assertIn("would fetch the sources of libfdt: boot/setup/libfdt-source\n", done.stdout)

    def prepare_calls(self):
        return self.calls(*{line.split()[0] for line in PREPARED})

    def test_prepares(self):
        """In this order; each is asked first, and fetched if it is not there."""
        self.fake("dpkg-query", "echo 'installed few'")
        self.ends(0, "test")
        checks = [" ".join([line.split()[0], "--check", *line.split()[1:]]) for line in PREPARED]
        self.assertEqual(self.prepare_calls(), checks)
        for name in {line.split()[0] for line in PREPARED}:
            self.prepared(name, 'case $* in *--check*) exit 1 ;; esac')
        self.let_fail()
        done = self.ends(0, "test")
        self.assertEqual(self.prepare_calls(), [line for both in zip(checks, PREPARED) for line in both])
        self.assertEqual((done.stdout, done.stderr), ("", ""))
        self.assertEqual(self.calls("apt-get"), [])

    def test_goes_on_without(self):
        """One that cannot be had is named; the others are fetched all the same."""
        self.fake("dpkg-query", "echo 'installed few'")
        for name in {line.split()[0] for line in PREPARED}:
            self.prepared(name, "echo out; echo why >&2; exit 1")
        done = self.ends(0, "test")
        self.assertEqual(len(self.prepare_calls()), 2 * len(PREPARED))
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr, "".join(f"why\nsetup: going on without {what}\n" for what in (
            "the sources of libfdt", "a QEMU with the vmclock device", "a QEMU 10 for aarch64",
            "a newlib for x86_64", "a newlib for aarch64")))

    def test_no_apt(self):
        """By tools alone: without any, or with one of apt's two programs."""
        for gone in ("apt-get", "dpkg-query"):
            with self.subTest(gone):
                kept = (self.programs / gone).read_text()
                (self.programs / gone).unlink()
                done = self.ends(2, "run")
                self.assertIn("  few (no-such-program)\n", done.stderr)
                self.program(gone, kept.partition("\n")[2])
        self.assertEqual(self.calls("apt-get"), [])


if __name__ == "__main__":
    unittest.main()
