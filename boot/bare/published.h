/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * published.h - a page whose publisher has only just begun.
 */
#ifndef VMCLOCK_BOOT_BARE_PUBLISHED_H
#define VMCLOCK_BOOT_BARE_PUBLISHED_H

#include "report.h"

/* report_read, again for so many tries as long as the page says that it is being initialised: a machine
 * without firmware can be quicker than the publisher that starts it. */
void read_published(struct report *report, const struct vmclock *clk, unsigned max_tries);

#endif
