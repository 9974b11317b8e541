/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rule of any page, on a calendar that may say anything a calendar can: no overflow, and labels that
 * go on. Each second of the axis has one label, each label one second, only 23:59:60 repeats a count.
 */
#include "lib/leap.c"
#include "lib/vmclock_time.c"
#include "proof.h"

/* The contract of calendar.c, which exhaust.c tries on every day of its period. */
int64_t vmclock_calendar_divide(int64_t n, uint32_t divisor, uint32_t *remainder)
{
    int64_t quotient = any_i64();

    *remainder = any_u32();
    ASSUME(*remainder < divisor);
    ASSUME(quotient >= INT64_MIN / 25 && quotient <= INT64_MAX / 25);
    ASSUME(divisor != 86400 ||
           (quotient >= INT64_MIN / 86400 - 1 && quotient <= INT64_MAX / 86400));
    if (divisor == 86400)
        ASSUME(n == (int64_t)((uint64_t)quotient * 86400u + *remainder));
    return quotient;
}

void vmclock_calendar_date(int64_t days, struct vmclock_calendar_date *date)
{
    PROVE(days < (INT64_C(1) << 50) && days > -(INT64_C(1) << 50));
    date->year = any_i64();
    date->month = any_u32();
    date->day = any_u32();
    ASSUME(date->year < (INT64_C(1) << 40) && date->year > -(INT64_C(1) << 40));
    ASSUME(date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31);
}

static void labels(const struct vmclock_leap *rule)
{
    struct vmclock_time at = {any_i64(), any_u64()}, next, back;
    struct vmclock_utc utc, after;
    int64_t step;

    if (vmclock_raw_axis_to_utc(rule, &at, &utc))
        return;
    PROVE(vmclock_raw_utc_to_axis(rule, &utc, &back) == 0);
    PROVE(back.sec == at.sec && back.frac64 == at.frac64);
    PROVE(!utc.in_leap_second || rule->leap > 0);
    next.sec = at.sec + 1;
    next.frac64 = at.frac64;
    if (vmclock_raw_axis_to_utc(rule, &next, &after))
        return;
    step = after.posix_sec - utc.posix_sec;
    PROVE(step == (after.in_leap_second                               ? 0
                   : rule->leap < 0 && next.sec == rule->boundary_sec ? 2
                                                                      : 1));
}

int main(void)
{
    struct vmclock_snapshot s;
    struct vmclock_leap rule;

    s.have = any_u16();
    s.time_type = any_u8();
    s.ref_sec = any_u64();
    s.tai_offset_sec = (int16_t)any_u16();
    s.leap_indicator = any_u8();
    if (vmclock_leap_rule(&s, &rule))
        return 0;
    PROVE(rule.leap >= -1 && rule.leap <= 1);
    if (!rule.utc_error) {
        PROVE(rule.known_from_sec < rule.known_until_sec);
        PROVE(rule.leap == 0 || (rule.boundary_sec > rule.known_from_sec &&
                                 rule.boundary_sec < rule.known_until_sec));
    }
    labels(&rule);
    return 0;
}
