/* SPDX-License-Identifier: BSD-2-Clause */
/* What vmclock-publish makes of samples and of the kernel's word: line, bound, status, leaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>
#include <cmocka.h>
#include <vmclock/abi.h>
#include "boot/linux/publish/leaps.h"
#include "boot/linux/publish/line.h"

#define SEC_2017 INT64_C(1483228800) /* 2017-01-01 00:00:00 UTC, after a leap second */
#define SEC_2026_JUL INT64_C(1782864000)
#define TOLERANCE_PPB 500000
#define NS_PER_SEC INT64_C(1000000000)

static const struct host_kernel steady = {.state = TIME_OK, .tolerance_ppb = TOLERANCE_PPB};

static struct leap_list list_of_2017(int64_t expires_unix_sec)
{
    struct leap_list list = {.count = 2, .expires_unix_sec = expires_unix_sec};

    list.entries[0].unix_sec = INT64_C(1435708800); /* 2015-07-01 */
    list.entries[0].offset_sec = 36;
    list.entries[1].unix_sec = SEC_2017;
    list.entries[1].offset_sec = 37;
    return list;
}

static struct leap_knowledge ask(struct leap_memory *memory, int state, int status, int tai,
                                 int64_t unix_sec)
{
    struct host_kernel kernel = {.state = state, .status = status, .tai_offset_sec = tai};
    struct leap_knowledge knowledge;

    leaps_at(memory, &kernel, unix_sec, &knowledge);
    return knowledge;
}

static void offset_from_the_best_source(void **state)
{
    struct leap_memory memory = {.list = list_of_2017(SEC_2026_JUL), .option_offset_sec = 12};
    struct leap_knowledge known;

    (void)state;
    known = ask(&memory, TIME_OK, 0, 38, SEC_2017 + 100 * 86400);
    assert_int_equal(known.tai_minus_utc_sec, 38);
    known = ask(&memory, TIME_OK, 0, 0, SEC_2017 + 100 * 86400);
    assert_int_equal(known.tai_minus_utc_sec, 37);
    known = ask(&memory, TIME_OK, 0, 0, SEC_2017 - 100 * 86400);
    assert_int_equal(known.tai_minus_utc_sec, 36);
    known = ask(&memory, TIME_OK, 0, 0, SEC_2026_JUL); /* expired */
    assert_int_equal(known.tai_minus_utc_sec, 12);
    memory.option_offset_sec = 0;
    known = ask(&memory, TIME_OK, 0, 0, SEC_2026_JUL);
    assert_false(known.have_offset);
}

/* Kernel with its own offset, through a positive leap second second by second. */
static void positive_leap_by_the_kernel(void **state)
{
    static const struct {
        int state, status, tai;
        int64_t unix_sec;
        uint8_t indicator;
    } rows[] = {
        {TIME_OK, 0, 36, SEC_2017 - 86401, VMCLOCK_LEAP_INDICATOR_NONE},
        {TIME_INS, STA_INS, 36, SEC_2017 - 86400, VMCLOCK_LEAP_INDICATOR_PRE_POS},
        {TIME_INS, STA_INS, 36, SEC_2017 - 1, VMCLOCK_LEAP_INDICATOR_PRE_POS},
        {TIME_OOP, STA_INS, 37, SEC_2017 - 1, VMCLOCK_LEAP_INDICATOR_POS},
        {TIME_WAIT, STA_INS, 37, SEC_2017, VMCLOCK_LEAP_INDICATOR_POST_POS},
        {TIME_OK, 0, 37, SEC_2017 + 30 * 86400, VMCLOCK_LEAP_INDICATOR_POST_POS},
        {TIME_OK, 0, 37, SEC_2017 + 31 * 86400, VMCLOCK_LEAP_INDICATOR_NONE},
    };
    struct leap_memory memory = {.option_offset_sec = 0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct leap_knowledge known =
            ask(&memory, rows[i].state, rows[i].status, rows[i].tai, rows[i].unix_sec);

        assert_int_equal(known.indicator, rows[i].indicator);
        assert_int_equal(known.tai_minus_utc_sec, rows[i].tai);
        assert_false(known.unclear);
    }
}

static void negative_leap_by_the_kernel(void **state)
{
    struct leap_memory memory = {.option_offset_sec = 37};

    (void)state;
    assert_int_equal(ask(&memory, TIME_DEL, STA_DEL, 0, SEC_2026_JUL - 2).indicator,
                     VMCLOCK_LEAP_INDICATOR_PRE_NEG);
    assert_int_equal(ask(&memory, TIME_WAIT, STA_DEL, 0, SEC_2026_JUL).indicator,
                     VMCLOCK_LEAP_INDICATOR_POST_NEG);
    assert_int_equal(ask(&memory, TIME_OK, 0, 0, SEC_2026_JUL + 1).tai_minus_utc_sec, 36);
}

