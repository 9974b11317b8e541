/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calibrate.h - from an interval to a reference time, for calibrate.c and combine.c.
 */
#ifndef VMCLOCK_LIB_CALIBRATE_H
#define VMCLOCK_LIB_CALIBRATE_H

#include <vmclock/time.h>
#include "lib/wide.h"

/*
 * The middle of the interval, rounded down to 2^-64 s, and the error that covers the interval, ns
 * rounded up. Ends are signed. Returns 0, or VMCLOCK_ERR_RANGE for a middle before 1970 or an error
 * that does not fit.
 */
int vmclock_calibrate_reference(const struct wide *lowest, const struct wide *highest,
                                struct vmclock_time *middle, uint64_t *error_ns);

#endif
