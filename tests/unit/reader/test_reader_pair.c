/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers and what they are compared with, in all tests of the reader. */
#include "tests/unit/reader/same.h"

void pair_start(struct pair *p)
{
    memset(p, 0, sizeof *p);
    page_fill(p->page.bytes);
    p->counter.value = REF;
    open_with(&p->clk, &p->page, sizeof p->page, &p->counter);
    p->clk.max_tries = 3;
    vmclock_reader_init(&p->reader, &p->clk);
    vmclock_reader_init(&p->labels, &p->clk);
}

/* UTC, which is to fail as all else does. */
static void pair_utc_now(struct pair *p, int want)
{
    struct vmclock_utc_reading before;

    memcpy(&before, &p->labels.utc, sizeof before);
    p->with_reading = !p->with_reading;
    if (p->with_reading)
        assert_int_equal(vmclock_reader_now(&p->labels), want);
    assert_int_equal(vmclock_reader_utc_now(&p->labels), want);
    assert_int_equal(vmclock_utc_now(&p->clk, &p->utc), want);
    if (want)
        assert_memory_equal(&p->labels.utc, &before, sizeof before);
    else
        assert_memory_equal(&p->labels.utc, &p->utc, UTC_BYTES);
    if (!want && p->with_reading)
        assert_memory_equal(&p->labels.reading, &p->reading, sizeof p->reading);
}

int pair_now(struct pair *p)
{
    struct vmclock_reading before;
    int code, want;

    memcpy(&before, &p->reader.reading, sizeof before);
    code = vmclock_reader_now(&p->reader);
    want = vmclock_now(&p->clk, &p->reading);
    assert_int_equal(code, want);
    pair_utc_now(p, want);
    if (code) {
        assert_memory_equal(&p->reader.reading, &before, sizeof before);
        return code;
    }
    assert_memory_equal(&p->reader.reading, &p->reading, sizeof p->reading);
    assert_int_equal(vmclock_take_snapshot(&p->clk, &p->snapshot), 0);
    p->snapshot.counter = p->reader.snapshot.counter;
    assert_memory_equal(&p->reader.snapshot, &p->snapshot, sizeof p->snapshot);
    return 0;
}

int pair_was_quick(const struct pair *p)
{
    return p->reader.snapshot.counter != p->reader.reading.counter;
}

int pair_utc_was_quick(const struct pair *p)
{
    return p->labels.snapshot.counter != p->labels.utc.counter;
}
