/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.c - sets the machine's real-time clock from the page, for what starts next, and says so in the
 * report. Exits with the report's verdict, or with PLATFORM_CODE_NOT_SET when the page's time is known
 * and the clock was not set all the same.
 */
#include <stdio.h>
#include <vmclock/rtc.h>
#include <vmclock/set.h>
#include "boot/bare/image.h"
#include "boot/bare/platform.h"

static void set_rtc(struct report *report, const struct vmclock *clk)
{
    const struct vmclock_set set = {clk, NULL, VMCLOCK_SET_ERROR_NS_DEFAULT,
                                    VMCLOCK_SET_READINGS_DEFAULT};
    struct vmclock_set_result result;

    report->have |= REPORT_HAVE_RTC_SET;
    report->rtc_set_error = report->error ? report->error : platform_rtc_set(&set, &result);
    if (report->rtc_set_error) {
        printf("set: the real-time clock is not set: %s\n",
               vmclock_error_text(report->rtc_set_error));
        return;
    }
    printf("set: the real-time clock is set; %ld us ahead of the page, give or take %ld us\n",
           (long)(result.ahead_ns / 1000), (long)(result.error_ns / 1000 + 1));
}

static void get_rtc(struct report *report, const struct vmclock *clk)
{
    struct vmclock_sample sample;

    if (platform_rtc_sample(clk, VMCLOCK_RTC_NOW, &sample))
        return;
    report->rtc.posix_sec = sample.earliest.sec;
    report->rtc.frac64 = sample.earliest.frac64;
    report->rtc.in_leap_second = 0;
    report->have |= REPORT_HAVE_RTC;
}

int main(void)
{
    static struct image image;
    struct report *report = &image.report;
    const struct vmclock *clk;
    enum report_state state;

    image_start(&image);
    clk = image_clock(&image);
    set_rtc(report, clk);
    if (clk) {
        get_rtc(report, clk);
        report_read(report, clk);
    }
    report_print(report, &image_console);
    if (image.words.serve)
        report_serve(&image_line, report, clk);
    state = report_state(report);
    return state == REPORT_STATE_OK && report->rtc_set_error ? PLATFORM_CODE_NOT_SET
                                                             : report_state_code(state);
}
