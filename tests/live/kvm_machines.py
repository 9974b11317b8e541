# SPDX-License-Identifier: BSD-2-Clause
"""A real machine under KVM with QEMU's own device, which is not stopped: every interval is true."""

import os
import unittest
from unittest import mock

from guests import Case, commands
from lab import qemu_10

READINGS = 1000


@unittest.skipUnless(os.path.exists("/dev/kvm"), "no /dev/kvm")
@unittest.skipUnless(os.path.isdir("/sys/kernel/debug/kvm"), "no debugfs")
class Machines(Case):
    def test_device(self):
        qemu = qemu_10()
        if not qemu:
            self.skipTest("no QEMU with -device vmclock")
        of_tcg = commands.qemu

        def of_kvm(*arguments, **more):
            return [["-accel", "kvm"] if list(group) == ["-accel", "tcg"] else
                    ["-cpu", "kvm64"] if group[0] == "-cpu" else group
                    for group in of_tcg(*arguments, **more)]

        with mock.patch.object(commands, "qemu", of_kvm):
            guest = self.machine(page="device", qemu=qemu, stopped=False)
        live = self.publisher("--authority", "host", "--kvm", str(guest.child.process.pid))
        live.ready()
        mailbox = guest.map()
        mailbox.until_ok()
        answers = mailbox.ask_often(READINGS)
        self.assertFalse([answer for answer in answers if not answer.right])
        self.assertFalse(live.said("unreliable"))


if __name__ == "__main__":
    unittest.main()
