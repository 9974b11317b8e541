/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work that waits in its middle: what it waits for, who goes on meanwhile, and what is its own again behind it.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/task.h"
#include "boot/linux/common/wait.h"

#define MANY 100

static unsigned steps[MANY];

static void count(void *context)
{
    unsigned *step = context;

    while (*step < 3) {
        ++*step;
        assert_true(task_is_in());
        assert_int_equal(wait_readable((int)*step, 1000 + *step), *step == 2);
    }
}

/* Each is where it was, however many go on in between. */
static void many(void **state)
{
    struct task *tasks[MANY];

    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        tasks[i] = task_new(count, &steps[i], 7);
        assert_non_null(tasks[i]);
        assert_int_equal(task_fd(tasks[i]), -1);
        assert_true(task_limit_ms(tasks[i]) == 0);
        assert_true(task_since_ms(tasks[i]) == 7);
    }
    for (unsigned step = 1; step <= 3; step++)
        for (unsigned i = 0; i < MANY; i++) {
            assert_true(task_go_on(tasks[i], step == 3));
            assert_false(task_is_in());
            assert_int_equal(steps[i], step);
            assert_int_equal(task_fd(tasks[i]), (int)step);
            assert_true(task_limit_ms(tasks[i]) == 1000 + step);
            assert_true(wait_now_ms() - task_since_ms(tasks[i]) < 60000);
        }
    for (unsigned i = 0; i < MANY; i++)
        assert_false(task_go_on(tasks[i], false));
}

static void wait_for_more(void *context)
{
    const int64_t *limit_ms = context;

    for (int64_t now_ms = 1; *limit_ms < 3; now_ms++)
        (void)task_wait(-1, *limit_ms, now_ms);
}

/* Who waits on for the same has waited since he began to. */
static void waits_on(void **state)
{
    int64_t limit_ms = 1;
    struct task *task = task_new(wait_for_more, &limit_ms, 0);

    (void)state;
    assert_true(task_go_on(task, false));
    assert_true(task_since_ms(task) == 1);
    assert_true(task_go_on(task, true));
    assert_true(task_since_ms(task) == 1);
    limit_ms = 2;
    assert_true(task_go_on(task, true));
    assert_true(task_since_ms(task) == 3);
    limit_ms = 3;
    assert_false(task_go_on(task, true));
}

static void fail_twice(void *context)
{
    event_guest(context);
    event_quiet(true);
    failure("first", "of %s", (char *)context);
    (void)wait_readable(-1, 0);
    assert_string_equal(last_failure(), "first: of a");
    assert_ptr_equal(event_guest(NULL), context);
    assert_true(event_quiet(false));
}

/* What lines are about is the task's within it, and its beginner's outside. */
static void lines_are_of_their_own(void **state)
{
    static char of_task[] = "a", ours[] = "b";
    struct task *task = task_new(fail_twice, of_task, 0);

    (void)state;
    event_guest(ours);
    assert_true(task_go_on(task, false));
    assert_ptr_equal(event_guest(ours), ours);
    assert_true(event_quiet(true) == false);
    failure("other", "of b");
    assert_false(task_go_on(task, false));
    assert_ptr_equal(event_guest(NULL), ours);
    assert_true(event_quiet(false));
}

static void go_deep(void *context)
{
    volatile char frame[65536];

    frame[0] = *(char *)context;
    if (frame[0])
        go_deep(context);
    frame[1] = frame[0];
}

/* A stack that is used up ends the program; nothing else is written to. */
static void guarded(void **state)
{
    static char more = 1;
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        (void)task_go_on(task_new(go_deep, &more, 0), false);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

/* Outside of tasks a wait is one of this thread's. */
static void outside(void **state)
{
    int ends[2];
    int64_t start_ms = wait_now_ms();

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_false(wait_readable(ends[0], start_ms + 20));
    assert_true(wait_now_ms() >= start_ms + 20);
    assert_int_equal(write(ends[1], "", 1), 1);
    assert_true(wait_readable(ends[0], start_ms));
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many),
        cmocka_unit_test(waits_on),
        cmocka_unit_test(lines_are_of_their_own),
        cmocka_unit_test(guarded),
        cmocka_unit_test(outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
