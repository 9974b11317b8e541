/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.c - the PL031, where the device tree says that it is.
 */
#include <vmclock/error.h>
#include <vmclock/pl031.h>
#include <vmclock/set.h>
#include "boot/bare/arm/machine.h"
#include "boot/bare/platform.h"

static int registers(volatile uint32_t **found)
{
    uint64_t phys;

    if (tree_device("arm,pl031", &phys))
        return VMCLOCK_ERR_RTC_ABSENT;
    *found = (volatile uint32_t *)(uintptr_t)phys;
    return 0;
}

uint8_t platform_rtc_kind(void)
{
    return VMCLOCK_BOUND_BY_PL031;
}

int platform_rtc_sample(const struct vmclock *clk, int moment, struct vmclock_sample *sample)
{
    volatile uint32_t *pl031;
    int error = registers(&pl031);

    return error ? error : vmclock_pl031_sample(clk, pl031, moment, sample);
}

int platform_rtc_set(const struct vmclock_set *set, struct vmclock_set_result *result)
{
    volatile uint32_t *pl031;
    int error = registers(&pl031);

    return error ? error : vmclock_set_pl031(set, pl031, result);
}
