/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * published.c - waits for the publisher.
 */
#include "published.h"

void read_published(struct report *report, const struct vmclock *clk, unsigned max_tries)
{
    unsigned tries = 0;

    do
        report_read(report, clk);
    while (report->error == VMCLOCK_ERR_UNSYNCHRONISED &&
           report->snapshot.clock_status == VMCLOCK_CLOCK_STATUS_INITIALIZING &&
           ++tries < max_tries);
}
