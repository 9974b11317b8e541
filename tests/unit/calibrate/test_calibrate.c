/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calibration: what a calibrated snapshot is by hand-made numbers, and how it is read. The
 * arithmetic is compared with exact integers in tests/oracle.
 */
#include "tests/unit/calibrate/samples.h"

static const struct vmclock_time_source cmos = {
    .ahead_ns = 1000000000,
    .behind_ns = 1000000000,
    .time_type = VMCLOCK_TIME_TYPE_UTC,
    .bound_by = VMCLOCK_BOUND_BY_DRIVERS,
    .clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING,
};

/* A page, a counter and a handle on them. */
struct machine {
    struct page_image page;
    struct test_counter counter;
    struct vmclock clk;
};

static void machine_start(struct machine *m)
{
    memset(m, 0, sizeof *m);
    page_fill(m->page.bytes);
    page_put(m->page.bytes, AT_COUNTER_ID, 1, 0xff); /* no clock */
    m->counter.value = START;
    open_with(&m->clk, &m->page, sizeof m->page, &m->counter);
    m->clk.max_tries = 2;
}

static void one_sample_and_a_frequency(void **state)
{
    const struct vmclock_sample sample = exact_sample(START, TAI_2017);
    const struct vmclock_calibration how = assume(GHZ, 50000);
    struct vmclock_snapshot s;
    struct vmclock_reading r;
    (void)state;
    assert_int_equal(vmclock_calibrate(&exact_tai, &sample, 1, &how, &s), 0);
    assert_int_equal(vmclock_at(&s, START, &r), 0);
    assert_time(&r.time, TAI_2017, 0);
    assert_in_range(width_ns(&s, START), 0, 1);
    assert_int_equal(vmclock_at(&s, START + 10 * GHZ, &r), 0);
    assert_true(r.time.sec == TAI_2017 + 9 || r.time.sec == TAI_2017 + 10);
    /* 50 ppm of 10 s, twice, and 50 ppm of that once: 1 / (1 - x) is more than 1 + x. */
    assert_in_range(width_ns(&s, START + 10 * GHZ), 1000025, 1000027);
    assert_in_range(width_ns(&s, START - 1000), 0, 2);
    assert_int_equal(s.bound_by, VMCLOCK_BOUND_BY_CALLER);
    assert_int_equal(r.bound_by, VMCLOCK_BOUND_BY_CALLER);
    assert_int_equal(s.clock_status, VMCLOCK_CLOCK_STATUS_SYNCHRONIZED);
    assert_int_equal(s.tai_offset_sec, 37);
    assert_true(s.disruption_marker == 0x1122334455667788);
    assert_int_equal(s.have, VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_MAXERROR |
                                 VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_TAI_OFFSET);
}

/* As it is at boot: two edges of a clock that is off by up to a second, a second apart. */
static void edges_of_a_cmos_clock(void **state)
{
    const struct vmclock_sample samples[] = {
        {START, START + 20000, {SEC_2017, 0}, {SEC_2017, 0}, 0, 1},
        {START + GHZ, START + GHZ + 20000, {SEC_2017 + 1, 0}, {SEC_2017 + 1, 0}, 0, 1},
    };
    const struct vmclock_calibration how = {.tolerance_ppb = VMCLOCK_TOLERANCE_PPB_DEFAULT};
    struct vmclock_snapshot s;
    (void)state;
    assert_int_equal(vmclock_calibrate(&cmos, samples, 2, &how, &s), 0);
    assert_in_range(width_ns(&s, START + GHZ + 20000), 2000020000, 2000020010);
    /* 20 us of a second are 20 ppm more than the tolerance; the source's offset is no rate. */
    assert_in_range(width_ns(&s, START + 101 * GHZ), 2014000000, 2014100000);
    assert_int_equal(s.bound_by, VMCLOCK_BOUND_BY_DRIVERS);
    assert_int_equal(s.time_type, VMCLOCK_TIME_TYPE_UTC);
}

