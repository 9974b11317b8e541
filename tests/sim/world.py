# SPDX-License-Identifier: BSD-2-Clause
"""What is true: an oscillator, a host, and what happens to the machine. Exact integers throughout.

Times are in units of 2^-96 s, TAI since 1970. A second of the axis is SEC units.
"""
import math

SEC = 1 << 96
FRAC = 1 << 32  # units of 2^-96 s in 2^-64 s
NS = 10**9
DAY_SEC = 86400
START_SEC = 1767225637  # 2026-01-01 00:00:00 UTC
TAI_OFFSET = 37

HOST_ERROR_NS = 20000
HOST_RATE_PPB = 8000
SWING_PPB, AGING_PPB_A_YEAR, WALK_PPB = 2000, 300, 20


def days_of_month_starts(years):
    """(first second UTC of the month as POSIX count, year, month) from 2025-12 on."""
    posix, found = 1764547200, []
    for n in range(12 * (years + 3)):
        year, month = 2025 + (n + 11) // 12, (n + 11) % 12 + 1
        found.append((posix, year, month))
        leap_year = year % 4 == 0 and (year % 100 or year % 400 == 0)
        posix += DAY_SEC * (29 if month == 2 and leap_year
                            else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1])
    return found


class Calendar:
    """UTC with a leap second of each sign: at the end of 2028-06 one more, of 2032-12 one less."""
    LEAPS = {(2028, 7): 1, (2033, 1): -1}

    def __init__(self, years):
        self.months, offset = [], TAI_OFFSET
        for posix, year, month in days_of_month_starts(years):
            leap = self.LEAPS.get((year, month), 0)
            offset += leap
            self.months.append((posix + offset, posix, offset, leap))

    def at(self, tai_sec):
        """(POSIX count, in leap second, TAI - UTC, leap indicator)"""
        index = next(i for i, m in enumerate(self.months) if m[0] > tai_sec) - 1
        after, (start, _, offset, leap) = self.months[index + 1], self.months[index]
        if after[3] > 0 and tai_sec == after[0] - 1:
            return after[1] - 1, 1, offset, 3
        indicator = {1: 1, -1: 2}.get(after[3]) or {1: 4, -1: 5}.get(leap, 0)
        return tai_sec - offset, 0, offset, indicator


class Oscillator:
    """A counter: temperature swings daily and yearly, it ages, and it wanders."""

    def __init__(self, rng, hz):
        self.rng, self.hz, self.walk = rng, hz, 0.0

    def period(self, day):
        """Units of 2^-96 s a tick."""
        self.walk += self.rng.uniform(-WALK_PPB, WALK_PPB) - self.walk / 50
        ppb = (SWING_PPB * (0.7 * math.sin(2 * math.pi * day) + 0.3 * math.sin(day / 58))
               + AGING_PPB_A_YEAR * day / 365 + self.walk)
        return SEC * (10**12 + round(ppb * 1000)) // (self.hz * 10**12)


class World:
    """The truth at the guest's counter; the page as the host last made it."""

    def __init__(self, rng, years):
        self.rng, self.calendar = rng, Calendar(years)
        self.true, self.counter, self.marker, self.generation = START_SEC * SEC, 10**12, 1, 1
        self.oscillator = Oscillator(rng, 10**9)
        self.rate = self.oscillator.period(0.0)
        self.lie = 0  # by how much the host is off, without knowing
        self.page = None

    def day(self):
        return (self.true - START_SEC * SEC) / SEC / DAY_SEC

    def run(self, sec):
        """Time goes by, at a rate that stays the same for so long."""
        self.rate = self.oscillator.period(self.day())
        self.skip(round(sec * self.oscillator.hz))

    def skip(self, ticks):
        self.counter = (self.counter + ticks) % (1 << 64)
        self.true += ticks * self.rate

    def until_leap(self, sec):
        """So long, or into the middle of a leap second, or of the second after a missing one."""
        for start, _, _, leap in self.calendar.months:
            to_go = (start - (leap > 0) + 0.5) - self.true / SEC
            if leap and 0 < to_go < sec:
                return to_go
        return sec

    def migrate(self, away_sec):
        """Another host: another counter, after the machine stood still."""
        self.true += round(away_sec * SEC)
        self.counter = self.rng.getrandbits(63)
        self.oscillator = Oscillator(self.rng, self.rng.choice((10**9, 2.4 * 10**9, 62500000)))
        self.oscillator.hz = round(self.oscillator.hz)
        self.rate = self.oscillator.period(self.day())
        self.marker += 1

    def restore(self, away_sec):
        """An earlier state of the machine, resumed now, its counter where it was."""
        self.true += round(away_sec * SEC)
        self.counter = (self.counter - self.rng.getrandbits(50)) % (1 << 64)
        self.marker += 1
        self.generation += 1

    def publish(self):
        """Arguments of the driver's pub: the truth as the host knows it, and its lie."""
        error = self.rng.randint(-HOST_ERROR_NS, HOST_ERROR_NS) * SEC // NS
        at = (self.true + error + self.lie) // FRAC
        period = self.rate + self.rng.randint(-100, 100) * self.rate // NS
        shift = 0
        while period >> 32 << shift + 1 < 1 << 63:
            shift += 1
        period = period * (1 << shift) >> 32
        sec = at >> 64
        _, _, offset, indicator = self.calendar.at(sec)
        self.page = (self.counter, period, shift, period * HOST_RATE_PPB // NS, at)
        return (f"{self.marker} {self.generation} {self.counter} {period} {shift} {self.page[3]} "
                f"{sec} {at & FRAC64} {HOST_ERROR_NS} 1 {offset} {indicator} 2")

    def page_width(self):
        """Exact width of the page's interval now, in 2^-64 s, as a fraction's two parts."""
        ref, _, shift, rate, _ = self.page
        ticks = self.counter - ref
        return 2 * (HOST_ERROR_NS * (1 << 64 + shift) + abs(ticks) * rate * NS), NS << shift


FRAC64 = (1 << 64) - 1
