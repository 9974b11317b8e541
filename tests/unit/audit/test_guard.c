/* SPDX-License-Identifier: BSD-2-Clause */
/* Guards, and what a notification says, on a page that the publisher writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/error.h>
#include <vmclock/guard.h>
#include <vmclock/publish.h>

static _Alignas(8) unsigned char memory[4096];
static struct vmclock_publisher publisher;
static struct vmclock_snapshot page;
static struct vmclock clk;

static uint64_t read_counter(void *context)
{
    (void)context;
    return 1;
}

static void publish(void)
{
    assert_int_equal(vmclock_publish_step(&publisher, &page), 0);
}

static int open_page(void **state)
{
    const struct vmclock_counter counter = {read_counter, NULL, VMCLOCK_COUNTER_ID_X86_TSC};

    (void)state;
    memset(memory, 0, sizeof(memory));
    memset(&page, 0, sizeof(page));
    page.disruption_marker = 41;
    page.generation = 7;
    page.have = VMCLOCK_HAVE_GENERATION;
    if (vmclock_publish_open(&publisher, memory, sizeof(memory), 0x70))
        return 1;
    publish();
    if (vmclock_open_with_counter(&clk, memory, sizeof(memory), &counter))
        return 1;
    clk.max_tries = 3;
    return 0;
}

static void assert_answer(const struct vmclock_guard *guard, int disrupted, int cloned, int pending)
{
    struct vmclock_guard_answer answer;

    memset(&answer, 0xa5, sizeof(answer));
    assert_int_equal(vmclock_guard_ask(&clk, guard, &answer), 0);
    assert_int_equal(answer.disrupted, disrupted);
    assert_int_equal(answer.cloned, cloned);
    assert_int_equal(answer.pending, pending);
}

static void two_answers(void **state)
{
    struct vmclock_guard guard;

    (void)state;
    assert_int_equal(vmclock_guard_take(&clk, &guard), 0);
    assert_answer(&guard, 0, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_NONE);
    page.flags = UINT64_C(1) << 50; /* an update alone is nothing */
    publish();
    assert_answer(&guard, 0, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_NONE);
    page.disruption_marker--; /* any change */
    publish();
    assert_answer(&guard, 1, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_NONE);
    page.generation++;
    publish();
    assert_answer(&guard, 1, VMCLOCK_CLONED_YES, VMCLOCK_DISRUPTION_NONE);
    page.disruption_marker++; /* the generation may change alone */
    publish();
    assert_answer(&guard, 0, VMCLOCK_CLONED_YES, VMCLOCK_DISRUPTION_NONE);
}

/* Known before or after only is not known. */
static void unknown_without_a_generation(void **state)
{
    struct vmclock_guard with, without;

    (void)state;
    assert_int_equal(vmclock_guard_take(&clk, &with), 0);
    page.have = 0;
    publish();
    assert_int_equal(vmclock_guard_take(&clk, &without), 0);
    assert_false(without.generation_known);
    assert_true(without.generation == 0);
    assert_answer(&with, 0, VMCLOCK_CLONED_UNKNOWN, VMCLOCK_DISRUPTION_NONE);
    assert_answer(&without, 0, VMCLOCK_CLONED_UNKNOWN, VMCLOCK_DISRUPTION_NONE);
    page.have = VMCLOCK_HAVE_GENERATION;
    page.generation = 0;
    publish();
    assert_answer(&without, 0, VMCLOCK_CLONED_UNKNOWN, VMCLOCK_DISRUPTION_NONE);
}

static void pending_disruption(void **state)
{
    struct vmclock_guard guard;

    (void)state;
    assert_int_equal(vmclock_guard_take(&clk, &guard), 0);
    page.flags = VMCLOCK_PAGE_FLAG_DISRUPTION_SOON;
    publish();
    assert_answer(&guard, 0, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_SOON);
    page.flags |= VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT;
    publish();
    assert_answer(&guard, 0, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_IMMINENT);
}

/* What happens between the question and the acknowledgement is not lost. */
static void acknowledged(void **state)
{
    struct vmclock_guard_answer answer;
    struct vmclock_guard guard;

    (void)state;
    assert_int_equal(vmclock_guard_take(&clk, &guard), 0);
    page.disruption_marker++;
    page.generation++;
    publish();
    assert_answer(&guard, 1, VMCLOCK_CLONED_YES, VMCLOCK_DISRUPTION_NONE);
    assert_int_equal(vmclock_guard_ask(&clk, &guard, &answer), 0);
    page.disruption_marker++;
    publish();
    vmclock_guard_acknowledge(&guard, &answer);
    assert_answer(&guard, 1, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_NONE);
    assert_int_equal(vmclock_guard_ask(&clk, &guard, &answer), 0);
    vmclock_guard_acknowledge(&guard, &answer);
    assert_answer(&guard, 0, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_NONE);
    page.have = 0;
    publish();
    assert_int_equal(vmclock_guard_ask(&clk, &guard, &answer), 0);
    vmclock_guard_acknowledge(&guard, &answer);
    assert_answer(&guard, 0, VMCLOCK_CLONED_UNKNOWN, VMCLOCK_DISRUPTION_NONE);
    page.have = VMCLOCK_HAVE_GENERATION;
    publish();
    assert_answer(&guard, 0, VMCLOCK_CLONED_UNKNOWN, VMCLOCK_DISRUPTION_NONE);
    assert_int_equal(vmclock_guard_ask(&clk, &guard, &answer), 0);
    vmclock_guard_acknowledge(&guard, &answer);
    assert_answer(&guard, 0, VMCLOCK_CLONED_NO, VMCLOCK_DISRUPTION_NONE);
}

