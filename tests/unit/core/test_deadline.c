/* SPDX-License-Identifier: BSD-2-Clause */
/* Deadlines: the inverse of vmclock_at at both ends, and what has none. */
#include "fixture.h"

#define REF UINT64_C(0x0102030405060708)
#define GHZ UINT64_C(1000000000)

typedef int deadline_of(const struct vmclock_snapshot *, const struct vmclock_time *,
                        struct vmclock_deadline *);

static int code_of(deadline_of *of, const struct vmclock_snapshot *s, int64_t sec, uint64_t frac64)
{
    const struct vmclock_time instant = {sec, frac64};
    struct vmclock_deadline deadline;
    MARK(deadline);
    const int code = of(s, &instant, &deadline);
    if (code)
        ASSERT_UNTOUCHED(deadline);
    return code;
}

static const struct vmclock_time *end_at(const struct vmclock_snapshot *s, uint64_t counter,
                                         int surely, struct vmclock_reading *reading)
{
    assert_int_equal(vmclock_at(s, counter, reading), 0);
    return surely ? &reading->earliest : &reading->latest;
}

/* At the counter value the end has reached the instant, a tick before it has not. */
static uint64_t assert_first(const struct vmclock_snapshot *s, const struct vmclock_time *instant,
                             int surely)
{
    struct vmclock_deadline deadline;
    struct vmclock_reading reading;
    assert_int_equal((surely ? vmclock_raw_deadline_surely
                             : vmclock_raw_deadline_possibly)(s, instant, &deadline),
                     0);
    assert_true(vmclock_time_compare(end_at(s, deadline.counter, surely, &reading), instant) >= 0);
    assert_true(vmclock_time_compare(end_at(s, deadline.counter - 1, surely, &reading), instant) <
                0);
    assert_true(deadline.disruption_marker == s->disruption_marker);
    assert_int_equal(deadline.seq, s->seq);
    return deadline.counter;
}

/* Around the reference point and the ends there, in steps of one 2^-64 s and of hours. */
static void the_inverse_of_vmclock_at(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_reading reading;
    (void)state;
    s.ref_frac64 = 5;
    assert_int_equal(vmclock_at(&s, REF, &reading), 0);
    for (int surely = 0; surely < 2; surely++)
        for (int64_t step = -5; step <= 5; step++) {
            const struct vmclock_time *ends[] = {&reading.time, &reading.earliest, &reading.latest};
            for (size_t i = 0; i < 3; i++) {
                struct vmclock_time near = *ends[i], far = near;
                const struct vmclock_time unit = {step < 0 ? -1 : 0, (uint64_t)step};
                assert_int_equal(vmclock_time_add(&near, &unit, &near), 0);
                assert_first(&s, &near, surely);
                far.sec += step * 3600;
                assert_first(&s, &far, surely);
            }
        }
}

/* Period and rate sum up to 65 bits: the divisor is halved, and the quotient corrected. */
static void steps_of_65_bits(void **state)
{
    static const uint64_t rates[] = {1, 2, 3, UINT64_C(1) << 62, UINT64_MAX - 1};
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        for (uint64_t period = UINT64_MAX - 2; period; period++)
            for (int64_t sec = -3; sec <= 3; sec++) {
                struct vmclock_snapshot s = good_snapshot();
                if (rates[i] >= period)
                    continue;
                s.period_frac = period;
                s.period_maxerror_frac = rates[i];
                s.period_shift = 31;
                const struct vmclock_time instant = {TAI_2017 + sec, UINT64_MAX - 7};
                if (sec) /* after the reference point for the one end, before it for the other */
                    assert_first(&s, &instant, sec < 0);
            }
}

