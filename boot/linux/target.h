/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target.h - a guest's page, in a shared file or in QEMU's memory, and how a test makes it a bad one.
 */
#ifndef PUBLISH_TARGET_H
#define PUBLISH_TARGET_H

#include <stddef.h>
#include <vmclock/publish.h>
#include "boot/linux/options.h"
#include "boot/linux/process.h"

#define TARGET_FILE_BYTES 4096u
#define TARGET_SMALLEST_BYTES 104u /* through the maximum error, which is always published */

struct target {
    struct vmclock_publisher publisher;
    struct vmclock_snapshot shown; /* what was published last */
    volatile void *page;           /* in a file; null: in process */
    size_t mapped_size;
    int fd; /* of the file: holds its lock */
    struct process_page process;
    const struct options *options; /* its sets */
    const struct guest_options *guest;
    bool open;
    bool written; /* a page whose seq is set: once is enough */
};

/* The name of a field that --set knows, or null behind the last one. */
const char *target_field_name(unsigned index);

/* The field of that name, length bytes long; or -1. */
int target_field_find(const char *name, size_t length);

/*
 * Opens or makes the file and maps it, or finds the page in QEMU's memory, and takes it over (see
 * vmclock_publish_open). Until the first target_publish its clock, of the counter given, is
 * INITIALIZING.
 *
 * options, guest: kept as long as the target. qmp: to QEMU; null if there is none. Returns 0, or -1
 * having said why.
 */
int target_open(const struct options *options, const struct guest_options *guest, struct qmp *qmp,
                uint8_t counter_id, struct target *target);

/* One update with the snapshot and the options' sets. Returns 0, or -1 having said why. */
int target_publish(struct target *target, const struct vmclock_snapshot *snapshot);

/* Marks the page UNRELIABLE; never leaves it odd. Nothing is said if that fails. */
void target_unreliable(struct target *target);

/* The same with a disruption marker that this page never had: its counter's relation is lost. A page
 * that has told no time yet stays INITIALIZING. */
int target_disrupt(struct target *target);

/*
 * The same for a page that QEMU may have replaced: takes it over anew, as in target_open, so that
 * its own sequence count and marker go on.
 */
int target_retake(struct target *target);

void target_close(struct target *target);

#endif
