# SPDX-License-Identifier: BSD-2-Clause
"""What goes to the driver and what must come back, as bytes: one class of record per kind.

Each kind has pack(case), expect(case) and accept(case, answer): accept is asked where an answer
is not the expected one, and says whether the contract allows it all the same.
"""
import struct

import model_calibrate as calibration
import model_civil as civil
import model_clock as clock
import model_leap as leap
import model_smear as smear

MANY_MAX = 16
SNAPSHOT = "12Q2IHh8B"
FRAC = clock.SEC - 1

pack_snapshot = struct.Struct("<" + SNAPSHOT).pack


def split(units):
    return units >> 64, units & FRAC


def timed(code, units):
    """Fields i32 code, i64 sec, u64 frac64."""
    return (code, 0, 0) if code else (0, units >> 64, units & FRAC)


def joined(sec, frac):
    return sec << 64 | frac


def within(ideal_low, got, unit):
    """got, rounded down from ideal_low / unit, is at most 1 + 2^-60 units below it."""
    gap = ideal_low - got * unit
    return 0 <= gap and gap << 60 <= unit * ((1 << 60) + 1)


class At:
    """(snapshot, counter) -> reading"""
    number = 0
    pack_in = struct.Struct("<" + SNAPSHOT + "Q").pack
    out = struct.Struct("<i qQqQqQqQ 3Q 8B")
    failed = [0] * 19

    @classmethod
    def pack(cls, case):
        return cls.pack_in(*case[0], case[1])

    @classmethod
    def expect(cls, case):
        s, counter = case
        code, result = clock.at(s, counter)
        if code:
            return cls.out.pack(code, *cls.failed)
        time, earliest, latest, age, kind = result
        known = bool(s.have & clock.HAVE_GENERATION)
        return cls.out.pack(0, time >> 64, time & FRAC, earliest >> 64, earliest & FRAC,
                            latest >> 64, latest & FRAC, age >> 64, age & FRAC, counter,
                            s.disruption_marker, s.generation if known else 0, known, s.time_type,
                            kind, s.bound_by, s.clock_status, s.leap_indicator, s.smear_hint,
                            clock.disruption(s))

    @classmethod
    def accept(cls, case, answer):
        """The ends of the interval may be wider by what 2^-60 of a unit can add."""
        want, got = list(cls.out.unpack(cls.expect(case))), list(cls.out.unpack(answer))
        if want[0] or got[0]:
            return False
        earliest, latest = joined(*got[3:5]), joined(*got[5:7])
        middle, error, unit = clock.ideal(*case)
        want[3:7] = got[3:7] = []
        return (want == got and within(middle - error, earliest, unit)
                and within(-middle - error, -latest, unit))


class Many:
    """(snapshot, counters) -> error, kind, times"""
    number = 1
    pack_in = struct.Struct("<" + SNAPSHOT + "I16Q").pack
    out = struct.Struct("<iqQ i" + "qQ" * MANY_MAX)

    @classmethod
    def pack(cls, case):
        s, counters = case
        return cls.pack_in(*s, len(counters), *counters, *[0] * (MANY_MAX - len(counters)))

    @classmethod
    def expect(cls, case):
        code, result = clock.at_many(*case)
        if code:
            return cls.out.pack(code, *[0] * (3 + 2 * MANY_MAX))
        error, kind, times = result
        flat = [part for time in times for part in split(time)]
        return cls.out.pack(0, *split(error), kind, *flat, *[0] * (2 * (MANY_MAX - len(times))))

    @classmethod
    def accept(cls, case, answer):
        want, got = list(cls.out.unpack(cls.expect(case))), list(cls.out.unpack(answer))
        if want[0] or got[0] or got[3] == clock.BOUND_NONE:
            return False
        times = [joined(*pair) for pair in zip(got[4::2], got[5::2])]
        error = joined(*got[1:3])
        want[1:3] = got[1:3] = []
        return want == got and clock.is_error_of(*case, times, error)


