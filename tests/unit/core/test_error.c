/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of errors: names and texts, and that each code of the caller's and the page's groups
 * can be had: the same call succeeds, then one thing is broken, and it fails with exactly that.
 */
#include "fixture.h"

#define GROUP_FIRMWARE (-50) /* from here on downwards the drivers' errors */
#define REF UINT64_C(0x0102030405060708)

static uint64_t read_ref(void *context)
{
    (void)context;
    return REF;
}

/* A page, opened, and a reading of it now; broken says at which moment a byte is changed. */
static int now_with(size_t at, size_t bytes, uint64_t value, int before_open, int broken)
{
    const struct vmclock_counter counter = {read_ref, NULL, 1};
    struct page_image page;
    struct vmclock clk;
    struct vmclock_reading reading;
    page_fill(page.bytes);
    if (broken && before_open) {
        page_put(page.bytes, at, bytes, value);
    }
    const int code = vmclock_open_with_counter(&clk, &page, sizeof page, &counter);
    if (code != 0) {
        return code;
    }
    clk.max_tries = 2;
    if (broken && !before_open) {
        page_put(page.bytes, at, bytes, value);
    }
    return vmclock_now(&clk, &reading);
}

static struct vmclock_leap rule_with(uint8_t type, uint8_t indicator, int16_t offset)
{
    struct vmclock_snapshot s = good_snapshot();
    struct vmclock_leap rule;
    s.time_type = type;
    s.leap_indicator = indicator;
    s.tai_offset_sec = offset;
    assert_int_equal(vmclock_leap_rule(&s, &rule), 0);
    return rule;
}

static int utc_with(uint8_t type, uint8_t indicator, int16_t offset, int64_t sec)
{
    const struct vmclock_leap rule = rule_with(type, indicator, offset);
    struct vmclock_utc utc;
    return vmclock_raw_axis_to_utc(&rule, &(struct vmclock_time){sec, 0}, &utc);
}

static int provoke_argument(int broken)
{
    struct page_image page;
    struct vmclock clk;
    page_fill(page.bytes);
    return vmclock_open(broken ? NULL : &clk, &page, sizeof page);
}

static int provoke_misaligned(int broken)
{
    struct page_image page;
    struct vmclock clk;
    unsigned char *at = page.bytes + (broken ? 4 : 8);
    page_fill(at);
    return vmclock_open(&clk, at, PAGE_BYTES - 8);
}

static int provoke_range(int broken)
{
    const struct vmclock_time one = {1, 0}, last = {INT64_MAX - !broken, 0};
    struct vmclock_time sum;
    return vmclock_time_add(&one, &last, &sum);
}

static int provoke_calendar(int broken)
{
    const struct vmclock_civil civil = {2024, 2, broken ? 30 : 29, 0, 0, 0, 0};
    struct vmclock_utc utc;
    return vmclock_civil_to_utc(&civil, &utc);
}

static int provoke_disrupted(int broken)
{
    const struct vmclock_counter counter = {read_ref, NULL, 1};
    const struct vmclock_snapshot calibrated = good_snapshot();
    struct page_image page;
    struct vmclock clk;
    struct vmclock_reading reading;
    page_fill(page.bytes);
    page_put(page.bytes, AT_MARKER, 8, calibrated.disruption_marker + (uint64_t)broken);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, &counter), 0);
    return vmclock_calibrated_now(&clk, &calibrated, &reading);
}

/* Two exact samples a second apart on a 1 GHz counter, of which the second may be made worse. */
static int calibrate_with(uint64_t ticks, uint64_t frequency_hz)
{
    const struct vmclock_time_source source = {0, 0, 0, VMCLOCK_TIME_TYPE_TAI, 0, 2};
    const struct vmclock_calibration how = {frequency_hz, 100, 100, 0, 0, 0};
    const struct vmclock_sample samples[] = {
        {1000, 1000, {TAI_2017, 0}, {TAI_2017, 0}, 0, 1},
        {1000 + ticks, 1000 + ticks, {TAI_2017 + 1, 0}, {TAI_2017 + 1, 0}, 0, 1},
    };
    struct vmclock_snapshot snapshot;
    return vmclock_calibrate(&source, samples, 2, &how, &snapshot);
}

static int provoke_contradiction(int broken)
{
    return calibrate_with(broken ? 999000000 : 1000000000, 1000000000);
}

