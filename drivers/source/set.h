/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.h - internal: what the three ways to set a clock have in common.
 */
#ifndef VMCLOCK_DRIVERS_SOURCE_SET_H
#define VMCLOCK_DRIVERS_SOURCE_SET_H

#include <vmclock/set.h>
#include "drivers/source/internal.h"

/* Sets a clock that has a set. */
int vmclock_set_rtc(const struct vmclock_set *set, const struct vmclock_rtc *rtc,
                    struct vmclock_set_result *result);

#endif
