# SPDX-License-Identifier: BSD-2-Clause
"""The contract of leap.h in exact integers. Instants are in units of 2^-64 s, except in rules."""
from collections import namedtuple

from model_civil import DAY, date_of_day, start_of_month
from model_clock import (CALENDAR, HAVE_CLOCK, HAVE_TAI_OFFSET, INT64_MAX, LEAP, LEAP_HORIZON,
                         MONOTONIC, NO_CLOCK, NO_EPOCH, RANGE, SEC, TAI, TAI_OFFSET, TIME_TYPE,
                         UTC, in_range)

NONE, PRE_POS, PRE_NEG, POS, POST_POS, POST_NEG = range(6)
SIGN = {NONE: 0, PRE_POS: 1, PRE_NEG: -1, POS: 1, POST_POS: 1, POST_NEG: -1}

# utc and tai are error codes, 0 where known. Seconds of the axis, as in struct vmclock_leap.
Rule = namedtuple("Rule", "known_from known_until boundary before tai_ahead leap utc tai")


REF_SEC_MAX = INT64_MAX - (1 << 32)


def unknown(utc, tai, tai_ahead=0):
    return Rule(0, 0, 0, 0, tai_ahead, 0, utc, tai)


def month_of(posix):
    return date_of_day(posix // DAY)[:2]


def month_start_after(posix, months):
    """POSIX count of the start of the month that lies so many months after that of posix."""
    year, month = month_of(posix)
    return start_of_month(year, month + months)


def month_ended_at(posix):
    """The month that ended at a POSIX count, or None if none did."""
    if posix % DAY:
        return None
    year, month, day = date_of_day(posix // DAY)
    return None if day != 1 else (year, month - 1) if month > 1 else (year - 1, 12)


def leap_rule(s):
    if not s.have & HAVE_CLOCK:
        return NO_CLOCK, None
    if s.time_type > MONOTONIC:
        return TIME_TYPE, None
    if s.time_type == MONOTONIC:
        return 0, unknown(NO_EPOCH, NO_EPOCH)
    if s.ref_sec > REF_SEC_MAX:
        return 0, unknown(RANGE, RANGE)
    offset = abs(s.tai_offset_sec)
    offset_known = bool(s.have & HAVE_TAI_OFFSET) and offset >= 10
    on_tai = s.time_type == TAI
    tai_error = 0 if on_tai or offset_known else TAI_OFFSET
    tai_ahead = offset if not on_tai and offset_known else 0
    if on_tai and not offset_known:
        return 0, unknown(TAI_OFFSET, 0)
    return 0, known_rule(s, offset if on_tai else 0, tai_error, tai_ahead)


def known_rule(s, axis_ahead, tai_error, tai_ahead):
    """axis_ahead: axis minus POSIX at the reference point, as the page counts there."""
    posix = s.ref_sec - axis_ahead
    leap = SIGN.get(s.leap_indicator)
    if leap is None:
        return unknown(LEAP, tai_error, tai_ahead)
    before = axis_ahead
    if s.leap_indicator == POS:
        if s.time_type == UTC:
            tai_error, tai_ahead = tai_error or LEAP, 0
        if month_ended_at(posix) is not None:  # the old offset: this second is numbered as the next
            year, month = month_ended_at(posix)
        elif month_ended_at(posix + 1) is not None:  # the new one: it repeats 23:59:59
            year, month = month_ended_at(posix + 1)
            before = axis_ahead - 1
        else:
            return unknown(LEAP, tai_error, tai_ahead)
        midnight = start_of_month(year, month + 1)
    else:
        year, month = month_of(posix)
        midnight = start_of_month(year, month + 1)
        if s.leap_indicator in (POST_POS, POST_NEG):
            midnight = start_of_month(year, month)
            before = axis_ahead - leap
    if s.leap_indicator == PRE_NEG and posix == midnight - 1:
        return unknown(LEAP, tai_error, tai_ahead)  # in the very second that will be left out
    # 23:59:60 begins, or the second after the one left out begins, at this second of the axis.
    boundary = midnight + before + min(leap, 0) if leap else 0
    return Rule(start_of_month(year, month - 1) + before,
                start_of_month(year, month + 2) - 1 + before + leap,
                boundary, before, tai_ahead, leap, 0, tai_error)


def axis_to_utc(r, t):
    """(code, (posix, frac, in_leap))."""
    if r.utc:
        return r.utc, None
    sec, frac = t >> 64, t & (SEC - 1)
    if not r.known_from <= sec < r.known_until:
        return LEAP_HORIZON, None
    if not r.leap or sec < r.boundary:
        return 0, (sec - r.before, frac, 0)
    return 0, (sec - r.before - r.leap, frac, int(r.leap > 0 and sec == r.boundary))


def utc_to_axis(r, posix, frac, in_leap):
    """By search: the instants whose label can be this one lie within two seconds of the count."""
    if r.utc:
        return r.utc, None
    if not r.known_from - r.before <= posix < r.known_until - r.before - r.leap:
        return LEAP_HORIZON, None
    for sec in range(posix + r.before - 2, posix + r.before + 3):
        if axis_to_utc(r, sec << 64 | frac) == (0, (posix, frac, int(bool(in_leap)))):
            return 0, sec << 64 | frac
    return CALENDAR, None


def axis_to_tai(r, t, sign=1):
    if r.tai:
        return r.tai, None
    tai = t + sign * r.tai_ahead * SEC
    return (0, tai) if in_range(tai) else (RANGE, None)


def tai_minus_utc(r, t):
    code, label = axis_to_utc(r, t)
    if code or r.tai:
        return code or r.tai, None
    return 0, (t >> 64) + r.tai_ahead - label[0]
