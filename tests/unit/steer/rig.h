/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rig.h - a page that is changed as a publisher would, a counter, and a clock steered by them.
 */
#ifndef STEER_RIG_H
#define STEER_RIG_H

#include "tests/unit/core/fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define GHZ UINT64_C(1000000000)
#define PPM 500

struct rig {
    struct page_image page;
    struct test_counter counter;
    struct vmclock clk;
    struct vmclock_steer steer;
    uint32_t seq;
};

static inline void put(struct rig *g, size_t at, size_t bytes, uint64_t value)
{
    page_put(g->page.bytes, at, bytes, value);
    g->seq += 2;
    page_put(g->page.bytes, AT_SEQ, 4, g->seq);
}

/* A 1 GHz page whose reference time is a whole second, and a clock on it. */
static inline void rig_start(struct rig *g, uint64_t limit_ns)
{
    const struct vmclock_steer_config config = {limit_ns, PPM * 1000};
    memset(g, 0, sizeof *g);
    page_fill(g->page.bytes);
    put(g, AT_FRAC, 8, 0);
    g->counter.value = REF;
    open_with(&g->clk, &g->page, sizeof g->page, &g->counter);
    g->clk.max_tries = 3;
    memset(&g->steer, 0x5b, sizeof g->steer); /* its lock, too: as if taken */
    assert_int_equal(vmclock_steer_init(&g->steer, &g->clk, &config), 0);
}

static inline struct vmclock_steer_reading now(struct rig *g)
{
    struct vmclock_steer_reading reading;
    MARK(reading);
    assert_int_equal(vmclock_steer_now(&g->steer, &reading), 0);
    return reading;
}

/* All members; not what lies behind the last one. */
static inline void assert_same(const struct vmclock_steer_reading *a,
                               const struct vmclock_steer_reading *b)
{
    assert_memory_equal(a, b, offsetof(struct vmclock_steer_reading, update_due) + 1);
}

#define ASSERT_NEAR(a, b, margin) \
    do { \
        const int64_t got_ = (a), want_ = (b); \
        if (got_ - want_ > (margin) || want_ - got_ > (margin)) \
            fail_msg("%lld is not within %lld of %lld", (long long)got_, (long long)(margin), \
                     (long long)want_); \
    } while (0)

#endif
