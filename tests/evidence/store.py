# SPDX-License-Identifier: BSD-2-Clause
"""What a part found, kept as JSON with what is needed to judge and to repeat it."""

import contextlib
import ctypes
import datetime
import functools
import hashlib
import json
import os
import pathlib
import platform
import re
import signal
import subprocess
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIBC, PR_SET_PDEATHSIG = ctypes.CDLL(None), 1


class NotRun(Exception):
    """A part cannot be run here; says why."""


class Context(NamedTuple):
    out: pathlib.Path
    build: pathlib.Path
    hours: float
    seed: int
    jobs: int
    slice: bool
    again: bool = False

    def folder(self, name):
        path = self.out / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def files_of(inputs, root=ROOT):
    """The files below the folders, or the files, that are named; sorted."""
    found = set()
    for name in inputs:
        path = root / name
        found |= {path} if path.is_file() else {file for file in path.rglob("*") if file.is_file()}
    return sorted(file for file in found if "__pycache__" not in file.parts and "build" not in
                  file.relative_to(root).parts[:1])


def digest(inputs, root=ROOT, without=(), more=""):
    """Of names and contents, and of what more is given: changes when they do."""
    total = hashlib.sha256(more.encode())
    for file in files_of(inputs, root):
        if str(file.relative_to(root)) in without:
            continue
        total.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return total.hexdigest()


@contextlib.contextmanager
def endable():
    """Ctrl-C ends what is done in it, with what was found until then; gives what says whether it did not."""
    work = {"whole": True}
    try:
        yield work
    except KeyboardInterrupt:
        print("  ended early", flush=True)
        work["whole"] = False


def end_with_us():
    """In a child that may run for hours: whoever ends us ends it."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def said(*command):
    """The first line that a program says, or "none"."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "none"
    return (done.stdout or done.stderr).splitlines()[0] if done.stdout or done.stderr else "none"


@functools.cache
def version(program):
    """Its number, as --version says it; "none" without it."""
    match = re.search(r"\d+\.[\w.+~-]+", said(program, "--version"))
    return match[0] if match else "none"


def system():
    try:
        text = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
        return re.search(r'^PRETTY_NAME="?([^"\n]*)', text, re.MULTILINE)[1]
    except (OSError, TypeError):
        return platform.system()


def commit():
    """The commit, with "+" where the tree is not as committed."""
    head = said("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD")
    if not re.fullmatch(r"[0-9a-f]{12}", head):
        return "unknown"
    changed = said("git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no") != "none"
    return head + ("+" if changed else "")


def stamp(seed, inputs):
    """What every result begins with."""
    return {"date": now(), "commit": commit(), "seed": seed,
            "inputs": digest(inputs),
            "versions": {"system": system(), "kernel": platform.release(), "machine": platform.machine(),
                         "python": platform.python_version(), "gcc": version("gcc"),
                         "clang": version("clang")}}


def path_of(out, name):
    return out / "results" / f"{name}.json"


def load(out, name):
    try:
        return json.loads(path_of(out, name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def save(out, name, result):
    """As a whole or not at all."""
    path = path_of(out, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(new, path)


class Journal:
    """What a part that goes on where it stopped has found, an entry a line, kept as it comes. Of one state of
    the tree: another one begins anew. With a name: of all states; each entry says itself what it is of."""

    def __init__(self, context, part, name=None):
        self.path = context.folder(part.NAME) / f"{name or digest(part.INPUTS)[:16]}.jsonl"
        if context.again:
            self.path.unlink(missing_ok=True)

    def entries(self):
        if not self.path.exists():
            return []
        whole = self.path.read_text(encoding="utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def add(self, entry):
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, sort_keys=True) + "\n")
