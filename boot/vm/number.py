# SPDX-License-Identifier: BSD-2-Clause
"""Numbers in text, as boot/report/number.h reads them: decimal, or hexadecimal behind 0x."""

import re

NUMBER = re.compile(r"(-?)(?:0x([0-9a-fA-F]+)|([0-9]+))")
SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def whole(text):
    """ValueError for all else: a blank, a plus, an underline. A leading 0 means nothing."""
    match = NUMBER.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no number")
    sign, hexadecimal, decimal = match.groups()
    return int(sign + (hexadecimal or decimal), 16 if hexadecimal else 10)


def seconds(text):
    """A decimal number, perhaps with a fraction."""
    if not SECONDS.fullmatch(text):
        raise ValueError(f"{text!r} is no number of seconds")
    return float(text)
