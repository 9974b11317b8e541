# SPDX-License-Identifier: BSD-2-Clause
"""A place to try the set-up in: a copy of it, a search path without some programs, another user."""

import atexit
import contextlib
import functools
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
NOBODY = 65534
HIDEABLE = {"apt-get", "dpkg-query", "iasl", "qemu-system-x86_64", "sudo"}


@functools.cache
def all_but_hideable():
    """A folder of links to the programs of the system; made once, removed with the process."""
    links = tempfile.mkdtemp(prefix="vmclock-setup.")
    atexit.register(shutil.rmtree, links)
    os.chmod(links, 0o755)
    for directory in {os.path.realpath(name) for name in ("/usr/sbin", "/usr/bin", "/sbin", "/bin")}:
        for program in set(os.listdir(directory)) - HIDEABLE - set(os.listdir(links)):
            os.symlink(os.path.join(directory, program), os.path.join(links, program))
    return links


@functools.cache
def apt_lists():
    """For a script in the place of apt-get: what the system's says of its lists. It is asked once a question, as
    it may take a second where it keeps no cache."""
    kept = tempfile.mkdtemp(prefix="vmclock-setup.")
    atexit.register(shutil.rmtree, kept)
    os.chmod(kept, 0o777)
    return f"""if [ "$1" = indextargets ]; then
    kept={kept}/$(printf '%s' "$*" | cksum | tr ' ' -)
    if [ ! -e "$kept" ]; then
        /usr/bin/apt-get "$@" >"$kept.$$" || exit
        mv "$kept.$$" "$kept"
    fi
    exec cat "$kept"
fi
"""


class Place(unittest.TestCase):
    """Each test has a folder self.folder, with a blank in its path, that everybody may read."""

    def setUp(self):
        top = tempfile.mkdtemp(prefix="vmclock-setup.")
        self.addCleanup(shutil.rmtree, top)
        os.chmod(top, 0o755)
        self.folder = pathlib.Path(top, "a place")
        self.folder.mkdir()

    def copy_setup(self, extra_lines=""):
        """A copy of boot/setup; extra_lines go to the list of packages for running."""
        copy = self.folder / "boot" / "setup"
        shutil.copytree(TREE / "boot" / "setup", copy)
        with open(copy / "packages" / "run.txt", "a", encoding="ascii") as packages:
            packages.write(extra_lines)
        return copy

    def path_without(self, *programs):
        """A PATH with all that is in the system's but these of HIDEABLE. Its first folder is the
        test's own, self.programs."""
        self.programs = self.folder / "bin"
        self.programs.mkdir()
        for program in HIDEABLE - set(programs):
            found = shutil.which(program)
            if found:
                os.symlink(found, self.programs / program)
        return f"{self.programs}:{all_but_hideable()}"

    def program(self, name, text):
        """Puts a shell script into self.programs, in the place of a link that may be there: what that
        leads to is the system's."""
        (self.programs / name).unlink(missing_ok=True)
        (self.programs / name).write_text("#!/bin/sh\n" + text)
        (self.programs / name).chmod(0o755)

    def run_script(self, script, *arguments, path=None, ordinary_user=False, **variables):
        """Runs a script; ordinary_user: never as root. Returns the finished process."""
        environment = dict(os.environ, LC_ALL="C", **variables)
        if path is not None:
            environment["PATH"] = path
        user = {}
        if ordinary_user and os.geteuid() == 0:
            user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        return subprocess.run([script, *arguments], cwd="/", env=environment, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, **user)

    def run_on_terminal(self, script, *arguments, path=None, **variables):
        """Runs a script on a terminal: its exit code and all that is shown there."""
        environment = dict(os.environ, LC_ALL="C", **variables)
        if path is not None:
            environment["PATH"] = path
        ours, theirs = pty.openpty()
        process = subprocess.Popen([script, *arguments], cwd="/", env=environment, stdin=theirs,
                                   stdout=theirs, stderr=theirs, start_new_session=True)
        os.close(theirs)
        shown = b""
        with open(ours, "rb", buffering=0) as terminal:
            with contextlib.suppress(OSError):  # when nobody holds the other end
                while more := terminal.read(4096):
                    shown += more
        return process.wait(), shown.decode()

    def left_in(self, cache):
        """What is in a cache but the locks."""
        return [name for name in os.listdir(cache / "libvmclock") if not name.startswith(".lock-")]

    def assert_usage(self, script, *arguments):
        done = self.run_script(script, *arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        self.assertIn("usage: ", done.stderr)
