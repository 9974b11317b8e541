# SPDX-License-Identifier: BSD-2-Clause
"""The guest's report: one verdict line "vmclock: ..." for people, key=value lines, an empty line.

The keys and the states are those of the C code, read from its own lists.
"""

import functools
import os
import re
from typing import NamedTuple

from . import number
from .failure import Failure

VERDICT = "vmclock: "
KEY_VALUE = re.compile(r"([a-z][a-z0-9_.]*)=(.*)")
FORMAT = ("vmclock.format", "1")
LISTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "report")
KEY = re.compile(r"^KEY\((\w+)\)", re.MULTILINE)
STATE = re.compile(r'^STATE\(\w+, "([\w-]+)", (\d+)\)', re.MULTILINE)


@functools.cache
def keys():
    """The report's keys in their order, from keys.def."""
    with open(os.path.join(LISTS, "keys.def"), encoding="ascii") as definitions:
        return KEY.findall(definitions.read())


@functools.cache
def states():
    """The verdict code of each state, from states.def."""
    with open(os.path.join(LISTS, "states.def"), encoding="ascii") as definitions:
        return {name: int(code) for name, code in STATE.findall(definitions.read())}


class Report(NamedTuple):
    verdict: str
    values: dict

    def integer(self, key):
        """The value as a number, or None where the guest says none or has no such key."""
        text = self.values.get(key, "none")
        try:
            return None if text == "none" else number.whole(text)
        except ValueError:
            raise Failure(f"the guest's report says {key}={text}, which is no number") from None


def find(lines):
    """(first, end) of the complete report in lines, or None while it is not there.

    end is behind the blank line that ends it.
    """
    for first, line in enumerate(lines):
        if line.startswith(VERDICT):
            for end in range(first + 1, len(lines)):
                if not lines[end]:
                    return first, end + 1
            return None
    return None


def parse(lines):
    """A Report from the lines that find() found. Failure unless they are exactly that."""
    values = {}
    for line in lines[1:]:
        if not line:
            break
        match = KEY_VALUE.fullmatch(line)
        if match is None:
            raise Failure(f"not a line of a report: {line!r}")
        key, value = match.groups()
        if key in values:
            raise Failure(f"the report says {key} twice")
        values[key] = value
    if next(iter(values.items()), None) != FORMAT:
        raise Failure(f"the report does not begin with {FORMAT[0]}={FORMAT[1]}")
    del values[FORMAT[0]]
    if list(values) != keys():
        wrong = sorted(set(values) ^ set(keys())) or ["their order"]
        raise Failure("the report's keys are not those of keys.def: " + ", ".join(wrong))
    if values["state"] not in states():
        raise Failure(f"the report says state={values['state']}, which states.def does not have")
    return Report(lines[0], values)