/* The user's offset was of the time before: TAI stays continuous through the leap second. */
static void option_follows_the_leap(void **state)
{
    struct leap_memory memory = {.option_offset_sec = 37};

    (void)state;
    assert_int_equal(ask(&memory, TIME_INS, STA_INS, 0, SEC_2026_JUL - 1).tai_minus_utc_sec, 37);
    assert_int_equal(ask(&memory, TIME_OOP, STA_INS, 0, SEC_2026_JUL - 1).tai_minus_utc_sec, 38);
    assert_int_equal(ask(&memory, TIME_OOP, STA_INS, 0, SEC_2026_JUL - 1).tai_minus_utc_sec, 38);
    assert_int_equal(ask(&memory, TIME_WAIT, STA_INS, 0, SEC_2026_JUL).tai_minus_utc_sec, 38);
}

/* Started after the leap second: the user means the offset of now. */
static void option_of_now_stays(void **state)
{
    struct leap_memory memory = {.option_offset_sec = 38};
    struct leap_knowledge known = ask(&memory, TIME_WAIT, STA_INS, 0, SEC_2026_JUL + 5);

    (void)state;
    assert_int_equal(known.indicator, VMCLOCK_LEAP_INDICATOR_POST_POS);
    assert_int_equal(known.tai_minus_utc_sec, 38);
}

static void armed_in_the_wrong_month(void **state)
{
    struct leap_memory memory = {.option_offset_sec = 37};

    (void)state;
    assert_int_equal(ask(&memory, TIME_INS, STA_INS, 0, SEC_2026_JUL + 86400).indicator,
                     VMCLOCK_LEAP_INDICATOR_NONE);
    assert_int_equal(ask(&memory, TIME_OOP, STA_INS, 0, SEC_2026_JUL + 2 * 86400 - 1).indicator,
                     VMCLOCK_LEAP_INDICATOR_NONE);
    /* Still waiting, on the second day, for a leap second nobody saw. */
    assert_int_equal(ask(&memory, TIME_WAIT, STA_INS, 0, SEC_2026_JUL + 86400).indicator,
                     VMCLOCK_LEAP_INDICATOR_NONE);
}

static void leaps_by_the_list(void **state)
{
    struct leap_memory memory = {.list = list_of_2017(SEC_2017 + 180 * 86400)};

    (void)state;
    assert_int_equal(ask(&memory, TIME_OK, 0, 0, SEC_2017 - 31 * 86400).indicator,
                     VMCLOCK_LEAP_INDICATOR_PRE_POS);
    assert_int_equal(ask(&memory, TIME_OOP, STA_INS, 0, SEC_2017 - 1).tai_minus_utc_sec, 37);
    memory = (struct leap_memory){.list = list_of_2017(SEC_2017 + 180 * 86400)};
    assert_int_equal(ask(&memory, TIME_OK, 0, 0, SEC_2017 + 31 * 86400 - 1).indicator,
                     VMCLOCK_LEAP_INDICATOR_POST_POS);
}

/* An unsynchronised kernel says TIME_ERROR throughout. */
static void leap_hidden_by_an_unsynchronised_kernel(void **state)
{
    struct leap_memory memory = {.option_offset_sec = 37};
    int status = STA_UNSYNC | STA_INS;

    (void)state;
    assert_int_equal(ask(&memory, TIME_ERROR, status, 0, SEC_2026_JUL - 2).indicator,
                     VMCLOCK_LEAP_INDICATOR_PRE_POS);
    assert_false(ask(&memory, TIME_ERROR, status, 0, SEC_2026_JUL - 2).unclear);
    assert_true(ask(&memory, TIME_ERROR, status, 0, SEC_2026_JUL - 1).unclear);
    assert_int_equal(ask(&memory, TIME_ERROR, status, 0, SEC_2026_JUL).indicator,
                     VMCLOCK_LEAP_INDICATOR_POST_POS);
}

static void reads_a_list(void **state)
{
    char path[] = "/tmp/vmclock-leaps-XXXXXX";
    int fd = mkstemp(path);
    static const char text[] = "# comment\n#$\t3676924800\n#@\t3707596800\n"
                               "3644697600\t36\t# 1 Jul 2015\n3692217600\t37\t# 1 Jan 2017\n";
    struct leap_list list;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
    close(fd);
    leaps_load(path, &list);
    unlink(path);
    assert_int_equal(list.count, 2);
    assert_true(list.expires_unix_sec == INT64_C(1498608000)); /* 2017-06-28 */
    assert_true(list.entries[1].unix_sec == SEC_2017);
    assert_int_equal(list.entries[1].offset_sec, 37);
    leaps_load(path, &list); /* missing */
    assert_int_equal(list.count, 0);
    assert_true(list.expires_unix_sec == 0);
}

