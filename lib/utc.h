/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utc.h - a reading and the rule of the same moment as UTC, for other files of the library.
 */
#ifndef VMCLOCK_LIB_UTC_H
#define VMCLOCK_LIB_UTC_H

#include <vmclock/utc.h>

/*
 * All of *utc but seq, the estimate, the rule, and what that says of it; as if of no steered clock. Returns 0, so
 * that who returns that has nothing to keep meanwhile: 16 bytes of stack.
 */
int vmclock_utc_set_reading(const struct vmclock_reading *now, struct vmclock_utc_reading *utc);

/* The rest, by the snapshot, which could be read, so it has a rule. */
void vmclock_utc_label(const struct vmclock_snapshot *snapshot, struct vmclock_utc_reading *utc);

/* What utc->leap says, which is of the same snapshot, on the same axis. */
void vmclock_utc_set_labels(struct vmclock_utc_reading *utc);

#endif
