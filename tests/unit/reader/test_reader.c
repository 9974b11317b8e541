/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader: what it must notice, and what it must not cost. */
#include "tests/unit/reader/same.h"

#define HALF_SEC_TICKS UINT64_C(500000000) /* of page_fill's counter; T1 is 0.5 s into a second */

static void put(struct pair *p, size_t at, size_t bytes, uint64_t value)
{
    page_put(p->page.bytes, at, bytes, value);
}

/* A reader within a window, some ticks after its base. */
static void start_quick(struct pair *p)
{
    pair_start(p);
    assert_int_equal(pair_now(p), 0);
    p->counter.value += 1000;
    assert_int_equal(pair_now(p), 0);
    assert_true(pair_was_quick(p));
    p->counter.value += 1000;
}

static void within_a_second_the_page_is_copied_once(void **state)
{
    struct pair p;
    (void)state;
    start_quick(&p);
    for (unsigned i = 0; i < 1000; i++) {
        p.counter.value = REF + HALF_SEC_TICKS / 2 * i / 1000;
        p.counter.reads = 0;
        assert_int_equal(vmclock_reader_now(&p.reader), 0);
        assert_int_equal(p.counter.reads, 1);
        assert_true(p.reader.snapshot.counter == REF);
        assert_true(p.reader.reading.counter == p.counter.value);
    }
}

static void within_a_second_labels_are_made_once(void **state)
{
    struct pair p;
    (void)state;
    start_quick(&p);
    p.labels.utc.utc.year = 1; /* which stays, as long as none is made */
    for (unsigned i = 0; i < 1000; i++) {
        p.counter.value = REF + HALF_SEC_TICKS / 2 * (i + 4) / 1000;
        p.counter.reads = 0;
        assert_int_equal(vmclock_reader_utc_now(&p.labels), 0);
        assert_int_equal(p.counter.reads, 1);
        assert_true(p.labels.utc.counter == p.counter.value);
        assert_true(pair_utc_was_quick(&p));
        assert_true(p.labels.utc.utc.year == 1);
    }
}

/* A reading by the other call may take another page: labels of the old one must not stay. */
static void labels_are_of_the_page_that_a_reading_found(void **state)
{
    struct pair p;
    (void)state;
    start_quick(&p);
    assert_int_equal(vmclock_reader_utc_now(&p.labels), 0);
    put(&p, AT_SEC, 8, 1234567890 + 37);
    put(&p, AT_LEAP, 1, 0);
    put(&p, AT_SEQ, 4, 4);
    p.counter.value++;
    assert_int_equal(vmclock_reader_now(&p.labels), 0);
    p.counter.value++;
    assert_int_equal(vmclock_reader_utc_now(&p.labels), 0);
    assert_int_equal(p.labels.utc.utc.posix_sec, 1234567890);
    assert_int_equal(p.labels.utc.seq, 4);
    assert_int_equal(vmclock_utc_now(&p.clk, &p.utc), 0);
    assert_memory_equal(&p.labels.utc, &p.utc, UTC_BYTES);
}

static void across_seconds_the_windows_are_few(void **state)
{
    unsigned slow = 0;
    struct pair p;
    (void)state;
    pair_start(&p);
    for (unsigned i = 0; i < 10000; i++) { /* 5 s, in steps of half a millisecond */
        p.counter.value += HALF_SEC_TICKS / 1000;
        assert_int_equal(pair_now(&p), 0);
        slow += !pair_was_quick(&p);
    }
    assert_in_range(slow, 5, 5 * 4 * 12);
}

/* Every tick around the ends of seconds and of windows. */
static void the_ends_of_seconds_are_exact(void **state)
{
    struct pair p;
    (void)state;
    pair_start(&p);
    for (uint64_t sec = 0; sec < 2; sec++)
        for (uint64_t from = 0; from < 3; from++) {
            /* The time, its latest or earliest end, the age: the error is 56789 ns. */
            const uint64_t end = REF + HALF_SEC_TICKS * (2 * sec + 1);
            p.counter.value = end - 57000 * from - 300;
            for (unsigned i = 0; i < 600; i++, p.counter.value++)
                assert_int_equal(pair_now(&p), 0);
        }
}