static void busy_is_no_answer(void **state)
{
    struct vmclock_guard guard, guard_before;
    struct vmclock_guard_answer answer, before;
    struct vmclock_snapshot seen, now, now_before;
    uint32_t changed = 77;

    (void)state;
    memset(&guard, 0xa5, sizeof(guard));
    memset(&answer, 0xa5, sizeof(answer));
    memset(&now, 0xa5, sizeof(now));
    guard_before = guard;
    before = answer;
    now_before = now;
    assert_int_equal(vmclock_take_snapshot(&clk, &seen), 0);
    assert_int_equal(vmclock_publish_begin(&publisher), 0);
    assert_int_equal(vmclock_guard_take(&clk, &guard), VMCLOCK_ERR_BUSY);
    assert_memory_equal(&guard, &guard_before, sizeof(guard));
    assert_int_equal(vmclock_guard_ask(&clk, &guard, &answer), VMCLOCK_ERR_BUSY);
    assert_memory_equal(&answer, &before, sizeof(answer));
    assert_int_equal(vmclock_take_changes(&clk, &seen, &now, &changed), VMCLOCK_ERR_BUSY);
    assert_memory_equal(&now, &now_before, sizeof(now));
    assert_int_equal(changed, 77);
}

/* Each field of a snapshot alone, the bit that it changes, and what says that it is present. */
static void each_change(void **state)
{
    /* clang-format off */
#define FIELD(name, bit, have) {offsetof(struct vmclock_snapshot, name), bit, have}
    /* clang-format on */
    static const struct {
        size_t at;
        uint32_t bit;
        uint16_t have; /* 0: always present */
    } rows[] = {
        FIELD(ref_counter, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_CLOCK),
        FIELD(ref_sec, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_CLOCK),
        FIELD(ref_frac64, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_CLOCK),
        FIELD(period_frac, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_CLOCK),
        FIELD(period_shift, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_CLOCK),
        FIELD(period_esterror_frac, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_PERIOD_ESTERROR),
        FIELD(period_maxerror_frac, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_PERIOD_MAXERROR),
        FIELD(esterror_ns, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_ESTERROR),
        FIELD(maxerror_ns, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_MAXERROR),
        FIELD(time_type, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_CLOCK),
        FIELD(tai_offset_sec, VMCLOCK_CHANGED_LABELS, VMCLOCK_HAVE_TAI_OFFSET),
        FIELD(leap_indicator, VMCLOCK_CHANGED_LABELS, VMCLOCK_HAVE_CLOCK),
        FIELD(smear_hint, VMCLOCK_CHANGED_LABELS, VMCLOCK_HAVE_CLOCK),
        FIELD(clock_status, VMCLOCK_CHANGED_STATUS, VMCLOCK_HAVE_CLOCK),
        FIELD(counter_id, VMCLOCK_CHANGED_COUNTER, 0),
        FIELD(disruption_marker, VMCLOCK_CHANGED_MARKER, 0),
        FIELD(generation, VMCLOCK_CHANGED_GENERATION, VMCLOCK_HAVE_GENERATION),
        FIELD(counter, 0, 0), /* of the reading, not of the page's state */
        FIELD(seq, 0, 0),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vmclock_snapshot before = {.have = rows[i].have}, after = before;

        ((unsigned char *)&after)[rows[i].at] = 1;
        assert_int_equal(vmclock_changes(&before, &after), rows[i].bit);
        assert_int_equal(vmclock_changes(&after, &before), rows[i].bit);
        if (rows[i].have) { /* what the page holds where it says nothing */
            before.have = after.have = (uint16_t)~rows[i].have;
            assert_int_equal(vmclock_changes(&before, &after), 0);
        }
    }
}

