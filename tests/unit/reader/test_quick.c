/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The quick ways of readers and steered clocks, on a CPU whose counter needs no order, and clamps that others
 * share: what is another's work between two steps is the test's.
 */
#include <vmclock/clamp.h>
#include <vmclock/counter.h>
#include <vmclock/steer.h>
#include "arch/arch.h"
#include "tests/unit/core/fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define GHZ UINT64_C(1000000000)

static struct page_image page;
static struct vmclock clk;

static void put(size_t at, size_t bytes, uint64_t value)
{
    static uint32_t seq = 2;
    page_put(page.bytes, at, bytes, value);
    page_put(page.bytes, AT_SEQ, 4, seq += 2);
}

static void start(void)
{
    memset(&cpu, 0, sizeof cpu);
    memset(&page, 0, sizeof page);
    page_fill(page.bytes);
    put(AT_FRAC, 8, 0);
    cpu.counter = REF;
    assert_int_equal(vmclock_open(&clk, &page, sizeof page), 0);
    assert_int_equal(clk.counter_order, 0);
    clk.max_tries = 3;
}

static void assert_as_now(const struct vmclock_reading *got)
{
    struct vmclock_reading want;
    assert_int_equal(vmclock_now(&clk, &want), 0);
    assert_true(got->counter == want.counter);
    assert_int_equal(vmclock_time_compare(&got->time, &want.time), 0);
    assert_int_equal(vmclock_time_compare(&got->earliest, &want.earliest), 0);
    assert_int_equal(vmclock_time_compare(&got->latest, &want.latest), 0);
}

/* Each fourth time the page has changed. */
static void pass_time(unsigned i)
{
    cpu.counter += 1000;
    if (i % 4 == 0)
        put(AT_SEC, 8, (uint64_t)TAI_2017 + i);
}

/* A page is copied once, and again when it has changed; with another order or counter, too. */
static void a_reader(void **state)
{
    struct vmclock_reader reader;
    (void)state;
    for (uint32_t order = 0; order < 2; order++) {
        start();
        clk.counter_order = order;
        vmclock_reader_init(&reader, &clk);
        for (unsigned i = 0; i < 12; i++) {
            pass_time(i);
            assert_int_equal(vmclock_reader_now(&reader), 0);
            assert_int_equal(cpu.order, order);
            assert_as_now(&reader.reading);
            assert_int_equal((int64_t)(cpu.counter - reader.snapshot.counter), 1000 * (i % 4));
        }
    }
}

static void a_reader_of_utc(void **state)
{
    struct vmclock_reader reader;
    struct vmclock_utc_reading want;
    (void)state;
    for (uint32_t order = 0; order < 2; order++) {
        start();
        clk.counter_order = order;
        vmclock_reader_init(&reader, &clk);
        for (unsigned i = 0; i < 12; i++) {
            pass_time(i);
            assert_int_equal(vmclock_reader_utc_now(&reader), 0);
            assert_int_equal(cpu.order, order);
            assert_int_equal(vmclock_utc_now(&clk, &want), 0);
            assert_true(reader.utc.counter == cpu.counter);
            assert_int_equal(vmclock_time_compare(&reader.utc.tai, &want.tai), 0);
            assert_true(reader.utc.utc.posix_sec == want.utc.posix_sec);
            assert_int_equal((int64_t)(cpu.counter - reader.snapshot.counter), 1000 * (i % 4));
        }
    }
}

static uint64_t own_counter(void *context)
{
    (void)context;
    return cpu.counter;
}

/* The caller's counter is asked, and never the CPU's. */
static void own_counters(void **state)
{
    const struct vmclock_counter counter = {own_counter, NULL, VMCLOCK_COUNTER_ID_X86_TSC};
    const struct vmclock_steer_config config = {0, 500000};
    struct vmclock_steer_reading reading;
    struct vmclock_reader reader;
    struct vmclock_steer steer;
    (void)state;
    start();
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, &counter), 0);
    cpu.order = 7;
    vmclock_reader_init(&reader, &clk);
    assert_int_equal(vmclock_steer_init(&steer, &clk, &config), 0);
    assert_int_equal(vmclock_steer_start_epoch(&steer, NULL), 0);
    for (unsigned i = 0; i < 3; i++) {
        cpu.counter += 1000;
        assert_int_equal(vmclock_reader_now(&reader), 0);
        assert_as_now(&reader.reading);
        assert_int_equal(vmclock_steer_now(&steer, &reading), 0);
        assert_true(reading.counter == cpu.counter);
    }
    assert_int_equal(cpu.order, 7);
}

