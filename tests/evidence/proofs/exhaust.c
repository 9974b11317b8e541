/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What no solver multiplies in its head is tried out, all of it. Exit 0 if everything is right.
 *
 *     exhaust divide FROM UNTIL   n / 10^9 at both sides of each quotient in [FROM, UNTIL): as the result never
 *                                 falls when n grows, it is then right for every n between, too
 *     exhaust divide              of every quotient that there is
 *     exhaust nanoseconds         each of the 10^9 fractions of a second, to 2^-128 s up and to 2^-64 s down
 *     exhaust calendar            each day of 400 years, in eleven such periods
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/time.h>
#include "lib/calendar.h"
#include "lib/wide.h"

__extension__ typedef unsigned __int128 u128;

static int wrong(const char *what, uint64_t value)
{
    printf("%s is wrong for %llu\n", what, (unsigned long long)value);
    return 1;
}

static int divide(uint64_t from, uint64_t until)
{
    for (uint64_t q = from; q < until; q++) {
        uint64_t n = q * WIDE_NS_PER_SEC;

        if (wide_divide_by_1e9(n) != q || (q && wide_divide_by_1e9(n - 1) != q - 1))
            return wrong("a division by 10^9", n);
    }
    if (until == UINT64_MAX / WIDE_NS_PER_SEC + 1 && wide_divide_by_1e9(UINT64_MAX) != until - 1)
        return wrong("a division by 10^9", UINT64_MAX);
    printf("%llu quotients\n", (unsigned long long)(until - from));
    return 0;
}

/* The exact value goes along: quotient and remainder of ns * 2^128 / 10^9. */
static int nanoseconds(void)
{
    const uint64_t step_rest = 768211456; /* 2^128 mod 10^9 */
    const u128 step = (u128)0 - 1, each = (step - (step_rest - 1)) / WIDE_NS_PER_SEC;
    u128 exact = 0;
    uint64_t rest = 0;

    for (uint64_t ns = 0; ns < WIDE_NS_PER_SEC; ns++) {
        struct vmclock_time time;
        struct wide out;
        u128 up = exact + (rest != 0);

        wide_from_ns_ceil(ns, &out);
        if (out.sec != 0 || out.frac != (uint64_t)(up >> 64) || out.guard != (uint64_t)up)
            return wrong("2^-128 s, rounded up, of ns", ns);
        vmclock_time_from_ns((int64_t)ns, &time);
        if (time.sec != 0 || time.frac64 != (uint64_t)(exact >> 64))
            return wrong("2^-64 s, rounded down, of ns", ns);
        vmclock_time_from_ns((int64_t)ns - WIDE_NS_PER_SEC, &time);
        if (time.sec != -1 || time.frac64 != (uint64_t)(exact >> 64))
            return wrong("2^-64 s, rounded down, of ns before 1970", ns);
        exact += each;
        rest += step_rest;
        if (rest >= WIDE_NS_PER_SEC) {
            rest -= WIDE_NS_PER_SEC;
            exact++;
        }
    }
    if (exact != 0 || rest != 0) /* 2^128, exactly */
        return wrong("the exact value of 1 s in ns", WIDE_NS_PER_SEC);
    printf("%u fractions\n", WIDE_NS_PER_SEC);
    return 0;
}

static uint32_t month_days(int64_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

static int calendar(void)
{
    const int64_t period = 146097, first = -5 * period, last = 6 * period;
    struct vmclock_calendar_date date = {1970 - 5 * 400, 1, 1}, seen;

    for (int64_t days = first; days < last; days++) {
        vmclock_calendar_date(days, &seen);
        if (seen.year != date.year || seen.month != date.month || seen.day != date.day ||
            vmclock_calendar_days(date.year, date.month, date.day) != days)
            return wrong("the date of day", (uint64_t)days);
        if (++date.day > month_days(date.year, date.month)) {
            date.day = 1;
            if (++date.month > 12) {
                date.month = 1;
                date.year++;
            }
        }
    }
    printf("%lld days\n", (long long)(last - first));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "divide"))
        return divide(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    if (argc == 2 && !strcmp(argv[1], "divide"))
        return divide(0, UINT64_MAX / WIDE_NS_PER_SEC + 1);
    if (argc == 2 && !strcmp(argv[1], "nanoseconds"))
        return nanoseconds();
    if (argc == 2 && !strcmp(argv[1], "calendar"))
        return calendar();
    return 2;
}
