/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/publish.h>
#include "arch/arch.h"
#include "lib/snapshot.h"

/* Presence bits that are nothing without a clock, and all that are known. */
#define PUBLISH_OF_CLOCK \
    (VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_PERIOD_MAXERROR | \
     VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_MAXERROR)
#define PUBLISH_KNOWN (VMCLOCK_HAVE_CLOCK | PUBLISH_OF_CLOCK | VMCLOCK_HAVE_GENERATION)

/* Flags that are not taken from the snapshot's: presence bits say them, or nobody yet. */
#define PUBLISH_OWN_FLAGS \
    ((uint64_t)(PUBLISH_OF_CLOCK | VMCLOCK_HAVE_GENERATION) | VMCLOCK_PAGE_FLAG_TIME_MONOTONIC)

int vmclock_publish_open(struct vmclock_publisher *publisher, volatile void *mapped,
                         size_t mapped_size, uint32_t size)
{
    volatile struct vmclock_page *page = (volatile struct vmclock_page *)mapped;
    int continued;

    if (!publisher || !page)
        return VMCLOCK_ERR_ARGUMENT;
    if ((uintptr_t)page % 8)
        return VMCLOCK_ERR_MISALIGNED;
    if (size < VMCLOCK_PAGE_SIZE_SIGNAL || size > mapped_size)
        return VMCLOCK_ERR_SIZE;
    continued = SNAPSHOT_LE32(page->magic.wire) == VMCLOCK_PAGE_MAGIC;
    publisher->page = page;
    publisher->size = size;
    publisher->seq = continued ? SNAPSHOT_LE32(page->seq_count.wire) : 0;
    publisher->disruption_marker = continued ? SNAPSHOT_LE64(page->disruption_marker.wire) : 0;
    publisher->generation = 0;
    if (continued && SNAPSHOT_COVERS(size, vm_generation_counter))
        publisher->generation = SNAPSHOT_LE64(page->vm_generation_counter.wire);
    vmclock_publish_begin(publisher);
    page->size.wire = SNAPSHOT_LE32(size);
    page->version.wire = SNAPSHOT_LE16(VMCLOCK_PAGE_VERSION);
    /* Whoever sees the magic sees a page that is in update. */
    vmclock_arch_write_barrier();
    page->magic.wire = SNAPSHOT_LE32(VMCLOCK_PAGE_MAGIC);
    return 0;
}

void vmclock_publish_begin(struct vmclock_publisher *publisher)
{
    /* Our own count, not the page's: the guest may be able to write there. */
    publisher->seq |= 1;
    publisher->page->seq_count.wire = SNAPSHOT_LE32(publisher->seq);
    vmclock_arch_write_barrier();
}

void vmclock_publish_commit(struct vmclock_publisher *publisher)
{
    vmclock_arch_write_barrier();
    publisher->seq += publisher->seq & 1;
    publisher->page->seq_count.wire = SNAPSHOT_LE32(publisher->seq);
}

/* What vmclock_publish_store documents. */
static int check_snapshot(uint32_t size, const struct vmclock_snapshot *s)
{
    if (s->have & ~PUBLISH_KNOWN)
        return VMCLOCK_ERR_ARGUMENT;
    if (!(s->have & VMCLOCK_HAVE_CLOCK)) {
        if (s->have & PUBLISH_OF_CLOCK)
            return VMCLOCK_ERR_ARGUMENT;
    } else if (s->counter_id == VMCLOCK_COUNTER_ID_INVALID) {
        return VMCLOCK_ERR_ARGUMENT;
    } else if (size < VMCLOCK_PAGE_SIZE_CLOCK) {
        return VMCLOCK_ERR_SIZE;
    }
    if ((s->have & VMCLOCK_HAVE_ESTERROR && !SNAPSHOT_COVERS(size, time_esterror_nanosec)) ||
        (s->have & VMCLOCK_HAVE_MAXERROR && !SNAPSHOT_COVERS(size, time_maxerror_nanosec)) ||
        (s->have & VMCLOCK_HAVE_GENERATION && !SNAPSHOT_COVERS(size, vm_generation_counter)))
        return VMCLOCK_ERR_SIZE;
    return 0;
}

