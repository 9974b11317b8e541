/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * same.h - a reader and the one-shot calls on the same page and counter, which must agree.
 */
#ifndef READER_SAME_H
#define READER_SAME_H

#include "tests/unit/core/fixture.h"

#define REF UINT64_C(0x0102030405060708) /* the reference counter value of page_fill */

struct pair {
    struct page_image page;
    struct test_counter counter; /* stands still during a call */
    struct vmclock clk;
    struct vmclock_reader reader;
    struct vmclock_reader labels;     /* asked for UTC, now and then for a reading before it */
    struct vmclock_snapshot snapshot; /* the one-shot calls' ... */
    struct vmclock_reading reading;   /* ... results */
    struct vmclock_utc_reading utc;
    int with_reading;
};

/* The page of page_fill at its reference point; every one-shot snapshot gives up after 3 tries. */
void pair_start(struct pair *p);

/*
 * The reader's answer, after it was compared, all of it, with that of vmclock_take_snapshot and
 * vmclock_now; and UTC with that of vmclock_utc_now. Results of failed calls are untouched.
 */
int pair_now(struct pair *p);

/* Whether the reader's last answer came without copying the page; the counter must have moved. */
int pair_was_quick(const struct pair *p);
int pair_utc_was_quick(const struct pair *p);

/* All members; not what lies behind the last one. */
#define UTC_BYTES (offsetof(struct vmclock_utc_reading, update_due) + 1)

int run_counter_tests(void);
int run_far_tests(void);
int run_random_tests(void);

#endif