static void the_average_holds_between_samples_too(void **state)
{
    /* 1 GHz as advertised, 1.00001 GHz as measured; truth at half way is anywhere in 50 ppm. */
    const struct vmclock_sample samples[] = {exact_sample(START, TAI_2017),
                                             exact_sample(START + 100 * GHZ + MHZ, TAI_2017 + 100)};
    const struct vmclock_calibration how = assume(0, 50000);
    struct vmclock_snapshot s;
    struct vmclock_reading r;
    (void)state;
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 2, &how, &s), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(vmclock_at(&s, samples[i].counter_after, &r), 0);
        assert_true(vmclock_time_compare(&r.earliest, &samples[i].latest) <= 0);
        assert_true(vmclock_time_compare(&r.latest, &samples[i].earliest) >= 0);
    }
    assert_in_range(width_ns(&s, START + 50 * GHZ), 5000000, 5001000);
    assert_in_range(width_ns(&s, START + 100 * GHZ + MHZ), 0, 2);
}

static void more_samples_narrow_the_interval(void **state)
{
    struct vmclock_sample samples[3];
    struct vmclock_calibration how = assume(GHZ, 0);
    struct vmclock_snapshot s;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        samples[i] = exact_sample(START + i * GHZ, TAI_2017 + (int64_t)i);
        samples[i].earliest.sec--;
        samples[i].latest.sec++;
    }
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s), 0);
    assert_in_range(width_ns(&s, START + 2 * GHZ), 2000000000, 2000000004);
    samples[1].earliest.sec++; /* the truth is in the later half of it */
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s), 0);
    assert_in_range(width_ns(&s, START + 2 * GHZ), 1000000000, 1000000004);
    samples[0].latest.sec--;
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s), 0);
    assert_in_range(width_ns(&s, START + 2 * GHZ), 0, 4);
    samples[0].latest.frac64 = 0;
    samples[0].latest.sec--;
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s),
                     VMCLOCK_ERR_CONTRADICTION);
}

static void a_tolerance_is_one_of_the_frequency_too(void **state)
{
    const struct vmclock_sample sample = exact_sample(START, TAI_2017);
    const struct vmclock_calibration how = assume(GHZ, 100000000);
    struct vmclock_snapshot s;
    struct vmclock_reading r;
    (void)state;
    assert_int_equal(vmclock_calibrate(&exact_tai, &sample, 1, &how, &s), 0);
    assert_int_equal(vmclock_at(&s, START + 90 * GHZ, &r), 0); /* 100 s of a counter of 0.9 GHz */
    assert_true(r.latest.sec >= TAI_2017 + 100);
    assert_int_equal(vmclock_at(&s, START + 110 * GHZ, &r), 0);
    assert_true(r.earliest.sec < TAI_2017 + 100);
}

static void each_sample_is_held_against_the_others(void **state)
{
    /* 100 ms in 10 s, which is nothing against 50 ppm of the hour that follows. */
    const int64_t hour = 3600 * (int64_t)GHZ;
    struct vmclock_sample samples[] = {exact_sample(START, TAI_2017),
                                       exact_sample(START + 10 * GHZ, TAI_2017 + 10),
                                       exact_sample(START + (uint64_t)hour, TAI_2017 + 3600)};
    const struct vmclock_calibration how = assume(0, 50000);
    struct vmclock_snapshot s;
    (void)state;
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s), 0);
    MARK(s);
    samples[1].earliest = samples[1].latest =
        (struct vmclock_time){TAI_2017 + 9, UINT64_MAX / 10 * 9};
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s),
                     VMCLOCK_ERR_CONTRADICTION);
    samples[1].earliest = samples[1].latest = (struct vmclock_time){TAI_2017 + 10, UINT64_MAX / 10};
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s),
                     VMCLOCK_ERR_CONTRADICTION);
    ASSERT_UNTOUCHED(s);
}

