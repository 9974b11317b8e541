# SPDX-License-Identifier: BSD-2-Clause
"""Inputs for utc.h: readings around leap seconds, month ends and the ends of what is known."""
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
