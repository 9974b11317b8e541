# SPDX-License-Identifier: BSD-2-Clause
"""Linux's own vmclock driver reads the page that we publish: its PTP clock agrees with our reading of
the same page.
"""

import os
import subprocess
import unittest

from guests import BUILD, HERE, Case, Publisher
from lab import qemu_10
from lab.initramfs import archive, content_of
from vm import child

INIT = os.path.join(BUILD, "tests/live/linux_init")
READINGS = 100
BOOT_S = 240


class Linux(Case):
    def start(self, *options, kvm=False):
        """A machine with the kernel; it ends by itself."""
        found = subprocess.run([os.path.join(HERE, "fetch-linux-driver")], check=False,
                               capture_output=True, text=True)
        if found.returncode:
            self.skipTest(f"no kernel with the driver: {found.stderr.strip()}")
        folder = found.stdout.strip()
        initrd = os.path.join(self.directory, "initrd")
        with open(initrd, "wb") as file:
            file.write(archive([
                ("init", 0o100755, content_of(INIT)),
                ("ptp_vmclock.ko", 0o100644, content_of(os.path.join(folder, "ptp_vmclock.ko")))]))
        guest = child.Child("QEMU", [
            qemu_10(), "-accel", "kvm" if kvm else "tcg", "-M", "q35", "-m", "256", "-nodefaults",
            "-display", "none", "-device", "vmclock", "-no-reboot", "-serial", "stdio", "-kernel",
            os.path.join(folder, "vmlinuz"), "-initrd", initrd, "-append", "console=ttyS0 quiet panic=-1",
            *options])
        self.addCleanup(guest.end)
        return guest

    def assert_agrees(self, guest, live):
        self.assertTrue(child.wait_until(lambda: guest.ended() is not None,
                                         [guest, live.child], BOOT_S), guest.out.lines)
        said = guest.out.lines
        readings = [list(map(int, line.split()[1:])) for line in said
                    if line.startswith("reading ")]
        self.assertIn("done", said)
        self.assertEqual(len(readings), READINGS, said)
        for earliest_ns, ptp_ns, latest_ns in readings:
            self.assertLessEqual(earliest_ns, ptp_ns)
            self.assertLessEqual(ptp_ns, latest_ns)
        widths = sorted(latest_ns - earliest_ns for earliest_ns, _ptp_ns, latest_ns in readings)
        print(f"{len(readings)} readings of Linux's PTP clock, each within ours before and after "
              f"it: {widths[0]} to {widths[-1]} ns, median {widths[len(widths) // 2]}")

    def test_driver(self):
        qmp = os.path.join(self.directory, "qmp")
        guest = self.start("-S", "-qmp", f"unix:{qmp},server=on,wait=off")
        live = self.keep(Publisher("--qmp", qmp, "--authority", "host", "--tai-offset", "37"))
        self.assert_agrees(guest, live)

    @unittest.skipUnless(os.path.exists("/dev/kvm"), "no /dev/kvm")
    def test_driver_under_kvm(self):
        guest = self.start("-cpu", "kvm64", kvm=True)
        live = self.publisher_under_kvm(guest.process, "--tai-offset", "37")
        self.assert_agrees(guest, live)


if __name__ == "__main__":
    unittest.main()
