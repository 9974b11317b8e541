/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rule of any page, on a calendar that may say anything a calendar can: no overflow, and what labels.c
 * takes for granted of a rule.
 */
#include <stdint.h>

static int64_t any_seconds_of(int64_t day);

#include "lib/leap.c"
#include "lib/vmclock_time.c"
#include "proof.h"
#include "rule.h"

#define FAR_DAYS 200 /* from the reference time, further than a rule looks */

static int64_t any_day, any_day_sec; /* that of the reference time, and its first second */

/* The contract of calendar.c, which exhaust.c tries on every day of its period. */
int64_t vmclock_calendar_divide(int64_t n, uint32_t divisor, uint32_t *remainder)
{
    PROVE(divisor == CALENDAR_SEC_PER_DAY);
    *remainder = any_u32();
    ASSUME(*remainder < divisor);
    any_day = any_i64();
    ASSUME(any_day >= INT64_MIN / CALENDAR_SEC_PER_DAY - 1 &&
           any_day <= INT64_MAX / CALENDAR_SEC_PER_DAY);
    ASSUME(n >= INT64_MIN + CALENDAR_SEC_PER_DAY);
    any_day_sec = n - *remainder;
    return any_day;
}

/* The product of the two, without one of 64 bits: so many days after the one whose product is known. */
static int64_t any_seconds_of(int64_t day)
{
    PROVE(day - any_day >= -FAR_DAYS && day - any_day <= FAR_DAYS);
    return any_day_sec + (int)(day - any_day) * CALENDAR_SEC_PER_DAY;
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
    PROVE(rule_is_sane(&rule));
    return 0;
}
