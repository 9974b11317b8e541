/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reading of any snapshot at any counter value, whatever the products are: no undefined behaviour, and
 * where there is an answer the time lies in its interval.
 */
#include "proof.h"

/* The two products of a reading: see the cuts in proofs.py. */
static uint64_t any_product(uint64_t *low)
{
    *low = any_u64();
    return any_u64();
}

#include "lib/clock.c"
#include "lib/vmclock_time.c"

int main(void)
{
    struct vmclock_snapshot s;
    struct vmclock_reading r;
    struct vmclock_time time;
    int error;

    s.have = any_u16();
    s.counter_id = any_u8();
    s.counter_read_id = any_u8();
    s.clock_status = any_u8();
    s.time_type = any_u8();
    s.period_frac = any_u64();
    s.period_shift = any_u8();
    s.period_maxerror_frac = any_u64();
    s.ref_counter = any_u64();
    s.ref_sec = any_u64();
    s.ref_frac64 = any_u64();
    s.maxerror_ns = any_u64();
    s.flags = any_u64();
    error = vmclock_at_limited(&s, any_u64(), any_u64(), &r);
    PROVE(error <= 0);
    if (error)
        return 0;
    time.sec = r.time.sec;
    time.frac64 = r.time.frac64;
    PROVE(vmclock_time_compare(&r.earliest, &time) <= 0);
    PROVE(vmclock_time_compare(&time, &r.latest) <= 0);
    PROVE(r.bound_kind != VMCLOCK_BOUND_NONE ||
          (r.earliest.sec == INT64_MIN && r.latest.sec == INT64_MAX));
    return 0;
}
