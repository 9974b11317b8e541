/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - the page as GRUB's clock.
 */
#include <grub/datetime.h>
#include <grub/misc.h>
#include "boot/report/derive.h"
#include "clock.h"

#define YEAR_MAX 9999

static struct vmclock_region region; /* of no length if none was found */
static struct vmclock clk;           /* if page_error is 0 */
static int page_error;

void vmclock_grub_open(void)
{
    const void *page;

    region.length = 0;
    page_error = vmclock_grub_find(&region);
    if (page_error)
        return;
    page = vmclock_grub_map(&region);
    page_error = page ? vmclock_open(&clk, page, (size_t)region.length) : VMCLOCK_ERR_MAP;
}

const struct vmclock *vmclock_grub_handle(void)
{
    return page_error ? NULL : &clk;
}

void vmclock_grub_read(struct report *report)
{
    report_init(report, page_error);
    if (region.length) {
        report->have |= REPORT_HAVE_REGION;
        report->region = region;
    }
    if (!page_error)
        report_read(report, &clk);
}

static void say_why_not(const struct report *report)
{
    static int said;
    int error = report_error(report);

    if (error == said || error == VMCLOCK_ERR_NO_DEVICE)
        return;
    said = error;
    grub_printf("vmclock: %s: %s The time is that of the machine's own clock.\n",
                report_state_name(report_state(report)), vmclock_error_text(error));
}

int vmclock_grub_datetime(struct grub_datetime *datetime)
{
    struct report report;
    const struct vmclock_label *utc = &report.utc.utc;

    vmclock_grub_read(&report);
    if (report_error(&report)) {
        say_why_not(&report);
        return 0;
    }
    if (utc->year < 0 || utc->year > YEAR_MAX)
        return 0;
    datetime->year = (grub_uint16_t)utc->year;
    datetime->month = utc->month;
    datetime->day = utc->day;
    datetime->hour = utc->hour;
    datetime->minute = utc->minute;
    datetime->second = utc->second;
    return 1;
}
