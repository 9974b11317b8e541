/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * values.h - one function a key of keys.def: writes its value, or "none". Room-private.
 */
#ifndef VMCLOCK_BOOT_REPORT_VALUES_H
#define VMCLOCK_BOOT_REPORT_VALUES_H

#include "boot/report/report.h"
#include "boot/report/text.h"

#define KEY(name) void value_##name(struct text *text, const struct report *report);
#include "boot/report/keys.def"
#undef KEY

#endif
