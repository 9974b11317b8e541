/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "fixture.h"

struct vmclock_page page;
struct report report;
char output[8192];
size_t output_length;

static uint64_t read_counter(void *context)
{
    return *(uint64_t *)context;
}

static void collect(void *context, const char *text, size_t length)
{
    (void)context;
    assert_true(output_length + length < sizeof(output));
    assert_int_equal(text[length - 1], '\n'); /* whole lines */
    memcpy(output + output_length, text, length);
    output_length += length;
    output[output_length] = 0;
}

const struct report_sink sink = {collect, NULL};

int good_page(void **state)
{
    (void)state;
    memset(&page, 0, sizeof(page));
    page.magic.wire = VMCLOCK_PAGE_MAGIC;
    page.size.wire = 0x1000;
    page.version.wire = VMCLOCK_PAGE_VERSION;
    page.counter_id = VMCLOCK_COUNTER_ID_X86_TSC;
    page.time_type = VMCLOCK_TIME_TYPE_TAI;
    page.seq_count.wire = 6;
    page.disruption_marker.wire = 3;
    page.flags.wire = VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID | VMCLOCK_PAGE_FLAG_PERIOD_MAXERROR_VALID |
                      VMCLOCK_PAGE_FLAG_TIME_MAXERROR_VALID;
    page.clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
    page.tai_offset_sec.wire = 37;
    page.counter_period_shift = 29;
    page.counter_value.wire = 5000;
    page.counter_period_frac_sec.wire = 0x89705F4136B4A597;
    page.time_sec.wire = 1700000037;
    page.time_maxerror_nanosec.wire = 1500;
    return 0;
}

void read_page(uint64_t counter_ticks)
{
    struct vmclock_counter counter = {read_counter, &counter_ticks, VMCLOCK_COUNTER_ID_X86_TSC};
    struct vmclock clk;

    report_init(&report, vmclock_open_with_counter(&clk, &page, 0x1000, &counter));
    report.region.phys = 0xfeffb000;
    report.region.length = 0x1000;
    report.region.source = VMCLOCK_SOURCE_ACPI;
    report.have |= REPORT_HAVE_REGION;
    clk.max_tries = 3;
    if (!report.error)
        report_read(&report, &clk);
}

void print(void)
{
    output_length = 0;
    report_print(&report, &sink);
}

void print_page(uint64_t counter_ticks)
{
    read_page(counter_ticks);
    print();
}