/* A counter of 2 ticks a ns, its guest's zero in [1000, 1400], sampled in [9000, 9200]. */
static struct vmclock_snapshot compose(const struct options *options,
                                       const struct host_kernel *kernel,
                                       const struct leap_knowledge *leaps, uint32_t divisor)
{
    const struct counter_relation relation = {
        .zero_earliest_ticks = 1000, .zero_latest_ticks = 1400, .host_ticks_a_tick = divisor};
    const struct host_sample sample = {9000, 9200, SEC_2017 * NS_PER_SEC + 250000000, 5};
    const struct host_rate rate = {.ticks = 2000000000, .ns = 1000000000, .error_ppb = 100};
    const struct line_inputs inputs = {
        options, &relation, &sample, kernel, &rate, leaps, 7, VMCLOCK_COUNTER_ID_X86_TSC, 0};
    struct vmclock_snapshot snapshot;

    line_compose(&inputs, &snapshot);
    return snapshot;
}

static const struct leap_knowledge tai_known = {.have_offset = true, .tai_minus_utc_sec = 37};

static void reference_point_and_period(void **state)
{
    const struct options options = {.authority = AUTHORITY_HOST};
    struct vmclock_snapshot s = compose(&options, &steady, &tai_known, 1);

    (void)state;
    assert_true(s.ref_counter == 9100 - 1200);
    assert_true(s.ref_sec == (uint64_t)SEC_2017 + 37);
    assert_true(s.ref_frac64 == UINT64_C(1) << 62);
    assert_int_equal(s.time_type, VMCLOCK_TIME_TYPE_TAI);
    assert_int_equal(s.tai_offset_sec, -37);
    assert_int_equal(s.have, VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET |
                                 VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR |
                                 VMCLOCK_HAVE_PERIOD_ESTERROR | VMCLOCK_HAVE_ESTERROR);
    assert_true(s.disruption_marker == 7);
    /* UAPI.13's 1 GHz period, halved: one more shift. */
    assert_true(s.period_frac == UINT64_C(0x89705F4136B4A597));
    assert_int_equal(s.period_shift, 30);
    /* 500100 ppb of the period, rounded up, and the period's own rounding: 0x89705F4136B4A598 * 500100 /
     * 10^9, and 1. */
    assert_true(s.period_maxerror_frac == UINT64_C(0x11988016c2a8d7));
    assert_int_equal(s.clock_status, VMCLOCK_CLOCK_STATUS_SYNCHRONIZED);
}

static void divided_counter(void **state)
{
    const struct options options = {.authority = AUTHORITY_HOST};
    struct vmclock_snapshot s = compose(&options, &steady, &tai_known, 16);

    (void)state;
    assert_true(s.ref_counter == (9100 - 1200) / 16);
    assert_true(s.period_frac == UINT64_C(0x89705F4136B4A597));
    assert_int_equal(s.period_shift, 26);
}

static void bound_by_authority(void **state)
{
    struct options options = {.authority = AUTHORITY_HOST};
    struct host_kernel kernel = steady;

    (void)state;
    kernel.maxerror_ns = 16000000000;
    /* 100 + 1 ticks of the sample, 200 + 1 of the bracket, 1 of the guest: 303 ticks are 152 ns. */
    assert_true(compose(&options, &kernel, &tai_known, 1).maxerror_ns == 153);
    assert_true(compose(&options, &kernel, &tai_known, 16).maxerror_ns == 160);
    options.authority = AUTHORITY_KERNEL;
    kernel.esterror_ns = 1000;
    assert_true(compose(&options, &kernel, &tai_known, 1).maxerror_ns == 16000000153);
    assert_true(compose(&options, &kernel, &tai_known, 1).esterror_ns == 1153);
    options.claim_bound = true;
    options.claim_bound_ns = 0;
    assert_true(compose(&options, &kernel, &tai_known, 1).maxerror_ns == 0);
}

static void status_is_the_kernels(void **state)
{
    const struct options options = {.authority = AUTHORITY_HOST};
    struct leap_knowledge unclear = {.unclear = true};
    struct host_kernel kernel = steady;

    (void)state;
    kernel.state = TIME_ERROR;
    kernel.status = STA_UNSYNC;
    assert_int_equal(compose(&options, &kernel, &tai_known, 1).clock_status,
                     VMCLOCK_CLOCK_STATUS_FREERUNNING);
    assert_int_equal(compose(&options, &kernel, &unclear, 1).clock_status,
                     VMCLOCK_CLOCK_STATUS_UNRELIABLE);
}

