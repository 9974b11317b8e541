# SPDX-License-Identifier: BSD-2-Clause
"""On a terminal, and only there, a step that takes long shows that it lives."""

import concurrent.futures
import re
import shutil
import unittest

from place import TREE, Place, apt_lists

LONG_SEC = 7  # of a step; one of five seconds is told of
ABSENT = "libvmclock-no-such-package"
SCRIPT = """
. '{setup}/alive.sh'
step() {{ echo out; echo err >&2; sleep {sec}; echo more >&2; exit 7; }}
alive step step
echo "status $?"
"""
PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(slow NONE)
enable_testing()
add_custom_target(slow ALL COMMAND sleep {LONG_SEC})
add_test(NAME slow COMMAND sleep {LONG_SEC})
"""


def lines_of(shown):
    """What is left of what was shown, when all that was overwritten is gone."""
    return [line.rstrip("\r").rpartition("\r")[2] for line in shown.split("\n")]


class Alive(Place):
    def write(self, name, text):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        return file

    def project(self):
        """The tree's commands, with a project that takes long to be built and tested."""
        for part in ("tests/run", "tests/setup/summary.py", "CMakePresets.json",
                     "lib/package/presets.json", "boot/run"):
            (self.folder / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TREE / part, self.folder / part)
        shutil.copytree(TREE / "boot" / "vm", self.folder / "boot" / "vm")
        self.copy_setup()
        self.write("boot/setup/setup", "#!/bin/sh\n")
        self.write("CMakeLists.txt", PROJECT)

    def both(self, command):
        """Runs one of the folder's commands on a terminal and, in a copy at the same time, without."""
        copy = self.folder.with_name("another place")
        shutil.copytree(self.folder, copy)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            without = pool.submit(self.run_script, copy / command)
            return *self.run_on_terminal(self.folder / command), without.result()

    def assert_alive(self, shown, *steps):
        for step in steps:
            seconds = [int(sec) for sec in re.findall(re.escape(step) + r", (\d+) s", shown)]
            self.assertTrue(seconds, (step, shown))
            self.assertEqual(seconds[0], 5, shown)

    def test_step(self):
        self.write("script", "#!/bin/sh" + SCRIPT.format(setup=TREE / "boot/setup", sec=LONG_SEC))
        code, shown, done = self.both("script")
        self.assertEqual(code, 0)
        self.assert_alive(shown, "step")
        lines = lines_of(shown)
        self.assertEqual(sorted(lines), ["", "err", "more", "out", "status 7"], shown)
        self.assertLess(lines.index("err"), lines.index("more"))
        self.assertEqual((done.stdout, done.stderr), ("out\n", "err\nmore\n"))

    def test_short_step(self):
        script = self.write("script", SCRIPT.format(setup=TREE / "boot/setup", sec=1))
        _code, shown = self.run_on_terminal("/bin/sh", script)
        self.assertNotIn(" s ", shown)

    def test_tests_run(self):
        self.project()
        code, shown, done = self.both("tests/run")
        self.assertEqual(code, 0, shown)
        self.assert_alive(shown, "tests/run: building", "tests/run: testing")
        self.assertIn("tests/run: 1 passed, 0 failed, 0 skipped", lines_of(shown))
        self.assertRegex("\n".join(lines_of(shown)), "(?m)^1/1 Test #1: slow .* Passed")
        self.assertEqual(done.returncode, 0, done)
        self.assertNotRegex(done.stdout + done.stderr, r"\r|\d s ")

    def test_boot_run(self):
        self.project()
        _code, shown, done = self.both("boot/run")
        self.assert_alive(shown, "boot/run: building")
        self.assertNotRegex(done.stdout + done.stderr, r"\r|\d s ")

    def slow_apt_get(self):
        """The first call of each that names itself in WHO takes long; without, each call does."""
        path = self.path_without("apt-get", "sudo")
        self.program("apt-get", apt_lists() +
                     f"case $* in *print-uris*) exit ;; esac\n"
                     f'[ -n "$WHO" ] && ! mkdir "$0-$WHO" 2>/dev/null || sleep {LONG_SEC}\n'
                     "echo 'E: no network'\nexit 100\n")
        self.program("sudo", '[ "$1" = -v ] && exit\nexec "$@"\n')
        return {"path": path, "XDG_CACHE_HOME": str(self.folder / "cache")}

    def test_packages(self):
        """Both tries; what apt said is shown when it has failed, and not before."""
        setup = self.copy_setup(f"{ABSENT} no-such-program # a test\n") / "setup"
        code, shown = self.run_on_terminal(setup, "run", **self.slow_apt_get())
        self.assertEqual(code, 1, shown)
        self.assert_alive(shown, "setup: installing")
        lines = lines_of(shown)
        self.assertLess(lines.index("setup: once more, with new lists of packages"),
                        lines.index("E: no network"), shown)

    def test_fetching(self):
        commands = {"libfdt-source": (), "qemu-vmclock": ("aarch64",)}
        place = self.slow_apt_get()
        missing = {name: arguments for name, arguments in commands.items() if self.run_script(
            TREE / "boot/setup" / name, *arguments, "--check", **place).returncode}
        self.assertIn("libfdt-source", missing)  # QEMU may be the system's
        with concurrent.futures.ThreadPoolExecutor() as pool:
            ran = [pool.submit(self.run_on_terminal, TREE / "boot/setup" / name, *arguments, WHO=name,
                               **place)
                   for name, arguments in missing.items()]
        for name, run in zip(missing, ran):
            code, shown = run.result()
            self.assertEqual(code, 1, shown)
            self.assert_alive(shown, name)


if __name__ == "__main__":
    unittest.main()
