/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - what other files of the library do with times.
 */
#ifndef VMCLOCK_LIB_TIME_H
#define VMCLOCK_LIB_TIME_H

#include <vmclock/time.h>

/* to = from + add_sec, between axes. to may be from. Returns 0, or VMCLOCK_ERR_RANGE. */
int vmclock_time_move(const struct vmclock_time *from, int64_t add_sec, struct vmclock_time *to);

#endif
