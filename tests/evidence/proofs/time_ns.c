/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times to nanoseconds, down and up, whatever the products are: those of the fraction are tried out, each
 * (exhaust.c), and that of the seconds is only asked for where it fits.
 */
#include <stdint.h>

static uint64_t any_fraction(uint64_t *rest);
static int64_t any_whole(int64_t sec);

#include "lib/vmclock_time.c"
#include "proof.h"

typedef signed __CPROVER_bitvector[72] i72;

#define FIRST_SEC (-INT64_C(9223372037)) /* -2^63 ns and 2^63 ns: what is farther does not fit */
#define LAST_SEC INT64_C(9223372036)
#define NS_PER_SEC INT64_C(1000000000)

static int64_t whole_ns; /* of the second that is counted from: the next one, if it is negative */
static uint64_t fraction_ns, rest_of_ns;

static int64_t any_whole(int64_t sec)
{
    PROVE(sec >= -LAST_SEC && sec <= LAST_SEC);
    ASSUME(sec > 0 ? whole_ns > 0 : sec < 0 ? whole_ns < 0 : whole_ns == 0);
    ASSUME(whole_ns >= -LAST_SEC * NS_PER_SEC && whole_ns <= LAST_SEC * NS_PER_SEC);
    return whole_ns;
}

static uint64_t any_fraction(uint64_t *rest)
{
    *rest = rest_of_ns;
    return fraction_ns;
}

static int fits(i72 value)
{
    return value >= -((i72)1 << 63) && value < (i72)1 << 63;
}

/* That it is this number, where that fits, and else says so. */
static void is_right(const struct vmclock_time *time, uint64_t more_ns,
                     int (*to_ns)(const struct vmclock_time *, int64_t *))
{
    int64_t ns = 1;
    int error = to_ns(time, &ns);
    i72 right = (i72)whole_ns + (i72)more_ns - (time->sec < 0 ? NS_PER_SEC : 0);

    PROVE((error == 0) == fits(right));
    PROVE(ns == (error ? 1 : right));
}

int main(void)
{
    struct vmclock_time time;
    int64_t ns = 1;

    time.sec = any_i64();
    time.frac64 = any_u64();
    fraction_ns = any_u64();
    rest_of_ns = any_u64();
    whole_ns = any_i64();
    ASSUME(fraction_ns < NS_PER_SEC);
    if (time.sec < FIRST_SEC || time.sec > LAST_SEC) {
        PROVE(vmclock_time_to_ns_floor(&time, &ns) && vmclock_time_to_ns_ceil(&time, &ns) &&
              ns == 1);
        return 0;
    }
    is_right(&time, fraction_ns, vmclock_time_to_ns_floor);
    is_right(&time, fraction_ns + (rest_of_ns != 0), vmclock_time_to_ns_ceil);
    return 0;
}
