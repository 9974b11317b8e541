# SPDX-License-Identifier: BSD-2-Clause
"""Random and extreme inputs. Every generator yields cases for one class of records.py."""
import itertools
import random

import model_clock as clock
import model_leap as leap
import model_smear as smear
from model_clock import INT64_MAX, INT64_MIN, SEC, U64, Snapshot

GHZ_PERIOD, GHZ_SHIFT = 0x89705F4136B4A597, 29
EDGES_U64 = sorted({edge & U64 for bit in (0, 1, 31, 32, 33, 62, 63, 64)
                    for edge in ((1 << bit) - 1, 1 << bit, (1 << bit) + 1)})
M0 = 1483228800  # 2017-01-01

BASE = Snapshot(
    counter=0, disruption_marker=7, flags=0, generation=9, ref_counter=1000,
    period_frac=GHZ_PERIOD, period_esterror_frac=1 << 20, period_maxerror_frac=1 << 30,
    ref_sec=M0, ref_frac64=1 << 63, esterror_ns=1000, maxerror_ns=100000, seq=2, size=0x70,
    have=clock.HAVE_ALL, tai_offset_sec=37, period_shift=GHZ_SHIFT, counter_id=1, counter_read_id=1,
    time_type=clock.TAI, clock_status=2, leap_indicator=0, smear_hint=0, bound_by=0)


def u64(rng):
    """An edge, a number of random length, or a number just off a power of two."""
    pick = rng.random()
    if pick < 0.15:
        return rng.choice(EDGES_U64)
    if pick < 0.3:
        return ((1 << rng.randrange(64)) + rng.randint(-2, 2)) & U64
    return rng.getrandbits(rng.randint(1, 64))


def random_snapshot(rng):
    bits = rng.getrandbits
    return Snapshot(
        counter=bits(64), disruption_marker=bits(64), flags=bits(rng.choice((2, 10, 64))),
        generation=bits(64), ref_counter=u64(rng), period_frac=u64(rng) or 1,
        period_esterror_frac=u64(rng), period_maxerror_frac=u64(rng),
        ref_sec=u64(rng) >> (rng.random() < 0.9), ref_frac64=u64(rng), esterror_ns=u64(rng),
        maxerror_ns=u64(rng), seq=bits(32) & ~1, size=0x70,
        have=clock.HAVE_ALL if rng.random() < 0.6 else clock.HAVE_CLOCK | bits(16), tai_offset_sec=37,
        period_shift=bits(8) if rng.random() < 0.3 else bits(6), counter_id=1, counter_read_id=1,
        time_type=rng.randrange(3), clock_status=rng.choice((2, 3)), leap_indicator=bits(8),
        smear_hint=bits(8), bound_by=bits(8))


def at_cases(rng, count):
    for _ in range(count):
        s = random_snapshot(rng)
        pick = rng.random()
        if pick < 0.1:
            yield s, u64(rng)
        else:
            sign = -1 if pick < 0.5 else 1
            yield s, (s.ref_counter + sign * rng.getrandbits(rng.randint(1, 63))) & U64


def carry_cases(rng, count):
    """Sums whose parts are all ones, or all zeros, so that every carry and borrow happens."""
    for _ in range(count):
        ns = rng.getrandbits(rng.randint(1, 40))
        whole = ns * SEC // clock.NS & U64  # the fraction of the error, in units
        near = rng.randint(-2, 2)
        period = rng.choice((U64, 1 << 63, rng.getrandbits(64) | 1))
        s = BASE._replace(
            period_frac=period, period_shift=rng.choice((0, 1, 63, 64, 65, 127, 128)),
            period_maxerror_frac=rng.choice((0, 1, U64, rng.getrandbits(64))),
            ref_frac64=rng.choice((U64 - whole, whole, U64, 0)) + near & U64, maxerror_ns=ns)
        yield s, s.ref_counter + rng.choice((1, -1, 2, -2, 3, rng.randint(-1000, 1000))) & U64


def realistic_cases(rng, count):
    """Counters of 1 MHz to 6 GHz, minutes around the reference, bounds of us to s."""
    for _ in range(count):
        freq = rng.randint(10**6, 6 * 10**9)
        shift = freq.bit_length() - 1
        period = (1 << (64 + shift)) // freq
        counter = rng.getrandbits(64)
        s = BASE._replace(
            ref_counter=counter, period_frac=period, period_shift=shift,
            period_maxerror_frac=period // rng.randint(10**4, 10**7),
            period_esterror_frac=period // 10**8, ref_sec=M0 + rng.getrandbits(29),
            ref_frac64=rng.getrandbits(64), maxerror_ns=rng.getrandbits(rng.randint(1, 34)),
            have=rng.choice((clock.HAVE_ALL, clock.HAVE_ALL, clock.HAVE_ESTIMATE_ONLY,
                             clock.HAVE_CLOCK)))
        yield s, (counter + rng.randint(-freq, 600 * freq)) & U64