static int provoke_rate(int broken)
{
    return calibrate_with(broken ? 0 : 1000000000, 0);
}

static int provoke_too_far(int broken)
{
    const struct vmclock_counter counter = {read_ref, NULL, 1};
    const struct vmclock_steer_config config = {1000, 500000};
    struct page_image page;
    struct vmclock clk;
    struct vmclock_steer steer;
    page_fill(page.bytes);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, &counter), 0);
    assert_int_equal(vmclock_steer_init(&steer, &clk, &config), 0);
    assert_int_equal(vmclock_steer_start_epoch(&steer, NULL), 0);
    page_put(page.bytes, AT_SEC, 8, (uint64_t)TAI_2017 + (uint64_t)broken);
    return vmclock_steer_update(&steer, NULL);
}

static int provoke_room(int broken)
{
    const struct vmclock_time second = {1, 0};
    char text[4];
    return vmclock_text_duration(&second, 0, text, sizeof text - (size_t)broken);
}

static int provoke_not_yet(int broken)
{
    const struct vmclock_counter counter = {read_ref, NULL, 1};
    struct vmclock_deadline deadline = {REF, 0, 0};
    struct page_image page;
    struct vmclock clk;
    page_fill(page.bytes);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, &counter), 0);
    deadline.counter += (uint64_t)broken;
    deadline.disruption_marker = good_snapshot().disruption_marker;
    return vmclock_wait(&clk, &deadline, 0);
}

static int provoke_busy(int broken)
{
    return now_with(AT_SEQ, 4, 3, 0, broken);
}

static int provoke_magic(int broken)
{
    return now_with(AT_MAGIC, 1, 'v', 1, broken);
}

static int provoke_version(int broken)
{
    return now_with(AT_VERSION, 2, 2, 1, broken);
}

static int provoke_size(int broken)
{
    return now_with(AT_SIZE, 4, PAGE_BYTES + 8, 1, broken);
}

static int provoke_changed(int broken)
{
    return now_with(AT_SIZE, 4, 0x68, 0, broken);
}

static int provoke_no_clock(int broken)
{
    return now_with(AT_COUNTER_ID, 1, 0xff, 1, broken);
}

static int provoke_counter(int broken)
{
    return now_with(AT_COUNTER_ID, 1, 0, 1, broken);
}

static int provoke_unsynchronised(int broken)
{
    return now_with(AT_STATUS, 1, 4, 1, broken);
}

static int provoke_time_type(int broken)
{
    return now_with(AT_TIME_TYPE, 1, 3, 1, broken);
}

static int provoke_period(int broken)
{
    return now_with(AT_PERIOD, 8, 0, 1, broken);
}

static int provoke_stale(int broken)
{
    const struct vmclock_counter counter = {read_ref, NULL, 1};
    struct page_image page;
    struct vmclock clk;
    struct vmclock_reading reading;
    page_fill(page.bytes);
    page_put(page.bytes, AT_REF_COUNTER, 8, REF - 3000000000);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, &counter), 0);
    clk.max_age_sec = broken ? 2 : 3;
    return vmclock_now(&clk, &reading);
}

static int provoke_no_epoch(int broken)
{
    return utc_with(broken ? 2 : 1, 0, 37, TAI_2017);
}

static int provoke_tai_offset(int broken)
{
    return utc_with(1, 0, broken ? 0 : 37, TAI_2017);
}

static int provoke_leap(int broken)
{
    return utc_with(1, broken ? 6 : 0, 37, TAI_2017);
}

static int provoke_leap_horizon(int broken)
{
    return utc_with(1, 0, 37, TAI_2017 + (broken ? 100 : 1) * DAY_SEC);
}

static int provoke_smear(int broken)
{
    struct vmclock_smear_shape shape;
    return vmclock_smear_shape_of(broken ? 3 : 2, &shape);
}

static int provoke_estimate(int broken)
{
    struct vmclock_snapshot s = good_snapshot();
    int64_t ns;
    s.have ^= broken ? VMCLOCK_HAVE_ESTERROR : 0;
    return vmclock_estimate_at(&s, s.ref_counter, &ns);
}

