# SPDX-License-Identifier: BSD-2-Clause
"""Compiles one DTS source, faults that dtc warns of included. Usage: compile_dts.py DTC SOURCE DTB

A line "// Options: ..." of the source is for dtc.
"""
import pathlib
import re
import subprocess
import sys

dtc, source, dtb = sys.argv[1:4]
options = re.findall(r"^// Options: (.*)$", pathlib.Path(source).read_text(), re.M)
done = subprocess.run([dtc, "-q", "-q", "-f", "-O", "dtb", *" ".join(options).split(), "-o", dtb, source],
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
if done.returncode != 0 or not pathlib.Path(dtb).exists():
    sys.exit(done.stdout)
