/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - the page that the publisher's tests write, and how they read it back.
 */
#ifndef PUBLISH_MEMORY_H
#define PUBLISH_MEMORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/error.h>
#include <vmclock/page.h>
#include <vmclock/publish.h>

#define COUNTER_NOW UINT64_C(0x123456789)
#define HAVE_ALL \
    (VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_PERIOD_ESTERROR | \
     VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_MAXERROR | \
     VMCLOCK_HAVE_GENERATION)
#define MAGIC_AT 0x00
#define SEQ_AT 0x0c
#define STATUS_AT 0x22
#define STRUCTURE_BYTES 0x70

static _Alignas(8) unsigned char memory[4096];

static inline uint64_t read_counter(void *context)
{
    (void)context;
    return COUNTER_NOW;
}

static const struct vmclock_counter counter = {read_counter, NULL, VMCLOCK_COUNTER_ID_X86_TSC};

static inline uint32_t get32(size_t at)
{
    return (uint32_t)memory[at] | (uint32_t)memory[at + 1] << 8 | (uint32_t)memory[at + 2] << 16 |
           (uint32_t)memory[at + 3] << 24;
}

static inline void put32(size_t at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        memory[at + (size_t)i] = (unsigned char)(value >> (8 * i));
}

/* Every field another value, every byte of a field another too. */
static inline struct vmclock_snapshot full_snapshot(void)
{
    const struct vmclock_snapshot snapshot = {
        .counter = 1, /* the reader's: not published */
        .disruption_marker = 0x1112131415161718,
        .flags = VMCLOCK_PAGE_FLAG_DISRUPTION_SOON | UINT64_C(1) << 40,
        .generation = 0x2122232425262728,
        .ref_counter = 0x3132333435363738,
        .period_frac = 0x4142434445464748,
        .period_esterror_frac = 0x5152535455565758,
        .period_maxerror_frac = 0x6162636465666768,
        .ref_sec = 0x7172737475767778,
        .ref_frac64 = 0x8182838485868788,
        .esterror_ns = 0x9192939495969798,
        .maxerror_ns = 0xa1a2a3a4a5a6a7a8,
        .have = HAVE_ALL,
        .tai_offset_sec = -37,
        .period_shift = 29,
        .counter_id = VMCLOCK_COUNTER_ID_X86_TSC,
        .time_type = VMCLOCK_TIME_TYPE_TAI,
        .clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED,
        .leap_indicator = VMCLOCK_LEAP_INDICATOR_POST_POS,
        .smear_hint = VMCLOCK_SMEAR_HINT_UTC_SLS,
    };

    return snapshot;
}

static inline struct vmclock_publisher open_memory(uint32_t size)
{
    struct vmclock_publisher publisher;

    assert_int_equal(vmclock_publish_open(&publisher, memory, sizeof(memory), size), 0);
    return publisher;
}

/* What a reader sees, who waits for nobody. */
static inline int read_back(struct vmclock_snapshot *snapshot)
{
    struct vmclock clk;
    int error;

    memset(snapshot, 0, sizeof(*snapshot)); /* the padding too, to be compared */
    error = vmclock_open_with_counter(&clk, memory, sizeof(memory), &counter);

    if (error)
        return error;
    clk.max_tries = 3;
    return vmclock_take_snapshot(&clk, snapshot);
}

static inline int clear_memory(void **state)
{
    (void)state;
    memset(memory, 0, sizeof(memory));
    return 0;
}

#endif