static const struct {
    int error;
    int (*provoke)(int broken);
} provocations[] = {
    {VMCLOCK_ERR_ARGUMENT, provoke_argument},
    {VMCLOCK_ERR_MISALIGNED, provoke_misaligned},
    {VMCLOCK_ERR_RANGE, provoke_range},
    {VMCLOCK_ERR_CALENDAR, provoke_calendar},
    {VMCLOCK_ERR_DISRUPTED, provoke_disrupted},
    {VMCLOCK_ERR_CONTRADICTION, provoke_contradiction},
    {VMCLOCK_ERR_RATE, provoke_rate},
    {VMCLOCK_ERR_TOO_FAR, provoke_too_far},
    {VMCLOCK_ERR_ROOM, provoke_room},
    {VMCLOCK_ERR_NOT_YET, provoke_not_yet},
    {VMCLOCK_ERR_BUSY, provoke_busy},
    {VMCLOCK_ERR_MAGIC, provoke_magic},
    {VMCLOCK_ERR_VERSION, provoke_version},
    {VMCLOCK_ERR_SIZE, provoke_size},
    {VMCLOCK_ERR_CHANGED, provoke_changed},
    {VMCLOCK_ERR_NO_CLOCK, provoke_no_clock},
    {VMCLOCK_ERR_COUNTER, provoke_counter},
    {VMCLOCK_ERR_UNSYNCHRONISED, provoke_unsynchronised},
    {VMCLOCK_ERR_TIME_TYPE, provoke_time_type},
    {VMCLOCK_ERR_PERIOD, provoke_period},
    {VMCLOCK_ERR_STALE, provoke_stale},
    {VMCLOCK_ERR_NO_EPOCH, provoke_no_epoch},
    {VMCLOCK_ERR_TAI_OFFSET, provoke_tai_offset},
    {VMCLOCK_ERR_LEAP, provoke_leap},
    {VMCLOCK_ERR_LEAP_HORIZON, provoke_leap_horizon},
    {VMCLOCK_ERR_SMEAR, provoke_smear},
    {VMCLOCK_ERR_ESTIMATE, provoke_estimate},
};

/* The library's own list, so that a new code without a test fails here. */
static const struct {
    int error;
    const char *name;
    const char *text;
} listed[] = {
#define ROW(code, NAME, name, text) {VMCLOCK_ERR_##NAME, name, text},
    VMCLOCK_ERRORS(ROW)
#undef ROW
};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void every_error_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(provocations); i++) {
        assert_int_equal(provocations[i].provoke(0), 0);
        assert_int_equal(provocations[i].provoke(1), provocations[i].error);
    }
}

static void no_error_is_forgotten(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(listed); i++) {
        /* Only a publisher's: provoked by its own tests. */
        size_t found = strcmp(listed[i].name, "step") == 0;
        for (size_t n = 0; n < COUNT_OF(provocations); n++) {
            found += provocations[n].error == listed[i].error;
        }
        if (listed[i].error > GROUP_FIRMWARE && found != 1) {
            fail_msg("%s is provoked by %zu tests here", listed[i].name, found);
        }
    }
}

static void names_and_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(listed); i++) {
        assert_string_equal(vmclock_error_name(listed[i].error), listed[i].name);
        assert_string_equal(vmclock_error_text(listed[i].error), listed[i].text);
    }
    assert_string_equal(vmclock_error_name(0), "ok");
    assert_string_equal(vmclock_error_text(0), "Success.");
}

static void codes_not_in_the_list(void **state)
{
    static const int others[] = {1,    -11, -19, -127, -128,       -129,           -256,
                                 -257, 255, 256, 235,  2147483647, -2147483647 - 1};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_string_equal(vmclock_error_name(others[i]), "unknown");
        assert_true(strlen(vmclock_error_text(others[i])) > 0);
    }
}

/* For logs: names are words, distinct; texts are one sentence. */
static void names_are_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(listed); i++) {
        const size_t length = strlen(listed[i].text);
        assert_true(listed[i].error < 0 && listed[i].error >= -128);
        assert_int_equal(strspn(listed[i].name, "abcdefghijklmnopqrstuvwxyz-"),
                         strlen(listed[i].name));
        assert_true(length > 10 && strcspn(listed[i].text, ".") == length - 1);
        for (size_t n = 0; n < i; n++) {
            assert_string_not_equal(listed[n].name, listed[i].name);
            assert_int_not_equal(listed[n].error, listed[i].error);
        }
    }
}

int run_error_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_alone), cmocka_unit_test(no_error_is_forgotten),
        cmocka_unit_test(names_and_texts),   cmocka_unit_test(codes_not_in_the_list),
        cmocka_unit_test(names_are_words),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
