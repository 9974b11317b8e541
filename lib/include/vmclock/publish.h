/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * publish.h - the writer's side of a vmclock page, for hypervisors and for tests of readers.
 *
 * One writer a page. An update is begin, store, commit; between begin and commit readers wait, so
 * keep it short. A publisher that dies in between leaves the page odd: readers report it busy, and
 * the next vmclock_publish_open and vmclock_publish heal it.
 *
 *     vmclock_publish_open(&publisher, memory, 4096, 4096);
 *     publisher.counter = guest_counter;                    where it can be read: see below
 *     vmclock_publish(&publisher, &snapshot);               once, then whenever time is sampled
 *     vmclock_publish_unreliable(&publisher);               when nobody will refresh it any more
 *
 * The publisher keeps its word: an update whose time lies outside the interval that the parameters
 * before it give for the same counter value is refused, unless the caller says that it is a step.
 */
#ifndef VMCLOCK_PUBLISH_H
#define VMCLOCK_PUBLISH_H

#include <vmclock/abi.h>
#include <vmclock/page.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A page that the publisher reaches by calls, as in another process's memory.
 *
 * read, write: bytes from or to the page, from offset on; return 0, or not 0 if that failed. What
 *     write wrote must become visible to the guest before anything that is written by a later call
 *     or after a write barrier of this CPU: a copy by this CPU does. The sequence count is written
 *     by a call of its own; its bytes may even become visible one by one.
 * context: handed to both.
 *
 *     static int write_guest(void *context, uint32_t offset, const void *bytes, uint32_t length)
 *     {
 *         const struct guest *guest = context;
 *         return pwrite(guest->memory_fd, bytes, length, guest->page_at + offset) != length;
 *     }
 */
struct vmclock_publish_memory {
    int (*read)(void *context, uint32_t offset, void *bytes, uint32_t length);
    int (*write)(void *context, uint32_t offset, const void *bytes, uint32_t length);
    void *context;
};

/* A page that is written. Set by vmclock_publish_open; the caller keeps it. */
struct vmclock_publisher {
    /*
     * The guest's counter as the guest reads it now, for the caller to set after opening; read is
     * null as opened. With it the old and the new parameters are compared at the moment of the
     * switch, without it at the new reference point, and TIME_MONOTONIC is never claimed. read must
     * not be executed before loads and stores that precede the call.
     */
    struct vmclock_counter counter;
    /* What the page held when it was opened, to be continued; 0 where it was not a page. */
    uint64_t disruption_marker;
    uint64_t generation;
    /* The library's. */
    struct vmclock_snapshot shown[2];     /* what the page says, if whole, and what it may next */
    struct vmclock_publish_memory memory; /* used where page is null */
    volatile struct vmclock_page *page;
    uint64_t switch_counter; /* ticks, read when the open update began, if there is a counter */
    uint32_t size;           /* of the structure, as published; bytes */
    uint32_t seq;            /* what the page's seq_count was set to last; odd during an update */
    uint8_t current;         /* of shown */
    uint8_t whole;           /* the fields are one publication */
};

/*
 * Takes over a page and begins its first update.
 *
 * If the memory already is a vmclock page, its sequence count is continued, odd or even, so that
 * readers of it notice the change; else counting starts at 0. Writes size and version, then magic,
 * and leaves the page in update. What an earlier publisher promised in the page counts as promised,
 * unless it died in an update.
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
 * The same for a page that is reached by calls.
 *
 * memory: copied; not null, nor its read and write. size: as above; memory has as many bytes.
 *
 * Returns 0, VMCLOCK_ERR_ARGUMENT or VMCLOCK_ERR_SIZE as above, or VMCLOCK_ERR_ACCESS when a call
 * failed: then the page may have been touched, and is in update if so. From every function below
 * ACCESS means the same: open the page anew to go on.
 */
int vmclock_publish_open_memory(struct vmclock_publisher *publisher,
                                const struct vmclock_publish_memory *memory, uint32_t size);

