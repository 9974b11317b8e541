#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a man file as the UEFI shell reads it, UTF-16 with CRLF, of one in ASCII. Usage: man.py FROM TO"""

import sys

with open(sys.argv[1], encoding="ascii") as source:
    text = source.read()
with open(sys.argv[2], "wb") as made:
    made.write(("\ufeff" + text.replace("\n", "\r\n")).encode("utf-16-le"))