def at_extremes():
    """Every shift with the ends of the periods, distances, rates, errors and reference times."""
    rows = itertools.product(
        range(256), (1, 1 << 63, U64, GHZ_PERIOD),
        (0, 1, -1, INT64_MAX, -INT64_MAX, INT64_MIN), (0, 1, U64), (0, U64 >> 2))
    for n, (shift, period, ticks, rate, sec) in enumerate(rows):
        ref = (0, U64, 1 << 63, 0x123456789ABCDEF0)[n % 4]
        s = BASE._replace(period_shift=shift, period_frac=period, ref_counter=ref,
                          period_maxerror_frac=rate, period_esterror_frac=rate, ref_sec=sec,
                          ref_frac64=(0, U64, 1)[n % 3], maxerror_ns=(0, 1, U64, 999)[n // 3 % 4],
                          esterror_ns=U64, have=(clock.HAVE_ALL, clock.HAVE_ALL, clock.HAVE_ESTIMATE_ONLY,
                                clock.HAVE_CLOCK)[n // 7 % 4])
        yield s, (ref + ticks) & U64


def at_borders():
    """Results right at the ends of int64_t seconds, from reference times beyond and before them."""
    for sec, frac, ticks, ns in itertools.product(
            (0, 1, INT64_MAX - 1, INT64_MAX, 1 << 63, (1 << 63) + 1, U64 - 1, U64), (0, 1, U64),
            (0, 1, -1, 2, -2, INT64_MAX, -INT64_MAX), (0, 1, U64)):
        for period, shift in ((U64, 0), (1 << 63, 0), (1, 0), (U64, 255), (1, 64)):
            yield BASE._replace(ref_sec=sec, ref_frac64=frac, period_frac=period,
                                period_shift=shift, period_maxerror_frac=0, maxerror_ns=ns,
                                ref_counter=5), (5 + ticks) & U64


def guard_cases():
    """What lies below 2^-64 s decides the rounding: parts of 2^-128 s, and what is lost below."""
    ones, ticks = 1190112520884487201, 31  # their product is 2^65 - 1
    for frac, sign, ns in itertools.product((0, 1, U64), (1, -1), (0, 1, 1953125, 500000000)):
        for period, rate in ((ones, 0), (1, ones), (ones, ones)):
            s = BASE._replace(ref_frac64=frac, period_frac=period, period_shift=65,
                              period_maxerror_frac=rate, maxerror_ns=ns)
            yield s, s.ref_counter + sign * ticks
    # Errors of whole 2^-64 s, and the least of time above and below.
    for part, shift, step, frac in itertools.product(
            (0, 1, 2, 3, 255, 256, 257, 510, 511), (64, 65, 128), (1, -1, 2, -2), (0, U64)):
        s = BASE._replace(ref_frac64=frac, period_frac=1, period_shift=shift,
                          period_maxerror_frac=0, maxerror_ns=1953125 * part)
        yield s, s.ref_counter + step
    # The last ns of a second, and the first, up to the highest.
    for second, ns in itertools.product((*range(18446744064, 18446744074), 1, 2, 9), (-1, 0, 1)):
        yield BASE._replace(period_maxerror_frac=0, maxerror_ns=second * clock.NS + ns), 1000


def check_cases():
    """Every combination of what vmclock_check looks at."""
    for have, read_id, status, kind, period in itertools.product(
            (clock.HAVE_ALL - clock.HAVE_CLOCK, clock.HAVE_ALL), (0, 1), range(7), (0, 1, 2, 3, 4, 5, 255), (0, 1)):
        yield BASE._replace(have=have, counter_read_id=read_id, clock_status=status, time_type=kind,
                            period_frac=period), 2000


def have_cases():
    """Every combination of presence bits, with the flags of announced disruptions."""
    for bits in itertools.product((0, 1), repeat=len(clock.HAVE_BITS)):
        have = sum(itertools.compress(clock.HAVE_BITS, bits))
        for flags in range(16):
            yield BASE._replace(have=have, flags=flags), 5000


def many_cases(rng, count):
    for _ in range(count):
        source = rng.choice((realistic_cases, at_cases, carry_cases))
        s, counter = next(source(rng, 1))
        reach = rng.randint(1, 62)
        counters = [(counter + rng.getrandbits(reach) - (1 << reach >> 1)) & U64
                    for _ in range(rng.randint(1, 16))]
        yield s, sorted(counters) if rng.random() < 0.5 else counters


def many_extremes():
    for error in (U64, U64 - 1):  # and a carry into the seconds
        yield BASE._replace(period_maxerror_frac=error, period_shift=0, maxerror_ns=0), [1001, 1000]
    for n, (s, counter) in enumerate(itertools.chain(at_borders(), check_cases())):
        yield s, ([counter], [s.ref_counter, counter], [counter, s.ref_counter ^ (1 << 63)],
                  [], [counter] * 16)[n % 5]


def posix_near_months(rng):
    """A POSIX count near the start of some month of 1970 to 3000, or anywhere."""
    pick = rng.random()
    if pick < 0.15:
        return rng.getrandbits(rng.randint(1, 62))
    start = leap.start_of_month(rng.randint(1970, 3000), rng.randint(1, 12))
    return max(0, start + rng.choice((-2, -1, 0, 1, rng.randint(-90000, 90000),
                                      rng.getrandbits(21))))


def leap_snapshot(rng):
    """A page whose reference time and leap indicator may or may not agree."""
    time_type = rng.randrange(2)
    offset = rng.choice((37, -37, 10, -10, rng.randint(-32768, 32767), rng.randint(-12, 12)))
    indicator = rng.choice((0, 1, 2, 3, 3, 3, 4, 5, rng.randrange(256)))
    posix = posix_near_months(rng)
    if indicator == leap.POS and rng.random() < 0.8:
        posix = leap.start_of_month(rng.randint(1970, 3000), rng.randint(1, 12))
        posix -= rng.choice((0, 0, 0, 1, 1, 1, 2, 86400))
    ref = posix + (abs(offset) if time_type else 0)
    return BASE._replace(time_type=time_type, tai_offset_sec=offset, leap_indicator=indicator,
                         ref_sec=max(0, ref), have=clock.HAVE_ALL - (rng.random() > 0.95) * clock.HAVE_TAI_OFFSET)


def rule_cases(rng, count):
    for _ in range(count):
        yield leap_snapshot(rng)


def rule_extremes():
    seconds = (0, 1, 86399, 86400, 31 * 86400, U64, 1 << 63, INT64_MAX - 10**8, INT64_MAX - 10**10)
    for have, kind, sec, offset, indicator in itertools.product(
            (0, clock.HAVE_CLOCK, clock.HAVE_ALL), (0, 1, 2, 3, 4, 255), seconds,
            (0, 1, 9, 10, 11, 37, 32767, -9, -10, -37, -32767, -32768), (0, 1, 2, 4, 5)):
        yield BASE._replace(have=have, time_type=kind, ref_sec=sec, tai_offset_sec=offset,
                            leap_indicator=indicator)
    for kind, step, indicator in itertools.product((0, 1, 2), range(-3, 4), (0, 1, 2, 4, 5, 6)):
        yield BASE._replace(time_type=kind, leap_indicator=indicator,
                            ref_sec=leap.REF_SEC_MAX + step)


def instants_around(rng, rule):
    """Instants at and beside every place where the rule changes, and others."""
    frac = rng.choice((0, 1, U64, 1 << 63, rng.getrandbits(64)))
    midnight = leap.month_start_after(rule.known_from - rule.before, rng.randrange(4))
    places = [rule.known_from, rule.known_until, rule.boundary, rule.boundary + 1,
              midnight + rule.before, midnight + rule.before + rule.leap,
              rng.randint(rule.known_from, max(rule.known_from, rule.known_until)),
              rng.choice((INT64_MIN, INT64_MAX - 2, 0)) + 2]
    sec = rng.choice(places) + rng.randint(-2, 2)
    return min(max(sec, INT64_MIN), INT64_MAX) << 64 | frac


def label_cases(rng, count):
    s = BASE
    for n in range(count):
        if n % 4 == 0:
            s = leap_snapshot(rng)
            rule = leap.leap_rule(s)[1]
        yield s, instants_around(rng, rule)


def unlabel_cases(rng, count):
    for s, instant in label_cases(rng, count):
        rule = leap.leap_rule(s)[1]
        posix = min(max((instant >> 64) - rule.before, INT64_MIN), INT64_MAX)
        yield s, posix, instant & U64, int(rng.random() < 0.3)


def random_shape(rng):
    pick = rng.random()
    if pick < 0.2:
        return smear.NOON_LINEAR
    if pick < 0.4:
        return smear.UTC_SLS
    if pick < 0.5:
        return smear.STRICT
    size = 1 << rng.randint(2, 22 if pick < 0.98 else 31)
    start, end = sorted(rng.randint(-size, size - 1) for _ in range(2))
    if pick < 0.9:
        start, end = min(start, -2), max(end, 0)  # around the leap second, else anywhere
    return smear.Shape(start, rng.randint(-1, 1) if pick < 0.95 else rng.randint(-size, size - 1),
                       end)


def smear_cases(rng, count):
    s = BASE
    for n in range(count):
        if n % 4 == 0:
            s = leap_snapshot(rng)
            while leap.leap_rule(s)[1].leap == 0 and rng.random() < 0.8:
                s = leap_snapshot(rng)
            rule = leap.leap_rule(s)[1]
            shape = random_shape(rng)
        instant = instants_around(rng, rule)
        if rng.random() < 0.7:
            end_of_leap = rule.boundary + (rule.leap > 0)
            at = rng.choice((end_of_leap + shape.start + rule.leap * shape.start_leap,
                             end_of_leap + shape.end, end_of_leap,
                             *smear.known_range(rule, shape)))
            reach = rng.randint(1, 85)
            instant = at * SEC + rng.getrandbits(reach) - (1 << reach >> 1)
        smeared = instant - rule.before * SEC + rng.choice((0, 0, SEC, -SEC, rng.getrandbits(65)))
        clip = [min(max(t, clock.TIME_MIN), clock.TIME_MAX) for t in (instant, smeared)]
        yield s, shape, *clip


def civil_cases(rng, count):
    for _ in range(count):
        pick = rng.random()
        posix = rng.getrandbits(rng.randint(1, 64)) + INT64_MIN if pick < 0.3 else (
            rng.choice((-1, 1)) * rng.getrandbits(rng.randint(1, 63)))
        if pick > 0.8:
            posix -= posix % 86400 - 86399
        posix = min(max(posix, INT64_MIN), INT64_MAX)
        yield posix, rng.getrandbits(64), int(posix % 86400 == 86399 and rng.random() < 0.5
                                              or rng.random() < 0.02)


def civil_extremes():
    """Every day of 1800 to 2199 at its last second, and the ends of int64_t."""
    for day in range(-62091, 84006):
        yield day * 86400 + 86399, day & U64, day & 1
    for step in range(200000, 0, -1009):
        yield INT64_MIN + step, step, 0
        yield INT64_MAX - step, step, 0
    for edge in (INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX):
        yield edge, U64, 0
        yield edge, U64, 1


def uncivil_cases(rng, count):
    for _ in range(count):
        year = rng.choice((rng.randint(-5000, 5000), rng.randint(-5000, 5000) * 100,
                           rng.randint(-292277022657, 292277026596),
                           rng.randint(-292277022660, -292277022655),
                           rng.randint(292277026594, 292277026600)))
        if rng.random() < 0.02:
            year = rng.choice((INT64_MIN, INT64_MAX, rng.getrandbits(64) + INT64_MIN))
        wild = rng.random() < 0.2
        yield (year, *(rng.randint(low - wild, high + wild) & 255 for low, high in (
            (1, 12), (1, 31), (0, 23), (0, 59), (0, 60 if wild else 59))), rng.getrandbits(64))


def uncivil_extremes():
    for year, month, day in itertools.product(
            (-400, -100, -4, -1, 0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, INT64_MIN, INT64_MAX,
             -292277022657, 292277026596), range(0, 14), (0, 1, 28, 29, 30, 31, 32, 255)):
        yield year, month, day, 23, 59, 60, 1
    # The very ends, and one second beyond each.
    for step in (-1, 0, 1):
        yield -292277022657, 1, 27, 8, 29, 52 + step, 3
        yield 292277026596, 12, 4, 15, 30, 7 + step, 3
    yield from ((2016, 12, 31, hour, minute, 60, 0) for hour in range(25) for minute in (58, 59, 60))


def time_cases(rng, count):
    for _ in range(count):
        a, b = (rng.choice((-1, 1)) * rng.getrandbits(rng.randint(1, 127)) for _ in range(2))
        pick = rng.random()
        if pick < 0.2:
            b = min(max(rng.choice((a, -a)) + rng.randint(-1, 1), clock.TIME_MIN), clock.TIME_MAX)
        elif pick < 0.4:  # at and beside a whole nanosecond
            a = clock.from_ns(rng.getrandbits(64) + INT64_MIN) + rng.randint(-1, 1)
        yield a, b


def time_extremes():
    edges = {clock.TIME_MIN, clock.TIME_MAX, 0}
    for ns in (INT64_MIN, INT64_MAX, 10**9, -10**9, 0):
        edges |= {clock.from_ns(ns), clock.from_ns(ns + 1)}
    edges |= {edge + (sec << 64) for edge in list(edges) for sec in (-2, -1, 1, 2)}
    edges |= {sign << bit for sign in (-1, 1) for bit in (62, 63, 64, 124, 125, 126)}
    edges |= {sec << 64 for sec in (INT64_MIN, INT64_MAX, -1, 1)}
    edges |= {edge + step for edge in edges for step in (-1, 1)}
    edges = [e for e in sorted(edges) if clock.in_range(e)]
    yield from itertools.product(edges, edges)
