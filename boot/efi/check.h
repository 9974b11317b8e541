/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - from the firmware's tables to the time.
 */
#ifndef VMCLOCK_BOOT_EFI_CHECK_H
#define VMCLOCK_BOOT_EFI_CHECK_H

#include <vmclock/set.h>
#include "boot/efi/args.h"
#include "boot/efi/firmware.h"
#include "boot/report/report.h"

struct check {
    struct report report;
    struct vmclock clk; /* set when opened */
    uint8_t opened;
    struct vmclock_set_result rtc_set; /* when the report says that it was set */
};

/*
 * Finds and opens the page, waits for it to tell the time and sets the real-time clock if asked to, asks
 * that and reads the page.
 *
 * The page is where options say: there the user is trusted, as far as neither the memory map nor the
 * page tables contradict; else where a loaded vmclock-driver says; else where the firmware's tables do.
 */
void check_start(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check);

/* Asks the clock and reads the page once more; opens it where it was found and could not be opened. */
void check_again(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check);

#endif
