/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/counter.h>
#include <vmclock/error.h>
#include "arch/arch.h"
#include "lib/wide.h"

/* 0.99 and 0.01 in units of 2^-64, rounded into the interval that they limit. */
#define COUNTER_FRAC64_99_PERCENT UINT64_C(0xfd70a3d70a3d70a4)
#define COUNTER_FRAC64_1_PERCENT UINT64_C(0x028f5c28f5c28f5c)

void vmclock_ask_counter(struct vmclock_counter_info *info)
{
    uint32_t unit_hz, numerator, denominator, remainder;

    vmclock_arch_counter_frequency(&unit_hz, &numerator, &denominator);
    info->frequency_hz =
        denominator ? wide_divide((uint64_t)unit_hz * numerator, denominator, &remainder) : 0;
    info->counter_id = VMCLOCK_ARCH_COUNTER_ID;
    info->invariant = (uint8_t)vmclock_arch_counter_invariant();
}

int vmclock_compare_period(const struct vmclock_snapshot *snapshot, uint64_t frequency_hz,
                           int *matches)
{
    struct wide second; /* what the page makes of as many ticks as the CPU says are a second */

    if (!frequency_hz)
        return VMCLOCK_ERR_ARGUMENT;
    if (!(snapshot->have & VMCLOCK_HAVE_CLOCK))
        return VMCLOCK_ERR_NO_CLOCK;
    if (!snapshot->period_frac)
        return VMCLOCK_ERR_PERIOD;
    wide_from_ticks(frequency_hz, snapshot->period_frac, snapshot->period_shift, &second);
    *matches = second.sec == 0   ? second.frac >= COUNTER_FRAC64_99_PERCENT
               : second.sec == 1 ? second.frac <= COUNTER_FRAC64_1_PERCENT
                                 : 0;
    return 0;
}
