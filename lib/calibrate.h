/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calibrate.h - what the files of calibration have in common, and steering needs.
 */
#ifndef VMCLOCK_LIB_CALIBRATE_H
#define VMCLOCK_LIB_CALIBRATE_H

#include <vmclock/page.h>
#include <vmclock/time.h>
#include "lib/wide.h"

/*
 * The middle of the interval, rounded down to 2^-64 s, and the error that covers the interval, ns
 * rounded up. Ends are signed. Returns 0, or VMCLOCK_ERR_RANGE for a middle before 1970 or an error
 * that does not fit.
 */
int vmclock_calibrate_reference(const struct wide *lowest, const struct wide *highest,
                                struct vmclock_time *middle, uint64_t *error_ns);

/* s gets the page's part of one snapshot, and the clock of the other; it may be either. */
void vmclock_calibrated_join(const struct vmclock_snapshot *page,
                             const struct vmclock_snapshot *calibrated, struct vmclock_snapshot *s);

#endif
