# SPDX-License-Identifier: BSD-2-Clause
"""The small consumer that is linked in gnu-efi's classic way: it boots and tells the time."""

import os
import time
import unittest
from datetime import datetime

from harness import BUILD, Case, publishing, setup_of
from vm import session

IMAGE = os.path.join(BUILD, "boot/efi/classic/vmclock-classic-x64.efi")


class Classic(Case):
    def test_time(self):
        before_sec = int(time.time())
        with session.Session(publishing(IMAGE, arguments="")) as running:
            said = running.line(r"vmclock: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{9}Z, at most .*").group(1)
        told_sec = datetime.fromisoformat(said + "+00:00").timestamp()
        self.assertLessEqual(before_sec, told_sec)
        self.assertLessEqual(told_sec, time.time())

    def test_no_device(self):
        with session.Session(setup_of("none", image=IMAGE, arguments="")) as running:
            # A sentence, and no date.
            running.line(r"vmclock: [A-Z][^0-9]*\.")


if __name__ == "__main__":
    unittest.main()
