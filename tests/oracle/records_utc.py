# SPDX-License-Identifier: BSD-2-Clause
"""As records.py, for what people read: UTC with its interval, text, deadlines."""
import re
import struct
from pathlib import Path

import model_clock as clock
import model_leap as leap
import model_smear as smear
import model_utc as utc
from model_clock import SMEAR
from records import FRAC, SNAPSHOT, At, split, timed


def posix(code, *counts):
    """Fields i32 code, and of each count i64 sec, i32 ns."""
    flat = [part for ns in counts for part in ((0, 0) if code else divmod(ns, clock.NS))]
    return (code, *flat)


def counted(code, ns):
    """Fields i32 code, i64 ns."""
    return code, ns or 0


class Utc:
    """(snapshot, counter, label) -> UTC with its interval, as POSIX time, and whether it is time yet"""
    number = 11
    pack_in = struct.Struct("<" + SNAPSHOT + "Q qQB").pack
    out = struct.Struct("<i" + "qQqq5Bb" * 3 + "qQ 3Q Iii 10B" "iqi iqiqi i i" "3Q2B iq" "iqQ qQ qQ i")
    failed = [0] * 80

    @classmethod
    def pack(cls, case):
        return cls.pack_in(*case[0], case[1], *case[2])

    @staticmethod
    def label(label):
        return (*split(label.instant), *label[1:])

    @classmethod
    def expect(cls, case):
        s, counter, other = case
        code, r = utc.utc_at(s, counter)
        if code:
            return cls.out.pack(code, *cls.failed[:len(cls.out.unpack(bytes(cls.out.size))) - 1])
        utc.check_interval(r)
        known = bool(s.have & clock.HAVE_GENERATION)
        return cls.out.pack(
            0, *cls.label(r.utc), *cls.label(r.earliest), *cls.label(r.latest),
            0 if r.tai_error else r.tai >> 64, r.utc.instant & FRAC, counter, s.disruption_marker,
            s.generation if known else 0, s.seq, r.offset, 0, r.tai_error & 255, r.offset_error & 255,
            known, s.time_type, r.kind, s.bound_by, s.clock_status, s.leap_indicator, s.smear_hint,
            clock.disruption(s), *posix(*utc.posix_of(r.utc)), *posix(*utc.posix_interval(r)),
            utc.is_after(r, *other), utc.is_before(r, *other), s.ref_counter, s.esterror_ns,
            s.period_esterror_frac, s.period_shift, clock.has_estimate(s),
            *counted(*clock.estimate_of(s, counter)), *cls.smeared(s, r))

    @staticmethod
    def smeared(s, r):
        """Fields i32 code, time; earliest, latest, i32 why they are not."""
        rule, shape = leap.leap_rule(s)[1], smear.of_hint(s.smear_hint)
        if shape is None:
            return (*timed(SMEAR, 0), 0, 0, 0, 0, 0)
        code, time = smear.smear(rule, shape, r.utc.instant)
        if code:
            return (*timed(code, 0), 0, 0, 0, 0, 0)
        bound, earliest = (utc.BOUND, None) if r.kind == clock.BOUND_NONE else smear.smear(
            rule, shape, r.earliest.instant)
        bound, latest = (bound, None) if bound else smear.smear(rule, shape, r.latest.instant)
        ends = (0, 0, 0, 0) if bound else (*split(earliest[0]), *split(latest[1]))
        return (*timed(0, time[0]), *ends, bound)

    @classmethod
    def accept(cls, case, answer):
        """Where the ends may be wider, all that is made of them is of other instants."""
        return At.accept(case[:2], cls.reading(case, answer)) if case[0].period_shift > 64 else False

    @classmethod
    def reading(cls, case, answer):
        """What the answer says of the reading, as At has it."""
        want = list(At.out.unpack(At.expect(case[:2])))
        got = cls.out.unpack(answer)
        want[0], want[1:3], want[3:5], want[5:7] = got[0], got[1:3], got[11:13], got[21:23]
        return At.out.pack(*want)


ERROR_TEXTS = {int(code): text for code, text in re.findall(
    r'X\((-\d+), \w+, "[a-z-]+", "([^"]+)"\)',
    (Path(__file__).resolve().parent.parent.parent / "lib/include/vmclock/error.h").read_text())}
TEXT_BYTES = 192


def texted(code, text):
    """Fields i32 code, 192 bytes."""
    return code, text.encode()


class Text:
    """(snapshot, counter, digits, duration) -> texts of label, interval, duration and reading"""
    number = 12
    pack_in = struct.Struct("<" + SNAPSHOT + "Q B qQ").pack
    out = struct.Struct("<i" + f"i{TEXT_BYTES}s" * 4)

    @classmethod
    def pack(cls, case):
        s, counter, digits, duration = case
        return cls.pack_in(*s, counter, digits, *split(duration))

    @classmethod
    def expect(cls, case):
        s, counter, digits, duration = case
        code, r = utc.utc_at(s, counter)
        if code:
            return cls.out.pack(code, *(0, b"") * 4)
        return cls.out.pack(0, *texted(*utc.label_text(r.utc, digits)),
                            *texted(*utc.interval_text(r, digits)),
                            *texted(0, utc.duration_text(duration, digits)),
                            *texted(0, utc.line_text(r, clock.estimate_of(s, counter), s.clock_status,
                                                     ERROR_TEXTS)))

    accept = staticmethod(lambda case, answer: False)


class Deadline:
    """(snapshot, instant) -> counter values at which it has surely, has possibly come"""
    number = 13
    pack_in = struct.Struct("<" + SNAPSHOT + "qQ").pack
    out = struct.Struct("<iQ iQ")

    @classmethod
    def pack(cls, case):
        return cls.pack_in(*case[0], *split(case[1]))

    @classmethod
    def expect(cls, case):
        return cls.out.pack(*utc.deadline(*case, True), *utc.deadline(*case, False))

    accept = staticmethod(lambda case, answer: False)


class Estimate:
    """(snapshot, counter) -> the publisher's estimate of its error"""
    number = 14
    pack_in = struct.Struct("<" + SNAPSHOT + "Q").pack
    out = struct.Struct("<iq")

    @classmethod
    def pack(cls, case):
        return cls.pack_in(*case[0], case[1])

    @classmethod
    def expect(cls, case):
        return cls.out.pack(*counted(*clock.estimate_at(*case)))

    @classmethod
    def accept(cls, case, answer):
        """What is smaller than 2^-128 s counts as that."""
        code, ns = clock.estimate_at(*case)
        return not code and case[0].period_shift > 64 and cls.out.unpack(answer) in (
            (0, ns + 1), (clock.RANGE, 0))