/* And around the end of a window that is no second's: 2^29 ticks are as many as it can have here. */
static void the_longest_window_ends(void **state)
{
    struct pair p;
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        pair_start(&p);
        put(&p, AT_FRAC, 8, UINT64_C(1) << 60);
        assert_int_equal(pair_now(&p), 0);
        p.counter.value += (UINT64_C(1) << 29) - 2 + i;
        assert_int_equal(pair_now(&p), 0);
        assert_int_equal(pair_was_quick(&p), i < 2);
    }
}

/* In an update that changes one field and the count. */
static void every_field_is_noticed(void **state)
{
    static const struct {
        size_t at, bytes;
        uint64_t value;
        int want;
    } fields[] = {
        {AT_MAGIC, 4, 0x4b4c4357, VMCLOCK_ERR_CHANGED},
        {AT_SIZE, 4, STRUCT_BYTES - 8, VMCLOCK_ERR_CHANGED},
        {AT_VERSION, 2, 2, VMCLOCK_ERR_CHANGED},
        {AT_COUNTER_ID, 1, 0, VMCLOCK_ERR_COUNTER},
        {AT_COUNTER_ID, 1, 0xff, VMCLOCK_ERR_NO_CLOCK},
        {AT_TIME_TYPE, 1, 0, 0},
        {AT_TIME_TYPE, 1, 3, VMCLOCK_ERR_TIME_TYPE},
        {AT_MARKER, 8, 5, 0},
        {AT_FLAGS, 8, ALL_FLAGS & ~UINT64_C(0x40), 0},
        {AT_STATUS, 1, 3, 0},
        {AT_STATUS, 1, 4, VMCLOCK_ERR_UNSYNCHRONISED},
        {AT_SMEAR, 1, 0, 0},
        {AT_TAI_OFFSET, 2, 36, 0},
        {AT_LEAP, 1, 1, 0},
        {AT_SHIFT, 1, GHZ_SHIFT + 1, 0},
        {AT_REF_COUNTER, 8, REF - 1, 0},
        {AT_PERIOD, 8, GHZ_PERIOD + 1, 0},
        {AT_PERIOD, 8, 0, VMCLOCK_ERR_PERIOD},
        {AT_PERIOD_ESTERROR, 8, 7, 0},
        {AT_PERIOD_MAXERROR, 8, 7, 0},
        {AT_SEC, 8, 1, 0},
        {AT_FRAC, 8, 1, 0},
        {AT_ESTERROR, 8, 7, 0},
        {AT_MAXERROR, 8, 7, 0},
        {AT_GENERATION, 8, 7, 0},
    };
    struct pair p;
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        start_quick(&p);
        put(&p, fields[i].at, fields[i].bytes, fields[i].value);
        put(&p, AT_SEQ, 4, 4);
        assert_int_equal(pair_now(&p), fields[i].want);
        p.counter.value++;
        assert_int_equal(pair_now(&p), fields[i].want);
        page_fill(p.page.bytes); /* and back, under the old count */
        p.counter.value++;
        assert_int_equal(pair_now(&p), 0);
    }
}

/* Another page in the same place, whose count is by chance the same. */
static void a_page_with_the_same_count_is_noticed(void **state)
{
    static const struct {
        size_t at, bytes;
        uint64_t value;
        int want;
    } fields[] = {
        {AT_MARKER, 8, 5, 0},
        {AT_REF_COUNTER, 8, REF - 1, 0},
        {AT_VERSION, 2, 2, VMCLOCK_ERR_CHANGED},
        {AT_COUNTER_ID, 1, 0, VMCLOCK_ERR_COUNTER},
        {AT_TIME_TYPE, 1, 0, 0},
    };
    struct pair p;
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        start_quick(&p);
        put(&p, fields[i].at, fields[i].bytes, fields[i].value);
        assert_int_equal(pair_now(&p), fields[i].want);
    }
    start_quick(&p);
    memset(p.page.bytes, 0, STRUCT_BYTES);
    assert_int_equal(pair_now(&p), VMCLOCK_ERR_CHANGED);
}

