/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.h - readings on request over COM2, past the firmware, whose console is too slow to
 * measure with.
 *
 * On 'r' the page is read and '=' sent at once, then report_print_answer's line. On 'q' it ends.
 * What else is received is ignored. Requests may be sent from the end of the report on.
 */
#ifndef VMCLOCK_BOOT_EFI_SERVE_H
#define VMCLOCK_BOOT_EFI_SERVE_H

#include "check.h"
#include "firmware.h"

/* Takes COM2 from the firmware: before the report, so that no early request is lost.
 * Returns EFI_SUCCESS, or EFI_UNSUPPORTED when there is no COM2. */
EFI_STATUS serve_prepare(EFI_SYSTEM_TABLE *system);

/* Serves until 'q', with the firmware's timers off. */
void serve(EFI_SYSTEM_TABLE *system, struct check *check);

#endif
