# SPDX-License-Identifier: BSD-2-Clause
"""The one exception for what goes wrong outside this package."""


class Failure(Exception):
    """A check failed or a machine did not do its part. str() is what the user reads."""


class Missing(Failure):
    """A program or file that has to be there before anything can start."""