static void a_source_that_drifts_does_not_contradict_itself(void **state)
{
    /* A clock that is 100 ppm slow, seen an hour apart, beside a frequency that is right. */
    struct vmclock_sample samples[] = {exact_sample(START, SEC_2017),
                                       exact_sample(START + 3600 * GHZ, SEC_2017 + 3599)};
    const struct vmclock_calibration how = assume(GHZ, 0);
    struct vmclock_time_source source = cmos;
    struct vmclock_snapshot s;
    struct vmclock_reading r;
    (void)state;
    samples[1].earliest.frac64 = samples[1].latest.frac64 = UINT64_MAX / 100 * 64;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_CONTRADICTION);
    source.rate_ppb = 100000;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), 0);
    assert_int_equal(vmclock_at(&s, START + 3600 * GHZ, &r), 0);
    assert_true(r.earliest.sec < SEC_2017 + 3600 && r.latest.sec >= SEC_2017 + 3600);
    assert_in_range(width_ns(&s, START + 3600 * GHZ), 2000000000, 2000000004);
}

static void what_is_refused(void **state)
{
    struct vmclock_sample samples[] = {exact_sample(START, TAI_2017),
                                       exact_sample(START + GHZ, TAI_2017 + 1)};
    struct vmclock_time_source source = exact_tai;
    struct vmclock_calibration how = assume(0, 50000);
    struct vmclock_snapshot s;
    (void)state;
    MARK(s);
    assert_int_equal(vmclock_calibrate(&source, samples, 0, &how, &s), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_calibrate(&source, samples, 1, &how, &s), VMCLOCK_ERR_RATE);
    samples[1].disruption_marker++;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_DISRUPTED);
    samples[1].disruption_marker--;
    samples[1].counter_id = 0;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_COUNTER);
    samples[1].counter_id = 1;
    source.time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_TIME_TYPE);
    source.time_type = VMCLOCK_TIME_TYPE_TAI;
    source.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_ARGUMENT);
    source.clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING;
    source.rate_ppb = 1000000000 - 50000;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_ARGUMENT);
    source.rate_ppb = 0;
    samples[0].earliest.sec = -1;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_RANGE);
    samples[0].earliest.sec = TAI_2017 + 1;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_ARGUMENT);
    ASSERT_UNTOUCHED(s);
    samples[0].earliest.sec = TAI_2017;
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), 0);
    how.frequency_hz = GHZ + GHZ / 1000; /* 1000 ppm off, where 50 are allowed on both sides */
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_CONTRADICTION);
    how.frequency_hz = 0;
    samples[0].latest.sec++; /* it may be the very moment of the other */
    assert_int_equal(vmclock_calibrate(&source, samples, 2, &how, &s), VMCLOCK_ERR_RATE);
}

static void samples_are_taken_under_the_marker(void **state)
{
    struct machine m;
    struct vmclock_sample sample, before;
    (void)state;
    machine_start(&m);
    m.counter.step = 100;
    assert_int_equal(vmclock_sample_begin(&m.clk, &sample), 0);
    assert_int_equal(vmclock_sample_end(&m.clk, &sample), 0);
    assert_true(sample.counter_before == START && sample.counter_after == START + 100);
    assert_true(sample.disruption_marker == 0x1122334455667788);
    assert_int_equal(sample.counter_id, 1);
    before = sample;
    page_put(m.page.bytes, AT_MARKER, 8, 5);
    assert_int_equal(vmclock_sample_end(&m.clk, &sample), VMCLOCK_ERR_DISRUPTED);
    assert_true(sample.counter_after == before.counter_after);
    page_put(m.page.bytes, AT_SEQ, 4, 3);
    MARK(sample);
    assert_int_equal(vmclock_sample_begin(&m.clk, &sample), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_sample_end(&m.clk, &sample), VMCLOCK_ERR_BUSY);
    ASSERT_UNTOUCHED(sample);
}

