/* SPDX-License-Identifier: BSD-2-Clause */
/* Readings on request; the verdict alone; a line that is longer than what is kept of it; no such state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "fixture.h"
#include "questions.h"
#include "text.h"

struct asker {
    const char *characters; /* what is asked, in order; then the end */
    unsigned taken;
};

static int next(void *context)
{
    struct asker *asker = context;

    return *asker->characters ? (unsigned char)*asker->characters++ : 'q';
}

static void append(void *context, const char *text, size_t length)
{
    (void)context;
    assert_true(output_length + length < sizeof(output));
    memcpy(output + output_length, text, length);
    output_length += length;
}

static const struct report_sink any_sink = {append, NULL}; /* the fixture's takes whole lines */

static void clear(void)
{
    memset(output, 0, sizeof(output));
    output_length = 0;
}

static void note(void *context, struct report *seen)
{
    struct asker *asker = context;

    assert_ptr_equal(seen, &report);
    assert_string_equal(output, "="); /* before it is answered */
    asker->taken++;
}

static void serve(struct asker *asker, int is_watched, const struct vmclock *clk)
{
    const struct report_line line = {next, append, is_watched ? note : NULL, asker};

    clear();
    report_serve(&line, &report, clk);
}

static uint64_t counter_of_5000(void *context)
{
    (void)context;
    return 5000;
}

static void an_answer_to_each_question(void **state)
{
    const struct vmclock_counter counter = {counter_of_5000, NULL, VMCLOCK_COUNTER_ID_X86_TSC};
    struct asker once = {"xr\n", 0}, twice = {"rr", 0}, never = {"x", 0};
    struct vmclock clk;
    char first[256];

    (void)state;
    report_init(&report, 0);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, 0x1000, &counter), 0);
    serve(&once, 1, &clk);
    assert_int_equal(once.taken, 1);
    assert_memory_equal(output, "=ok 1699999999", 14);
    assert_non_null(strstr(output, " 5000\n"));
    assert_int_equal(strlen(output), strcspn(output, "\n") + 1);
    memcpy(first, output, sizeof(first));
    serve(&twice, 0, &clk);
    assert_memory_equal(output, first, strlen(first));
    assert_string_equal(output + strlen(first), first);
    serve(&never, 0, &clk);
    assert_string_equal(output, "");
}

static void what_there_is_to_say_without_a_page(void **state)
{
    struct asker once = {"r", 0};

    (void)state;
    report_init(&report, VMCLOCK_ERR_NO_DEVICE);
    serve(&once, 1, NULL);
    assert_int_equal(once.taken, 0);
    assert_string_equal(output, "=no-device none none none\n");
}

/* A page that cannot be read is answered, and shown to nobody. */
static void without_a_snapshot_there_is_nothing_to_see(void **state)
{
    const struct vmclock_counter counter = {counter_of_5000, NULL, VMCLOCK_COUNTER_ID_X86_TSC};
    struct asker once = {"r", 0};
    struct vmclock clk;

    (void)state;
    report_init(&report, 0);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, 0x1000, &counter), 0);
    clk.max_tries = 2;
    page.seq_count.wire |= 1;
    serve(&once, 1, &clk);
    assert_int_equal(once.taken, 0);
    assert_memory_equal(output, "=busy none none", 15);
}

static void the_verdict_alone(void **state)
{
    (void)state;
    report_init(&report, VMCLOCK_ERR_NO_DEVICE);
    clear();
    report_print_verdict(&report, &any_sink);
    assert_string_equal(output, "vmclock: no-device: The firmware describes no vmclock device.\n");
}

static void a_line_of_any_length(void **state)
{
    struct text text;

    (void)state;
    clear();
    text_init(&text, &any_sink);
    for (unsigned i = 0; i < 3 * sizeof(text.line); i++)
        text_put_char(&text, (char)('a' + i % 26));
    text_end_line(&text);
    assert_int_equal(output_length, 3 * sizeof(text.line) + 1);
    for (unsigned i = 0; i < 3 * sizeof(text.line); i++)
        assert_int_equal(output[i], 'a' + i % 26);
    assert_int_equal(output[3 * sizeof(text.line)], '\n');
}

static void no_such_state(void **state)
{
    (void)state;
    assert_string_equal(report_state_name((enum report_state)99), "unknown");
    assert_int_equal(report_state_code((enum report_state)99), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_answer_to_each_question, good_page),
        cmocka_unit_test_setup(what_there_is_to_say_without_a_page, good_page),
        cmocka_unit_test_setup(without_a_snapshot_there_is_nothing_to_see, good_page),
        cmocka_unit_test(the_verdict_alone),
        cmocka_unit_test(a_line_of_any_length),
        cmocka_unit_test(no_such_state),
    };

    return cmocka_run_group_tests_name("questions", tests, NULL, NULL);
}
