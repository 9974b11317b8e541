# SPDX-License-Identifier: BSD-2-Clause
"""The contracts of utc.h, text.h and deadline.h in exact integers, on those of clock.h, leap.h and civil.h."""
from collections import namedtuple

import model_civil as civil
import model_clock as clock
import model_leap as leap
from model_clock import INT64_MAX, NS, RANGE, SEC

BOUND = -96

Label = namedtuple("Label", "instant posix year month day hour minute second error")
Reading = namedtuple("Reading", "utc earliest latest tai tai_error offset offset_error kind")


def label_of(rule, instant):
    code, utc = leap.axis_to_utc(rule, instant)
    if code:
        return Label(instant, 0, 0, 0, 0, 0, 0, 0, code)
    return Label(instant, utc[0], *civil.utc_to_civil(*utc)[1][:6], 0)


def end_of(rule, kind, instant):
    label = label_of(rule, instant)
    if kind == clock.BOUND_NONE:
        return label._replace(error=BOUND)
    return label


def utc_at(s, counter):
    """(code, Reading)"""
    code, reading = clock.at(s, counter)
    if code:
        return code, None
    time, earliest, latest, _, kind = reading
    rule = leap.leap_rule(s)[1]
    tai_error, tai = leap.axis_to_tai(rule, time)
    offset_error, offset = leap.tai_minus_utc(rule, time)
    return 0, Reading(label_of(rule, time), end_of(rule, kind, earliest), end_of(rule, kind, latest),
                      tai or 0, tai_error, offset or 0, offset_error, kind)


def posix_of(label):
    """(code, ns since 1970)"""
    if label.error:
        return label.error, None
    return 0, label.posix * NS + (label.instant % SEC * NS >> 64)


def counts(label):
    """What POSIX counts, in ns and exact parts of it, as a fraction over 2^64."""
    return label.posix * NS * SEC + label.instant % SEC * NS


def posix_interval(r):
    """(code, earliest ns, latest ns)"""
    for label in (r.earliest, r.latest):
        if label.error:
            return label.error, None, None
    earliest, latest = counts(r.earliest) // SEC, -(-counts(r.latest) // SEC)
    ahead = [(label.instant >> 64) - label.posix for label in (r.earliest, r.latest)]
    if ahead[1] - ahead[0] == 1:  # both of the seconds that POSIX counts as :59 are, in part, in it
        earliest = r.earliest.posix * NS
        if r.latest.second == 60:
            latest = (r.latest.posix + 1) * NS
    return (RANGE, None, None) if latest // NS > INT64_MAX else (0, earliest, latest)


def order(label):
    """UTC's own: 23:59:60 after all of 23:59:59."""
    return label.posix, label.second == 60, label.instant % SEC


def is_after(r, posix, frac, in_leap):
    return int(not r.earliest.error and order(r.earliest) >= (posix, bool(in_leap), frac))


def is_before(r, posix, frac, in_leap):
    return int(not r.latest.error and order(r.latest) < (posix, bool(in_leap), frac))


def check_interval(r):
    """That the POSIX interval has the POSIX times of its ends, and the begin of a leap second."""
    code, earliest, latest = posix_interval(r)
    if code:
        return
    for label in (r.earliest, r.utc, r.latest):
        if not label.error:
            assert earliest * SEC <= counts(label) <= latest * SEC
    if r.latest.second == 60 and r.earliest.second != 60:
        assert earliest <= r.latest.posix * NS and latest >= (r.latest.posix + 1) * NS


def date_text(civil_time):
    year, month, day, hour, minute, second = civil_time
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def fraction_text(frac, digits):
    """Rounded down: (text, whether that lost something)"""
    number, lost = divmod(frac * 10**digits, SEC)
    return (f".{number:0{digits}}" if digits else ""), lost > 0


def label_text(label, digits):
    """(code, text)"""
    if label.error:
        return label.error, ""
    return 0, date_text(label[2:8]) + fraction_text(label.instant % SEC, digits)[0] + "Z"


def label_text_up(label, digits):
    if label.error:
        return label.error, ""
    number = -(-(label.instant % SEC) * 10**digits // SEC)
    if number < 10**digits:
        return 0, date_text(label[2:8]) + (f".{number:0{digits}}" if digits else "") + "Z"
    next_second = civil.utc_to_civil(label.posix + 1, 0, 0)[1][:6]
    return 0, date_text(next_second) + ("." + "0" * digits if digits else "") + "Z"


def interval_text(r, digits):
    low_code, low = label_text(r.earliest, digits)
    high_code, high = label_text_up(r.latest, digits)
    return low_code or high_code, "" if low_code or high_code else low + "/" + high


def duration_text(units, digits):
    number = abs(units) * 10**digits >> 64
    whole, part = divmod(number, 10**digits)
    return ("-" if units < 0 else "") + str(whole) + (f".{part:0{digits}}" if digits else "") + " s"


def bound_ns(r):
    """None where there is none."""
    ns = max(-((end - start) * NS // -SEC) for start, end in (
        (r.earliest.instant, r.utc.instant), (r.utc.instant, r.latest.instant)))
    return None if r.kind == clock.BOUND_NONE or ns > INT64_MAX else ns


def line_text(r, estimate, status, error_texts):
    """estimate: (code, ns)"""
    line, code = "", r.utc.error
    if not code or not r.tai_error:
        line = label_text(r.utc, 9)[1] if not code else f"TAI {r.tai >> 64} s"
        off, (none, likely) = bound_ns(r), estimate
        line += (f", at most {off} ns off" if off is not None
                 else ", no error bound published" if none else f", by estimate {likely} ns off")
        line += ", free-running" if status == 3 else ""
        line += "; " if code else ""
    return line + (f"UTC unknown: {error_texts[code]}" if code else "")


TICKS_MAX, FAR_SEC = 1 << 63, 1 << 62


def has_come(s, ticks, instant, surely):
    """Whether the end has reached the instant so many ticks from the reference point, as clock.at says."""
    guard = 64 - s.period_shift  # in 2^-128 s
    time = ((s.ref_sec << 64 | s.ref_frac64) << 64) + (ticks * s.period_frac << guard)
    error = -(-s.maxerror_ns * (1 << 128) // NS) + (abs(ticks) * s.period_maxerror_frac << guard)
    end = time - error >> 64 if surely else -(-(time + error) >> 64)
    return end >= instant


def deadline(s, instant, surely):
    """(code, counter): by search, as both ends only grow with the ticks."""
    code = clock.check(s)
    if code:
        return code, 0
    if not (s.have & clock.HAVE_MAXERROR and s.have & clock.HAVE_PERIOD_MAXERROR
            and s.period_maxerror_frac < s.period_frac):
        return BOUND, 0
    away = instant - (s.ref_sec << 64 | s.ref_frac64)
    if (s.period_shift > 64 or s.ref_sec > INT64_MAX or not -FAR_SEC <= away >> 64 < FAR_SEC
            or has_come(s, -TICKS_MAX, instant, surely)
            or not has_come(s, TICKS_MAX - 1, instant, surely)):
        return RANGE, 0
    low, high = -TICKS_MAX, TICKS_MAX - 1  # not come, come
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if has_come(s, middle, instant, surely) else (middle, high)
    return 0, s.ref_counter + high & clock.U64