static void readings_end_with_a_disruption(void **state)
{
    const struct vmclock_calibration how = assume(GHZ, 50000);
    const struct vmclock_sample sample = exact_sample(START, TAI_2017);
    struct machine m;
    struct vmclock_snapshot calibrated, now;
    struct vmclock_reading r;
    (void)state;
    machine_start(&m);
    assert_int_equal(vmclock_calibrate(&exact_tai, &sample, 1, &how, &calibrated), 0);
    m.counter.value = START + 2 * GHZ;
    assert_int_equal(vmclock_calibrated_now(&m.clk, &calibrated, &r), 0);
    assert_in_range(r.time.sec, TAI_2017 + 1, TAI_2017 + 2);
    assert_int_equal(r.disruption, VMCLOCK_DISRUPTION_IMMINENT); /* the page's own */
    assert_true(r.generation_known && r.generation == 0x99aabbccddeeff01);
    m.clk.max_age_sec = 2;
    m.counter.value = START + 3 * GHZ;
    MARK(r);
    assert_int_equal(vmclock_calibrated_now(&m.clk, &calibrated, &r), VMCLOCK_ERR_STALE);
    m.clk.max_age_sec = 0;

    page_put(m.page.bytes, AT_SEQ, 4, 6); /* the host's changes are no disruption */
    page_put(m.page.bytes, AT_COUNTER_ID, 1, 1);
    page_put(m.page.bytes, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_PRE_NEG);
    assert_int_equal(vmclock_take_calibrated(&m.clk, &calibrated, &now), 0);
    assert_int_equal(now.seq, 6);
    assert_true(now.flags == ALL_FLAGS && now.disruption_marker == calibrated.disruption_marker);
    assert_true(now.tai_offset_sec == 37 && now.smear_hint == calibrated.smear_hint);
    assert_int_equal(now.leap_indicator, calibrated.leap_indicator);
    assert_true(now.counter == m.counter.value);
    page_put(m.page.bytes, AT_MARKER, 8, 5);
    MARK(now);
    assert_int_equal(vmclock_take_calibrated(&m.clk, &calibrated, &now), VMCLOCK_ERR_DISRUPTED);
    assert_int_equal(vmclock_calibrated_now(&m.clk, &calibrated, &r), VMCLOCK_ERR_DISRUPTED);
    ASSERT_UNTOUCHED(now);
    ASSERT_UNTOUCHED(r);
}

static struct vmclock_sample exact_later(uint64_t ticks, uint64_t frac64)
{
    struct vmclock_sample sample = exact_sample(START + ticks, TAI_2017);
    sample.earliest.frac64 = sample.latest.frac64 = frac64;
    return sample;
}

/* 2^101 Hz: so short a period is told in units of 2^-128 s, and no finer. */
static void a_counter_beyond_all_others(void **state)
{
    const uint64_t ticks = UINT64_C(1) << 61;
    struct vmclock_sample samples[] = {exact_sample(START, TAI_2017),
                                       exact_later(ticks, UINT64_C(1) << 24),
                                       exact_later(ticks + 1, UINT64_C(1) << 24)};
    const struct vmclock_calibration how = assume(0, 0);
    struct vmclock_snapshot s;
    struct vmclock_reading r;
    (void)state;
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 2, &how, &s), 0);
    assert_int_equal(s.period_shift, 64);
    assert_int_equal(s.period_frac, UINT64_C(1) << 27);
    assert_int_equal(vmclock_at(&s, START + ticks + ticks / 2, &r), 0);
    assert_time(&r.time, TAI_2017, UINT64_C(3) << 23);
    /* A tick later the source cannot stand where it stood, though it is less than 2^-64 s further. */
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s),
                     VMCLOCK_ERR_CONTRADICTION);
    samples[2].latest.frac64++;
    assert_int_equal(vmclock_calibrate(&exact_tai, samples, 3, &how, &s), 0);
}

/* A tick that may be as long as a second, with 50 ppm, and one that is surely shorter. */
static void ticks_of_a_second(void **state)
{
    const uint64_t second = UINT64_C(0xfffcb923a29c779a); /* of 0.99995 */
    const struct vmclock_calibration how = assume(0, 50000);
    struct vmclock_snapshot s;
    (void)state;
    for (uint64_t less = 0; less < 4; less++) {
        const struct vmclock_sample samples[] = {exact_sample(START, TAI_2017),
                                                 exact_later(1, second - less)};
        assert_int_equal(vmclock_calibrate(&exact_tai, samples, 2, &how, &s),
                         less < 2 ? VMCLOCK_ERR_RATE : 0);
    }
}

