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
    assert_int_equal(vmclock_notified(&clk, &seen, &now, &changed), VMCLOCK_ERR_BUSY);
    assert_memory_equal(&now, &now_before, sizeof(now));
    assert_int_equal(changed, 77);
}

/* Each field of a snapshot alone, and the one bit that it changes. */
static void each_change(void **state)
{
#define FIELD(name, bit) \
    { \
        offsetof(struct vmclock_snapshot, name), bit \
    }
    static const struct {
        size_t at;
        uint32_t bit;
    } rows[] = {
        FIELD(ref_counter, VMCLOCK_CHANGED_TIME),
        FIELD(ref_sec, VMCLOCK_CHANGED_TIME),
        FIELD(ref_frac64, VMCLOCK_CHANGED_TIME),
        FIELD(period_frac, VMCLOCK_CHANGED_TIME),
        FIELD(period_shift, VMCLOCK_CHANGED_TIME),
        FIELD(period_esterror_frac, VMCLOCK_CHANGED_TIME),
        FIELD(period_maxerror_frac, VMCLOCK_CHANGED_TIME),
        FIELD(esterror_ns, VMCLOCK_CHANGED_TIME),
        FIELD(maxerror_ns, VMCLOCK_CHANGED_TIME),
        FIELD(time_type, VMCLOCK_CHANGED_TIME),
        FIELD(tai_offset_sec, VMCLOCK_CHANGED_LABELS),
        FIELD(leap_indicator, VMCLOCK_CHANGED_LABELS),
        FIELD(smear_hint, VMCLOCK_CHANGED_LABELS),
        FIELD(clock_status, VMCLOCK_CHANGED_STATUS),
        FIELD(counter_id, VMCLOCK_CHANGED_COUNTER),
        FIELD(disruption_marker, VMCLOCK_CHANGED_MARKER),
        FIELD(generation, VMCLOCK_CHANGED_GENERATION),
        FIELD(counter, 0), /* of the reading, not of the page's state */
        FIELD(seq, 0),
    };
    static const struct {
        unsigned flag;
        uint32_t bit;
    } flags[] = {
        {0, VMCLOCK_CHANGED_LABELS}, {1, VMCLOCK_CHANGED_PENDING}, {2, VMCLOCK_CHANGED_PENDING},
        {3, VMCLOCK_CHANGED_TIME},   {4, VMCLOCK_CHANGED_TIME},    {5, VMCLOCK_CHANGED_TIME},
        {6, VMCLOCK_CHANGED_TIME},   {7, VMCLOCK_CHANGED_FLAGS},   {8, VMCLOCK_CHANGED_GENERATION},
        {9, VMCLOCK_CHANGED_FLAGS},  {63, VMCLOCK_CHANGED_FLAGS}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vmclock_snapshot before = {0}, after = {0};

        ((unsigned char *)&after)[rows[i].at] = 1;
        assert_int_equal(vmclock_changed(&before, &after), rows[i].bit);
        assert_int_equal(vmclock_changed(&after, &before), rows[i].bit);
    }
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        struct vmclock_snapshot before = {0}, after = {.flags = UINT64_C(1) << flags[i].flag};

        assert_int_equal(vmclock_changed(&before, &after), flags[i].bit);
        assert_int_equal(vmclock_changed(&after, &before), flags[i].bit);
    }
}

static void notified(void **state)
{
    struct vmclock_snapshot seen, now;
    uint32_t changed;

    (void)state;
    assert_int_equal(vmclock_take_snapshot(&clk, &seen), 0);
    assert_int_equal(vmclock_notified(&clk, &seen, &now, &changed), 0);
    assert_int_equal(changed, 0);
    page.disruption_marker++;
    page.generation++;
    page.flags = VMCLOCK_PAGE_FLAG_DISRUPTION_SOON | VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT;
    publish();
    assert_int_equal(vmclock_notified(&clk, &seen, &now, &changed), 0);
    assert_int_equal(changed, VMCLOCK_CHANGED_MARKER | VMCLOCK_CHANGED_GENERATION |
                                  VMCLOCK_CHANGED_PENDING | VMCLOCK_CHANGED_FLAGS);
    assert_true(now.disruption_marker == page.disruption_marker);
    assert_int_equal(vmclock_notified(&clk, &now, &seen, &changed), 0); /* twice */
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
        cmocka_unit_test_setup(notified, open_page),
    };

    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