/* Shifts from 0 on, at which a tick is from half a second to 2^-65 s long. */
static void every_shift(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.period_maxerror_frac = 1;
    s.maxerror_ns = 3;
    for (unsigned shift = 0; shift <= 64; shift++) {
        const unsigned bits = shift < 60 ? 60 - shift : 0; /* of seconds that 2^62 ticks have */
        s.period_shift = (uint8_t)shift;
        for (unsigned bit = 0; bit < 64 + bits && bit < 100; bit++) {
            struct vmclock_time instant = {(int64_t)s.ref_sec, s.ref_frac64}, way = {0, 0};
            if (bit < 64)
                way.frac64 = UINT64_C(1) << bit;
            else
                way.sec = INT64_C(1) << (bit - 64);
            if (shift > 40 && (bit > 100 - shift || bit > 60))
                break; /* farther than 2^62 ticks */
            assert_int_equal(vmclock_time_add(&instant, &way, &instant), 0);
            assert_first(&s, &instant, 1);
            assert_first(&s, &instant, 0);
        }
    }
    s.period_shift = 65;
    assert_int_equal(code_of(vmclock_raw_deadline_surely, &s, TAI_2017, 0), VMCLOCK_ERR_RANGE);
}

static void possibly_comes_before_surely(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    const struct vmclock_time instant = {TAI_2017 + 100, 0};
    (void)state;
    s.period_maxerror_frac = GHZ_PERIOD / 1000;
    s.maxerror_ns = 1000000;
    const uint64_t possibly = assert_first(&s, &instant, 0) - REF;
    const uint64_t surely = assert_first(&s, &instant, 1) - REF;
    assert_in_range(possibly, 99 * GHZ, 99 * GHZ + GHZ / 2);
    assert_in_range(surely, 99 * GHZ + GHZ / 2, 100 * GHZ);
}

static void what_has_no_deadline(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    for (int i = 0; i < 2; i++) {
        deadline_of *const of = i ? vmclock_raw_deadline_surely : vmclock_raw_deadline_possibly;
        s = good_snapshot();
        s.have &= (uint16_t)~VMCLOCK_HAVE_MAXERROR;
        assert_int_equal(code_of(of, &s, TAI_2017, 0), VMCLOCK_ERR_BOUND);
        s.have = HAVE_ALL & ~VMCLOCK_HAVE_PERIOD_MAXERROR;
        assert_int_equal(code_of(of, &s, TAI_2017, 0), VMCLOCK_ERR_BOUND);
        s.have = HAVE_ALL;
        s.period_maxerror_frac = s.period_frac;
        assert_int_equal(code_of(of, &s, TAI_2017, 0), VMCLOCK_ERR_BOUND);
        s.period_maxerror_frac /= 2;
        assert_int_equal(code_of(of, &s, TAI_2017, 0), 0);
        s.clock_status = 4;
        assert_int_equal(code_of(of, &s, TAI_2017, 0), VMCLOCK_ERR_UNSYNCHRONISED);
        s = good_snapshot();
        assert_int_equal(code_of(of, &s, INT64_MIN, 0), VMCLOCK_ERR_RANGE);
        assert_int_equal(code_of(of, &s, TAI_2017 + (INT64_C(1) << 62), 0), VMCLOCK_ERR_RANGE);
        s.ref_sec = UINT64_C(1) << 63;
        assert_int_equal(code_of(of, &s, INT64_MAX, 0), VMCLOCK_ERR_RANGE);
    }
}