class Rule:
    """snapshot -> rule"""
    number = 2
    out = struct.Struct("<i 3q 5i")

    @staticmethod
    def pack(case):
        return pack_snapshot(*case)

    @classmethod
    def expect(cls, case):
        code, r = leap.leap_rule(case)
        if code:
            return cls.out.pack(code, *[0] * 8)
        return cls.out.pack(0, r.known_from, r.known_until, r.boundary, r.before, r.tai_ahead,
                            r.leap, r.utc, r.tai)

    accept = staticmethod(lambda case, answer: False)


class Label:
    """(snapshot, instant) -> UTC and back, TAI and back, TAI - UTC"""
    number = 3
    pack_in = struct.Struct("<" + SNAPSHOT + "qQ").pack
    out = struct.Struct("<iqQB iqQ iqQ iqQ ii")

    @classmethod
    def pack(cls, case):
        return cls.pack_in(*case[0], *split(case[1]))

    @classmethod
    def expect(cls, case):
        s, instant = case
        rule = leap.leap_rule(s)[1]
        code, label = leap.axis_to_utc(rule, instant)
        utc = (code, *(label or (0, 0, 0)))
        # The back conversions must give the instant itself.
        code, tai = leap.axis_to_tai(rule, instant)
        off_code, off = leap.tai_minus_utc(rule, instant)
        return cls.out.pack(*utc, *timed(utc[0], instant), *timed(code, tai),
                            *timed(code, instant), off_code, off or 0)

    accept = staticmethod(lambda case, answer: False)


class Unlabel:
    """(snapshot, posix, frac64, in_leap_second) -> instant of the label, instant of it as TAI"""
    number = 4
    pack_in = struct.Struct("<" + SNAPSHOT + "qQB").pack
    out = struct.Struct("<iqQ iqQ")

    @classmethod
    def pack(cls, case):
        return cls.pack_in(*case[0], *case[1:])

    @classmethod
    def expect(cls, case):
        s, posix, frac, in_leap = case
        rule = leap.leap_rule(s)[1]
        return cls.out.pack(*timed(*leap.utc_to_axis(rule, posix, frac, in_leap)),
                            *timed(*leap.axis_to_tai(rule, joined(posix, frac), -1)))

    accept = staticmethod(lambda case, answer: False)


class Smear:
    """(snapshot, shape, instant, smeared) -> floor, ceil; the instant of smeared"""
    number = 5
    pack_in = struct.Struct("<" + SNAPSHOT + "3i qQ qQ").pack
    out = struct.Struct("<iqQ iqQ iqQ")

    @classmethod
    def pack(cls, case):
        s, shape, instant, smeared = case
        return cls.pack_in(*s, *shape, *split(instant), *split(smeared))

    @classmethod
    def expect(cls, case):
        s, shape, instant, smeared = case
        rule = leap.leap_rule(s)[1]
        code, ends = smear.smear(rule, shape, instant)
        floor, ceil = ends or (0, 0)
        return cls.out.pack(*timed(code, floor), *timed(code, ceil),
                            *timed(*smear.unsmear(rule, shape, smeared)))

    accept = staticmethod(lambda case, answer: False)


class Civil:
    """(posix, frac64, in_leap_second) -> date and time of day, and back"""
    number = 6
    pack = struct.Struct("<qQB").pack
    out = struct.Struct("<iq5BQ iqQB")

    @classmethod
    def pack(cls, case):
        return struct.pack("<qQB", *case)

    @classmethod
    def expect(cls, case):
        code, result = civil.utc_to_civil(*case)
        if code:
            return cls.out.pack(code, *[0] * 7, code, 0, 0, 0)
        return cls.out.pack(0, *result, 0, *case)

    accept = staticmethod(lambda case, answer: False)


