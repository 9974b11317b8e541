/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The portable product of 64 bits from four of 32: for all products that those can be, they are put
 * together without a lost carry. That each is exact, and that (a1 2^32 + a0)(b1 2^32 + b0) is
 * a1 b1 2^64 + (a0 b1 + a1 b0) 2^32 + a0 b0, needs no machine.
 */
#define VMCLOCK_PORTABLE 1
#include "proof.h"

static uint64_t p00, p01, p10, p11;

#include "lib/wide.h"

typedef unsigned __CPROVER_bitvector[192] u192;

int main(void)
{
    const uint64_t most = UINT64_C(0xffffffff) * UINT64_C(0xffffffff);
    uint64_t high, low, add_high = any_u64(), add_low = any_u64();
    u192 product;

    p00 = any_u64();
    p01 = any_u64();
    p10 = any_u64();
    p11 = any_u64();
    ASSUME(p00 <= most && p01 <= most && p10 <= most && p11 <= most);
    product = ((u192)p11 << 64) + ((u192)p01 << 32) + ((u192)p10 << 32) + p00;
    ASSUME(product >> 128 == 0); /* as that of two numbers of 64 bits is */
    high = wide_multiply(any_u64(), any_u64(), &low);
    PROVE(((u192)high << 64 | low) == product);
    high = wide_multiply_add(any_u64(), any_u64(), add_high, add_low);
    PROVE(high == (uint64_t)((product + ((u192)add_high << 64) + add_low) >> 64));
    return 0;
}
