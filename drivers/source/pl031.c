/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PL031. Its registers are little-endian, as are the CPUs that this is for.
 */
#include <vmclock/error.h>
#include <vmclock/pl031.h>
#include <vmclock/types.h>
#include "drivers/source/internal.h"

#define PL031_DATA (0x000u / 4)
#define PL031_CONTROL (0x00cu / 4)
#define PL031_CONTROL_START 0x1u
#define PL031_PERIPHERAL0 (0xfe0u / 4) /* the part's number, low byte */
#define PL031_PERIPHERAL1 (0xfe4u / 4) /* [3:0] its high bits, [7:4] the designer's low ones */
#define PL031_GETS_MAX 40000000u       /* some 50 ns each at the least */

int vmclock_pl031_get(const volatile uint32_t *registers, struct vmclock_rtc_time *time)
{
    if (!registers || !time)
        return VMCLOCK_ERR_ARGUMENT;
    if ((registers[PL031_PERIPHERAL0] & 0xffu) != 0x31 ||
        (registers[PL031_PERIPHERAL1] & 0xffu) != 0x10)
        return VMCLOCK_ERR_RTC_ABSENT;
    if (!(registers[PL031_CONTROL] & PL031_CONTROL_START))
        return VMCLOCK_ERR_RTC_STOPPED;
    time->posix_sec = registers[PL031_DATA];
    time->ns = 0;
    time->assumed = VMCLOCK_RTC_ASSUMED_UTC;
    return 0;
}

static int pl031_get(const struct vmclock_rtc *rtc, struct vmclock_rtc_time *time)
{
    return vmclock_pl031_get(rtc->device.read_registers, time);
}

void vmclock_rtc_of_pl031(struct vmclock_rtc *rtc, const volatile uint32_t *registers)
{
    rtc->get = pl031_get;
    rtc->set = NULL;
    rtc->device.read_registers = registers;
    rtc->max_polls = PL031_GETS_MAX;
    rtc->phase = VMCLOCK_RTC_PHASE_KEPT;
}

int vmclock_pl031_sample(const struct vmclock *clk, const volatile uint32_t *registers, int moment,
                         struct vmclock_sample *sample)
{
    struct vmclock_rtc rtc;

    vmclock_rtc_of_pl031(&rtc, registers);
    return vmclock_rtc_sample(clk, &rtc, moment, sample);
}
