/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * values.h - one function a key of keys.def: writes its value, or "none". Room-private.
 */
#ifndef VMCLOCK_BOOT_REPORT_VALUES_H
#define VMCLOCK_BOOT_REPORT_VALUES_H

#include "report.h"
#include "text.h"

#define KEY(name) void value_##name(struct text *text, const struct report *report);
#include "keys.def"
#undef KEY

#endif
