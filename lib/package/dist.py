#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the release: one archive of the sources and of what is built from them.

The same files give the same bytes: names are sorted, owners are nobody's, and all times are the last
commit's, or SOURCE_DATE_EPOCH. TOOLS in it names what the latter were built by; CHECKSUMS has a line for
each of its files (sha256sum -c CHECKSUMS).
In a tree without git, which a release unpacked is, the sources are those that its CHECKSUMS names.
Exit: 0; 1 and no archive if something that belongs in it is missing.
"""

import argparse
import hashlib
import io
import os
import pathlib
import struct
import subprocess
import sys
import tarfile
import zlib

CHECKSUMS = "CHECKSUMS"
BUILT = ("amalgamation", "efi", "images", "licenses", "man", "TOOLS")  # in the archive, and in no tree
NOT_OURS = (".ci", ".gitignore")  # how the project itself is kept
# RFC 1952: deflated, of no time, by the best compression, on no system that is named. Python's own gzip
# names another one from release to release.
GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"


def git(root, *arguments):
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True,
                          text=True).stdout


def without(folders, names):
    return [name for name in names if pathlib.PurePosixPath(name).parts[0] not in folders]


def listed(root):
    """The names of the tree's files, in a clone or in a release; in any other None."""
    if (root / ".git").exists():
        return git(root, "ls-files", "-z").split("\0")[:-1]
    if (root / CHECKSUMS).exists():
        lines = (root / CHECKSUMS).read_text(encoding="utf-8").splitlines()
        return without(BUILT, [line.split("  ", 1)[1] for line in lines])
    return None


def sources_of(root):
    """The names of the sources, and the time of all files, s since 1970."""
    names = listed(root)
    if names is None:
        sys.exit(f"dist: {root} is neither a clone nor a release: it does not say what belongs to it")
    if (root / ".git").exists():
        at = int(git(root, "log", "-1", "--format=%ct"))
    else:
        at = int((root / CHECKSUMS).stat().st_mtime)
    return without(NOT_OURS, names), int(os.environ.get("SOURCE_DATE_EPOCH", at))


def add(archive, name, content, executable, at):
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = len(content), at, 0o755 if executable else 0o644
    archive.addfile(member, io.BytesIO(content))


def gzipped(content):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b"".join((GZIP_HEADER, deflate.compress(content), deflate.flush(),
                     struct.pack("<II", zlib.crc32(content), len(content) & 0xffffffff)))


def packed(folder, files, at):
    """The archive's bytes; files: name -> path."""
    whole = io.BytesIO()
    sums = []
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, path in sorted(files.items()):
            content = path.read_bytes()
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
            add(archive, f"{folder}/{name}", content, os.access(path, os.X_OK), at)
        add(archive, f"{folder}/{CHECKSUMS}", "".join(sums).encode(), False, at)
    return gzipped(whole.getvalue())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the archive's folder")
    parser.add_argument("built", nargs="+", metavar="NAME=FILE", help="of its name in the archive")
    options = parser.parse_args()

    names, at = sources_of(options.root)
    files = {name: options.root / name for name in names}
    for built in options.built:
        name, file = built.split("=", 1)
        files[name] = pathlib.Path(file)
    missing = sorted(name for name, path in files.items() if not path.is_file())
    if missing:
        sys.exit("dist: not there: " + ", ".join(missing))
    folder = f"libvmclock-{options.version}"
    archive = options.out / f"{folder}.tar.gz"
    content = packed(folder, files, at)
    options.out.mkdir(parents=True, exist_ok=True)
    archive.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (options.out / f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n")
    print(f"{archive}\n{len(files) + 1} files, {len(content)} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
