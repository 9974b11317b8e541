# SPDX-License-Identifier: BSD-2-Clause
"""Machines whose page gives no time: the image says which and why, and invents nothing."""

import os
import unittest

from harness import BOOT, THIS, Case, setup_of
from lab import pages
from lab.pages import COUNTER_INVALID, INITIALIZING, UNKNOWN, UNRELIABLE
from vm import session
from vm.failure import Failure

# Of the subject's machine: where a table says its page is, its own counter and another one.
PAGE = hex(THIS.machine.pages["shared"].phys)
SOURCE = "acpi" if THIS.machine.pages["shared"].table.endswith(".asl") else "fdt"
X86, ARM = (pages.COUNTER_X86_TSC, "x86-tsc"), (pages.COUNTER_ARM_VCNT, "arm-vcnt")
(OWN, OWN_NAME), (OTHER, OTHER_NAME) = (X86, ARM) if THIS.hardware == "x86_64" else (ARM, X86)
TIME_KEYS = ("utc", "tai_sec", "bound_ns", "earliest_ns", "latest_ns")


def page(**changes):
    return pages.page(**{"counter_id": OWN, **changes})


class Reports(Case):
    def assert_report(self, setup, **expected):
        """Boots and compares; then the guest must not give a time when it is asked, either."""
        with session.Session(setup) as running:
            _lines, report = running.report()
            said = {key: report.values[key] for key in expected}
            self.assertEqual(said, expected, report)
            self.assertEqual({key: report.values[key] for key in TIME_KEYS},
                             dict.fromkeys(TIME_KEYS, "none"))
            with self.assertRaisesRegex(Failure, f"no interval.*{expected['state']} none none"):
                running.readings()
            running.finish(expected["state"])
            return report

    def assert_page(self, content, **expected):
        return self.assert_report(setup_of("shared", content), **expected)

    def test_no_device(self):
        self.assert_report(setup_of("none"), state="no-device", page="none", source="none",
                           disruption_marker="none")

    def test_real_device(self):
        qemu = self.qemu_with_vmclock()
        report = self.assert_report(setup_of("device", qemu=qemu),
                                    state="no-clock", source="acpi", page="0xfeffb000",
                                    status="none")
        self.assertGreaterEqual(report.integer("disruption_marker"), 1)

    def test_bad_magic(self):
        self.assert_page(page(magic=b"VCLX"), state="bad-page", error="magic", source=SOURCE,
                         page=PAGE)

    def test_unmapped(self):
        """A page where the firmware maps nothing is named, not touched."""
        tree = os.path.join(self.directory, "unmapped.dts")
        own = os.path.join(BOOT, "vm", THIS.machine.pages["none"].table or "vmclock-virt.dts")
        with open(tree, "w", encoding="ascii") as file:
            file.write(f'/include/ "{own}"\n'
                       '/ { vmclock@46000000 { compatible = "amazon,vmclock";'
                       ' reg = <0x200 0x0 0x0 0x1000>; }; };\n')
        self.assert_report(setup_of("shared", table=tree), state="no-device", error="map",
                           source="fdt", page="0x20000000000")

    def test_bad_version(self):
        self.assert_page(page(version=2), state="bad-page", error="version")

    def test_bad_size(self):
        self.assert_page(page(size=4097), state="bad-page", error="size")

    def test_stuck_odd(self):
        self.assert_page(page(seq_count=3), state="busy", error="busy", seq="none")

    def test_wrong_counter(self):
        self.assert_page(page(counter_id=OTHER), state="wrong-counter", counter=OTHER_NAME)

    def test_invalid_counter(self):
        self.assert_page(page(counter_id=COUNTER_INVALID), state="no-clock", disruption_marker="7")

    def test_unknown(self):
        self.assert_page(page(clock_status=UNKNOWN), state="unsynchronised", status="unknown")

    def test_initializing(self):
        # Not waited for.
        arguments = THIS.image.arguments + " --tries 1000"
        self.assert_report(setup_of("shared", page(clock_status=INITIALIZING), arguments=arguments),
                           state="unsynchronised", status="initializing")

    def test_unreliable(self):
        self.assert_page(page(clock_status=UNRELIABLE), state="unsynchronised", status="unreliable")


if __name__ == "__main__":
    unittest.main()