/* The quick way is the one that is tried; from the page's change to the update it is not. */
static void a_steered_clock(void **state)
{
    const struct vmclock_steer_config config = {0, 500000};
    struct vmclock_steer_reading now, tried;
    struct vmclock_steer steer;
    (void)state;
    for (uint32_t order = 0; order < 2; order++) {
        start();
        clk.counter_order = order;
        assert_int_equal(vmclock_steer_init(&steer, &clk, &config), 0);
        assert_int_equal(vmclock_steer_start_epoch(&steer, NULL), 0);
        for (unsigned i = 0; i < 12; i++) {
            cpu.counter += 1000;
            if (i == 4)
                put(AT_SEC, 8, (uint64_t)TAI_2017 + 1);
            if (i == 8)
                assert_int_equal(vmclock_steer_update(&steer, NULL), 0);
            cpu.order = 7;
            assert_int_equal(vmclock_steer_now(&steer, &now), 0);
            assert_int_equal(cpu.order, order);
            assert_int_equal(vmclock_steer_try_now(&steer, &tried), 0);
            assert_memory_equal(&now, &tried,
                                offsetof(struct vmclock_steer_reading, update_due) + 1);
            assert_int_equal(now.update_due, i >= 4 && i < 8);
        }
    }
}

static void what_the_cpu_says_of_its_counter(void **state)
{
    struct vmclock_counter_info info;
    (void)state;
    start();
    vmclock_ask_counter(&info);
    assert_true(info.frequency_hz == 0);
    cpu.unit_hz = 24000000;
    cpu.numerator = 250;
    cpu.denominator = 3;
    vmclock_ask_counter(&info);
    assert_true(info.frequency_hz == 2000000000);
    assert_int_equal(info.counter_id, VMCLOCK_COUNTER_ID_X86_TSC);
    assert_int_equal(info.invariant, 1);
}

static struct vmclock_clamp clamp;
static unsigned others; /* how often another CPU comes first */
static uint64_t others_ahead;

static int clamped(struct vmclock_utc_reading *utc)
{
    MARK(*utc);
    return vmclock_clamp_utc_now(&clamp, &clk, utc);
}

/* Gives a later time; in units of 2^-30 s. */
static void give_before(volatile vmclock_aligned64 *word)
{
    if (word != &clamp.count && others) {
        others--;
        *word += others_ahead;
    }
}

static void start_clamp(unsigned others_first, uint64_t ahead)
{
    start();
    vmclock_clamp_init(&clamp, 0);
    others = others_first;
    others_ahead = ahead;
    cpu.before_swap = give_before;
}

/* While the first time of a span is put down, a late one of the span before is: nothing is lost by that. */
static void others_beside_the_first_time(void **state)
{
    struct vmclock_utc_reading utc;
    (void)state;
    start_clamp(2, 1);
    assert_int_equal(clamped(&utc), 0);
    assert_int_equal(utc.clamped, 0);
    start_clamp(UINT32_MAX, 1);
    assert_int_equal(clamped(&utc), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(utc);
    assert_true(clamp.count == 0); /* not begun */
    others = 0;
    assert_int_equal(clamped(&utc), 0);
    assert_int_equal(utc.clamped, 0);
    assert_true(clamp.count == 2);
}

/* A later time that another gives in between is the one that is given. */
static void others_that_are_later(void **state)
{
    struct vmclock_utc_reading first, utc;
    struct vmclock_time ahead;
    (void)state;
    start_clamp(0, UINT64_C(5) << 30);
    assert_int_equal(clamped(&first), 0);
    others = 1;
    assert_int_equal(clamped(&utc), 0);
    assert_int_equal(utc.clamped, 1);
    assert_int_equal(vmclock_time_subtract(&utc.tai, &first.tai, &ahead), 0);
    assert_time(&ahead, 5, 0);
    others = UINT32_MAX; /* in each of all tries */
    assert_int_equal(clamped(&utc), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(utc);
}

static void begin_a_span(void)
{
    if (others) {
        others--;
        clamp.count += 2;
    }
}

/* What was seen then may be of another span: it is read anew, some times. */
static void others_that_begin_a_span(void **state)
{
    struct vmclock_utc_reading utc;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        start_clamp(0, 0);
        assert_int_equal(clamped(&utc), 0);
        clamp.slots[0] = clamp.slots[1]; /* by whoever begins them, of the same marker */
        cpu.at_read_barrier = begin_a_span;
        others = i < 2 ? i : UINT32_MAX;
        assert_int_equal(clamped(&utc), i < 2 ? 0 : VMCLOCK_ERR_BUSY);
    }
    ASSERT_UNTOUCHED(utc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader),
        cmocka_unit_test(a_reader_of_utc),
        cmocka_unit_test(own_counters),
        cmocka_unit_test(a_steered_clock),
        cmocka_unit_test(what_the_cpu_says_of_its_counter),
        cmocka_unit_test(others_beside_the_first_time),
        cmocka_unit_test(others_that_are_later),
        cmocka_unit_test(others_that_begin_a_span),
    };
    return cmocka_run_group_tests_name("reader.quick", tests, NULL, NULL);
}
