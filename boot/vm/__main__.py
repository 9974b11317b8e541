# SPDX-License-Identifier: BSD-2-Clause
import sys

from . import cli

sys.exit(cli.main(sys.argv[1:]))
