/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target.h - the page in a shared file, and how a test makes it a bad one.
 */
#ifndef PUBLISH_TARGET_H
#define PUBLISH_TARGET_H

#include <stddef.h>
#include <vmclock/publish.h>
#include "boot/linux/options.h"

#define TARGET_FILE_BYTES 4096u

struct target {
    struct vmclock_publisher publisher;
    volatile void *page;
    size_t mapped_size;
    const struct options *options; /* its sets */
    bool written;
};

/* The name of a field that --set knows, or null behind the last one. */
const char *target_field_name(unsigned index);

/* The field of that name, length bytes long; or -1. */
int target_field_find(const char *name, size_t length);

/*
 * Opens or makes the file, maps it and takes over the page in it (see vmclock_publish_open). Until
 * the first target_publish its clock, of the counter given, is INITIALIZING.
 *
 * options: kept as long as the target. Returns 0, or -1 having said why.
 */
int target_open(const struct options *options, uint8_t counter_id, struct target *target);

/* One update with the snapshot and the options' sets. Returns 0, or -1 having said why. */
int target_publish(struct target *target, const struct vmclock_snapshot *snapshot);

/* Marks the page UNRELIABLE; never leaves it odd. */
void target_unreliable(struct target *target);

#endif