static void a_first_count_of_0_is_a_count(void **state)
{
    struct pair p;
    (void)state;
    pair_start(&p);
    memset(&p.reader, 0, sizeof p.reader);
    vmclock_reader_init(&p.reader, &p.clk);
    memset(p.page.bytes + AT_SEQ, 0, 12); /* count and marker, as the zeroed reader has them */
    assert_int_equal(pair_now(&p), 0);
    assert_false(pair_was_quick(&p));
}

static void the_count_wraps(void **state)
{
    struct pair p;
    (void)state;
    pair_start(&p);
    put(&p, AT_SEQ, 4, 0xfffffffe);
    assert_int_equal(pair_now(&p), 0);
    p.counter.value++;
    assert_int_equal(pair_now(&p), 0);
    assert_true(pair_was_quick(&p));
    put(&p, AT_SEQ, 4, 0);
    put(&p, AT_SEC, 8, 77);
    p.counter.value++;
    assert_int_equal(pair_now(&p), 0);
    assert_int_equal(p.reader.reading.time.sec, 77);
}

static void an_update_without_end_is_busy(void **state)
{
    struct pair p;
    (void)state;
    start_quick(&p);
    put(&p, AT_SEQ, 4, 3);
    p.counter.reads = 0;
    assert_int_equal(pair_now(&p), VMCLOCK_ERR_BUSY);
    assert_int_equal(pair_now(&p), VMCLOCK_ERR_BUSY);
    assert_int_equal(p.counter.reads, 0);
    put(&p, AT_SEQ, 4, 4);
    assert_int_equal(pair_now(&p), 0);
}

/* While the counter is read, the page gets another time: the old one must not be the answer. */
static void update_once(struct test_counter *counter)
{
    page_put(counter->page, AT_SEQ, 4, 4);
    page_put(counter->page, AT_SEC, 8, 4711);
}

static void update_always(struct test_counter *counter)
{
    page_put(counter->page, AT_SEQ, 4, 4 + 2 * (uint64_t)counter->reads);
}

static void an_update_around_the_counter_is_noticed(void **state)
{
    struct pair p;
    (void)state;
    start_quick(&p);
    p.counter.page = p.page.bytes;
    p.counter.on_read = update_once;
    assert_int_equal(vmclock_reader_now(&p.reader), 0);
    assert_int_equal(p.reader.reading.time.sec, 4711);

    start_quick(&p);
    p.counter.page = p.page.bytes;
    p.counter.on_read = update_always;
    p.counter.reads = 0;
    assert_int_equal(vmclock_reader_now(&p.reader), VMCLOCK_ERR_BUSY);
    assert_int_equal(p.counter.reads, 1 + 3);
}

static void the_age_limit_holds_in_every_window(void **state)
{
    struct pair p;
    (void)state;
    pair_start(&p);
    p.clk.max_age_sec = 2;
    vmclock_reader_init(&p.reader, &p.clk);
    vmclock_reader_init(&p.labels, &p.clk);
    for (unsigned i = 0; i < 2000; i++) {
        p.counter.value = REF + HALF_SEC_TICKS * 4 - 1000 + i;
        assert_int_equal(pair_now(&p), i > 1000 ? VMCLOCK_ERR_STALE : 0);
    }
    p.counter.value = REF - HALF_SEC_TICKS * 4 - 1000;
    assert_int_equal(pair_now(&p), VMCLOCK_ERR_STALE);
    p.counter.value = REF;
    assert_int_equal(pair_now(&p), 0);
}

