/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json.h - a report as one JSON object, as vmclock-dump has it: the verdict, then each key; a number where
 * the report has a decimal one, null where it has none, else a string.
 */
#ifndef VMCLOCK_BOOT_EFI_JSON_H
#define VMCLOCK_BOOT_EFI_JSON_H

#include "boot/report/report.h"

/* On one line. Valid whatever the report says. */
void json_print(const struct report *report, const struct report_sink *sink);

#endif
