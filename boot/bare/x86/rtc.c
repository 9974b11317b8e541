/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtc.c - the CMOS clock. Nothing interrupts an image, so nothing else uses its registers meanwhile.
 */
#include <vmclock/cmos.h>
#include <vmclock/set.h>
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"

uint8_t platform_rtc_kind(void)
{
    return VMCLOCK_BOUND_BY_CMOS;
}

int platform_rtc_sample(const struct vmclock *clk, int moment, struct vmclock_sample *sample)
{
    struct vmclock_cmos cmos;

    vmclock_cmos_ports(boot_century(), &cmos);
    return vmclock_cmos_sample(clk, &cmos, moment, sample);
}

int platform_rtc_set(const struct vmclock_set *set, struct vmclock_set_result *result)
{
    struct vmclock_cmos cmos;

    vmclock_cmos_ports(boot_century(), &cmos);
    return vmclock_set_cmos(set, &cmos, result);
}
