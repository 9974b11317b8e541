/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - GRUB's vmclock page: found once, read whenever the time is wanted.
 */
#ifndef VMCLOCK_GRUB_CLOCK_H
#define VMCLOCK_GRUB_CLOCK_H

#include "boot/report/report.h"

struct grub_datetime;

/* Where the page is and how to read it. error: why not; VMCLOCK_ERR_*. find_bios.c, find_efi.c */
int vmclock_grub_find(struct vmclock_region *region);
const void *vmclock_grub_map(const struct vmclock_region *region);

/* Finds and opens the page. */
void vmclock_grub_open(void);

/* The page's handle; null: there is none that could be opened. */
const struct vmclock *vmclock_grub_handle(void);

/* A report of the page as it is now, without a real-time clock. */
void vmclock_grub_read(struct report *report);

/* For grub_datetime_hook. Says on the console why not, once for each reason. */
int vmclock_grub_datetime(struct grub_datetime *datetime);

#endif
