/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose counters are looked at, and when, by what a kernel that is made up tells, on a clock that is made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "boot/linux/common/event.h"
#include "boot/linux/kvm/trace.h"
#include "boot/linux/publish/counters.h"

#define GUESTS 4
#define QEMU_GUEST 3 /* none of KVM's */
#define RENEWAL_MS 60000
#define ANY_MS 1000

static int64_t now_ms, look_ms; /* look_ms: how long to look at a guest takes */
static bool refused, sample_fails;
static unsigned opened, closed, samples, said;
static pid_t news[4];
static unsigned news_count;
static unsigned refreshed[GUESTS];
static struct guest_options options[GUESTS];
static struct guest guests[GUESTS], *places[GUESTS];
static struct publication p;
static char traces[8]; /* stand for what kvm_trace_open gives, one after the other */

int64_t wait_now_ms(void)
{
    return now_ms;
}

void event(const char *format, ...)
{
    assert_non_null(strstr(format, "the kernel does not tell when counters are set"));
    said++;
}

struct kvm_trace *kvm_trace_open(const char **why)
{
    *why = "not here";
    return refused ? NULL : (struct kvm_trace *)&traces[opened++];
}

/* The last but the one that was opened last. */
void kvm_trace_close(struct kvm_trace *trace)
{
    assert_ptr_equal(trace, &traces[closed]);
    closed++;
}

int kvm_trace_fd(const struct kvm_trace *trace)
{
    return 100 + (int)((const char *)trace - traces);
}

void kvm_trace_hear(struct kvm_trace *trace, void (*set)(void *context, pid_t pid), void *context)
{
    assert_ptr_equal(trace, &traces[closed]);
    for (unsigned i = 0; i < news_count; i++)
        set(context, news[i]);
    news_count = 0;
}

int clocks_sample(struct clocks *clocks)
{
    assert_ptr_equal(clocks, &p.clocks);
    samples++;
    return sample_fails ? -1 : 0;
}

/* As an update does. */
void guest_refresh(struct guest *guest)
{
    refreshed[guest - guests]++;
    guest->counter_doubts -= guest->counter_doubts > 0;
    now_ms += look_ms;
}

/* Three KVM guests that are live, one of QEMU's, and a kernel that tells. */
static int start(void **state)
{
    (void)state;
    now_ms = 5000000;
    look_ms = 0;
    refused = sample_fails = false;
    opened = closed = samples = said = news_count = 0;
    p = (struct publication){.guests = places, .guest_count = GUESTS};
    for (int i = 0; i < GUESTS; i++) {
        options[i] = (struct guest_options){.kvm = i == QEMU_GUEST ? 0 : 10 + i};
        guests[i] = (struct guest){.own = &options[i], .state = GUEST_LIVE};
        places[i] = &guests[i];
        refreshed[i] = 0;
    }
    counters_open(&p);
    assert_int_equal(opened, 1);
    return 0;
}

static void tell(pid_t pid)
{
    news[news_count++] = pid;
}

static void assert_refreshed(unsigned first, unsigned second, unsigned third)
{
    assert_int_equal(refreshed[0], first);
    assert_int_equal(refreshed[1], second);
    assert_int_equal(refreshed[2], third);
    assert_int_equal(refreshed[QEMU_GUEST], 0);
}

static void assert_doubts(unsigned first, unsigned second, unsigned third)
{
    assert_int_equal(guests[0].counter_doubts, first);
    assert_int_equal(guests[1].counter_doubts, second);
    assert_int_equal(guests[2].counter_doubts, third);
    assert_int_equal(guests[QEMU_GUEST].counter_doubts, 0);
}

/* As the publisher does: when it may be listened. */
static void hear(bool told)
{
    now_ms += counters_left_ms(&p, now_ms);
    counters_hear(&p, told);
}

/* Twice as soon as it may be, and once more before the next update; nobody else for that. */
static void test_one(void **state)
{
    (void)state;
    tell(11);
    hear(true);
    assert_refreshed(0, 1, 0);
    assert_doubts(0, 2, 0);
    assert_true(guests[1].counter_told);
    assert_false(guests[0].counter_told);
    assert_true(p.counters_again);
    hear(false);
    assert_refreshed(0, 2, 0);
    assert_doubts(0, 1, 0);
    assert_false(p.counters_again);
    hear(false);
    assert_refreshed(0, 2, 0);
    assert_int_equal(samples, 2);
    tell(10); /* the first */
    hear(true);
    assert_refreshed(1, 2, 0);
    assert_int_equal(samples, 3);
    tell(99); /* none of ours */
    hear(true);
    hear(false);
    assert_refreshed(2, 2, 0); /* the first, as above */
    assert_int_equal(samples, 4);
}

/* Who has no clock now is not refreshed, and remembers. */
static void test_not_live(void **state)
{
    (void)state;
    guests[1].state = GUEST_SETTLING;
    tell(11);
    hear(true);
    assert_refreshed(0, 0, 0);
    assert_doubts(0, 3, 0);
    assert_int_equal(samples, 0);
    assert_false(p.counters_again);
}