/* 2^63 ticks of 1 ns are 292 years. */
static void the_farthest_deadlines(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_deadline deadline;
    struct vmclock_time instant;
    (void)state;
    s.ref_sec = INT64_C(1) << 61;
    s.ref_frac64 = 0;
    s.maxerror_ns = 0;
    s.period_maxerror_frac = 0;
    s.period_shift = 1; /* a tick of 1/4 s: 2^63 of them are 2^61 s */
    s.period_frac = UINT64_C(1) << 63;
    for (int sign = -1; sign <= 1; sign += 2) {
        instant.sec = (int64_t)s.ref_sec + sign * (INT64_C(1) << 61);
        instant.frac64 = 0;
        assert_int_equal(vmclock_raw_deadline_surely(&s, &instant, &deadline), VMCLOCK_ERR_RANGE);
        assert_int_equal(vmclock_raw_deadline_possibly(&s, &instant, &deadline), VMCLOCK_ERR_RANGE);
        instant.sec -= sign > 0;
        instant.frac64 = sign > 0 ? UINT64_C(3) << 62 : UINT64_C(1) << 62; /* a tick less */
        assert_int_equal(vmclock_raw_deadline_surely(&s, &instant, &deadline), 0);
        assert_true(deadline.counter - REF == (sign > 0 ? INT64_MAX : (uint64_t)INT64_MIN + 1));
    }
    instant.sec = (INT64_C(1) << 62) - 1; /* rounded up it is the 2^63rd tick */
    instant.frac64 = (UINT64_C(3) << 62) + 1;
    assert_int_equal(vmclock_raw_deadline_surely(&s, &instant, &deadline), VMCLOCK_ERR_RANGE);
    s.period_frac = 1; /* and where the quotient would have more than 64 bits */
    s.period_shift = 64;
    assert_int_equal(vmclock_raw_deadline_surely(&s, &instant, &deadline), VMCLOCK_ERR_RANGE);
    s.period_shift = 30;
    assert_int_equal(vmclock_raw_deadline_surely(&s, &instant, &deadline), VMCLOCK_ERR_RANGE);
    s.ref_sec = 0; /* 2^64 - 1 ticks of 3 * 2^-64 s, and a part of one: rounded up none are left */
    s.period_frac = 3;
    s.period_shift = 0;
    instant.sec = 2;
    instant.frac64 = UINT64_MAX;
    assert_int_equal(vmclock_raw_deadline_surely(&s, &instant, &deadline), VMCLOCK_ERR_RANGE);
}

/* Ticks of almost 1 s reach farther than the distance may be. */
static void the_farthest_instants(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.ref_sec = s.ref_frac64 = 0;
    s.maxerror_ns = 0;
    s.period_shift = 0;
    s.period_frac = UINT64_MAX - 1;
    s.period_maxerror_frac = 1;
    for (int i = 0; i < 2; i++) {
        deadline_of *const of = i ? vmclock_raw_deadline_surely : vmclock_raw_deadline_possibly;
        assert_int_equal(code_of(of, &s, (INT64_C(1) << 62) - 1, UINT64_MAX), 0);
        assert_int_equal(code_of(of, &s, INT64_C(1) << 62, 0), VMCLOCK_ERR_RANGE);
        assert_int_equal(code_of(of, &s, -(INT64_C(1) << 62), 0), 0);
        assert_int_equal(code_of(of, &s, -(INT64_C(1) << 62) - 1, UINT64_MAX), VMCLOCK_ERR_RANGE);
    }
    s.maxerror_ns = GHZ; /* with which the end is 2^62 s away */
    assert_first(&s, &(struct vmclock_time){(INT64_C(1) << 62) - 1, 0}, 1);
}

/* Of 3 steps (2^64 + (2^65 + 1) / 3) the quotient of halves has a tick too many, whose product goes above. */
static void a_step_of_65_bits(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    const struct vmclock_time instant = {TAI_2017 + 5, 0};
    (void)state;
    s.ref_sec = TAI_2017;
    s.ref_frac64 = 0;
    s.maxerror_ns = 0;
    s.period_shift = 0;
    s.period_frac = UINT64_MAX;
    s.period_maxerror_frac = UINT64_C(12297829382473034412);
    assert_true(assert_first(&s, &instant, 0) == REF + 3); /* 5 s and 2^-64 s */
    s.period_shift = 64; /* the same in 2^-128 s: just 3 steps, of which a fourth is none */
    assert_true(assert_first(&s, &(struct vmclock_time){TAI_2017, 6}, 0) == REF + 3);
}

/* Steps of 2^-127 s, of which the error's last 2^-128 s are a whole number, or one and a half more. */
static void the_last_bits_of_the_error_count(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.period_shift = 63;
    s.period_frac = 2;
    s.period_maxerror_frac = 1;
    for (s.maxerror_ns = 1; s.maxerror_ns <= 64; s.maxerror_ns++) {
        struct vmclock_time error, instant = {(int64_t)s.ref_sec, s.ref_frac64};
        struct vmclock_reading reading;
        assert_int_equal(vmclock_at(&s, REF, &reading), 0);
        assert_int_equal(vmclock_time_subtract(&instant, &reading.earliest, &error), 0);
        error.frac64--; /* the end is rounded down */
        assert_int_equal(vmclock_time_subtract(&instant, &error, &instant), 0);
        assert_first(&s, &instant, 1);
    }
}

