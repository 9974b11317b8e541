/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader on the CPU's own counter, read in the order that it is quick with and in another. */
#include "arch/arch.h"
#include "tests/unit/reader/same.h"

/* The CPU's own counter, on a page whose reference point is now. */
static void read_with_order(uint32_t order)
{
    struct vmclock_reading before, after;
    struct vmclock_reader reader;
    struct pair p;
    unsigned quick = 0;

    if (VMCLOCK_ARCH_COUNTER_ID == VMCLOCK_COUNTER_ID_INVALID)
        skip();
#ifdef __arm__
    skip(); /* not every 32-bit Arm lets programs read it */
#endif
    pair_start(&p);
    page_put(p.page.bytes, AT_COUNTER_ID, 1, VMCLOCK_ARCH_COUNTER_ID);
    page_put(p.page.bytes, AT_REF_COUNTER, 8, vmclock_arch_counter(vmclock_arch_counter_order()));
    assert_int_equal(vmclock_open(&p.clk, &p.page, sizeof p.page), 0);
    p.clk.counter_order = order;
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

static void with_the_real_counter(void **state)
{
    (void)state;
    read_with_order(vmclock_arch_counter_order());
}

/* The quick way is made for RDTSCP; LFENCE is what others have. */
static void with_another_order(void **state)
{
    (void)state;
#if defined(__x86_64__) || defined(__i386__)
    read_with_order(VMCLOCK_ARCH_ORDER_LFENCE);
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
