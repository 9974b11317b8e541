/* SPDX-License-Identifier: BSD-2-Clause */
/* A million answers of readers, on random pages and counters, against the one-shot calls. */
#include <stdio.h>
#include "tests/unit/reader/same.h"

#define PAGES 20000
#define CALLS 60 /* of each page */

/* xorshift64*: the same numbers in every run. */
static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t random64(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

/* A random value without its from to to - 1 uppermost bits. */
static uint64_t random_short(unsigned from, unsigned to)
{
    const unsigned left_out = from + (unsigned)(random64() % (to - from));

    return random64() >> left_out;
}

/* Small, large and extreme values are all there. */
static uint64_t random_any(void)
{
    const uint64_t value = random_short(0, 64);

    return random64() % 8 ? value : 0 - value;
}

static void put(struct pair *p, size_t at, size_t bytes, uint64_t value)
{
    page_put(p->page.bytes, at, bytes, value);
}

/* A counter of 1 MHz to 4 GHz as an honest publisher describes it, or anything. */
static void random_page(struct pair *p)
{
    int honest = random64() % 4 != 0;
    unsigned shift = honest ? 20 + (unsigned)(random64() % 13) : (unsigned)(random64() % 66);
    uint64_t period = honest ? random64() | UINT64_C(1) << 63 : random_any();

    put(p, AT_SHIFT, 1, shift);
    put(p, AT_PERIOD, 8, period);
    put(p, AT_PERIOD_MAXERROR, 8, honest ? period >> (5 + random64() % 50) : random_any());
    put(p, AT_PERIOD_ESTERROR, 8, honest ? period >> (5 + random64() % 50) : random_any());
    put(p, AT_MAXERROR, 8, honest ? random64() % 100000000 : random_any());
    put(p, AT_ESTERROR, 8, honest ? random64() % 100000000 : random_any());
    put(p, AT_SEC, 8, honest ? random64() >> 32 : random_any());
    put(p, AT_FRAC, 8, random64());
    put(p, AT_REF_COUNTER, 8, random64());
    put(p, AT_FLAGS, 8, random64() % 2 ? ALL_FLAGS : random64() % (ALL_FLAGS + 1));
    put(p, AT_SEQ, 4, random64() & 0xfffffffe);
}

static uint64_t page_counter(const struct pair *p)
{
    uint64_t value = 0;

    for (unsigned i = 8; i-- > 0;)
        value = value << 8 | p->page.bytes[AT_REF_COUNTER + i];
    return value;
}

static void a_million_answers_are_the_same(void **state)
{
    unsigned long quick = 0, utc_quick = 0, answers = 0, errors = 0;
    struct pair p;
    (void)state;
    pair_start(&p);
    for (unsigned page = 0; page < PAGES; page++) {
        random_page(&p);
        p.clk.max_age_sec = random64() % 4 ? 0 : random64() % 100;
        vmclock_reader_init(&p.reader, &p.clk);
        vmclock_reader_init(&p.labels, &p.clk);
        p.counter.value = page_counter(&p) + (random64() % 4 ? random_short(0, 64) : random_any());
        for (unsigned call = 0; call < CALLS; call++) {
            if (pair_now(&p) == 0) {
                quick += call && pair_was_quick(&p);
                utc_quick += call && pair_utc_was_quick(&p);
            } else {
                errors++;
            }
            answers++;
            p.counter.value += random_short(30, 64);
        }
    }
    print_message("%lu answers, %lu quick, of UTC %lu, %lu errors\n", answers, quick, utc_quick,
                  errors);
    assert_true(answers >= 1000000);
    assert_true(quick > answers / 3);
    assert_true(utc_quick > answers / 3);
    assert_true(errors < answers / 2);
}

int run_random_tests(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_million_answers_are_the_same)};

    return cmocka_run_group_tests_name("reader, random", tests, NULL, NULL);
}
