/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often KVM guests without a page are looked for: how many times in how long, on a clock that is made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "boot/linux/publish/search.h"

#define MANY 1000

static int64_t now_ms;
static unsigned tried[MANY + 1];
static int64_t first_ms[MANY + 1]; /* when each was tried first */

int64_t wait_now_ms(void)
{
    return now_ms;
}

void event(const char *format, ...)
{
    (void)format;
}

static struct guest guests[MANY + 1];
static struct guest *places[MANY + 1];
static struct guest_options options = {.kvm = 1};

/* It has no page. */
void guest_settle(struct guest *guest)
{
    size_t number = (size_t)(guest - guests);

    assert_true(guest->state == GUEST_SETTLING && guest->settled_ms <= now_ms);
    if (!tried[number]++)
        first_ms[number] = now_ms;
    guest_retry(guest, "none");
}

static void come(struct publication *p)
{
    struct guest *guest = &guests[p->guest_count];

    *guest = (struct guest){.own = &options, .began_ms = now_ms};
    guest_await(guest);
    places[p->guest_count++] = guest;
}

static struct publication start(size_t count)
{
    struct publication p = {.guests = places};

    now_ms = 1000000;
    for (size_t i = 0; i <= MANY; i++)
        tried[i] = 0;
    while (p.guest_count < count)
        come(&p);
    return p;
}

/* As the publisher does: at its wakings. Returns how many were tried. */
static unsigned pass(struct publication *p, int64_t for_ms)
{
    unsigned before = 0, after = 0, wakings = 0;
    int64_t end_ms = now_ms + for_ms;

    for (size_t i = 0; i <= MANY; i++)
        before += tried[i];
    while (now_ms < end_ms) {
        int64_t left_ms = end_ms - now_ms;

        search_next(p);
        for (size_t i = 0; i < p->guest_count; i++) {
            int64_t its_ms = search_left_ms(p, p->guests[i], now_ms);

            assert_true(search_has(p->guests[i]));
            left_ms = its_ms < left_ms ? its_ms : left_ms;
        }
        now_ms += left_ms;
        wakings++;
    }
    for (size_t i = 0; i <= MANY; i++)
        after += tried[i];
    /* It does not wake for nothing. */
    assert_true(wakings <= 2 * (after - before) + 2);
    return after - before;
}

static void one_alone(void **state)
{
    struct publication p = start(1);
    unsigned first;

    (void)state;
    assert_int_equal(pass(&p, 1000), 1000 / GUEST_EAGER_WAIT_MS);
    first = pass(&p, 29000);
    assert_in_range(first, 29000 / GUEST_EAGER_WAIT_MS - 1, 29000 / GUEST_EAGER_WAIT_MS + 1);
    /* Then less and less often, down to every 10 s. */
    assert_in_range(pass(&p, 60000), 6, 15);
    assert_in_range(pass(&p, 100000), 9, 11);
}

/* Of so many: each at once, then no more than all of them may be. */
static void many(void **state)
{
    struct publication p = start(MANY);

    (void)state;
    assert_in_range(pass(&p, 1000), MANY, MANY + SEARCH_EAGER_A_SEC + 1);
    for (size_t i = 0; i < MANY; i++)
        assert_int_not_equal(tried[i], 0);
    assert_in_range(pass(&p, 28000), 28 * SEARCH_EAGER_A_SEC - 30, 28 * SEARCH_EAGER_A_SEC + 1);
    /* Each goes on eagerly until its next try shows that its time is over. */
    (void)pass(&p, 60000);
    assert_in_range(pass(&p, 100000), 100 * SEARCH_LATE_A_SEC - 30, 100 * SEARCH_LATE_A_SEC + 1);
    /* None is forgotten. */
    for (size_t i = 0; i < MANY; i++)
        assert_in_range(tried[i], 2, 10);
}

/* One that comes to so many does not wait for them, in its first seconds either. */
static void newcomer(void **state)
{
    struct publication p = start(MANY);

    (void)state;
    (void)pass(&p, 200000);
    come(&p);
    (void)pass(&p, 1000);
    assert_int_equal(first_ms[MANY], now_ms - 1000);
    assert_in_range(tried[MANY], 1000 / GUEST_EAGER_WAIT_MS - 1, 1000 / GUEST_EAGER_WAIT_MS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_alone),
        cmocka_unit_test(many),
        cmocka_unit_test(newcomer),
    };
    return cmocka_run_group_tests_name("publish-search", tests, NULL, NULL);
}
