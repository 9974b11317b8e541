/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stay.h - what goes on for longer than one report: watching, and being all that a disk boots.
 */
#ifndef VMCLOCK_BOOT_EFI_STAY_H
#define VMCLOCK_BOOT_EFI_STAY_H

#include "boot/efi/check.h"

/* A line a second, or an object, until a key is pressed. check: started, and printed. */
void stay_watching(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check);

/*
 * The report three times, ten seconds apart, each with what a report to the project needs beside it;
 * then nothing for ten minutes. After that, or at any key, the machine is switched off.
 */
void stay_for_good(EFI_SYSTEM_TABLE *system, const struct options *options, struct check *check);

#endif
