# SPDX-License-Identifier: BSD-2-Clause
"""Starts virtual machines with a vmclock page and checks what they say the time is.

cli       boot/run: options to exit code
options   the command line
machines  the tables of machines and images
commands  QEMU command lines, and what makes the tables that name the page
session   one boot: page, QEMU, publisher, report
child     child processes, their output, the scratch directory
report    the guest's report as data
windows   the guest's readings against the host's clock
"""
