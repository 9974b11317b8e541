# SPDX-License-Identifier: BSD-2-Clause
"""Compiles one ASL source; silent unless that fails. Usage: compile_asl.py IASL SOURCE AML"""
import pathlib
import subprocess
import sys

iasl, source, aml = sys.argv[1:4]
done = subprocess.run([iasl, "-vs", "-p", str(pathlib.Path(aml).with_suffix("")), source],
                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
if done.returncode != 0 or not pathlib.Path(aml).exists():
    sys.exit(done.stdout)