static void a_counter_that_steps_back_is_read_right(void **state)
{
    struct pair p;
    (void)state;
    start_quick(&p);
    p.counter.value = REF - 1;
    assert_int_equal(pair_now(&p), 0);
    p.counter.value = REF + 3 * HALF_SEC_TICKS;
    assert_int_equal(pair_now(&p), 0);
    p.counter.value -= 1;
    assert_int_equal(pair_now(&p), 0);
}

static void a_counter_that_wraps_is_read_right(void **state)
{
    struct pair p;
    (void)state;
    pair_start(&p);
    put(&p, AT_REF_COUNTER, 8, 0 - UINT64_C(5000));
    for (uint64_t i = 0; i < 10000; i++) {
        p.counter.value = i - 5000;
        assert_int_equal(pair_now(&p), 0);
    }
}

/* What lines cannot do is done without them. */
static void other_pages_are_read_right(void **state)
{
    static const struct {
        size_t at, bytes;
        uint64_t value;
        int quick;
    } fields[] = {
        {AT_FLAGS, 8, ALL_FLAGS & ~UINT64_C(0x78), 1}, /* no bound */
        {AT_FLAGS, 8, ALL_FLAGS & ~UINT64_C(0x40), 1}, /* an estimate alone */
        {AT_SHIFT, 1, 0, 0},                           /* a tick is longer than a second */
        {AT_SHIFT, 1, 63, 1},
        {AT_SHIFT, 1, 64, 0},
        {AT_SHIFT, 1, 65, 0},
        {AT_SHIFT, 1, 255, 0},
        {AT_PERIOD_MAXERROR, 8, GHZ_PERIOD + 1, 0},
        {AT_PERIOD, 8, 0xffffffffffffffff, 0}, /* the sum of the rates has 65 bits */
        {AT_PERIOD, 8, 0xfffbfffffffffffc, 1}, /* it has 64 */
        {AT_SEC, 8, 0x7fffffffffffffff, 1},
    };
    struct pair p;
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        pair_start(&p);
        put(&p, fields[i].at, fields[i].bytes, fields[i].value);
        for (unsigned call = 0; call < 5; call++) {
            int code = pair_now(&p);
            assert_true(code == 0 || code == VMCLOCK_ERR_RANGE);
            if (call && code == 0)
                assert_int_equal(pair_was_quick(&p), fields[i].quick);
            p.counter.value += 3;
        }
    }
}

static void a_refused_page_is_left_to_look_at(void **state)
{
    struct pair p;
    (void)state;
    start_quick(&p);
    put(&p, AT_STATUS, 1, 4);
    put(&p, AT_SEQ, 4, 4);
    assert_int_equal(pair_now(&p), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(p.reader.snapshot.clock_status, 4);
    assert_int_equal(p.reader.reading.clock_status, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(within_a_second_the_page_is_copied_once),
        cmocka_unit_test(within_a_second_labels_are_made_once),
        cmocka_unit_test(labels_are_of_the_page_that_a_reading_found),
        cmocka_unit_test(across_seconds_the_windows_are_few),
        cmocka_unit_test(the_ends_of_seconds_are_exact),
        cmocka_unit_test(the_longest_window_ends),
        cmocka_unit_test(every_field_is_noticed),
        cmocka_unit_test(a_page_with_the_same_count_is_noticed),
        cmocka_unit_test(a_first_count_of_0_is_a_count),
        cmocka_unit_test(the_count_wraps),
        cmocka_unit_test(an_update_without_end_is_busy),
        cmocka_unit_test(an_update_around_the_counter_is_noticed),
        cmocka_unit_test(the_age_limit_holds_in_every_window),
        cmocka_unit_test(a_counter_that_steps_back_is_read_right),
        cmocka_unit_test(a_counter_that_wraps_is_read_right),
        cmocka_unit_test(other_pages_are_read_right),
        cmocka_unit_test(a_refused_page_is_left_to_look_at),
    };
    int failed = cmocka_run_group_tests_name("reader", tests, NULL, NULL);

    return failed + run_counter_tests() + run_far_tests() + run_random_tests() != 0;
}