class Uncivil:
    """(year, month, day, hour, minute, second, frac64) -> label"""
    number = 7
    out = struct.Struct("<iqQB")

    @staticmethod
    def pack(case):
        return struct.pack("<q5BQ", *case)

    @classmethod
    def expect(cls, case):
        code, label = civil.civil_to_utc(*case)
        return cls.out.pack(code, *(label or (0, 0, 0)))

    @classmethod
    def accept(cls, case, answer):
        """Where the year is out of reach and another field wrong, either may be said."""
        code, label = civil.civil_to_utc(case[0] % 400, *case[1:])
        return (code == clock.CALENDAR and abs(case[0]) > 292277026595
                and answer == cls.out.pack(clock.RANGE, 0, 0, 0))


class Time:
    """(a, b) -> order, a + b, a - b, ns of a both ways, instant of b's seconds as ns"""
    number = 8
    pack_in = struct.Struct("<qQqQ").pack
    out = struct.Struct("<i iqQ iqQ iq iq iqQ")

    @classmethod
    def pack(cls, case):
        return cls.pack_in(*split(case[0]), *split(case[1]))

    @classmethod
    def expect(cls, case):
        a, b = case
        floor_code, floor = clock.to_ns_floor(a)
        ceil_code, ceil = clock.to_ns_ceil(a)
        return cls.out.pack((a > b) - (a < b), *timed(*clock.add(a, b)),
                            *timed(*clock.subtract(a, b)), floor_code, floor or 0,
                            ceil_code, ceil or 0, *timed(0, clock.from_ns(b >> 64)))

    accept = staticmethod(lambda case, answer: False)


NO_SNAPSHOT = (0,) * 24


class Calibrate:
    """(source, how, samples) -> snapshot"""
    number = 9
    pack_head = struct.Struct("<QQI3B QIIh2B I").pack
    pack_sample = struct.Struct("<QQ qQqQ QB").pack
    out = struct.Struct("<i" + SNAPSHOT)
    most = 4

    @classmethod
    def pack(cls, case):
        source, how, samples = case
        padded = samples + [calibration.Sample(*[0] * 6)] * (cls.most - len(samples))
        return cls.pack_head(*source, *how, len(samples)) + b"".join(
            cls.pack_sample(s.before, s.after, *split(s.earliest), *split(s.latest), s.marker,
                            s.counter_id) for s in padded)

    @classmethod
    def expect(cls, case):
        source, how, samples = case
        code, snapshot = calibration.calibrate(source, samples, how)
        return cls.out.pack(code, *(snapshot or NO_SNAPSHOT))

    accept = staticmethod(lambda case, answer: False)


class Combine:
    """(snapshots, counter) -> snapshot, which are disjoint"""
    number = 10
    out = struct.Struct("<i" + SNAPSHOT + "II")
    most = 3

    @classmethod
    def pack(cls, case):
        snapshots, counter = case
        padded = snapshots + [NO_SNAPSHOT] * (cls.most - len(snapshots))
        return struct.pack("<QI", counter, len(snapshots)) + b"".join(
            pack_snapshot(*s) for s in padded)

    @classmethod
    def expect(cls, case):
        code, snapshot, disjoint = calibration.combine(*case)
        return cls.out.pack(code, *(snapshot or NO_SNAPSHOT), *(disjoint or (77, 77)))

    @classmethod
    def accept(cls, case, answer):
        """The ends may be wider by what At accepts, so the middle and the error too: a unit, 1 ns."""
        want, got = (list(cls.out.unpack(b)) for b in (cls.expect(case), answer))
        if want[0] or got[0]:
            return False
        near = abs(joined(*want[9:11]) - joined(*got[9:11])) <= 1 and 0 <= got[12] - want[12] <= 1
        want[9:13] = got[9:13] = []
        return near and want == got


KINDS = (At, Many, Rule, Label, Unlabel, Smear, Civil, Uncivil, Time, Calibrate,
         Combine)
