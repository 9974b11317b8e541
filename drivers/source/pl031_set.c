/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PL031 is set by its load register, to whole seconds; its beat is not ours to change.
 */
#include <vmclock/error.h>
#include <vmclock/pl031.h>
#include <vmclock/types.h>
#include "drivers/source/set.h"

#define PL031_SET_LOAD (0x008u / 4)
#define PL031_SET_START (0x00cu / 4) /* the control register: once 1, it stays so */

static int pl031_set_time(const struct vmclock_rtc *rtc, int64_t posix_sec)
{
    volatile uint32_t *registers = rtc->device.registers;

    if (posix_sec < 0 || posix_sec > UINT32_MAX)
        return VMCLOCK_ERR_RANGE;
    registers[PL031_SET_LOAD] = (uint32_t)posix_sec;
    registers[PL031_SET_START] = 1;
    return 0;
}

int vmclock_set_pl031(const struct vmclock_set *set, volatile uint32_t *registers,
                      struct vmclock_set_result *result)
{
    struct vmclock_rtc_time time;
    struct vmclock_rtc rtc;
    int error = vmclock_pl031_get(registers, &time);

    if (error && error != VMCLOCK_ERR_RTC_STOPPED)
        return error;
    vmclock_rtc_of_pl031(&rtc, registers);
    rtc.device.registers = registers;
    rtc.set = pl031_set_time;
    return vmclock_set_rtc(set, &rtc, result);
}
