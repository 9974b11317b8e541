# SPDX-License-Identifier: BSD-2-Clause
"""The contract of smear.h: smeared time as pieces of straight lines, in exact integers."""
from collections import namedtuple

from model_clock import LEAP_HORIZON, SEC, SMEAR

Shape = namedtuple("Shape", "start start_leap end")
STRICT = Shape(0, 0, 0)
NOON_LINEAR = Shape(-43200, -1, 43200)
UTC_SLS = Shape(-1000, 0, 0)
LIMIT = 1 << 30


def of_hint(hint):
    """The shape that a page's hint names; None where it names none."""
    return {0: STRICT, 1: NOON_LINEAR, 2: UTC_SLS}.get(hint)


def shape_ok(shape):
    """Within its limits, and so long for either sign that smeared time goes on."""
    return shape == STRICT or (
        max(map(abs, shape)) <= LIMIT and shape.end - (shape.start + shape.start_leap) > 1
        and shape.end - (shape.start - shape.start_leap) > 0)


def known_range(r, shape):
    """[from, until) in axis seconds where no smear around an unknown leap second can be.

    One can end at known_from (00:00:00 after it), or right after known_until's month, 00:00:00
    after it being known_until + 2 (positive) or known_until (negative).
    """
    if shape == STRICT:
        return r.known_from, r.known_until
    begin = min(r.known_until + 2 + shape.start + shape.start_leap,
                r.known_until + shape.start - shape.start_leap)
    return max(r.known_from, r.known_from + shape.end), min(r.known_until, begin)


def pieces(r, shape):
    """Straight pieces (t0, t1, start, end, value at start, value at end) over the known range.

    Axis and POSIX seconds. Before the smear, the count is that before the leap second, and after
    it, that after the leap second, also where the leap second lies outside of the smear.
    """
    first, last = known_range(r, shape)
    if not r.leap:
        return clipped([(first, last, 0)], r, first, last)
    if shape == STRICT:
        return clipped([(first, r.boundary, 0), (r.boundary, last, r.leap)], r, first, last)
    end_of_leap = r.boundary + (r.leap > 0)
    start = end_of_leap + shape.start + r.leap * shape.start_leap
    end = end_of_leap + shape.end
    return clipped([(first, start, 0), (start, end, None), (end, last, r.leap)], r, first, last)


def clipped(lines, r, first, last):
    out = []
    for start, end, leap in lines:
        t0, t1 = max(start, first), min(end, last)
        if t0 < t1:
            p0 = start - r.before - (leap or 0)
            out.append((t0, t1, start, end, p0, end - r.before - (r.leap if leap is None else leap)))
    return out


def value(piece, t):
    """Exact smeared time at t (units) as (numerator, denominator), in units."""
    _, _, start, end, p0, p1 = piece
    return p0 * SEC * (end - start) + (t - start * SEC) * (p1 - p0), end - start


def exact(r, shape, t):
    """(code, (numerator, denominator)) of the smeared time, in units."""
    if r.utc:
        return r.utc, None
    if not shape_ok(shape):
        return SMEAR, None
    for piece in pieces(r, shape):
        if piece[0] * SEC <= t < piece[1] * SEC:
            return 0, value(piece, t)
    return LEAP_HORIZON, None


def smear(r, shape, t):
    """(code, (floor, ceil))."""
    code, ratio = exact(r, shape, t)
    if code:
        return code, None
    over, under = ratio
    return 0, (over // under, -(-over // under))


def unsmear(r, shape, s):
    """The least t with smeared(t) >= s: the first piece that reaches s, solved."""
    if r.utc:
        return r.utc, None
    if not shape_ok(shape):
        return SMEAR, None
    for n, piece in enumerate(pieces(r, shape)):
        t0, t1, start, end, p0, p1 = piece
        over, under = value(piece, t1 * SEC - 1)
        if over < s * under:
            continue  # the last instant of the piece is still before s
        over, under = value(piece, t0 * SEC)
        if over >= s * under:
            if n == 0 and over > s * under:
                return LEAP_HORIZON, None
            return 0, t0 * SEC
        # least t: p0 + (t - start) * (p1 - p0) / (end - start) >= s
        return 0, start * SEC - (-(s - p0 * SEC) * (end - start) // (p1 - p0))
    return LEAP_HORIZON, None
