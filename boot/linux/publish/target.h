/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * target.h - a guest's page, in a shared file or in its monitor's memory, and how a test makes it a bad one.
 */
#ifndef PUBLISH_TARGET_H
#define PUBLISH_TARGET_H

#include <stddef.h>
#include <vmclock/publish.h>
#include "boot/linux/kvm/page.h"
#include "boot/linux/publish/options.h"
#include "boot/linux/qemu/process.h"

#define TARGET_SMALLEST_BYTES 104u /* through the maximum error, which is always published */

struct target {
    struct vmclock_publisher publisher;
    struct vmclock_snapshot shown; /* what was published last */
    void *page;             /* mapped: of a file, or a monitor's; null: by calls, in process */
    int fd;                 /* of the file: holds its lock */
    uint32_t size;          /* that the page claims */
    bool foreign;           /* a monitor made the page, and has fields of its own in it */
    uint64_t foreign_flags; /* of these */
    uint64_t marker_wire;   /* the marker that we have seen or left in it, as it is there */
    uint8_t kinds[2];       /* counter_id and time_type, ... */
    bool kinds_written;     /* ... if they were written since it was taken over */
    struct process_page process;
    const struct options *options; /* its sets */
    const struct guest_options *guest;
    bool open;
    bool written;           /* a page whose seq is set: once is enough */
    bool lost;              /* it failed, and that was said */
    int64_t checked_ms;     /* when it was last asked whether what is mapped is still the page */
    int64_t overwritten_ms; /* when somebody else was seen to have written last; 0: never */
};

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

/*
 * The same for a page that a monitor made in its guest's memory: found and kept open by the caller's
 * find, and then the target's. What the monitor owns stays: the size, the generation counter and its flag,
 * flags that are not known. Its notification is not promised while others publish, as it gives none for
 * their updates; the flag comes back at the end.
 */
int target_open_found(const struct options *options, const struct guest_options *guest,
                      const struct kvm_page *page, uint8_t counter_id, struct target *target);

/*
 * Whether the page still begins as it was left, through the disruption marker. If somebody else wrote
 * there, it is said, the page is taken over anew and has been disrupted: see target_retake. It is
 * said once, until that has not happened for 10 s. Returns 0, TARGET_OVERWRITTEN: that has happened,
 * TARGET_MOVED: of a monitor's page, it is no page any more, and nothing was written; or -1 having said why.
 */
int target_look(struct target *target);

#define TARGET_OVERWRITTEN 1
#define TARGET_MOVED 2

/* Behind target_look: one update with the snapshot and the options' sets. Returns 0, or -1 having said why. */
int target_publish(struct target *target, const struct vmclock_snapshot *snapshot);

/* Marks the page UNRELIABLE; never leaves it odd. Of one that failed already nothing is said. */
void target_unreliable(struct target *target);

/* The same for good: the monitor that made the page has it as its own again. */
void target_leave(struct target *target);

/* The same with a disruption marker that this page never had: its counter's relation is lost. A page
 * that has told no time yet stays INITIALIZING. Returns as target_look. */
int target_disrupt(struct target *target);

/*
 * The same for a page that QEMU may have replaced: takes it over anew, as in target_open, so that
 * its own sequence count and marker go on.
 */
int target_retake(struct target *target);

void target_close(struct target *target);

#endif
