/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * byrtc.c - two samples of the real-time clock become a clock.
 */
#include <vmclock/rtc.h>
#include "boot/bare/byrtc.h"
#include "boot/bare/platform.h"

int calibrate_by_rtc(const struct vmclock *clk, struct vmclock_snapshot *calibrated)
{
    const struct vmclock_calibration how = {.tolerance_ppb = VMCLOCK_TOLERANCE_PPB_DEFAULT};
    struct vmclock_time_source source;
    struct vmclock_sample samples[2];
    int error = platform_rtc_sample(clk, VMCLOCK_RTC_EDGE, &samples[0]);

    if (!error)
        error = platform_rtc_sample(clk, VMCLOCK_RTC_EDGE, &samples[1]);
    if (error)
        return error;
    vmclock_rtc_source(platform_rtc_kind(), &source);
    return vmclock_calibrate(&source, samples, 2, &how, calibrated);
}
