/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * targetbytes.h - the bytes of a target's page: mapped, or behind calls; and whether they are still the page's.
 */
#ifndef PUBLISH_TARGETBYTES_H
#define PUBLISH_TARGETBYTES_H

#include "boot/linux/publish/target.h"

/* What target_look compares: through the disruption marker. */
#define TARGET_HEAD_BYTES offsetof(struct vmclock_page, flags)

/* Return 0, or not 0. */
int target_read(struct target *target, uint32_t offset, void *bytes, uint32_t length);
int target_write(struct target *target, uint32_t offset, const void *bytes, uint32_t length);

/* Takes the page over by the library; it is in update then. Returns 0 or a VMCLOCK_ERR_*. */
int target_take_over(struct target *target);

/* A file that somebody made shorter. Returns 0, or -1 having said so. */
int target_check_file(struct target *target);

/*
 * Of memory that a monitor shares and we have mapped: whether its process has the same at the page's place. Returns
 * 0, TARGET_MOVED, or -1 having said that the process's memory is gone.
 */
int target_check_shared(struct target *target);

/* What applies of both, now and then: they cost more than an update. Returns as they. */
int target_check_at_times(struct target *target);

#endif
