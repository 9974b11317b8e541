# SPDX-License-Identifier: BSD-2-Clause
"""Numbers on vmclock-publish's command line, and lists of leap seconds in its system's place.

VMCLOCK_PUBLISH and VMCLOCK_DUMP name the programs.
"""

import os
import shutil
import struct
import subprocess
import unittest

from test_publisher import PUBLISHER, TIMEOUT_S, Case, u64

DUMP = os.environ["VMCLOCK_DUMP"]
LEAPS = "/usr/share/zoneinfo/leap-seconds.list"
NUMBERS = ("--tai-offset", "--interval-ms", "--size", "--offset", "--skew-ns", "--claim-bound-ns")
PLACE = (0, 2**63 - 2**32, 8)
# The least, the greatest, and what each is a multiple of.
RANGES = {"--interval-ms": (1, 1000), "--max-slew-ppm": (1, 100000), "--oscillator-ppm": (1, 1000),
          "--tai-offset": (10, 99), "--skew-ns": (-10**15, 10**15), "--claim-bound-ns": (0, 2**63 - 1),
          "--pid": (1, 2**31 - 1), "--kvm": (1, 2**31 - 1), "--size": (104, 2**32 - 1),
          "--offset": PLACE, "--phys": PLACE}
OF_DUMP = ("--interval-ms", "--pid", "--offset", "--phys")
NO_NUMBERS = (" 37", "\t37", "37 ", "+37", "", "0X25", "0o45", "3_7", "37.0", "1e3", "0x", "x",
              "18446744073709551653", "99999999999999999999999")


class Numbers(Case):
    def publish(self, *arguments):
        return self.run_publisher("--file", self.page_path, "--once", *arguments)

    def offset(self, text):
        """TAI minus UTC as it was published."""
        done = self.publish("--tai-offset", text)
        self.assertEqual(done.returncode, 0, done.stderr)
        return -struct.unpack_from("<h", self.page(), 0x24)[0]

    def test_decimal_unless_0x(self):
        for text in ("37", "037", "0037", "0x25", "0x025"):
            self.assertEqual(self.offset(text), 37, text)
        for text in ("0112", "0x70"):
            self.assertEqual(self.publish("--size", text).returncode, 0)
            self.assertEqual(struct.unpack_from("<I", self.page(), 4)[0], 112, text)

    def test_no_numbers(self):
        for option in NUMBERS:
            for text in NO_NUMBERS:
                done = self.publish(f"{option}={text}")
                self.assertEqual((done.returncode, done.stdout), (2, ""), (option, text))
                self.assertRegex(done.stderr,
                                 f"^vmclock-publish: {option}: '{text}' is not a number"
                                 .replace("+", r"\+"))
        self.assertFalse(os.path.exists(self.page_path))

    def test_ranges(self):
        for option, text in (("--tai-offset", "9"), ("--tai-offset", "100"), ("--tai-offset", "-37"),
                             ("--tai-offset", "65573"), ("--size", "4294967296"),
                             ("--pid", "4294967297"), ("--pid", "0")):
            self.assertEqual(self.publish(option, text).returncode, 2, (option, text))

    def test_first_and_last(self):
        """Of each range. What is taken is not used, as the next option is none."""
        of_both = [(program, option) for program in (PUBLISHER, DUMP) for option in RANGES
                   if program == PUBLISHER or option in OF_DUMP]
        for program, option in of_both:
            least, greatest, *step = RANGES[option]
            step = step[0] if step else 1
            for number in (least - step, least, greatest, greatest + step, least + step, least + step // 2):
                done = subprocess.run([program, f"{option}={number}", "--no-such"], capture_output=True, text=True,
                                      check=False, timeout=TIMEOUT_S)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                taken = least <= number <= greatest and number % step == 0
                more = f", a multiple of {step}" if step > 1 else ""
                self.assertIn("--no-such" if taken else f"{option}: '{number}' is not a number from {least} to {greatest}"
                              f"{more}", done.stderr)

    def test_fields(self):
        for text, value in (("037", 37), ("0x25", 37), ("18446744073709551615", 2**64 - 1),
                            ("-1", 2**64 - 1)):
            self.publish("--set", f"time_sec={text}")
            self.assertEqual(u64(self.page(), 0x48), value)
        for text in NO_NUMBERS:
            self.assertEqual(self.publish("--set", f"time_sec={text}").returncode, 2, text)
        for setting, byte in (("leap_indicator=255", 255), ("leap_indicator=-128", 128)):
            self.assertEqual(self.publish("--set", setting).returncode, 0, setting)
            self.assertEqual(self.page()[0x26], byte)
        for setting in ("leap_indicator=256", "leap_indicator=-129", "tai_offset_sec=65536",
                        "tai_offset_sec=-32769", "seq=4294967296"):
            done = self.publish("--set", setting)
            self.assertEqual(done.returncode, 2, setting)
            self.assertIn("is too large for its field", done.stderr)


@unittest.skipUnless(os.getuid() == 0 and os.path.exists(LEAPS) and shutil.which("unshare"),
                     "needs root, to put a file in the place of the system's list")
class Leaps(Case):
    def publish(self, place):
        """With what is at that place in the list's place, for this publisher alone."""
        # The user's offset comes behind the list's: 38 is seen where the list is not used.
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"',
             "sh", place, LEAPS, PUBLISHER, "--file", self.page_path, "--once", "--tai-offset",
             "38"], capture_output=True, text=True, check=False, timeout=TIMEOUT_S)

    def offset_with(self, text):
        place = self.path("list")
        with open(place, "w", encoding="ascii") as file:
            file.write(text)
        done = self.publish(place)
        self.assertEqual(done.returncode, 0, done.stderr)
        return -struct.unpack_from("<h", self.page(), 0x24)[0], done.stderr

    def test_a_good_list(self):
        self.assertEqual(self.offset_with("#@ 99999999999\n3692217600 37 # 1 Jan 2017\n"), (37, ""))

    def test_absurd_lists(self):
        """Each is said, by name, and nothing of it is used: the publisher lives without."""
        for lines, why in (("3644697600 36\n3692217600 70\n", "line 3: a step"),
                           ("3692217600 65573\n", "line 2: an offset"),
                           ("3692217600 37\n3644697600 36\n", "line 3: not later"),
                           ("99999999999999999999 37\n", "line 2: no line")):
            offset, said = self.offset_with("#@ 99999999999\n" + lines)
            self.assertEqual(offset, 38)
            self.assertRegex(said, rf"(?m)^vmclock-publish: error: leaps: {LEAPS}: {why}")

    def test_a_fifo(self):
        os.mkfifo(self.path("fifo"))
        done = self.publish(self.path("fifo"))
        self.assertEqual(done.returncode, 0)
        self.assertIn(f"error: leaps: {LEAPS}: no regular file", done.stderr)


if __name__ == "__main__":
    unittest.main()
