# SPDX-License-Identifier: BSD-2-Clause
"""The contracts of clock.h and time.h in exact integers.

A time is one integer, in units of 2^-64 s. Functions return (code, value); value is None unless
code is 0.
"""
from collections import namedtuple

ARGUMENT, RANGE, CALENDAR = -1, -3, -4
NO_CLOCK, COUNTER, UNSYNCHRONISED, TIME_TYPE, PERIOD = -25, -26, -27, -28, -29
NO_EPOCH, TAI_OFFSET, LEAP, LEAP_HORIZON, SMEAR = -31, -32, -33, -34, -35
ESTIMATE = -37

SEC = 1 << 64  # units in a second
TIME_MIN, TIME_MAX = -(1 << 127), (1 << 127) - 1
INT64_MIN, INT64_MAX = -(1 << 63), (1 << 63) - 1
U64 = (1 << 64) - 1
NS = 10**9

UTC, TAI, MONOTONIC = 0, 1, 2
BOUND_NONE, BOUND_MAXIMUM = 0, 2
HAVE_TAI_OFFSET, HAVE_GENERATION, HAVE_CLOCK = 0x0001, 0x0100, 0x8000
HAVE_PERIOD_ESTERROR, HAVE_PERIOD_MAXERROR = 0x0008, 0x0010
HAVE_ESTERROR, HAVE_MAXERROR = 0x0020, 0x0040
HAVE_BITS = (HAVE_TAI_OFFSET, HAVE_PERIOD_ESTERROR, HAVE_PERIOD_MAXERROR, HAVE_ESTERROR,
             HAVE_MAXERROR, HAVE_GENERATION, HAVE_CLOCK)
HAVE_ALL = sum(HAVE_BITS)
HAVE_ESTIMATE_ONLY = HAVE_ALL - HAVE_MAXERROR
FLAG_SOON, FLAG_IMMINENT = 1 << 1, 1 << 2

Snapshot = namedtuple("Snapshot", """counter disruption_marker flags generation ref_counter
    period_frac period_esterror_frac period_maxerror_frac ref_sec ref_frac64 esterror_ns
    maxerror_ns seq size have tai_offset_sec period_shift counter_id counter_read_id time_type
    clock_status leap_indicator smear_hint bound_by""")


def in_range(units):
    return TIME_MIN <= units <= TIME_MAX


def distance(s, counter):
    """counter - ref_counter modulo 2^64, as a signed number of ticks."""
    d = (counter - s.ref_counter) & U64
    return d - (1 << 64) if d >> 63 else d


def check(s):
    if not s.have & HAVE_CLOCK:
        return NO_CLOCK
    if s.counter_id != s.counter_read_id:
        return COUNTER
    if s.clock_status not in (2, 3):
        return UNSYNCHRONISED
    if s.time_type > MONOTONIC:
        return TIME_TYPE
    return 0 if s.period_frac else PERIOD


def bound_of(s):
    """(kind, ns at the reference point, rate) of what is promised."""
    if s.have & HAVE_MAXERROR and s.have & HAVE_PERIOD_MAXERROR:
        return BOUND_MAXIMUM, s.maxerror_ns, s.period_maxerror_frac
    return BOUND_NONE, 0, 0


def has_estimate(s):
    return bool(s.have & HAVE_ESTERROR and s.have & HAVE_PERIOD_ESTERROR)


def estimate_of(s, counter):
    """(code, ns rounded up), of a page that can be read."""
    if not has_estimate(s):
        return ESTIMATE, None
    ticks = (counter - s.ref_counter) & U64
    growth = min(ticks, (1 << 64) - ticks) * s.period_esterror_frac * NS
    ns = s.esterror_ns - (-growth >> 64 + s.period_shift)
    return (0, ns) if ns <= INT64_MAX else (RANGE, None)


def estimate_at(s, counter):
    """(code, ns rounded up)"""
    code = check(s)
    return (code, None) if code else estimate_of(s, counter)


def ideal(s, counter):
    """Exact (time, error, denominator) over one denominator; bound apart."""
    d = distance(s, counter)
    _, ns, rate = bound_of(s)
    time = (((s.ref_sec << 64 | s.ref_frac64) << s.period_shift) + d * s.period_frac) * NS
    error = (ns << (64 + s.period_shift)) + abs(d) * rate * NS
    return time, error, NS << s.period_shift


def at(s, counter):
    """(code, (time, earliest, latest, age, bound_kind))."""
    code = check(s)
    if code:
        return code, None
    d = distance(s, counter)
    if d == INT64_MIN:
        return RANGE, None
    age = (d * s.period_frac) >> s.period_shift
    time = (s.ref_sec << 64 | s.ref_frac64) + age
    kind = bound_of(s)[0]
    if kind == BOUND_NONE:
        earliest, latest = TIME_MIN, TIME_MAX
    else:
        middle, error, unit = ideal(s, counter)
        earliest = (middle - error) // unit
        latest = -((-middle - error) // unit)
    if not (in_range(time) and in_range(earliest) and in_range(latest)):
        return RANGE, None
    return 0, (time, earliest, latest, age, kind)


def disruption(s):
    return 2 if s.flags & FLAG_IMMINENT else 1 if s.flags & FLAG_SOON else 0


def at_many(s, counters):
    """(code, (error, bound_kind, times)). The error is one of those that the contract allows."""
    if not counters:
        return ARGUMENT, None
    worst, times = 0, []
    for counter in counters:
        code, reading = at(s, counter)
        if code:
            return code, None
        time, _, latest, _, kind = reading
        times.append(time)
        worst = max(worst, latest - time + 1)
    return 0, (TIME_MAX if kind == BOUND_NONE else worst, kind, times)


def is_error_of(s, counters, times, error):
    """Whether error holds for all times, and is rounded up by less than 3 (and 2^-60) units."""
    worst = 0
    for counter, time in zip(counters, times):
        middle, own, unit = ideal(s, counter)
        if (time - error) * unit > middle - own or (time + error) * unit < middle + own:
            return False
        worst = max(worst, own)
    return (error * unit - worst) << 60 < unit * ((3 << 60) + 1)


def add(a, b):
    return (0, a + b) if in_range(a + b) else (RANGE, None)


def subtract(a, b):
    return (0, a - b) if in_range(a - b) else (RANGE, None)


def to_ns_floor(a):
    ns = a * NS >> 64
    return (0, ns) if INT64_MIN <= ns <= INT64_MAX else (RANGE, None)


def to_ns_ceil(a):
    ns = -(-a * NS >> 64)
    return (0, ns) if INT64_MIN <= ns <= INT64_MAX else (RANGE, None)


def from_ns(ns):
    return ns * SEC // NS
