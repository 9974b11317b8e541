# SPDX-License-Identifier: BSD-2-Clause
"""A KVM guest's counter, period and bounds from the host's, against exact integers: offsets and ratios that
no machine at hand has, wraps and negative offsets among them.
"""

import os
import random
import struct
import subprocess
import unittest

CASES = os.environ["VMCLOCK_KVM_CASES"]
COUNT, BATCH = int(os.environ.get("VMCLOCK_KVM_COUNT", "200000")), 20_000
QUESTION, ANSWER = struct.Struct("<QQqQQQQQIIQ"), struct.Struct("<8Q")
WRAP = 1 << 64
FRAC_BITS = (48, 32, 48, 32, 63, 1)  # VMX and SVM, and the ends of what is taken
ULPS = 4


def guest_of(host, ratio, frac_bits, offset):
    return ((host * ratio >> frac_bits if ratio else host) + offset) % WRAP


class KvmCases(unittest.TestCase):
    def question(self, rnd):
        kind = rnd.getrandbits(30)
        frac_bits = FRAC_BITS[kind % 6]
        # From 2^-9 to nearly 2^10 times as fast; 0: not scaled; sometimes a tick off a power of two.
        magnitude = min(max(frac_bits - 9 + kind // 6 % 20, 1), 64)
        ratio = 0 if kind // 128 % 8 == 0 else \
            (1 << magnitude - 1 | rnd.getrandbits(magnitude) if kind // 1024 % 4 else
             (1 << magnitude - 1) - (kind // 4096 % 2))
        if ratio << 10 >> frac_bits == 0:
            ratio = 0
        bits = 64 if kind // 8192 % 4 == 0 else 50
        before = rnd.getrandbits(bits)
        after = min(before + rnd.getrandbits(12), WRAP - 1)
        later = before + rnd.getrandbits(34) - (kind // 32768 % 16 == 0) * (1 << 33)
        later = min(max(later, 0), WRAP - 1)
        offset = rnd.getrandbits(64)
        if kind // 524288 % 2:  # it wraps between the two, or about there
            offset = (-guest_of(before, ratio, frac_bits, 0) - rnd.getrandbits(30)) % WRAP
        elif kind // 1048576 % 2:
            offset = -rnd.getrandbits(40) % WRAP
        rate_ns = 20_000_000 + rnd.getrandbits(31)
        # 0.5 to 8.5 ticks a ns.
        rate_ticks = rate_ns * (512 + rnd.getrandbits(13)) >> 10
        return (before, after, 1_800_000_000_000_000_000 + rnd.getrandbits(40), rate_ticks, rate_ns,
                offset, ratio, later, rnd.getrandbits(14), rnd.getrandbits(19), frac_bits)

    def check(self, question, answer):
        (before, after, realtime_ns, rate_ticks, rate_ns, offset, ratio, later, error_ppb,
         tolerance_ppb, frac_bits) = question
        counter, frac, maxerror_frac, shift, sec, frac64, maxerror_ns, later_counter = answer
        middle = before + (after - before) // 2
        assert counter == guest_of(middle, ratio, frac_bits, offset)
        assert later_counter == guest_of(later, ratio, frac_bits, offset)
        # The period, to some units in its last place: frac / 2^(64 + shift) = ns / 10^9 / ticks / ratio.
        one = ratio if ratio else 1 << frac_bits
        divisor = rate_ticks * 1_000_000_000 * one
        exact = rate_ns << 64 + shift + frac_bits
        assert -divisor < exact - frac * divisor < ULPS * divisor
        # What a reader computes holds the time of every line that can have been: in units of 1/u s.
        difference = (later_counter - counter) % WRAP
        if difference >> 63:
            difference -= WRAP
        unit = 1 << 64 + shift
        said = (sec << 64 + shift) + (frac64 << shift) + difference * frac
        bound = -(-maxerror_ns * unit // 1_000_000_000) + abs(difference) * maxerror_frac
        ppb = error_ppb + tolerance_ppb
        for start in (before, after):
            for rate in (1_000_000_000 - ppb, 1_000_000_000 + ppb):
                # ns * 10^9 * ticks
                time = realtime_ns * 1_000_000_000 * rate_ticks + (later - start) * rate_ns * rate
                # Compared as time / (10^18 * ticks) s with said / unit.
                difference_scaled = time * unit - said * 10**18 * rate_ticks
                assert abs(difference_scaled) <= bound * 10**18 * rate_ticks

    def batch(self, rnd):
        questions = [self.question(rnd) for _ in range(BATCH)]
        said = subprocess.run([CASES], input=b"".join(QUESTION.pack(*q) for q in questions),
                              stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(len(said), BATCH * ANSWER.size)
        for question, answer in zip(questions, ANSWER.iter_unpack(said)):
            try:
                self.check(question, answer)
            except AssertionError as error:
                raise AssertionError(f"{question}: {answer}") from error
            yield question, answer

    def test_cases(self):
        rnd = random.Random(18)
        scaled = negative = wrapped = 0
        for _ in range(COUNT // BATCH):
            for question, answer in self.batch(rnd):
                scaled += question[6] != 0
                negative += question[5] >> 63
                wrapped += (answer[7] < answer[0]) == (question[7] > question[1])
        print(f"{COUNT} cases, {scaled} scaled, {negative} with a negative offset, {wrapped} wrap")
        for count in (scaled, negative, wrapped):
            self.assertGreater(count, COUNT // 20)


if __name__ == "__main__":
    unittest.main()
