/* SPDX-License-Identifier: BSD-2-Clause */
/* Times compared, added, subtracted, moved: all of them. */
#include "lib/vmclock_time.c"
#include "proof.h"

typedef signed __CPROVER_bitvector[192] i192;

static i192 number(const struct vmclock_time *time)
{
    return (i192)time->sec * ((i192)1 << 64) + (i192)time->frac64;
}

static int fits(i192 value, i192 unit)
{
    return value >= -(((i192)1 << 63) * unit) && value < ((i192)1 << 63) * unit;
}

static void any_time(struct vmclock_time *time)
{
    time->sec = any_i64();
    time->frac64 = any_u64();
}

static void sums(const struct vmclock_time *a, const struct vmclock_time *b)
{
    const i192 second = (i192)1 << 64;
    struct vmclock_time c = {1, 1};
    int64_t sec = any_i64();
    int error = vmclock_time_add(a, b, &c);

    PROVE((error == 0) == fits(number(a) + number(b), second));
    PROVE(number(&c) == (error ? second + 1 : number(a) + number(b)));
    c.sec = c.frac64 = 1;
    error = vmclock_time_subtract(a, b, &c);
    PROVE((error == 0) == fits(number(a) - number(b), second));
    PROVE(number(&c) == (error ? second + 1 : number(a) - number(b)));
    c.sec = c.frac64 = 1;
    error = vmclock_time_move(a, sec, &c);
    PROVE((error == 0) == fits(number(a) + (i192)sec * second, second));
    PROVE(number(&c) == (error ? second + 1 : number(a) + (i192)sec * second));
}

int main(void)
{
    struct vmclock_time a, b;
    int order;

    any_time(&a);
    any_time(&b);
    order = vmclock_time_compare(&a, &b);
    PROVE((order < 0) == (number(&a) < number(&b)) && (order > 0) == (number(&a) > number(&b)));
    sums(&a, &b);
    return 0;
}
