/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - from the firmware's tables to the time.
 */
#ifndef VMCLOCK_BOOT_EFI_CHECK_H
#define VMCLOCK_BOOT_EFI_CHECK_H

#include "args.h"
#include "firmware.h"
#include "report.h"

struct check {
    struct report report;
    struct vmclock clk; /* set when opened */
    uint8_t opened;
};

/* Finds and opens the page, asks the real-time clock and reads the page. */
void check_start(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check);

#endif