/* Each flag alone, of a field that is present with it, of one that is not, and of none. */
static void each_flag(void **state)
{
    static const struct {
        unsigned flag;
        uint32_t bit;
        uint16_t have;
    } rows[] = {{0, VMCLOCK_CHANGED_LABELS, VMCLOCK_HAVE_TAI_OFFSET},
                {1, VMCLOCK_CHANGED_PENDING, 0},
                {2, VMCLOCK_CHANGED_PENDING, 0},
                {3, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_PERIOD_ESTERROR},
                {4, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_PERIOD_MAXERROR},
                {5, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_ESTERROR},
                {6, VMCLOCK_CHANGED_TIME, VMCLOCK_HAVE_MAXERROR},
                {7, VMCLOCK_CHANGED_FLAGS, 0},
                {8, VMCLOCK_CHANGED_GENERATION, VMCLOCK_HAVE_GENERATION},
                {9, VMCLOCK_CHANGED_FLAGS, 0},
                {63, VMCLOCK_CHANGED_FLAGS, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vmclock_snapshot before = {0}, after = {.flags = UINT64_C(1) << rows[i].flag};

        assert_int_equal(vmclock_changes(&before, &after), rows[i].have ? 0 : rows[i].bit);
        after.have = rows[i].have;
        assert_int_equal(vmclock_changes(&before, &after), rows[i].bit);
        assert_int_equal(vmclock_changes(&after, &before), rows[i].bit);
    }
}

/* A clock that comes or goes, with all that is of it. */
static void clock_comes_and_goes(void **state)
{
    const struct vmclock_snapshot none = {.counter_id = VMCLOCK_COUNTER_ID_INVALID};
    const struct vmclock_snapshot clock = {.counter_id = VMCLOCK_COUNTER_ID_X86_TSC,
                                           .have = VMCLOCK_HAVE_CLOCK};
    const uint32_t all = VMCLOCK_CHANGED_TIME | VMCLOCK_CHANGED_LABELS | VMCLOCK_CHANGED_STATUS |
                         VMCLOCK_CHANGED_COUNTER;

    (void)state;
    assert_int_equal(vmclock_changes(&none, &clock), all);
    assert_int_equal(vmclock_changes(&clock, &none), all);
}

/* Read from a page whose flags do not cover what it holds. */
static void uncovered_changes_are_none(void **state)
{
    struct vmclock_snapshot seen, now;
    uint32_t changed;

    (void)state;
    page.have = VMCLOCK_HAVE_CLOCK;
    page.counter_id = VMCLOCK_COUNTER_ID_X86_TSC;
    publish();
    assert_int_equal(vmclock_take_snapshot(&clk, &seen), 0);
    memory[offsetof(struct vmclock_page, vm_generation_counter)]++;
    memory[offsetof(struct vmclock_page, tai_offset_sec)]++;
    memory[offsetof(struct vmclock_page, time_maxerror_nanosec)]++;
    memory[offsetof(struct vmclock_page, time_esterror_nanosec)]++;
    memory[offsetof(struct vmclock_page, counter_period_maxerror_rate_frac_sec)]++;
    memory[offsetof(struct vmclock_page, counter_period_esterror_rate_frac_sec)]++;
    assert_int_equal(vmclock_take_changes(&clk, &seen, &now, &changed), 0);
    assert_true(now.generation != seen.generation); /* raw, for people to look at */
    assert_int_equal(changed, 0);
}

static void notified(void **state)
{
    struct vmclock_snapshot seen, now;
    uint32_t changed;

    (void)state;
    assert_int_equal(vmclock_take_snapshot(&clk, &seen), 0);
    assert_int_equal(vmclock_take_changes(&clk, &seen, &now, &changed), 0);
    assert_int_equal(changed, 0);
    page.disruption_marker++;
    page.generation++;
    page.flags = VMCLOCK_PAGE_FLAG_DISRUPTION_SOON | VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT;
    publish();
    assert_int_equal(vmclock_take_changes(&clk, &seen, &now, &changed), 0);
    assert_int_equal(changed, VMCLOCK_CHANGED_MARKER | VMCLOCK_CHANGED_GENERATION |
                                  VMCLOCK_CHANGED_PENDING | VMCLOCK_CHANGED_FLAGS);
    assert_true(now.disruption_marker == page.disruption_marker);
    assert_int_equal(vmclock_take_changes(&clk, &now, &seen, &changed), 0); /* twice */
    assert_int_equal(changed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_answers, open_page),
        cmocka_unit_test_setup(unknown_without_a_generation, open_page),
        cmocka_unit_test_setup(pending_disruption, open_page),
        cmocka_unit_test_setup(acknowledged, open_page),
        cmocka_unit_test_setup(busy_is_no_answer, open_page),
        cmocka_unit_test_setup(each_change, open_page),
        cmocka_unit_test_setup(each_flag, open_page),
        cmocka_unit_test_setup(clock_comes_and_goes, open_page),
        cmocka_unit_test_setup(uncovered_changes_are_none, open_page),
        cmocka_unit_test_setup(notified, open_page),
    };

    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
