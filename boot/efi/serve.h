/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.h - readings on request over the machine's line, past the firmware's console, which is too
 * slow to measure with.
 *
 * On 'r' the page is read and '=' sent at once, then report_print_answer's line. On 'q' it ends.
 * What else is received is ignored. Requests may be sent from the end of the report on.
 */
#ifndef VMCLOCK_BOOT_EFI_SERVE_H
#define VMCLOCK_BOOT_EFI_SERVE_H

#include "check.h"
#include "machine.h"

/* Serves until 'q'. */
void serve(struct line *line, struct check *check);

#endif
