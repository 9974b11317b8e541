# SPDX-License-Identifier: BSD-2-Clause
"""A Linux kernel's first file system: files of this host, at the same paths, as a cpio archive."""

import os
import re
import subprocess


def archive(entries):
    """The archive, "newc": of names, modes, contents and, if they matter, times of change in s."""
    content = []
    for number, (name, mode, data, *time_sec) in enumerate([*entries, ("TRAILER!!!", 0, b"")], 1):
        fields = (number, mode, 0, 0, 1, *(time_sec or [0]), len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + os.fsencode(name) + b"\0"
        content += [head, bytes(-len(head) % 4), data, bytes(-len(data) % 4)]
    return b"".join(content)


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


class Files:
    """Files of this host and what they need, to be an archive."""

    def __init__(self):
        self.paths = set()

    def put(self, path):
        self.paths.add(os.path.abspath(path))

    def tree(self, top, skipped=(), bytes_max=None):
        """All regular files below, but in folders of these names, and but greater ones."""
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name not in skipped]
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not (bytes_max and os.path.getsize(path) > bytes_max):
                    self.put(path)

    def programs(self, *paths, libraries=""):
        """Programs, or shared libraries, with the libraries that they are linked to; libraries: where these are
        looked for first."""
        environment = {**os.environ, "LD_LIBRARY_PATH": libraries, "LC_ALL": "C"}
        said = subprocess.run(["ldd", *paths], env=environment, capture_output=True, text=True,
                              check=False).stdout
        self.paths.update(os.path.abspath(path) for path in paths)
        self.paths.update(re.findall(r"(/.*) \(0x[0-9a-f]+\)$", said, re.MULTILINE))

    def archive(self, others):
        """The archive of all, with their folders, and the others, as archive() takes them."""
        folders = set()
        for path in self.paths:
            while (path := os.path.dirname(path)) != "/":
                folders.add(path)
        return archive([(folder[1:], 0o040755, b"") for folder in sorted(folders)] + [
            (path[1:], 0o100000 | os.stat(path).st_mode & 0o777, content_of(path),
             int(os.stat(path).st_mtime)) for path in sorted(self.paths)] + others)