/* It may have been any: all are looked at, but no more often than once a second. */
static void test_any(void **state)
{
    (void)state;
    guests[2].counter_doubts = 3;
    tell(0);
    hear(true);
    assert_refreshed(1, 1, 1);
    assert_doubts(1, 1, 2);
    assert_false(guests[0].counter_told);
    assert_int_equal(samples, 1);
    tell(0);
    hear(true);
    assert_refreshed(1, 1, 2);
    assert_true(p.counters_again); /* in a second */
    hear(false);
    assert_refreshed(1, 1, 2);
    for (int last = 0; last < 2; last++) {
        now_ms = 5000000 + ANY_MS - 1 + last;
        p.counters_next_ms = 0;
        hear(false);
        assert_int_equal(refreshed[0], 1 + last);
    }
    assert_refreshed(2, 2, 3);
    assert_false(p.counters_any);
    hear(false);
    assert_refreshed(2, 2, 3);
}

/* At least 10 ms, and as long as the looks took. */
static void test_pause(void **state)
{
    (void)state;
    assert_int_equal(counters_left_ms(&p, now_ms), 0);
    assert_int_equal(counters_fd(&p, now_ms), 100);
    tell(11);
    hear(true);
    assert_int_equal(counters_left_ms(&p, now_ms), COUNTERS_PAUSE_MS);
    assert_int_equal(counters_fd(&p, now_ms), -1);
    assert_int_equal(counters_fd(&p, now_ms + COUNTERS_PAUSE_MS - 1), -1);
    assert_int_equal(counters_fd(&p, now_ms + COUNTERS_PAUSE_MS), 100);
    tell(10);
    counters_hear(&p, true); /* too early */
    assert_refreshed(0, 1, 0);
    assert_int_equal(news_count, 1);
    look_ms = 70;
    hear(true);
    assert_refreshed(1, 2, 0);
    assert_int_equal(counters_left_ms(&p, now_ms), 140 + COUNTERS_PAUSE_MS);
}

/* Nothing is refreshed within a sample, or from none. */
static void test_no_sample(void **state)
{
    (void)state;
    p.clocks.sampling = true;
    tell(11);
    hear(true);
    assert_refreshed(0, 0, 0);
    assert_int_equal(samples, 0);
    assert_true(p.counters_again);
    p.clocks.sampling = false;
    sample_fails = true;
    hear(false);
    assert_refreshed(0, 0, 0);
    assert_int_equal(samples, 1);
    sample_fails = false;
    hear(false);
    assert_refreshed(0, 1, 0);
}

/* Each minute anew, without losing what was told before; the old one stays where there can be no new one. */
static void test_renewal(void **state)
{
    (void)state;
    now_ms += RENEWAL_MS - 1;
    counters_renew(&p);
    assert_int_equal(opened, 1);
    now_ms++;
    tell(12);
    counters_renew(&p);
    assert_int_equal(opened, 2);
    assert_int_equal(closed, 1);
    assert_int_equal(news_count, 0);
    assert_doubts(0, 0, 3);
    assert_ptr_equal(p.trace, &traces[1]);
    assert_int_equal(counters_fd(&p, now_ms), 101);
    counters_renew(&p);
    assert_int_equal(opened, 2);
    refused = true;
    now_ms += RENEWAL_MS;
    counters_renew(&p);
    assert_int_equal(closed, 1);
    assert_ptr_equal(p.trace, &traces[1]);
    refused = false;
    now_ms += RENEWAL_MS - 1;
    counters_renew(&p);
    assert_int_equal(opened, 2);
    now_ms++;
    counters_renew(&p);
    assert_int_equal(opened, 3);
    assert_int_equal(said, 0);
}

/* A kernel that does not tell: that is said once, until it does. */
static void test_untold(void **state)
{
    (void)state;
    counters_open(&p); /* is open */
    assert_int_equal(opened, 1);
    p.trace = NULL;
    refused = true;
    counters_open(&p);
    assert_int_equal(said, 1);
    counters_open(&p);
    assert_int_equal(said, 1);
    assert_int_equal(counters_fd(&p, now_ms), -1);
    tell(11);
    counters_hear(&p, true);
    assert_int_equal(news_count, 1);
    now_ms += RENEWAL_MS;
    counters_renew(&p);
    assert_null(p.trace);
    refused = false;
    counters_open(&p);
    assert_non_null(p.trace);
    p.trace = NULL;
    refused = true;
    counters_open(&p);
    assert_int_equal(said, 2);
    p.options.debugfs = "/elsewhere"; /* of which no kernel tells */
    refused = false;
    counters_open(&p);
    assert_null(p.trace);
    assert_int_equal(said, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_one, start),       cmocka_unit_test_setup(test_not_live, start),
        cmocka_unit_test_setup(test_any, start),       cmocka_unit_test_setup(test_pause, start),
        cmocka_unit_test_setup(test_no_sample, start), cmocka_unit_test_setup(test_renewal, start),
        cmocka_unit_test_setup(test_untold, start),
    };

    return cmocka_run_group_tests_name("publish.counters", tests, NULL, NULL);
}
