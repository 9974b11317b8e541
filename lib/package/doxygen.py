#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints a header with its comments as Doxygen wants them: its input filter.

The lines stay where they are. What stands before a declaration is its description, the first paragraph the
short one; what stands behind a member or a value is that one's. Lines that are set in stay as they are.
"""

import pathlib
import re
import sys

# What Doxygen would take for commands, tags or links.
SPECIAL = re.compile(r"[\\@<>#%&]")
BACKSLASH = "&#92;"  # two of them before an underscore are one too many for Doxygen
TITLE = re.compile(r"^ \* (\w+\.h) - (.*)$")
BEHIND = re.compile(r"^(\s*\S.*[;,)])\s+/\* (.*)$")


def escaped(text):
    """A line of text; one that is set in is shown as it is anyway."""
    if text.startswith("    "):
        return text
    return SPECIAL.sub(lambda match: BACKSLASH if match[0] == "\\" else "\\" + match[0], text)


def block(lines, first):
    """A comment of whole lines."""
    out = [("/** @file" if first else "/**") + escaped(lines[0][2:])]
    for line in lines[1:]:
        title = TITLE.match(line) if first else None
        if title:
            out.append(f" * @brief {escaped(title[2])}")
        elif line.startswith(" * "):
            out.append(" * " + escaped(line[3:]))
        else:
            out.append(line)
    return out


def group_of(lines, at):
    """Where the paragraph ends that begins there, if it is more than one function; else None."""
    end = lines.index("", at)
    own = lines[at:end]
    several = sum(line.endswith(");") for line in own) > 1
    return end if several and not any(line.startswith(("#", "/")) or "{" in line for line in own) else None


def comment_end(lines, at):
    """The last line of the comment of whole lines that begins there; None: none does."""
    line = lines[at]
    if line != "/*" and not line.startswith("/* ") or "SPDX" in line:
        return None
    while not lines[at].endswith("*/"):
        at += 1
    return at


def marked(text):
    out, lines, first, at, group_end = [], text.splitlines(), True, 0, None
    while at < len(lines):
        end = comment_end(lines, at)
        if end is not None:
            described = block(lines[at:end + 1], first)
            group_end = None if first else group_of(lines, end + 1)
            if group_end:
                described[0] = "/**@{*/ " + described[0]
            out += described
            first, at = False, end
        elif at == group_end:
            out.append("/**@}*/")
        elif behind := BEHIND.match(lines[at]):
            out.append(f"{behind[1]} /**< {escaped(behind[2])}")
        else:
            out.append(lines[at])
        at += 1
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    file = pathlib.Path(sys.argv[1])
    content = file.read_text(encoding="utf-8")
    sys.stdout.write(marked(content) if file.suffix == ".h" else content)
