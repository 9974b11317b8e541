# SPDX-License-Identifier: BSD-2-Clause
"""The contracts of calibrate.h in exact integers: what is rounded, and in which direction, too."""
from collections import namedtuple

import model_clock as clock
import model_leap
from model_clock import ARGUMENT, COUNTER, NS, RANGE, SEC, TIME_TYPE, U64

DISRUPTED, CONTRADICTION, RATE, LEAP = -5, -6, -7, -33
SEVERAL, FREERUNNING = 6, 3
SPAN_MAX, SEC_MAX = 1 << 62, 1 << 62
GUARD = 1 << 64  # units of 2^-128 s in one of 2^-64 s

Source = namedtuple("Source", "ahead_ns behind_ns rate_ppb time_type bound_by clock_status")
How = namedtuple("How", """frequency_hz frequency_tolerance_ppb tolerance_ppb tai_offset_sec
    leap_indicator smear_hint""")
Sample = namedtuple("Sample", "before after earliest latest marker counter_id")


def ceil_div(n, d):
    return -(-n // d)


def fits(quotient):
    return quotient if quotient <= U64 else None


def least_of(period, ppb):
    return period * (NS - ppb) // NS


def most_of(period, ppb):
    """U64 if beyond."""
    return min(ceil_div(period * NS, NS - ppb), U64)


def shift_for(n, d, ppb):
    widened = max((NS // 2 - 1) // (NS - ppb), 0).bit_length()
    return min(max(61 - widened + d.bit_length() - n.bit_length(), 0), 64)


def check(source, samples, how):
    if (not samples or how.frequency_tolerance_ppb >= NS
            or how.tolerance_ppb + source.rate_ppb >= NS or source.clock_status not in (2, 3)):
        return ARGUMENT
    if source.time_type not in (clock.UTC, clock.TAI):
        return TIME_TYPE
    last = samples[-1]
    for i, s in enumerate(samples):
        from_before, from_after = ((last.after - at) & U64 for at in (s.before, s.after))
        if s.counter_id != last.counter_id or s.counter_id == 0xff:
            return COUNTER
        if s.marker != last.marker:
            return DISRUPTED
        if from_before > SPAN_MAX or from_after > from_before or s.earliest > s.latest:
            return ARGUMENT
        if s.earliest < 0 or s.latest >> 64 >= SEC_MAX:
            return RANGE
        if i and (last.after - samples[i - 1].after) & U64 < from_before:
            return ARGUMENT
    return 0


def average(first, last, tolerance, known, shift):
    """(code, slow, fast, shift) from two samples alone."""
    most_ticks, least_ticks = (last.after - first.before) & U64, (last.before - first.after) & U64
    most, least = last.latest - first.earliest, last.earliest - first.latest
    bounded, runs = most > 0 and least_ticks > 0, least > 0 and most_ticks > 0
    if not known:
        if not (bounded and runs):
            return RATE, 0, 0, 0
        shift = shift_for(most, least_ticks, tolerance)
    fast = fits(ceil_div(most << shift, least_ticks)) if bounded else None
    slow = fits((least << shift) // most_ticks) if runs else 0
    slow, fast = (U64 if p is None else p for p in (slow, fast))
    return 0, least_of(slow, tolerance), most_of(fast, tolerance), shift


def period(source, samples, how):
    slow, fast, shift, known = 0, U64, 0, how.frequency_hz != 0
    if known:
        shift = shift_for(SEC, how.frequency_hz, how.frequency_tolerance_ppb)
        exact = SEC << shift
        down, up = fits(exact // how.frequency_hz), fits(ceil_div(exact, how.frequency_hz))
        slow = least_of(U64 if down is None else down, how.frequency_tolerance_ppb)
        fast = most_of(U64 if up is None else up, how.frequency_tolerance_ppb)
    if len(samples) > 1:
        code, low, high, shift = average(samples[0], samples[-1],
                                         how.tolerance_ppb + source.rate_ppb, known, shift)
        if code:
            return code, None
        slow, fast = max(slow, low), min(fast, high)
        if slow > fast:
            return CONTRADICTION, None
    middle = slow + (fast - slow) // 2
    shown = least_of(slow, source.rate_ppb), most_of(fast, source.rate_ppb)
    if middle == 0 or shown[1] == U64:
        return RATE, None
    return 0, (shown, fast, middle, shift)


def contradict(samples, slow, fast, shift):
    """Whether no clock that runs so slow to so fast can have been in two samples."""
    for i, a in enumerate(samples):
        for b in samples[i + 1:]:
            least, most = (b.before - a.after) & U64, (b.after - a.before) & U64
            if (a.earliest << shift) + least * slow > b.latest << shift:
                return True
            if (a.latest << shift) + most * fast < b.earliest << shift:
                return True
    return False


def reference(lowest, highest):
    """(code, middle, error ns) of an interval in 2^-128 s."""
    middle = ((highest - lowest) // 2 + lowest) // GUARD
    if middle < 0:
        return RANGE, 0, 0
    error = ceil_div(highest - middle * GUARD, GUARD)
    if error >> 64 >= U64 // NS:
        return RANGE, 0, 0
    return 0, middle, ceil_div(error * NS, SEC)


def calibrate(source, samples, how):
    """(code, snapshot)"""
    code = check(source, samples, how)
    if code:
        return code, None
    code, rates = period(source, samples, how)
    if code:
        return code, None
    (slow, shown_fast), fast, middle_rate, shift = rates
    if contradict(samples, slow, shown_fast, shift):
        return CONTRADICTION, None
    last = samples[-1]
    lows, highs = [], []
    for s in samples:
        since = [(last.after - at) & U64 for at in (s.after, s.before)]
        lows.append(s.earliest * GUARD + (since[0] * slow * GUARD >> shift))
        highs.append(s.latest * GUARD + ceil_div(since[1] * shown_fast * GUARD, 1 << shift))
    lowest, highest = max(lows), min(highs)
    assert lowest <= highest
    lowest -= ceil_div(source.ahead_ns * SEC * GUARD, NS)
    highest += ceil_div(source.behind_ns * SEC * GUARD, NS)
    code, middle, error_ns = reference(lowest, highest)
    if code:
        return code, None
    have = clock.HAVE_MAXERROR | clock.HAVE_PERIOD_MAXERROR
    if how.tai_offset_sec:
        have |= clock.HAVE_TAI_OFFSET
    return 0, clock.Snapshot(
        counter=last.after, disruption_marker=last.marker, flags=have, generation=0,
        ref_counter=last.after, period_frac=middle_rate, period_esterror_frac=0,
        period_maxerror_frac=fast - middle_rate, ref_sec=middle >> 64, ref_frac64=middle & U64,
        esterror_ns=0, maxerror_ns=error_ns, seq=0, size=0, have=have | clock.HAVE_CLOCK,
        tai_offset_sec=how.tai_offset_sec, period_shift=shift, counter_id=last.counter_id,
        counter_read_id=last.counter_id, time_type=source.time_type,
        clock_status=source.clock_status, leap_indicator=how.leap_indicator,
        smear_hint=how.smear_hint, bound_by=source.bound_by)


def combine_check(s, first):
    for code, name in ((COUNTER, "counter_id"), (DISRUPTED, "disruption_marker"),
                       (TIME_TYPE, "time_type")):
        if getattr(s, name) != getattr(first, name):
            return code
    if s.time_type == clock.UTC and s.leap_indicator != first.leap_indicator:
        return LEAP
    return 0


def at_shift(s, shift):
    """(middle, error) of a snapshot's period in coarser units, and not less."""
    coarser = s.period_shift - shift
    if not coarser:
        return s.period_frac, s.period_maxerror_frac
    return s.period_frac >> coarser, (s.period_maxerror_frac >> coarser) + 2


def cover(a, b):
    """A period and its error that contain two."""
    low, high = (a, b) if a[0] <= b[0] else (b, a)
    apart = high[0] - low[0]
    if low[1] >= min(apart + high[1], U64):
        return low
    if high[1] >= min(apart + low[1], U64):
        return high
    more = high[1] - low[1]
    middle = low[0] + apart // 2 + (more // 2 if more > 0 else -(-more // 2))
    error = min(max(low[1] + middle - low[0], high[1] + high[0] - middle), U64)
    for m, e in (a, b):
        assert error == U64 or middle - error <= m - e and m + e <= middle + error
    hull = max(m + e for m, e in (a, b)) - min(m - e for m, e in (a, b))
    assert error == U64 or 2 * error <= hull + 3
    return middle, error


def knowledge(s):
    """What a snapshot says of UTC, of TAI: equal if they say the same of the same instants."""
    rule = model_leap.leap_rule(s)[1]
    utc = rule.utc or (rule.known_from, rule.known_until, rule.before, rule.leap, rule.boundary)
    return utc, rule.tai or (rule.tai_ahead,)


def sayings(first, ref_sec):
    """All that could be said of the first one's leap second at a reference time."""
    rule = model_leap.leap_rule(first)[1]
    yield {}
    if rule.utc or not rule.leap:
        return
    for indicator in range(1, 6):
        said = {"leap_indicator": indicator}
        if first.time_type == clock.TAI:
            passed = indicator in (model_leap.POST_POS, model_leap.POST_NEG)
            offset = rule.before + (rule.leap if passed else 0)
            said["tai_offset_sec"] = -offset if first.tai_offset_sec < 0 else offset
        yield said


def leap_at(snapshots, ref_sec):
    """(code, what all of them say of leap seconds, said at that reference time)"""
    first = snapshots[0]
    utc, tai = zip(*map(knowledge, snapshots))
    for said in sayings(first, ref_sec):
        there = knowledge(first._replace(ref_sec=ref_sec, **said))
        if {there[0]} == set(utc):
            if {there[1]} != set(tai):
                said.update(tai_offset_sec=0, have=first.have & ~clock.HAVE_TAI_OFFSET)
            return 0, said
    if first.time_type == clock.UTC:
        return LEAP, None
    return 0, {"tai_offset_sec": 0, "have": first.have & ~clock.HAVE_TAI_OFFSET,
               "leap_indicator": model_leap.NONE}


def check_ignorance(combined, snapshots):
    """Asserts that at no instant the combination knows a label that not all know, as the same."""
    rules = [model_leap.leap_rule(s)[1] for s in (combined, *snapshots)]
    edges = {sec for r in rules if not r.utc for sec in (r.known_from, r.known_until, r.boundary)}
    edges |= {s.ref_sec for s in (combined, *snapshots)}
    for sec in (edge + near for edge in edges for near in (-1, 0, 1)):
        for ask in (model_leap.axis_to_utc, model_leap.axis_to_tai, model_leap.tai_minus_utc):
            answer, *others = (ask(rule, sec << 64) for rule in rules)
            assert answer[0] or all(other == answer for other in others), (combined, snapshots, sec)


def combine(snapshots, counter):
    """(code, snapshot, disjoint)"""
    ends = []
    for s in snapshots:
        code, reading = clock.at(s, counter)
        code = code or combine_check(s, snapshots[0])
        if not code and reading[4] != clock.BOUND_MAXIMUM:
            code = ARGUMENT
        if code:
            return code, None, None
        ends.append(reading[1:3])
    if not ends:
        return ARGUMENT, None, None
    below = max(range(len(ends)), key=lambda i: (ends[i][0], -i))
    above = min(range(len(ends)), key=lambda i: (ends[i][1], i))
    if ends[below][0] > ends[above][1]:
        return CONTRADICTION, None, sorted((below, above))
    a, b, first = snapshots[above], snapshots[below], snapshots[0]
    shift = min(a.period_shift, b.period_shift)
    rate, error = at_shift(a, shift)
    if above != below:
        rate, error = cover((rate, error), at_shift(b, shift))
    code, middle, error_ns = reference(ends[below][0] * GUARD, ends[above][1] * GUARD)
    if not code:
        code, leap = leap_at(snapshots, middle >> 64)
    if not code and (not rate or error == U64):
        code = RANGE
    if code:
        return code, None, None
    have = leap.pop("have", first.have)
    combined = first._replace(
        **leap,
        counter=counter, ref_counter=counter, period_frac=rate, period_esterror_frac=0,
        period_maxerror_frac=error, ref_sec=middle >> 64, ref_frac64=middle & U64, esterror_ns=0,
        maxerror_ns=error_ns, period_shift=shift,
        have=have & ~(clock.HAVE_ESTERROR | clock.HAVE_PERIOD_ESTERROR),
        bound_by=a.bound_by if a.bound_by == b.bound_by else SEVERAL,
        clock_status=a.clock_status if a.clock_status == b.clock_status else FREERUNNING)
    check_ignorance(combined, snapshots)
    return 0, combined, None
