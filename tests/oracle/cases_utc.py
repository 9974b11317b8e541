# SPDX-License-Identifier: BSD-2-Clause
"""Inputs for utc.h, text.h and deadline.h: readings around leap seconds, month ends and the ends of what is known."""
import cases
import model_clock as clock
import model_leap as leap
from model_clock import NS, SEC, U64

GHZ = 10**9
HAVE_EITHER = (clock.HAVE_ALL, clock.HAVE_ALL, clock.HAVE_ALL, clock.HAVE_ESTIMATE_ONLY,
               clock.HAVE_CLOCK, clock.HAVE_CLOCK | clock.HAVE_TAI_OFFSET)


def near_page(rng):
    """A page whose leap second, if it has one, is not far."""
    s = cases.leap_snapshot(rng)
    return s._replace(
        time_type=2 if rng.random() < 0.04 else s.time_type,
        have=rng.choice(HAVE_EITHER) & (s.have | ~clock.HAVE_TAI_OFFSET), flags=rng.getrandbits(10),
        maxerror_ns=rng.choice((0, 1, rng.getrandbits(rng.randint(1, 34)), rng.getrandbits(53))),
        esterror_ns=rng.getrandbits(rng.randint(1, 53)), ref_frac64=rng.getrandbits(64),
        period_maxerror_frac=rng.choice((0, 1 << 30)), clock_status=rng.choice((2, 3)),
        bound_by=rng.randrange(7), smear_hint=rng.randrange(3))


def counter_near(rng, s):
    """A counter value at which the time is near where the rule changes, or anywhere."""
    rule = leap.leap_rule(s)[1]
    if rule.utc or rng.random() < 0.2:
        return s.ref_counter + rng.randint(-60 * 86400 * GHZ, 60 * 86400 * GHZ) & U64
    place = cases.instants_around(rng, rule) - (s.ref_sec << 64 | s.ref_frac64)
    ticks = place * GHZ // SEC + rng.randint(-3, 3)
    return s.ref_counter + (ticks if abs(ticks) < 1 << 62 else 5) & U64


def utc_cases(rng, count):
    """(snapshot, counter, a label to compare with)"""
    for n in range(count):
        if n % 8 == 7:
            s, counter = next(cases.realistic_cases(rng, 1))
        elif n % 64 == 6:
            s, counter = next(cases.at_cases(rng, 1))
        else:
            s = near_page(rng)
            counter = counter_near(rng, s)
        rule = leap.leap_rule(s)[1]
        code, reading = clock.at(s, counter)
        utc = None
        if not code:
            near = reading[rng.randrange(3)] + rng.choice((0, 1, -1, SEC, -SEC, rng.randint(-SEC, SEC)))
            utc = leap.axis_to_utc(rule, near)[1]
        yield s, counter, utc or (rng.getrandbits(32), rng.getrandbits(64), rng.getrandbits(1))


def text_cases(rng, count):
    """(snapshot, counter, digits, a duration)"""
    for s, counter, _ in utc_cases(rng, count):
        if s.period_shift > 64:
            continue  # where the ends are not the expected ones alone
        duration = rng.getrandbits(rng.randint(1, 128)) - (1 << 127 if rng.random() < 0.5 else 0)
        yield s, counter, rng.randrange(10), min(duration, clock.TIME_MAX)


def estimate_cases(rng, count):
    """(snapshot, counter)"""
    for n in range(count):
        source = (cases.realistic_cases, cases.at_cases, cases.carry_cases)[n % 3]
        s, counter = next(source(rng, 1))
        if rng.random() < 0.9:
            s = s._replace(have=s.have | clock.HAVE_ESTERROR | clock.HAVE_PERIOD_ESTERROR)
        if rng.random() < 0.6:
            s = s._replace(esterror_ns=rng.getrandbits(rng.randint(1, 63)))
        if rng.random() < 0.5:
            s = s._replace(period_esterror_frac=rng.getrandbits(rng.randint(1, 64)))
        yield s, counter


def estimate_extremes():
    """Whole ns, and a part of 2^-128 s beside; what just fits, and what does not; pages without either."""
    s = cases.BASE._replace(ref_counter=5, period_shift=0, esterror_ns=7)
    top = (1 << 63) - 1
    for shift in (0, 1, 63, 64, 65, 127, 128, 255):
        for rate in (0, 1, 1 << 63, U64):
            for ticks in (0, 1, 2, NS, 1 << 32, 1 << 62, top, 1 << 63, U64):
                for ns in (0, 1, top - NS, top - 1, top, top + 1, U64):
                    yield s._replace(period_shift=shift, period_esterror_frac=rate, esterror_ns=ns), 5 + ticks & U64
    for sec in (top // NS - 1, top // NS, top // NS + 1):  # seconds of growth, 2^64 / 2^64 a tick
        for ns in (0, top % NS - 2, top % NS - 1, top % NS, top % NS + 1, NS):
            for more in (0, 1):
                yield s._replace(period_shift=1, period_esterror_frac=1 << 63, esterror_ns=ns), 5 + 4 * sec + more & U64
    for have in (0x8020, 0x8008, 0x8000, 0x0028, 0x8028, 0x8068, 0x8050):
        yield s._replace(have=have), 6
    for wrong in ({"clock_status": 1}, {"time_type": 3}, {"period_frac": 0}, {"counter_id": 7}):
        yield s._replace(**wrong), 6


def deadline_cases(rng, count):
    """(snapshot, instant): at, or beside, what either end is at some counter value, or anywhere."""
    for n in range(count):
        source = (cases.realistic_cases, cases.at_cases, cases.carry_cases)[n % 3]
        s, counter = next(source(rng, 1))
        if rng.random() < 0.8:
            s = s._replace(have=s.have | clock.HAVE_MAXERROR | clock.HAVE_PERIOD_MAXERROR)
        if rng.random() < 0.7:
            s = s._replace(period_maxerror_frac=s.period_maxerror_frac % s.period_frac)
        if rng.random() < 0.5:
            s = s._replace(maxerror_ns=rng.getrandbits(rng.randint(1, 40)))
        if rng.random() < 0.1:  # steps of 65 bits
            s = s._replace(period_frac=U64 - rng.getrandbits(rng.randint(1, 60)),
                           period_maxerror_frac=rng.getrandbits(rng.randint(55, 63)))
        code, reading = clock.at(s, counter)
        if code or rng.random() < 0.1:
            instant = cases.u64(rng) << 64 | cases.u64(rng)
            instant -= rng.choice((0, 1 << 127))
        else:
            instant = reading[rng.randrange(3)] + rng.choice((-2, -1, 0, 0, 1, 2))
        yield s, min(max(instant, clock.TIME_MIN), clock.TIME_MAX)


def deadline_extremes():
    """At the last tick that counts, and one on; and each shift."""
    for shift in range(67):
        for period in (1, 3, 1 << 63, U64):
            for rate in (0, 1, period - 1, U64):
                s = cases.BASE._replace(period_frac=period, period_shift=shift, ref_sec=1 << 61,
                                        period_maxerror_frac=min(rate, U64), maxerror_ns=1)
                for ticks in (-clock.INT64_MAX - 1, -clock.INT64_MAX, -1, 0, 1, clock.INT64_MAX):
                    way = ticks * (period + rate) << 64 >> (64 + shift)
                    for step in (-1, 0, 1):
                        instant = ((1 << 61) << 64 | s.ref_frac64) + way + step
                        yield s, min(max(instant, clock.TIME_MIN), clock.TIME_MAX)