static uint64_t count_on(void *context)
{
    uint64_t *value = context;
    return *value;
}

static void without_a_page(void **state)
{
    const struct vmclock_calibration how = assume(GHZ, 50000);
    uint64_t value = START;
    const struct vmclock_counter counter = {count_on, &value, 1}, none = {NULL, NULL, 1};
    struct vmclock clk;
    struct vmclock_sample sample;
    struct vmclock_snapshot s;
    struct vmclock_reading r;
    struct vmclock_guard guard;
    struct vmclock_guard_answer answer;
    (void)state;
    assert_int_equal(vmclock_open_without_page(&clk, &none), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_open_without_page(NULL, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_open_without_page(&clk, NULL), 0);
    assert_int_equal(vmclock_open_without_page(&clk, &counter), 0);
    assert_int_equal(vmclock_now(&clk, &r), VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(vmclock_guard_take(&clk, &guard), 0);
    assert_int_equal(vmclock_guard_ask(&clk, &guard, &answer), 0);
    assert_int_equal(answer.disrupted, 0);
    assert_int_equal(answer.cloned, VMCLOCK_CLONED_UNKNOWN);
    assert_int_equal(vmclock_sample_begin(&clk, &sample), 0);
    sample.earliest = sample.latest = (struct vmclock_time){TAI_2017, 0};
    assert_int_equal(vmclock_sample_end(&clk, &sample), 0);
    assert_int_equal(vmclock_calibrate(&exact_tai, &sample, 1, &how, &s), 0);
    value += GHZ;
    assert_int_equal(vmclock_calibrated_now(&clk, &s, &r), 0);
    assert_in_range(r.time.sec, TAI_2017, TAI_2017 + 1);
}

/* A calibrated snapshot is what a host would have published: it can be. */
static void it_can_be_published(void **state)
{
    const struct vmclock_calibration how = assume(GHZ, 50000);
    const struct vmclock_sample sample = exact_sample(START, TAI_2017);
    struct page_image page;
    struct test_counter counter = {.value = START + GHZ};
    struct vmclock_publisher publisher;
    struct vmclock clk;
    struct vmclock_snapshot s;
    struct vmclock_reading by_page, by_snapshot;
    (void)state;
    memset(&page, 0, sizeof page);
    assert_int_equal(vmclock_calibrate(&exact_tai, &sample, 1, &how, &s), 0);
    assert_int_equal(vmclock_publish_open(&publisher, &page, sizeof page, STRUCT_BYTES), 0);
    assert_int_equal(vmclock_publish(&publisher, &s), 0);
    open_with(&clk, &page, sizeof page, &counter);
    assert_int_equal(vmclock_now(&clk, &by_page), 0);
    assert_int_equal(vmclock_at(&s, START + GHZ, &by_snapshot), 0);
    by_snapshot.bound_by = VMCLOCK_BOUND_BY_PAGE;
    assert_memory_equal(&by_page.earliest, &by_snapshot.earliest, sizeof by_page.earliest);
    assert_memory_equal(&by_page.latest, &by_snapshot.latest, sizeof by_page.latest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_sample_and_a_frequency),
        cmocka_unit_test(edges_of_a_cmos_clock),
        cmocka_unit_test(the_average_holds_between_samples_too),
        cmocka_unit_test(more_samples_narrow_the_interval),
        cmocka_unit_test(a_tolerance_is_one_of_the_frequency_too),
        cmocka_unit_test(each_sample_is_held_against_the_others),
        cmocka_unit_test(a_source_that_drifts_does_not_contradict_itself),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(samples_are_taken_under_the_marker),
        cmocka_unit_test(readings_end_with_a_disruption),
        cmocka_unit_test(a_counter_beyond_all_others),
        cmocka_unit_test(ticks_of_a_second),
        cmocka_unit_test(without_a_page),
        cmocka_unit_test(it_can_be_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
