/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page of any bytes that a hostile host changes between any two of our looks at it: nothing but its
 * mapped bytes is read, and what it is too small for is not there.
 */
#include "lib/page.c"
#include "proof.h"

static uint8_t *bytes;

/* The counter, read in the middle of a window: the host writes then. */
static uint64_t read_counter(void *context)
{
    (void)context;
    __CPROVER_havoc_object(bytes);
    return any_u64();
}

int main(void)
{
    const struct vmclock_counter counter = {read_counter, NULL, any_u8()};
    struct vmclock_snapshot s;
    struct vmclock clk;
    size_t mapped = any_u32() % 137;
    int error;

    bytes = proof_exactly(mapped);
    error = vmclock_open_with_counter(&clk, bytes, mapped, &counter);
    if (error)
        return 0;
    PROVE(clk.size >= VMCLOCK_PAGE_SIZE_SIGNAL && clk.size <= mapped);
    clk.max_tries = 2;
    __CPROVER_havoc_object(bytes);
    error = vmclock_take_snapshot(&clk, &s);
    PROVE(error == 0 || error == VMCLOCK_ERR_BUSY || error == VMCLOCK_ERR_CHANGED);
    if (error)
        return 0;
    PROVE((s.seq & 1) == 0);
    PROVE((s.have & ~(unsigned)clk.covered) == 0);
    PROVE(s.counter_id != VMCLOCK_COUNTER_ID_INVALID ||
          (s.have & ~(unsigned)VMCLOCK_HAVE_GENERATION) == 0);
    PROVE(clk.size >= 0x70 || s.generation == 0);
    PROVE(clk.size >= 0x68 || s.maxerror_ns == 0);
    PROVE(clk.size >= 0x68 || !(s.have & VMCLOCK_HAVE_MAXERROR));
    PROVE(clk.size >= VMCLOCK_PAGE_SIZE_CLOCK || !(s.have & VMCLOCK_HAVE_CLOCK));
    return 0;
}
