# SPDX-License-Identifier: BSD-2-Clause
"""The contract of civil.h, on the calendar of Python's datetime and its 400-year cycle."""
import datetime

from model_clock import CALENDAR, INT64_MAX, INT64_MIN, RANGE

DAY = 86400
CYCLE_DAYS = 146097  # 400 Gregorian years
EPOCH_ORDINAL = datetime.date(1970, 1, 1).toordinal()


def date_of_day(day):
    """(year, month, day) of a day number counted from 1970-01-01."""
    cycle, ordinal = divmod(day + EPOCH_ORDINAL - 1, CYCLE_DAYS)
    date = datetime.date.fromordinal(ordinal + 1)
    return date.year + 400 * cycle, date.month, date.day


def day_of_date(year, month, day):
    """The inverse. ValueError for a date that does not exist."""
    cycle, year_in_cycle = divmod(year - 1, 400)
    date = datetime.date(year_in_cycle + 1, month, day)
    return date.toordinal() - EPOCH_ORDINAL + CYCLE_DAYS * cycle


def start_of_month(year, month):
    """POSIX count of 00:00:00 on the first day; month may be outside 1 to 12."""
    years, month0 = divmod(month - 1, 12)
    return DAY * day_of_date(year + years, month0 + 1, 1)


def utc_to_civil(posix, frac, in_leap):
    day, second = divmod(posix, DAY)
    if in_leap and second != DAY - 1:
        return CALENDAR, None
    year, month, mday = date_of_day(day)
    return 0, (year, month, mday, second // 3600, second // 60 % 60,
               60 if in_leap else second % 60, frac)


def civil_to_utc(year, month, day, hour, minute, second, frac):
    leap = second == 60
    if hour > 23 or minute > 59 or second > 60 or leap and (hour, minute) != (23, 59):
        return CALENDAR, None
    try:
        days = day_of_date(year, month, day)
    except ValueError:
        return CALENDAR, None
    posix = days * DAY + hour * 3600 + minute * 60 + (59 if leap else second)
    if not INT64_MIN <= posix <= INT64_MAX:
        return RANGE, None
    return 0, (posix, frac, int(leap))