static void utc_without_an_offset(void **state)
{
    const struct options options = {.skew_ns = -250000000};
    const struct leap_knowledge nothing = {.have_offset = false};
    struct vmclock_snapshot s = compose(&options, &steady, &nothing, 1);

    (void)state;
    assert_int_equal(s.time_type, VMCLOCK_TIME_TYPE_UTC);
    assert_int_equal(s.have & VMCLOCK_HAVE_TAI_OFFSET, 0);
    assert_true(s.ref_sec == (uint64_t)SEC_2017 && s.ref_frac64 == 0); /* and skewed */
}

/* A promise that is wider than the period itself does not wrap. */
static void wide_beyond_the_period(void **state)
{
    const struct options options = {.authority = AUTHORITY_HOST};
    const struct counter_relation relation = {.host_ticks_a_tick = 1};
    const struct host_sample sample = {9000, 9200, SEC_2017 * NS_PER_SEC, 5};
    const struct host_rate rate = {.ticks = (1 << 30) + 1, .ns = 1000000000, .error_ppb = 100};
    const struct line_inputs inputs = {&options,  &relation,  &sample, &steady,
                                       &rate,     &tai_known, 7,       VMCLOCK_COUNTER_ID_X86_TSC,
                                       1000000000};
    struct vmclock_snapshot s;

    (void)state;
    line_compose(&inputs, &s);
    assert_true(s.period_maxerror_frac >= s.period_frac);
}

/* One guest after the other gets what it would get alone, whatever it differs in from the one before. */
static void next_is_as_alone(void **state)
{
    const struct options options = {.authority = AUTHORITY_HOST};
    const struct counter_relation relations[] = {{1000, 1400, 1, 0, 0},
                                                 {5000, 5400, 1, 0, 0},
                                                 {5000, 5401, 1, 0, 0},
                                                 {5000, 5401, 2, 0, 0},
                                                 {5000, 5401, 2, 32, UINT64_C(3) << 30},
                                                 {5000, 5401, 2, 31, UINT64_C(3) << 30},
                                                 {5000, 5401, 2, 31, UINT64_C(5) << 29},
                                                 {UINT64_MAX - 99, 301, 2, 31, UINT64_C(5) << 29}};
    struct host_sample samples[] = {{9000, 9200, SEC_2017 * NS_PER_SEC, 5},
                                    {9000, 9300, SEC_2017 * NS_PER_SEC + 1, 6}};
    struct host_rate rate = {.ticks = 2000000000, .ns = 1000000000, .error_ppb = 100};
    struct line_last last = {0};
    unsigned composed = 0;

    (void)state;
    for (unsigned i = 0; i < 4096; i++) {
        unsigned r = i * 7 % 64 % 8, s = i / 64 % 2, t = i / 512 % 2;
        struct line_inputs inputs = {&options, &relations[r], &samples[s], &steady,
                                     &rate,    &tai_known,    i,           (uint8_t)(1 + i % 2),
                                     1000 * t};
        struct vmclock_snapshot alone, next;

        rate.error_ppb = 100 + i / 1024;
        composed += last.sample_count != 1 + i / 1024;
        memset(&alone, 0, sizeof(alone));
        memset(&next, 0, sizeof(next));
        line_compose(&inputs, &alone);
        line_compose_next(&inputs, 1 + i / 1024, &last, &next);
        assert_memory_equal(&alone, &next, sizeof(alone));
    }
    assert_int_equal(composed, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_is_as_alone),
        cmocka_unit_test(offset_from_the_best_source),
        cmocka_unit_test(positive_leap_by_the_kernel),
        cmocka_unit_test(negative_leap_by_the_kernel),
        cmocka_unit_test(option_follows_the_leap),
        cmocka_unit_test(option_of_now_stays),
        cmocka_unit_test(armed_in_the_wrong_month),
        cmocka_unit_test(leaps_by_the_list),
        cmocka_unit_test(leap_hidden_by_an_unsynchronised_kernel),
        cmocka_unit_test(reads_a_list),
        cmocka_unit_test(reference_point_and_period),
        cmocka_unit_test(divided_counter),
        cmocka_unit_test(bound_by_authority),
        cmocka_unit_test(status_is_the_kernels),
        cmocka_unit_test(utc_without_an_offset),
        cmocka_unit_test(wide_beyond_the_period),
    };

    return cmocka_run_group_tests_name("publish-line", tests, NULL, NULL);
}