/* At shift 0: what takes just three ticks of 2^-30 s takes no fourth, and 2^-64 s more do, for either end. */
static void whole_ticks_at_shift_0(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_time instant = {TAI_2017, UINT64_C(3) << 34};
    (void)state;
    s.ref_frac64 = 0;
    s.maxerror_ns = 0;
    s.period_shift = 0;
    s.period_frac = UINT64_C(1) << 34;
    s.period_maxerror_frac = 0;
    assert_true(assert_first(&s, &instant, 1) == REF + 3);
    assert_true(assert_first(&s, &instant, 0) == REF + 3);
    instant.frac64++;
    assert_true(assert_first(&s, &instant, 1) == REF + 4);
    assert_true(assert_first(&s, &instant, 0) == REF + 4);
}

/* Half of both gives more than there is: such a product would need more than 128 bits. */
static void a_quotient_that_is_too_much(void **state)
{
    const uint64_t divisor = UINT64_C(0x204f89a3870d7789); /* and 2^64 */
    struct vmclock_snapshot s = good_snapshot();
    (void)state;
    s.period_frac = (UINT64_C(1) << 63) + divisor / 2 + 1;
    s.period_maxerror_frac = s.period_frac - 1;
    s.period_shift = 62;
    s.maxerror_ns = 0;
    s.ref_frac64 = 0;
    assert_int_equal(code_of(vmclock_raw_deadline_surely, &s, TAI_2017 - 4, 1), VMCLOCK_ERR_RANGE);
    assert_first(&s, &(struct vmclock_time){TAI_2017 - 2, 0}, 1);
}

static void in_utc_by_the_same_rule(void **state)
{
    struct vmclock_snapshot s = good_snapshot();
    const struct vmclock_utc leap_second = {SEC_2017 - 1, 0, 1}, far = {0, 0, 0};
    const struct vmclock_time instant = {TAI_2017 - 1, 0};
    struct vmclock_deadline deadline, want;
    (void)state;
    assert_int_equal(vmclock_deadline_utc_surely(&s, &leap_second, &deadline), 0);
    assert_int_equal(vmclock_raw_deadline_surely(&s, &instant, &want), 0);
    assert_true(deadline.counter == want.counter);
    assert_int_equal(vmclock_deadline_utc_possibly(&s, &leap_second, &deadline), 0);
    assert_int_equal(vmclock_raw_deadline_possibly(&s, &instant, &want), 0);
    assert_true(deadline.counter == want.counter);
    MARK(deadline);
    assert_int_equal(vmclock_deadline_utc_surely(&s, &far, &deadline), VMCLOCK_ERR_LEAP_HORIZON);
    assert_int_equal(
        vmclock_deadline_utc_possibly(&s, &(struct vmclock_utc){SEC_2017 + 1, 0, 1}, &deadline),
        VMCLOCK_ERR_CALENDAR);
    s.time_type = VMCLOCK_TIME_TYPE_MONOTONIC;
    assert_int_equal(vmclock_deadline_utc_surely(&s, &leap_second, &deadline),
                     VMCLOCK_ERR_NO_EPOCH);
    s.have = 0;
    assert_int_equal(vmclock_deadline_utc_surely(&s, &leap_second, &deadline),
                     VMCLOCK_ERR_NO_CLOCK);
    ASSERT_UNTOUCHED(deadline);
}

int run_deadline_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_inverse_of_vmclock_at),
        cmocka_unit_test(steps_of_65_bits),
        cmocka_unit_test(every_shift),
        cmocka_unit_test(possibly_comes_before_surely),
        cmocka_unit_test(what_has_no_deadline),
        cmocka_unit_test(the_farthest_deadlines),
        cmocka_unit_test(the_farthest_instants),
        cmocka_unit_test(a_step_of_65_bits),
        cmocka_unit_test(whole_ticks_at_shift_0),
        cmocka_unit_test(a_quotient_that_is_too_much),
        cmocka_unit_test(the_last_bits_of_the_error_count),
        cmocka_unit_test(in_utc_by_the_same_rule),
    };
    return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
