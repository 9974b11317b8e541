/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader on the CPU's own counter, read in the order that it is quick with and in another. */
#include "arch/arch.h"
#include "tests/unit/reader/same.h"

/* A page whose reference point is now, with the CPU's own counter. */
static void open_here(struct pair *p, uint32_t order)
{
    if (VMCLOCK_ARCH_COUNTER_ID == VMCLOCK_COUNTER_ID_INVALID)
        skip();
#ifdef __arm__
    skip(); /* not every 32-bit Arm lets programs read it */
#endif
    pair_start(p);
    page_put(p->page.bytes, AT_COUNTER_ID, 1, VMCLOCK_ARCH_COUNTER_ID);
    page_put(p->page.bytes, AT_REF_COUNTER, 8, vmclock_arch_counter(vmclock_arch_counter_order()));
    assert_int_equal(vmclock_open(&p->clk, &p->page, sizeof p->page), 0);
    p->clk.counter_order = order;
}

static void read_with_order(uint32_t order)
{
    struct vmclock_reading before, after;
    struct vmclock_reader reader;
    struct pair p;
    unsigned quick = 0;

    open_here(&p, order);
    vmclock_reader_init(&reader, &p.clk);
    for (unsigned i = 0; i < 100000; i++) {
        assert_int_equal(vmclock_now(&p.clk, &before), 0);
        assert_int_equal(vmclock_reader_now(&reader), 0);
        assert_int_equal(vmclock_now(&p.clk, &after), 0);
        quick += reader.snapshot.counter != reader.reading.counter;
        assert_true(vmclock_time_compare(&before.time, &reader.reading.time) <= 0);
        assert_true(vmclock_time_compare(&reader.reading.time, &after.time) <= 0);
        assert_true(vmclock_time_compare(&before.latest, &reader.reading.latest) <= 0);
        assert_true(vmclock_time_compare(&reader.reading.latest, &after.latest) <= 0);
    }
    assert_true(quick > 90000);
}

/* UTC on the CPU's own counter: between two readings, as often quick, its fraction that of TAI. */
static void read_utc_with_order(uint32_t order)
{
    struct vmclock_utc_reading before, after;
    struct vmclock_reader reader;
    struct pair p;
    unsigned quick = 0;

    open_here(&p, order);
    vmclock_reader_init(&reader, &p.clk);
    for (unsigned i = 0; i < 100000; i++) {
        const struct vmclock_utc_reading *utc = &reader.utc;

        assert_int_equal(vmclock_utc_now(&p.clk, &before), 0);
        assert_int_equal(vmclock_reader_utc_now(&reader), 0);
        assert_int_equal(vmclock_utc_now(&p.clk, &after), 0);
        quick += reader.snapshot.counter != utc->counter;
        assert_true(vmclock_time_compare(&before.tai, &utc->tai) <= 0);
        assert_true(vmclock_time_compare(&utc->tai, &after.tai) <= 0);
        assert_true(vmclock_time_compare(&before.earliest.instant, &utc->earliest.instant) <= 0);
        assert_true(vmclock_time_compare(&utc->latest.instant, &after.latest.instant) <= 0);
        assert_true(utc->utc.instant.frac64 == utc->tai.frac64);
        assert_true(utc->utc.posix_sec == utc->tai.sec - 37);
    }
    assert_true(quick > 90000);
}

static void with_the_real_counter(void **state)
{
    (void)state;
    read_with_order(vmclock_arch_counter_order());
    read_utc_with_order(vmclock_arch_counter_order());
}

/* The quick way is made for RDTSCP; LFENCE is what others have. */
static void with_another_order(void **state)
{
    (void)state;
#if defined(__x86_64__) || defined(__i386__)
    read_with_order(VMCLOCK_ARCH_ORDER_LFENCE);
    read_utc_with_order(VMCLOCK_ARCH_ORDER_LFENCE);
#else
    skip(); /* others have no second one that all of them can do */
#endif
}

int run_counter_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_the_real_counter),
        cmocka_unit_test(with_another_order),
    };
    return cmocka_run_group_tests_name("reader, counter", tests, NULL, NULL);
}
