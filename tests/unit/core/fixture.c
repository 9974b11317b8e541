/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

void page_put(void *page, size_t at, size_t bytes, uint64_t value)
{
    unsigned char *to = (unsigned char *)page + at;
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (unsigned char)(value >> (8 * i));
    }
}

void page_fill(void *page)
{
    memset(page, 0, STRUCT_BYTES);
    page_put(page, AT_MAGIC, 4, 0x4b4c4356);
    page_put(page, AT_SIZE, 4, STRUCT_BYTES);
    page_put(page, AT_VERSION, 2, 1);
    page_put(page, AT_COUNTER_ID, 1, 1);
    page_put(page, AT_TIME_TYPE, 1, 1);
    page_put(page, AT_SEQ, 4, 2);
    page_put(page, AT_MARKER, 8, 0x1122334455667788);
    page_put(page, AT_FLAGS, 8, ALL_FLAGS);
    page_put(page, AT_STATUS, 1, 2);
    page_put(page, AT_SMEAR, 1, 2);
    page_put(page, AT_TAI_OFFSET, 2, 37);
    page_put(page, AT_LEAP, 1, 4);
    page_put(page, AT_SHIFT, 1, GHZ_SHIFT);
    page_put(page, AT_REF_COUNTER, 8, 0x0102030405060708);
    page_put(page, AT_PERIOD, 8, GHZ_PERIOD);
    page_put(page, AT_PERIOD_ESTERROR, 8, 0x1000000000001);
    page_put(page, AT_PERIOD_MAXERROR, 8, 0x4000000000003);
    page_put(page, AT_SEC, 8, (uint64_t)TAI_2017);
    page_put(page, AT_FRAC, 8, 0x8000000000000001);
    page_put(page, AT_ESTERROR, 8, 1234);
    page_put(page, AT_MAXERROR, 8, 56789);
    page_put(page, AT_GENERATION, 8, 0x99aabbccddeeff01);
}

struct vmclock_snapshot good_snapshot(void)
{
    const struct vmclock_snapshot snapshot = {
        .counter = 0x0102030405060708,
        .disruption_marker = 0x1122334455667788,
        .flags = ALL_FLAGS,
        .generation = 0x99aabbccddeeff01,
        .ref_counter = 0x0102030405060708,
        .period_frac = GHZ_PERIOD,
        .period_esterror_frac = 0x1000000000001,
        .period_maxerror_frac = 0x4000000000003,
        .ref_sec = (uint64_t)TAI_2017,
        .ref_frac64 = 0x8000000000000001,
        .esterror_ns = 1234,
        .maxerror_ns = 56789,
        .seq = 2,
        .size = STRUCT_BYTES,
        .have = HAVE_ALL,
        .tai_offset_sec = 37,
        .period_shift = GHZ_SHIFT,
        .counter_id = 1,
        .counter_read_id = 1,
        .time_type = 1,
        .clock_status = 2,
        .leap_indicator = 4,
        .smear_hint = 2,
        .bound_by = 0,
    };
    return snapshot;
}

struct vmclock_leap rule_of(const struct vmclock_snapshot *s)
{
    struct vmclock_leap rule;
    MARK(rule);
    assert_int_equal(vmclock_leap_rule(s, &rule), 0);
    return rule;
}

static uint64_t read_test_counter(void *context)
{
    struct test_counter *counter = context;
    const uint64_t value = counter->value;
    counter->value += counter->step;
    counter->reads++;
    if (counter->on_read && (!counter->quiet_after || counter->reads <= counter->quiet_after)) {
        counter->on_read(counter);
    }
    return value;
}

void open_with(struct vmclock *clk, const void *page, size_t mapped_size,
               struct test_counter *counter)
{
    const struct vmclock_counter hook = {read_test_counter, counter, 1};
    assert_int_equal(vmclock_open_with_counter(clk, page, mapped_size, &hook), 0);
}

void assert_untouched(const void *result, size_t size)
{
    const unsigned char *bytes = result;
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(bytes[i], 0xa5);
    }
}

void assert_time(const struct vmclock_time *time, int64_t sec, uint64_t frac64)
{
    assert_true(time->sec == sec);
    assert_true(time->frac64 == frac64);
}
