# SPDX-License-Identifier: BSD-2-Clause
"""Published numbers, from tests/data/core. They check the model; the model checks the core."""
import datetime
from fractions import Fraction
from pathlib import Path

import model_civil as civil
import model_clock as clock
import model_leap as leap
import model_smear as smear
import records
from cases import BASE, M0
from model_clock import SEC

DATA = Path(__file__).resolve().parent.parent / "data" / "core"


class VectorError(Exception):
    """The model contradicts a published number."""


def require(condition, row, got):
    if not condition:
        raise VectorError(f"{row}: the model says {got}")


def rows(name):
    for line in (DATA / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split()


def units(text):
    """A decimal count of seconds in units of 2^-64 s, exactly."""
    value = Fraction(text) * SEC
    assert value.denominator == 1
    return value.numerator


def ns_of(text):
    return int(Fraction(text) * 10**9)


def conversion():
    for row in rows("conversion.txt"):
        period, shift, ticks, sec, frac = (int(cell, 0) for cell in row)
        s = BASE._replace(period_frac=period, period_shift=shift, ref_sec=0, ref_frac64=0)
        counter = s.ref_counter + ticks
        got = clock.at(s, counter)[1][0]
        require(got == sec << 64 | frac, row, got)
        yield s, counter


def page_before(leap_sign):
    """A TAI page of December 2016 that announces the leap second of smear.txt."""
    indicator = leap.PRE_POS if leap_sign > 0 else leap.PRE_NEG
    return BASE._replace(leap_indicator=indicator, tai_offset_sec=36, ref_sec=M0 - 864000 + 36)


def utc_text(label):
    posix, frac, in_leap = label
    year, month, day, hour, minute, second, _ = civil.utc_to_civil(posix, frac, in_leap)[1]
    text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    return text + (".5" if frac == SEC >> 1 else "")


def smears():
    """(labels, smears): cases of smear.txt."""
    labels, smeared = [], []
    for row in rows("smear.txt"):
        sign, tai, utc, noon, sls = row
        s, instant = page_before(int(sign)), units(tai)
        rule = leap.leap_rule(s)[1]
        label = leap.axis_to_utc(rule, instant)[1]
        require(utc_text(label) == utc, row, utc_text(label))
        require(leap.utc_to_axis(rule, *label) == (0, instant), row, "no way back")
        labels.append((s, instant))
        for shape, want in ((smear.NOON_LINEAR, noon), (smear.UTC_SLS, sls)):
            floor, ceil = smear.smear(rule, shape, instant)[1]
            over, under = smear.exact(rule, shape, instant)[1]
            got = over * clock.NS // (under * SEC)
            require(got == ns_of(want), row, got)
            # Strictly increasing: what is shown at an instant is first shown then.
            require(smear.unsmear(rule, shape, ceil)[1] >= instant
                    and smear.unsmear(rule, shape, floor)[1] <= instant, row, "no way back")
            smeared.append((s, shape, instant, floor))
    return labels, smeared


def leap_history():
    """Every leap second so far, seen from a page before, in and after it, on both scales."""
    for row in rows("leap-seconds.txt"):
        date, after = datetime.date.fromisoformat(row[0]), int(row[1])
        midnight = (date - datetime.date(1970, 1, 1)).days * 86400
        last = (date - datetime.timedelta(days=1)).isoformat()
        tai = midnight + after - 1  # 23:59:60 begins
        for indicator, ref, offset in (
                (leap.PRE_POS, tai - 86400, after - 1), (leap.POST_POS, tai + 86400, after),
                (leap.POS, tai, after), (leap.POS, tai, after - 1)):
            for sign in (1, -1):
                s = BASE._replace(leap_indicator=indicator, ref_sec=ref, tai_offset_sec=sign * offset)
                yield from history_cases(row, s, tai, last)
            ref_utc = s.ref_sec - abs(offset)
            s = s._replace(time_type=clock.UTC, ref_sec=ref_utc)
            yield from history_cases(row, s, ref_utc - ref + tai, last)


def history_cases(row, s, axis, last):
    rule = leap.leap_rule(s)[1]
    for step, want in ((-1, last + "T23:59:59"), (0, last + "T23:59:60"), (1, row[0] + "T00:00:00")):
        got = utc_text(leap.axis_to_utc(rule, (axis + step) * SEC)[1])
        require(got == want, row, got)
        yield s, (axis + step) * SEC


def check_model_and_load():
    """[(name, kind, cases)], once the model has been found to agree with them."""
    labels, smeared = smears()
    return (("conversion", records.At, list(conversion())),
            ("labels", records.Label, labels),
            ("smears", records.Smear, smeared),
            ("leap seconds", records.Label, list(leap_history())))
