/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For CBMC, with lib/publish.c and lib/page.c as they are: publishers that die at any byte that they
 * write, three in a row, with any values. A reader finds the page busy, or whole, or not yet a page;
 * and the first publisher that lives heals it. vmclock_audit is free to give any verdict here.
 */
#include <vmclock/audit.h>
#include <vmclock/error.h>
#include <vmclock/page.h>
#include <vmclock/publish.h>

#ifndef LIVES
#define LIVES 3
#endif
#define PAGE_BYTES sizeof(struct vmclock_page)

uint64_t nondet_u64(void);
unsigned char nondet_u8(void);
_Bool nondet_bool(void);
void __CPROVER_assume(_Bool condition);
void __CPROVER_assert(_Bool condition, const char *text);

static union {
    unsigned char bytes[PAGE_BYTES];
    uint64_t words[PAGE_BYTES / 8];
} memory;
static _Bool dead, mortal;

static int read_memory(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    (void)context;
    for (uint32_t i = 0; i < length; i++)
        ((unsigned char *)bytes)[i] = memory.bytes[offset + i];
    return 0;
}

/* A dead publisher writes nothing more; what it computes meanwhile nobody sees. */
static int write_memory(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    (void)context;
    for (uint32_t i = 0; i < length; i++) {
        if (mortal && nondet_bool())
            dead = 1;
        if (!dead)
            memory.bytes[offset + i] = ((const unsigned char *)bytes)[i];
    }
    return 0;
}

void vmclock_audit(const struct vmclock_snapshot *before, const struct vmclock_snapshot *after,
                   uint64_t counter, struct vmclock_audit_result *result)
{
    (void)before;
    (void)after;
    (void)counter;
    result->verdict = nondet_u8();
    result->moved.sec = (int64_t)nondet_u64();
    result->moved.frac64 = 0;
    result->moved_known = nondet_bool();
}

/* Every field says n. */
static void make(uint64_t n, struct vmclock_snapshot *s)
{
    s->disruption_marker = s->generation = s->ref_counter = s->period_frac = n;
    s->period_esterror_frac = s->period_maxerror_frac = s->ref_sec = s->ref_frac64 = n;
    s->esterror_ns = s->maxerror_ns = n;
    s->flags = n << 10;
    s->have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_PERIOD_ESTERROR |
              VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_MAXERROR |
              VMCLOCK_HAVE_GENERATION;
    s->tai_offset_sec = (int16_t)(n & 63);
    s->period_shift = s->smear_hint = (uint8_t)n;
    s->counter_id = n & 1;
    s->time_type = n & 1;
    s->leap_indicator = n & 3;
    s->clock_status = n & 3;
}

static _Bool says(const struct vmclock_snapshot *s, uint64_t n)
{
    return s->disruption_marker == n && s->generation == n && s->ref_counter == n &&
           s->period_frac == n && s->period_esterror_frac == n && s->period_maxerror_frac == n &&
           s->ref_sec == n && s->ref_frac64 == n && s->esterror_ns == n && s->maxerror_ns == n &&
           (s->flags | 0x80) == (n << 10 | 0x179 | 0x80) &&
           s->tai_offset_sec == (int16_t)(n & 63) && s->period_shift == (uint8_t)n &&
           s->smear_hint == (uint8_t)n && s->counter_id == (n & 1) && s->time_type == (n & 1) &&
           s->leap_indicator == (n & 3) && s->clock_status == (n & 3);
}

static uint64_t no_counter(void *context)
{
    (void)context;
    return 0;
}

static int read_page(struct vmclock_snapshot *snapshot)
{
    const struct vmclock_counter counter = {no_counter, 0, 0};
    struct vmclock clk;
    int error = vmclock_open_with_counter(&clk, memory.bytes, PAGE_BYTES, &counter);

    clk.max_tries = 1;
    return error ? error : vmclock_take_snapshot(&clk, snapshot);
}

static void live(uint64_t n)
{
    const struct vmclock_publish_memory calls = {read_memory, write_memory, 0};
    struct vmclock_publisher publisher;
    struct vmclock_snapshot snapshot;

    dead = 0;
    make(n, &snapshot);
    (void)vmclock_publish_open_memory(&publisher, &calls, PAGE_BYTES);
    (void)vmclock_publish_step(&publisher, &snapshot);
}

int main(void)
{
    struct vmclock_snapshot snapshot;
    uint64_t published[LIVES];
    _Bool was_page = 0;

    for (unsigned i = 0; i < PAGE_BYTES / 8; i++)
        memory.words[i] = nondet_u64();
    __CPROVER_assume((uint32_t)memory.words[0] != VMCLOCK_PAGE_MAGIC);
    for (unsigned life = 0; life < LIVES; life++) {
        int error;
        _Bool whole = 0;

        mortal = life + 1 < LIVES;
        published[life] = nondet_u64();
        __CPROVER_assume((published[life] & 63) >= 10);
        live(published[life]);
        error = read_page(&snapshot);
        for (unsigned i = 0; i <= life; i++)
            whole = whole || (!error && says(&snapshot, published[i]));
        __CPROVER_assert(whole || error == VMCLOCK_ERR_BUSY || (error && !was_page),
                         "busy, whole, or not yet a page");
        was_page = was_page || (uint32_t)memory.words[0] == VMCLOCK_PAGE_MAGIC;
        __CPROVER_assert(mortal || (!error && says(&snapshot, published[life])), "healed");
#ifdef WITNESS /* these have to fail: both outcomes of a death are there */
        __CPROVER_assert(error != VMCLOCK_ERR_BUSY, "never busy");
        __CPROVER_assert(!dead || !whole, "never whole after a death");
#endif
    }
    return 0;
}
