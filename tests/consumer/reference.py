# SPDX-License-Identifier: BSD-2-Clause
"""Makes the reference, and wants each public function in it, described.

Usage: reference.py ROOT HTML COMMAND..., which makes it and ends with 0 only without a warning.
"""

import html
import pathlib
import re
import shutil
import subprocess
import sys

FUNCTION = re.compile(r"^(?!typedef)[a-z][\w \*]*?\b(vmclock_\w+)\(", re.MULTILINE)
DETAIL = re.compile(r'<td class="memname">(.*?)</td>.*?<div class="memdoc">(.*?)</div>', re.DOTALL)


def plain(text):
    return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()


def main():
    root, out, command = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run(command, cwd=root, check=True)
    wanted = set()
    for header in (*root.glob("lib/include/vmclock/*.h"), *root.glob("drivers/include/vmclock/*.h")):
        wanted.update(FUNCTION.findall(header.read_text()))
    described = {}
    for page in out.glob("*_8h.html"):
        for name, text in DETAIL.findall(page.read_text()):
            described[plain(name).split()[-1]] = plain(text)
    lost = sorted(name for name in wanted if not described.get(name))
    print(f"{len(wanted)} functions, {len(lost)} of them not described: {' '.join(lost)}")
    return 1 if lost or len(wanted) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
