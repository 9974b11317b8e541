/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.c - sets the machine's real-time clock from the page, for what starts next, and says so in the
 * report. Exits with the report's verdict, or with PLATFORM_CODE_NOT_SET when the page's time is known
 * and the clock was not set all the same.
 */
#include <stdio.h>
#include <vmclock/vmclock.h>

#include "platform.h"
#include "published.h"
#include "questions.h"
#include "report.h"
#include "words.h"

#define INITIALIZING_TRIES 1000000u /* some seconds in QEMU without acceleration */

static int open_page(const struct words *words, struct report *report, struct vmclock *clk)
{
    const volatile void *page;
    int error = platform_find(&report->region);

    if (error)
        return error;
    report->have |= REPORT_HAVE_REGION;
    page = platform_map(report->region.phys, report->region.length);
    error = page ? vmclock_open(clk, page, (size_t)report->region.length) : VMCLOCK_ERR_MAP;
    clk->max_tries = words->max_tries;
    return error;
}

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

static int read_line(void *context)
{
    (void)context;
    return platform_serial_read();
}

int main(void)
{
    const struct report_sink console = {platform_console_write, NULL};
    const struct report_line line = {read_line, platform_serial_write, NULL};
    struct vmclock clk;
    struct words words;
    struct report report;
    enum report_state state;
    int opened;

    if (words_parse(platform_arguments(), &words))
        return PLATFORM_CODE_USAGE;
    report_init(&report, 0);
    report.error = open_page(&words, &report, &clk);
    opened = !report.error;
    if (opened)
        read_published(&report, &clk, INITIALIZING_TRIES);
    set_rtc(&report, &clk);
    if (opened) {
        get_rtc(&report, &clk);
        report_read(&report, &clk);
    }
    report_print(&report, &console);
    if (words.serve)
        report_serve(&line, &report, opened ? &clk : NULL);
    state = report_state(&report);
    return state == REPORT_STATE_OK && report.rtc_set_error ? PLATFORM_CODE_NOT_SET
                                                            : report_state_code(state);
}
