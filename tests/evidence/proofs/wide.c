/* SPDX-License-Identifier: BSD-2-Clause */
/* Sums, signs, shifts and roundings of 192 bits, for all operands, against CBMC's own integers. */
#include "proof.h"

/* The product is any number of 128 bits: see the cut in proofs.py. */
static uint64_t product_high, product_low;

#include "lib/wide.h"

typedef unsigned __CPROVER_bitvector[192] u192;
typedef unsigned __CPROVER_bitvector[384] u384;

static u192 number(const struct wide *w)
{
    return (u192)w->sec << 128 | (u192)w->frac << 64 | w->guard;
}

static void any_wide(struct wide *w)
{
    w->sec = any_u64();
    w->frac = any_u64();
    w->guard = any_u64();
}

static void shift(void)
{
    unsigned amount = any_u8();
    struct wide out;
    unsigned lost;
    u384 exact;

    product_high = any_u64();
    product_low = any_u64();
    lost = wide_from_ticks(0, 0, amount, &out);
    exact = ((u384)product_high << 64 | product_low) << 256; /* in 2^-320 s */
    exact >>= amount;
    PROVE(number(&out) == (u192)(exact >> 192)); /* rounded down to 2^-128 s */
    PROVE((lost != 0) == ((u192)exact != 0));
    PROVE(lost <= 1);
}

int main(void)
{
    struct wide a, b;
    uint64_t units = any_u64();
    u192 x, y;

    any_wide(&a);
    any_wide(&b);
    x = number(&a);
    y = number(&b);
    switch (any_u8() % 6) {
    case 0:
        wide_add(&a, &b);
        PROVE(number(&a) == x + y);
        break;
    case 1:
        wide_negate(&a);
        PROVE(number(&a) == 0 - x);
        break;
    case 2:
        wide_add_guard(&a, units);
        PROVE(number(&a) == x + units);
        break;
    case 3:
        wide_round_up(&a);
        PROVE(number(&a) == ((x + UINT64_MAX) >> 64) << 64);
        break;
    case 4:
        wide_copy(&a, &b);
        PROVE(number(&a) == y);
        break;
    default:
        shift();
    }
    return 0;
}
