/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish.h - the writer's side of a vmclock page, for hypervisors and for tests of readers.
 *
 * One writer a page. An update is begin, store, commit; between begin and commit readers wait, so
 * keep it short. A publisher that dies in between leaves the page odd: readers report it busy, and
 * the next vmclock_publish_open and commit heal it.
 *
 *     vmclock_publish_open(&publisher, memory, 4096, 4096);
 *     vmclock_publish(&publisher, &snapshot);               once, then whenever time is sampled
 *     vmclock_publish_unreliable(&publisher);               when nobody will refresh it any more
 */
#ifndef VMCLOCK_PUBLISH_H
#define VMCLOCK_PUBLISH_H

#include <stddef.h>
#include <stdint.h>
#include <vmclock/abi.h>
#include <vmclock/page.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A page that is written. Set by vmclock_publish_open; the caller keeps it. */
struct vmclock_publisher {
    /* What the page held when it was opened, to be continued; 0 where it was not a page. */
    uint64_t disruption_marker;
    uint64_t generation;
    /* The library's. */
    volatile struct vmclock_page *page;
    uint32_t size; /* of the structure, as published; bytes */
    uint32_t seq;  /* what the page's seq_count was set to last; odd during an update */
};

/*
 * Takes over a page and begins its first update.
 *
 * If the memory already is a vmclock page, its sequence count is continued, odd or even, so that
 * readers of it notice the change; else counting starts at 0. Writes size and version, then magic,
 * and leaves the page in update: the first commit ends it.
 *
 * publisher: to be filled; not null.
 * page: writable, 8-byte aligned, as long as the publisher is used; normally the same memory that
 *     the guest sees as write-back cached.
 * mapped_size: bytes that may be written from page on.
 * size: what the page will say of the region that holds it, VMCLOCK_PAGE_SIZE_SIGNAL to
 *     mapped_size. Fields that it does not cover are never written.
 *
 * Returns 0, or with nothing written
 *     VMCLOCK_ERR_ARGUMENT    publisher or page is null
 *     VMCLOCK_ERR_MISALIGNED  page is not 8-byte aligned
 *     VMCLOCK_ERR_SIZE        size is below VMCLOCK_PAGE_SIZE_SIGNAL or above mapped_size
 * Bounded. UAPI.13, "seq_count".
 */
int vmclock_publish_open(struct vmclock_publisher *publisher, volatile void *page,
                         size_t mapped_size, uint32_t size);

/*
 * Begins an update: makes the sequence count odd, before any later store. No effect in an update.
 *
 * publisher: opened. Cannot fail. Bounded; not reentrant for one page.
 */
void vmclock_publish_begin(struct vmclock_publisher *publisher);

/*
 * Stores a snapshot's fields, as vmclock_take_snapshot would read them back.
 *
 * publisher: opened and in an update (begin). Else readers may see a mixture.
 * snapshot: not null. counter, seq, size, counter_read_id and bound_by are not used: they are the
 *     reader's. A field whose presence bit is not set is stored as 0, a missing clock as counter_id
 *     INVALID. The flags that presence bits stand for come from these bits alone; of the other
 *     bits in flags all are stored but VMCLOCK_PAGE_FLAG_TIME_MONOTONIC, which claims what this
 *     function does not check.
 *
 * Returns 0, or with nothing stored and the update still open
 *     VMCLOCK_ERR_ARGUMENT  an unknown presence bit, the bit of a clock's error or TAI offset
 *                           without VMCLOCK_HAVE_CLOCK, or a clock whose counter_id is INVALID
 *     VMCLOCK_ERR_SIZE      the page is too small for a field that is present
 * Bounded. UAPI.13, "The vmclock structure".
 */
int vmclock_publish_store(struct vmclock_publisher *publisher,
                          const struct vmclock_snapshot *snapshot);

/*
 * Ends an update: makes the sequence count even, after all earlier stores. No effect outside one.
 *
 * publisher: opened. A notification to the guest, where there is one, is raised after this.
 * Cannot fail. Bounded.
 */
void vmclock_publish_commit(struct vmclock_publisher *publisher);

/*
 * Begin, store, commit: one update.
 *
 * Returns 0, or an error of vmclock_publish_store: then nothing is stored, the page is not touched
 * and an open update stays open.
 */
int vmclock_publish(struct vmclock_publisher *publisher, const struct vmclock_snapshot *snapshot);

/*
 * Marks the clock of the page UNRELIABLE in one update, for when it will not be refreshed.
 *
 * publisher: opened. A page too small for a status stays as it is. An open update is committed.
 * Cannot fail. Bounded. UAPI.13, "clock_status".
 */
void vmclock_publish_unreliable(struct vmclock_publisher *publisher);

#ifdef __cplusplus
}
#endif
#endif
