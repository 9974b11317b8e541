/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture.h - a page, read through the real library with a counter of our own, and its report.
 */
#ifndef VMCLOCK_TESTS_UNIT_REPORT_FIXTURE_H
#define VMCLOCK_TESTS_UNIT_REPORT_FIXTURE_H

#include "report.h"

/* As on a little-endian host, which is what the suite runs these tests on. */
extern struct vmclock_page page;
extern struct report report;
extern char output[8192];
extern size_t output_length;
extern const struct report_sink sink; /* appends to output */

/* The UAPI's example of a 1 GHz counter; 2023-11-14 22:13:20 UTC at 5000 ticks. A cmocka setup. */
int good_page(void **state);

/* Opens and reads the page; the region and the error are as an environment sets them. */
void read_page(uint64_t counter_ticks);

void print(void);
void print_page(uint64_t counter_ticks);

/* Fails unless the report has the line. */
#define assert_line(line) \
    do { \
        if (!strstr(output, "\n" line "\n")) \
            fail_msg("no line %s in\n%s", line, output); \
    } while (0)

#define assert_verdict(line) \
    do { \
        if (strncmp(output, "vmclock: " line "\n", sizeof("vmclock: " line)) != 0) \
            fail_msg("verdict is not %s in\n%s", line, output); \
    } while (0)

#endif