/* Presence bits are their flags' bits, but for that of the clock, which has none. */
static uint64_t flags_of(const struct vmclock_snapshot *s)
{
    return (s->flags & ~PUBLISH_OWN_FLAGS) | (s->have & ~VMCLOCK_HAVE_CLOCK);
}

/* value if the snapshot has it, in the page's byte order. */
static uint64_t present(const struct vmclock_snapshot *s, unsigned bit, uint64_t value)
{
    return (s->have & bit) ? SNAPSHOT_LE64(value) : 0;
}

/* The fields of the clock; the page covers them. */
static void store_clock(volatile struct vmclock_page *page, const struct vmclock_snapshot *s)
{
    unsigned clock = s->have & VMCLOCK_HAVE_CLOCK;
    uint64_t tai_offset = s->have & VMCLOCK_HAVE_TAI_OFFSET ? (uint16_t)s->tai_offset_sec : 0u;

    page->clock_status = clock ? s->clock_status : (uint8_t)VMCLOCK_CLOCK_STATUS_UNKNOWN;
    page->leap_second_smearing_hint = clock ? s->smear_hint : 0;
    page->tai_offset_sec.wire = SNAPSHOT_LE16((uint16_t)tai_offset);
    page->leap_indicator = clock ? s->leap_indicator : 0;
    page->counter_period_shift = clock ? s->period_shift : 0;
    page->counter_value.wire = present(s, VMCLOCK_HAVE_CLOCK, s->ref_counter);
    page->counter_period_frac_sec.wire = present(s, VMCLOCK_HAVE_CLOCK, s->period_frac);
    page->counter_period_esterror_rate_frac_sec.wire =
        present(s, VMCLOCK_HAVE_PERIOD_ESTERROR, s->period_esterror_frac);
    page->counter_period_maxerror_rate_frac_sec.wire =
        present(s, VMCLOCK_HAVE_PERIOD_MAXERROR, s->period_maxerror_frac);
    page->time_sec.wire = present(s, VMCLOCK_HAVE_CLOCK, s->ref_sec);
    page->time_frac_sec.wire = present(s, VMCLOCK_HAVE_CLOCK, s->ref_frac64);
}

int vmclock_publish_store(struct vmclock_publisher *publisher, const struct vmclock_snapshot *s)
{
    volatile struct vmclock_page *page = publisher->page;
    uint32_t size = publisher->size;
    int error = check_snapshot(size, s);

    if (error)
        return error;
    page->counter_id =
        s->have & VMCLOCK_HAVE_CLOCK ? s->counter_id : (uint8_t)VMCLOCK_COUNTER_ID_INVALID;
    page->time_type = s->time_type;
    page->disruption_marker.wire = SNAPSHOT_LE64(s->disruption_marker);
    page->flags.wire = SNAPSHOT_LE64(flags_of(s));
    if (size >= VMCLOCK_PAGE_SIZE_CLOCK)
        store_clock(page, s);
    if (SNAPSHOT_COVERS(size, time_esterror_nanosec))
        page->time_esterror_nanosec.wire = present(s, VMCLOCK_HAVE_ESTERROR, s->esterror_ns);
    if (SNAPSHOT_COVERS(size, time_maxerror_nanosec))
        page->time_maxerror_nanosec.wire = present(s, VMCLOCK_HAVE_MAXERROR, s->maxerror_ns);
    if (SNAPSHOT_COVERS(size, vm_generation_counter))
        page->vm_generation_counter.wire = present(s, VMCLOCK_HAVE_GENERATION, s->generation);
    return 0;
}

int vmclock_publish(struct vmclock_publisher *publisher, const struct vmclock_snapshot *snapshot)
{
    int error = check_snapshot(publisher->size, snapshot);

    if (error)
        return error;
    vmclock_publish_begin(publisher);
    (void)vmclock_publish_store(publisher, snapshot); /* checked above */
    vmclock_publish_commit(publisher);
    return 0;
}

void vmclock_publish_unreliable(struct vmclock_publisher *publisher)
{
    vmclock_publish_begin(publisher);
    if (SNAPSHOT_COVERS(publisher->size, clock_status))
        publisher->page->clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    vmclock_publish_commit(publisher);
}
