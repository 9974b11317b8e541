/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * snapshot.h - a consistent copy of the page with the counter, and taking it apart. Inline, so that
 * vmclock_now need not copy the result once more.
 */
#ifndef VMCLOCK_LIB_SNAPSHOT_H
#define VMCLOCK_LIB_SNAPSHOT_H

#include <vmclock/error.h>
#include <vmclock/page.h>
#include <vmclock/types.h>
#include "arch/arch.h"
#include "lib/fields.h"
#include "lib/listed.h"
#include "lib/wide.h"
#include "lib/window.h"
#include "lib/wire.h"

#define SNAPSHOT_COVERS(size, field) \
    ((size) >= \
     VMCLOCK_OFFSETOF(struct vmclock_page, field) + sizeof(((struct vmclock_page *)NULL)->field))

#define SNAPSHOT_WORDS (sizeof(struct vmclock_page) / 8)

#define SNAPSHOT_AT(name, offset, type) \
    VMCLOCK_STATIC_ASSERT(VMCLOCK_OFFSETOF(struct vmclock_page, name) == (offset) && \
                              sizeof(((struct vmclock_page *)NULL)->name) == sizeof(type), \
                          #name " where hypervisors have it");
#define SNAPSHOT_FIELD_AT(unused, name, offset, type, member, presence, class) \
    SNAPSHOT_AT(name, offset, type)
FIELDS_OF_HEAD(SNAPSHOT_AT)
FIELDS_OF_PADDING(SNAPSHOT_AT)
FIELDS(SNAPSHOT_FIELD_AT, )
VMCLOCK_STATIC_ASSERT(sizeof(struct vmclock_page) == 0x70, "no field but those of fields.h");

struct snapshot_raw {
    uint64_t word[SNAPSHOT_WORDS]; /* host order; those that the page is too small for are 0 */
    uint64_t counter;
    uint32_t seq_wire;
};

/* A field of a copy, to be converted to the field's type. */
#define SNAPSHOT_FIELD(raw, field) ((raw)->word[WINDOW_WORD(field)] >> WINDOW_BIT(field))

VMCLOCK_STATIC_ASSERT(VMCLOCK_HAVE_TAI_OFFSET == VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID &&
                          VMCLOCK_HAVE_PERIOD_ESTERROR == VMCLOCK_PAGE_FLAG_PERIOD_ESTERROR_VALID &&
                          VMCLOCK_HAVE_PERIOD_MAXERROR == VMCLOCK_PAGE_FLAG_PERIOD_MAXERROR_VALID &&
                          VMCLOCK_HAVE_ESTERROR == VMCLOCK_PAGE_FLAG_TIME_ESTERROR_VALID &&
                          VMCLOCK_HAVE_MAXERROR == VMCLOCK_PAGE_FLAG_TIME_MAXERROR_VALID &&
                          VMCLOCK_HAVE_GENERATION == VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT,
                      "presence bits are the page's flags");
VMCLOCK_STATIC_ASSERT(FIELDS_PRESENCE ==
                          (VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET |
                           VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_PERIOD_MAXERROR |
                           VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_GENERATION),
                      "the bits that snapshot_covered knows");

/* The bytes that a page needs for the fields of a presence bit: as many as the union is long. */
#define SNAPSHOT_NEED(bit, name, offset, type, member, presence, class) \
    char name[(presence) == (bit) ? (offset) + sizeof(type) : 1];
#define SNAPSHOT_NEEDS(bit) sizeof(union {FIELDS(SNAPSHOT_NEED, bit)})
VMCLOCK_STATIC_ASSERT(SNAPSHOT_NEEDS(VMCLOCK_HAVE_CLOCK) == VMCLOCK_PAGE_SIZE_CLOCK,
                      "what a clock needs");

/* The presence bits that a page of that size can have. */
static WIDE_INLINE unsigned snapshot_covered(uint32_t size)
{
    unsigned covered = 0;

    if (size >= VMCLOCK_PAGE_SIZE_CLOCK)
        covered |= VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_PERIOD_ESTERROR |
                   VMCLOCK_HAVE_PERIOD_MAXERROR;
    if (size >= SNAPSHOT_NEEDS(VMCLOCK_HAVE_ESTERROR))
        covered |= VMCLOCK_HAVE_ESTERROR;
    if (size >= SNAPSHOT_NEEDS(VMCLOCK_HAVE_MAXERROR))
        covered |= VMCLOCK_HAVE_MAXERROR;
    if (size >= SNAPSHOT_NEEDS(VMCLOCK_HAVE_GENERATION))
        covered |= VMCLOCK_HAVE_GENERATION;
    return covered;
}

static WIDE_INLINE uint64_t snapshot_counter(const struct vmclock *clk)
{
    if (clk->counter.read)
        return clk->counter.read(clk->counter.context);
    return vmclock_arch_counter(clk->counter_order);
}

VMCLOCK_STATIC_ASSERT(SNAPSHOT_WORDS == 14, "as many as snapshot_copy copies without a loop");

/* Each word of the page that size covers is read once. Without the loop: 1 ns of 24 (gcc), 0.4 (clang). */
static WIDE_INLINE void snapshot_copy(const volatile struct vmclock_page *page, uint32_t size,
                                      struct snapshot_raw *raw)
{
    const volatile window_word *word = (const volatile window_word *)page;

#ifndef __OPTIMIZE_SIZE__
    if (size >= sizeof(struct vmclock_page)) { /* as below, without a loop */
        raw->word[0] = WIRE_LE64(word[0]);
        raw->word[1] = WIRE_LE64(word[1]);
        raw->word[2] = WIRE_LE64(word[2]);
        raw->word[3] = WIRE_LE64(word[3]);
        raw->word[4] = WIRE_LE64(word[4]);
        raw->word[5] = WIRE_LE64(word[5]);
        raw->word[6] = WIRE_LE64(word[6]);
        raw->word[7] = WIRE_LE64(word[7]);
        raw->word[8] = WIRE_LE64(word[8]);
        raw->word[9] = WIRE_LE64(word[9]);
        raw->word[10] = WIRE_LE64(word[10]);
        raw->word[11] = WIRE_LE64(word[11]);
        raw->word[12] = WIRE_LE64(word[12]);
        raw->word[13] = WIRE_LE64(word[13]);
        return;
    }
#endif
    for (unsigned i = 0; i < SNAPSHOT_WORDS; i++)
        raw->word[i] = (i + 1) * 8 <= size ? WIRE_LE64(word[i]) : 0;
}

/* The sequence lock; what the copy says is checked afterwards. */
static WIDE_INLINE int snapshot_read(const struct vmclock *clk, struct snapshot_raw *raw)
{
    const volatile struct vmclock_page *page = clk->page;

    for (uint32_t tries = clk->max_tries; tries; tries--) {
        raw->seq_wire = page->seq_count.wire;
        if (window_open(raw->seq_wire, WINDOW_ODD_WIRE)) {
            snapshot_copy(page, clk->size, raw);
            /* In order after the copy. The second load of seq may be executed before the counter
             * is read, on x86 and on Arm alike. Then a publisher on another CPU may switch in
             * between, and this is the old parameters at a counter value some ns after the
             * switch, where an honest publisher's bounds still hold. A pause of the machine
             * cannot fall in between: instructions are interrupted in program order. */
            raw->counter = snapshot_counter(clk);
            if (window_close(&page->seq_count.wire, raw->seq_wire))
                return 0;
        }
        vmclock_arch_pause();
    }
    return VMCLOCK_ERR_BUSY;
}

/* The presence bits of a snapshot: flagged and covered, and without a counter no clock's. */
static WIDE_INLINE unsigned snapshot_have(uint64_t flags, uint8_t counter_id, unsigned covered)
{
    unsigned have = (unsigned)flags | VMCLOCK_HAVE_CLOCK;

    if (counter_id == VMCLOCK_COUNTER_ID_INVALID)
        have &= FIELDS_OF_MACHINE;
    return have & covered;
}

/* The members that are no field of the page; the others are those of fields.h. */
LISTED(struct vmclock_snapshot, 116);

#define SNAPSHOT_TAKE(unused, name, offset, type, member, presence, class) \
    s->member = (type)SNAPSHOT_FIELD(raw, name);

static WIDE_INLINE void snapshot_take_apart(const struct vmclock *clk,
                                            const struct snapshot_raw *raw,
                                            struct vmclock_snapshot *s)
{
    s->counter = raw->counter;
    s->seq = WIRE_LE32(raw->seq_wire);
    s->size = clk->size;
    s->counter_read_id = clk->counter.counter_id;
    FIELDS(SNAPSHOT_TAKE, )
    s->have = (uint16_t)snapshot_have(s->flags, s->counter_id, clk->covered);
    s->bound_by = VMCLOCK_BOUND_BY_PAGE;
}

static WIDE_INLINE int snapshot_take(const struct vmclock *clk, struct vmclock_snapshot *s)
{
    struct snapshot_raw raw;
    int error = snapshot_read(clk, &raw);

    if (error)
        return error;
    if ((uint32_t)SNAPSHOT_FIELD(&raw, magic) != VMCLOCK_PAGE_MAGIC ||
        (uint16_t)SNAPSHOT_FIELD(&raw, version) != VMCLOCK_PAGE_VERSION ||
        (uint32_t)SNAPSHOT_FIELD(&raw, size) != clk->size)
        return VMCLOCK_ERR_CHANGED;
    snapshot_take_apart(clk, &raw, s);
    return 0;
}

#endif
