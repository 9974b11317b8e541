/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snapshot.h - the sequence lock. Inline, so that vmclock_now need not go through memory.
 *
 * The one place of the library that touches the page and the counter.
 */
#ifndef VMCLOCK_LIB_SNAPSHOT_H
#define VMCLOCK_LIB_SNAPSHOT_H

#include <vmclock/error.h>
#include <vmclock/page.h>
#include "arch/arch.h"

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SNAPSHOT_LE16(wire) __builtin_bswap16(wire)
#define SNAPSHOT_LE32(wire) __builtin_bswap32(wire)
#define SNAPSHOT_LE64(wire) __builtin_bswap64(wire)
#else
#define SNAPSHOT_LE16(wire) (wire)
#define SNAPSHOT_LE32(wire) (wire)
#define SNAPSHOT_LE64(wire) (wire)
#endif

#define SNAPSHOT_COVERS(size, field) \
    ((size) >= offsetof(struct vmclock_page, field) + sizeof(((struct vmclock_page *)0)->field))

/* The constant fields, to be compared with what was opened. */
struct snapshot_constants {
    uint32_t magic;
    uint16_t version;
};

static inline uint64_t snapshot_counter(const struct vmclock *clk)
{
    if (clk->counter.read)
        return clk->counter.read(clk->counter.context);
    return vmclock_arch_counter(clk->counter_order);
}

/* Each byte of the page that size covers is read at most once; fields beyond size become 0. */
static inline void snapshot_copy(const volatile struct vmclock_page *page, uint32_t size,
                                 struct snapshot_constants *constants, struct vmclock_snapshot *s)
{
    constants->magic = SNAPSHOT_LE32(page->magic.wire);
    constants->version = SNAPSHOT_LE16(page->version.wire);
    s->size = SNAPSHOT_LE32(page->size.wire);
    s->counter_id = page->counter_id;
    s->time_type = page->time_type;
    s->disruption_marker = SNAPSHOT_LE64(page->disruption_marker.wire);
    s->flags = SNAPSHOT_LE64(page->flags.wire);
    if (size < VMCLOCK_PAGE_SIZE_CLOCK) {
        s->clock_status = s->smear_hint = s->leap_indicator = s->period_shift = 0;
        s->tai_offset_sec = 0;
        s->ref_counter = s->ref_sec = s->ref_frac64 = 0;
        s->period_frac = s->period_esterror_frac = s->period_maxerror_frac = 0;
        s->esterror_ns = s->maxerror_ns = s->generation = 0;
        return;
    }
    s->clock_status = page->clock_status;
    s->smear_hint = page->leap_second_smearing_hint;
    s->tai_offset_sec = (int16_t)SNAPSHOT_LE16(page->tai_offset_sec.wire);
    s->leap_indicator = page->leap_indicator;
    s->period_shift = page->counter_period_shift;
    s->ref_counter = SNAPSHOT_LE64(page->counter_value.wire);
    s->period_frac = SNAPSHOT_LE64(page->counter_period_frac_sec.wire);
    s->period_esterror_frac = SNAPSHOT_LE64(page->counter_period_esterror_rate_frac_sec.wire);
    s->period_maxerror_frac = SNAPSHOT_LE64(page->counter_period_maxerror_rate_frac_sec.wire);
    s->ref_sec = SNAPSHOT_LE64(page->time_sec.wire);
    s->ref_frac64 = SNAPSHOT_LE64(page->time_frac_sec.wire);
    s->esterror_ns = SNAPSHOT_COVERS(size, time_esterror_nanosec)
                         ? SNAPSHOT_LE64(page->time_esterror_nanosec.wire)
                         : 0;
    s->maxerror_ns = SNAPSHOT_COVERS(size, time_maxerror_nanosec)
                         ? SNAPSHOT_LE64(page->time_maxerror_nanosec.wire)
                         : 0;
    s->generation = SNAPSHOT_COVERS(size, vm_generation_counter)
                        ? SNAPSHOT_LE64(page->vm_generation_counter.wire)
                        : 0;
}

/* bit if the page is large enough and, where flag is not 0, the flag is set. */
static inline unsigned snapshot_have(uint64_t flags, uint64_t flag, int covered, unsigned bit)
{
    return covered && (flags & flag) == flag ? bit : 0;
}

static inline void snapshot_presence(struct vmclock_snapshot *s)
{
    int clock = s->counter_id != VMCLOCK_COUNTER_ID_INVALID && s->size >= VMCLOCK_PAGE_SIZE_CLOCK;
    unsigned have =
        snapshot_have(s->flags, 0, clock, VMCLOCK_HAVE_CLOCK) |
        snapshot_have(s->flags, VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID, clock,
                      VMCLOCK_HAVE_TAI_OFFSET) |
        snapshot_have(s->flags, VMCLOCK_PAGE_FLAG_PERIOD_ESTERROR_VALID, clock,
                      VMCLOCK_HAVE_PERIOD_ESTERROR) |
        snapshot_have(s->flags, VMCLOCK_PAGE_FLAG_PERIOD_MAXERROR_VALID, clock,
                      VMCLOCK_HAVE_PERIOD_MAXERROR) |
        snapshot_have(s->flags, VMCLOCK_PAGE_FLAG_TIME_ESTERROR_VALID,
                      clock && SNAPSHOT_COVERS(s->size, time_esterror_nanosec),
                      VMCLOCK_HAVE_ESTERROR) |
        snapshot_have(s->flags, VMCLOCK_PAGE_FLAG_TIME_MAXERROR_VALID,
                      clock && SNAPSHOT_COVERS(s->size, time_maxerror_nanosec),
                      VMCLOCK_HAVE_MAXERROR) |
        snapshot_have(s->flags, VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT,
                      SNAPSHOT_COVERS(s->size, vm_generation_counter), VMCLOCK_HAVE_GENERATION);
    s->have = (uint16_t)have;
}

/* vmclock_take_snapshot, but writes to *s also on failure. */
static inline int snapshot_take(const struct vmclock *clk, struct vmclock_snapshot *s)
{
    const volatile struct vmclock_page *page = clk->page;
    struct snapshot_constants constants;
    uint32_t tries = clk->max_tries;

    for (;; tries--) {
        if (tries == 0)
            return VMCLOCK_ERR_BUSY;
        s->seq = SNAPSHOT_LE32(page->seq_count.wire);
        if (!(s->seq & 1)) {
            vmclock_arch_read_barrier();
            snapshot_copy(page, clk->size, &constants, s);
            /* In order after the copy. The second load of seq may be executed before the counter
             * is read, on x86 and on Arm alike. Then a publisher on another CPU may switch in
             * between, and this is the old parameters at a counter value some ns after the
             * switch, where an honest publisher's bounds still hold. A pause of the machine
             * cannot fall in between: instructions are interrupted in program order. */
            s->counter = snapshot_counter(clk);
            vmclock_arch_read_barrier();
            if (SNAPSHOT_LE32(page->seq_count.wire) == s->seq)
                break;
        }
        vmclock_arch_pause();
    }
    if (constants.magic != VMCLOCK_PAGE_MAGIC || constants.version != VMCLOCK_PAGE_VERSION ||
        s->size != clk->size)
        return VMCLOCK_ERR_CHANGED;
    s->counter_read_id = clk->counter.counter_id;
    s->bound_by = VMCLOCK_BOUND_BY_PAGE;
    snapshot_presence(s);
    return 0;
}

#endif