/*
 * Begins an update: makes the sequence count odd, before any later store. In an update, no more
 * than a newer reading of the counter.
 *
 * publisher: opened. With a counter it is read here, behind a full barrier after the odd count: no
 * reader that still finds the old parameters valid has read it later. Returns 0 or
 * VMCLOCK_ERR_ACCESS. Bounded; not reentrant for one page.
 */
int vmclock_publish_begin(struct vmclock_publisher *publisher);

/*
 * Stores a snapshot's fields, as vmclock_take_snapshot would read them back.
 *
 * publisher: opened and in an update (begin). Else readers may see a mixture.
 * snapshot: not null. counter, seq, size, counter_read_id and bound_by are not used: they are the
 *     reader's. A field whose presence bit is not set is stored as 0, a missing clock as counter_id
 *     INVALID. The flags that presence bits stand for come from these bits alone.
 *     VMCLOCK_PAGE_FLAG_TIME_MONOTONIC is a wish: it is stored where the publisher has a counter
 *     and found the old parameters' time at the switch not later than the new one's. All other
 *     bits of flags are stored as they are.
 *
 * Returns 0, or with nothing stored and the update still open
 *     VMCLOCK_ERR_ARGUMENT    an unknown presence bit, the bit of a clock's error or TAI offset
 *                             without VMCLOCK_HAVE_CLOCK, a clock whose counter_id is INVALID, or an
 *                             unknown clock_status
 *     VMCLOCK_ERR_SIZE        the page is too small for a field that is present
 *     VMCLOCK_ERR_TIME_TYPE   a clock whose time_type is smeared or unknown
 *     VMCLOCK_ERR_PERIOD      a clock that is to be usable with a period of zero
 *     VMCLOCK_ERR_TAI_OFFSET  a TAI offset that no reader would believe: see leap.h
 *     VMCLOCK_ERR_LEAP        an unknown leap_indicator
 *     VMCLOCK_ERR_STEP        vmclock_audit finds the promise of the page's parameters broken, or
 *                             the clock stepped. A changed disruption_marker is no such case, nor
 *                             are parameters without a maximum error.
 * or VMCLOCK_ERR_ACCESS. Bounded. UAPI.13, "The vmclock structure".
 */
int vmclock_publish_store(struct vmclock_publisher *publisher,
                          const struct vmclock_snapshot *snapshot);

/* The same for a clock that was set: never fails with VMCLOCK_ERR_STEP. */
int vmclock_publish_store_step(struct vmclock_publisher *publisher,
                               const struct vmclock_snapshot *snapshot);

/*
 * Ends an update: makes the sequence count even, after all earlier stores. No effect outside one.
 *
 * publisher: opened. A notification to the guest, where there is one, is raised after this.
 *
 * Returns 0, VMCLOCK_ERR_ACCESS, or with the update still open VMCLOCK_ERR_ARGUMENT when nothing
 * was stored since the page was opened and it did not hold a whole page of this size. Bounded.
 */
int vmclock_publish_commit(struct vmclock_publisher *publisher);

/*
 * Begin, store, commit: one update. vmclock_publish_step is for a clock that was set.
 *
 * Returns 0, or an error of vmclock_publish_store: then nothing is stored, and the page says what it
 * said, under a new sequence count where an update was open or STEP was found. Only where that is
 * nothing whole (a new page, or one whose publisher died in an update), the update stays open. Or
 * VMCLOCK_ERR_ACCESS.
 */
int vmclock_publish(struct vmclock_publisher *publisher, const struct vmclock_snapshot *snapshot);
int vmclock_publish_step(struct vmclock_publisher *publisher,
                         const struct vmclock_snapshot *snapshot);

/*
 * Marks the clock of the page UNRELIABLE in one update, for when it will not be refreshed.
 *
 * publisher: opened. A page too small for a status stays as it is. An open update is committed; if
 *     nothing whole is in the page, as one without a clock. Returns 0 or VMCLOCK_ERR_ACCESS.
 * Bounded. UAPI.13, "clock_status".
 */
int vmclock_publish_unreliable(struct vmclock_publisher *publisher);

#ifdef __cplusplus
}
#endif
#endif
