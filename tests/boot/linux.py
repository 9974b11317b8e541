# SPDX-License-Identifier: BSD-2-Clause
"""A Linux kernel that the firmware starts after the check has set its clock: the kernel's own first
lines say which year it is."""

import os
import shutil
import subprocess
import time
import unittest

from harness import PUBLISHER, Case, Subject
from lab import BOOT
from lab.pages import UNRELIABLE, page
from rtc import EXTRA, START_SEC
from vm import session

BOOT_TIMEOUT_S = 170
# The shell that is in the firmware runs it.
SCRIPT = "fs0:\\check.efi --set-rtc\r\nfs0:\\linux.efi console=ttyS0 panic=-1\r\n"
SAYS = r".*rtc_cmos.*: setting system clock to (\d{4})-\d\d-\d\dT[0-9:]* UTC \((\d+)\)"


class Linux(Case):
    def kernel(self):
        found = subprocess.run([os.path.join(BOOT, "setup", "linux-cloud")], capture_output=True,
                               text=True, check=False)
        if found.returncode != 0:
            self.skipTest(f"no Linux kernel: {found.stderr.strip()}")
        return found.stdout.strip()

    def told_sec(self, content, publisher):
        """What the kernel says, when it said it, and all of the console."""
        check = Subject("efi-check", "x86_64")
        disk = self.subdirectory("disk")
        shutil.copy(check.path, os.path.join(disk, "check.efi"))
        shutil.copy(self.kernel(), os.path.join(disk, "linux.efi"))
        with open(os.path.join(disk, "startup.nsh"), "w", encoding="ascii", newline="") as script:
            script.write(SCRIPT)
        firmware = check.machine.firmware._replace(image=(f"-drive format=raw,file=fat:rw:{disk}",))
        setup = session.Setup(check.machine._replace(firmware=firmware), check.path, "", check.qemu,
                              "shared", content, publisher, extra=EXTRA[:1])
        with session.Session(setup) as running:
            said = running.line(SAYS, BOOT_TIMEOUT_S)
            now_sec = time.time()
            lines = running.guest.out.lines
        print(said.group(0))
        return int(said.group(2)), now_sec, lines

    def test_set(self):
        publisher = [PUBLISHER, "--arch", "x86_64", "--authority", "host"]
        told_sec, now_sec, lines = self.told_sec(None, publisher)
        self.assertIn("vmclock-check: the real-time clock is set", lines)
        self.assertLess(abs(told_sec - now_sec), 3)  # the line may have waited for us

    def test_left_alone(self):
        told_sec, _now_sec, lines = self.told_sec(page(clock_status=UNRELIABLE), None)
        self.assertTrue(any("real-time clock is not set: " in line for line in lines))
        self.assertTrue(START_SEC <= told_sec < START_SEC + 2 * BOOT_TIMEOUT_S)


if __name__ == "__main__":
    unittest.main()
