# SPDX-License-Identifier: BSD-2-Clause
"""Compiles one ASL source; silent unless that fails. Usage: compile_asl.py IASL SOURCE AML"""
import pathlib
import subprocess
import sys

MISSING_DEPENDENCY = "6141"  # a device without _HID: an error of newer compilers, and what some tests are about

iasl, source, aml = sys.argv[1:4]
done = subprocess.run([iasl, "-vs", "-vw", MISSING_DEPENDENCY,
                       "-p", str(pathlib.Path(aml).with_suffix("")), source],
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
if done.returncode != 0 or not pathlib.Path(aml).exists():
    sys.exit(done.stdout)
