/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Labels by any rule that a page can have (leap.c), and others: they go on. Each second of the axis has one
 * label, each label one second, only 23:59:60 repeats a count.
 */
#include "lib/leap.c"
#include "lib/vmclock_time.c"
#include "proof.h"
#include "rule.h"

/* Of the rule's making, which is not asked for here. */
int64_t vmclock_calendar_divide(int64_t n, uint32_t divisor, uint32_t *remainder)
{
    *remainder = divisor - 1;
    return n;
}

void vmclock_calendar_date(int64_t days, struct vmclock_calendar_date *date)
{
    date->year = days;
    date->month = date->day = 1;
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
    struct vmclock_leap rule;

    rule.known_from_sec = any_i64();
    rule.known_until_sec = any_i64();
    rule.boundary_sec = any_i64();
    rule.before_sec = any_int();
    rule.tai_ahead_sec = any_int();
    rule.leap = (signed char)any_u8();
    rule.utc_error = (signed char)any_u8();
    rule.tai_error = (signed char)any_u8();
    ASSUME(rule_is_sane(&rule));
    labels(&rule);
    return 0;
}
