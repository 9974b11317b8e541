# SPDX-License-Identifier: BSD-2-Clause
"""The release, made by somebody else with the same tools: the same bytes.

Somebody else has the tree and the cache, newlib and all, in folders of another name and length, another
umask, time zone, language and home. Usage: elsewhere.py CMAKE COMMAND..., as dist.py.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

CMAKE, MAKE = sys.argv[1], sys.argv[2:]
ROOT = pathlib.Path(MAKE[MAKE.index("--root") + 1])
SKIPPED = 77


def skipped(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def run(*command, **options):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, text=True, **options)


def git(root, *arguments, **options):
    return run("git", "-C", str(root), *arguments, stdout=subprocess.PIPE, **options).stdout


def copied(tree):
    """The tree as it is, changes too, as the only commit of a clone, of the same moment."""
    for name in git(ROOT, "ls-files", "-z").split("\0")[:-1]:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    when = git(ROOT, "log", "-1", "--format=%ct").strip() + " +0000"
    git(tree, "init", "--quiet")
    git(tree, "add", "--all")
    git(tree, "-c", "user.name=x", "-c", "user.email=x", "commit", "--quiet", "--message=x",
        env={**os.environ, "GIT_COMMITTER_DATE": when})


def theirs(folder):
    """The archive that somebody else makes in a folder of his."""
    tree, cache = folder / "a tree", folder / "cache"
    tree.mkdir()
    copied(tree)
    libfdt = run(ROOT / "boot/setup/libfdt-source", stdout=subprocess.PIPE).stdout.strip()
    shutil.copytree(pathlib.Path(libfdt).parent, cache / "libvmclock" / pathlib.Path(libfdt).parent.name)
    habits = {name: value for name, value in os.environ.items()
              if not name.startswith(("CMAKE_", "CCACHE_", "LC_", "SOURCE_DATE_EPOCH"))}
    habits.update(HOME=str(folder), XDG_CACHE_HOME=str(cache), TZ="Asia/Tokyo", LANG="C", USER="somebody")
    other = {"cwd": tree, "env": habits, "umask": 0o077}
    for arch in ("x86_64", "aarch64"):
        made = subprocess.run([tree / "boot/setup/newlib", arch], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, **other)
        if made.returncode:
            skipped(f"no newlib for {arch}: {made.stderr.strip()}")
    run(CMAKE, "--preset", "run", stdout=subprocess.DEVNULL, **other)
    run(CMAKE, "--build", "--preset", "run", "--target", "dist", **other)
    (archive,) = (tree / "build/run/dist").glob("*.tar.gz")
    return archive


def members(archive):
    with tarfile.open(archive) as opened:
        return {member.name: (member.mode, member.mtime, hashlib.sha256(opened.extractfile(member).read()).hexdigest())
                for member in opened.getmembers()}


def main():
    if not (ROOT / ".git").exists():
        skipped("not a clone")
    with tempfile.TemporaryDirectory(prefix="vmclock-elsewhere.") as name:
        folder = pathlib.Path(name)
        run(*MAKE, "--out", str(folder / "ours"))
        (ours,) = (folder / "ours").glob("*.tar.gz")
        other = theirs(folder)
        if ours.read_bytes() == other.read_bytes():
            return 0
        one, two = members(ours), members(other)
        print("not the same:", *sorted(name for name in {*one, *two} if one.get(name) != two.get(name)), sep="\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
