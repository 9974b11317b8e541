/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads read a steered clock by the CPUs' own counters and tell each other what they read,
 * while a third publishes pages, each off by up to 100 us, and steers. No reading may be before one
 * that was told before it began.
 *
 *     steered COUNT    until COUNT readings were begun after one of the other thread's was told
 *
 * First it is shown that the test can fail: a reader that keeps a copy of the clock, which so misses
 * updates, is caught.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "tests/races/rig.h"

#define STALE_READINGS 20000 /* that the faulty reader takes from one copy */

static atomic_bool ends;
static atomic_ulong exchanged; /* by both */
static unsigned long updates;

/* The latest time that any thread told: 2^-47 s from START_SEC on, and in bit 0 which thread. */
static _Atomic uint64_t told;

struct tally {
    unsigned id, stale;
    unsigned long wanted, readings, backwards, busy;
};

static void publish(uint64_t ref_counter)
{
    struct vmclock_snapshot s;

    rig_snapshot(&s, ref_counter);
    if (vmclock_publish_step(&publisher, &s))
        fail("vmclock_publish_step");
}

static void *update_loop(void *argument)
{
    const uint64_t start = *(const uint64_t *)argument;
    uint32_t random = 1;

    while (!ends) {
        random = random * 1664525 + 1013904223;
        publish(start + (random >> 12) % 200000);
        if (vmclock_steer_update(&steer, NULL))
            fail("vmclock_steer_update");
        updates++;
        for (unsigned i = 0; i < random >> 22; i++) /* some 20 us */
            vmclock_arch_pause();
        if (random >> 27 == 0)
            sched_yield();
    }
    return NULL;
}

static void tell(uint64_t value)
{
    uint64_t latest = atomic_load(&told);

    while (latest < value && !atomic_compare_exchange_weak(&told, &latest, value))
        ;
}

/* A faulty reader ends with its first fault, and then the other one. */
static void *read_loop(void *argument)
{
    static _Thread_local struct vmclock_steer copy;
    struct tally *tally = argument;
    const double until = now_sec() + LIMIT_SEC;
    uint64_t before = 0;
    unsigned alone = 0;

    while (exchanged < tally->wanted) {
        const struct vmclock_steer *source = tally->stale ? &copy : &steer;
        struct vmclock_steer_reading r;
        const uint64_t heard = atomic_load(&told);
        uint64_t value;

        if (tally->stale && tally->readings % STALE_READINGS == 0)
            do /* a copy made during an update would be busy for ever */
                memcpy(&copy, &steer, sizeof copy);
            while (copy.seq & 1);
        tally->readings++;
        if (vmclock_steer_now(source, &r)) {
            tally->busy++;
            continue;
        }
        value = ((uint64_t)(r.time.sec - START_SEC) << 47 | r.time.frac64 >> 17) << 1 | tally->id;
        tally->backwards += (value | 1) < heard;
        tell(value);
        if (heard != before && (heard & 1) != tally->id) {
            exchanged++;
            alone = 0;
        } else if (++alone % 64 == 0) {
            sched_yield(); /* the other one may be waiting for this CPU */
        }
        before = heard;
        if (tally->stale && tally->backwards)
            exchanged = tally->wanted;
        if (tally->readings % 4096 == 0 && now_sec() > until)
            break;
    }
    return NULL;
}

/* Backward readings of both threads together. */
static unsigned long exchange(unsigned long count, unsigned stale)
{
    struct tally tallies[2] = {{.id = 0, .stale = stale, .wanted = count},
                               {.id = 1, .wanted = count}};
    uint64_t start = vmclock_arch_counter(clk.counter_order);
    unsigned long updates_before = updates;
    pthread_t threads[2], updater;

    publish(start);
    if (vmclock_steer_start_epoch(&steer, NULL))
        fail("vmclock_steer_start_epoch");
    atomic_store(&told, 0);
    exchanged = 0;
    ends = false;
    if (pthread_create(&updater, NULL, update_loop, &start))
        fail("pthread_create");
    for (unsigned i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, read_loop, &tallies[i]))
            fail("pthread_create");
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    ends = true;
    pthread_join(updater, NULL);
    for (unsigned i = 0; i < 2; i++)
        printf("%s%u: %lu readings, %lu busy, %lu backwards\n",
               tallies[i].stale ? "faulty reader " : "reader ", i, tallies[i].readings,
               tallies[i].busy, tallies[i].backwards);
    printf("  %lu begun after one of the other's was told\n", (unsigned long)exchanged);
    printf("  meanwhile %lu updates\n", updates - updates_before);
    fflush(stdout);
    return tallies[0].backwards + tallies[1].backwards;
}

int main(int argc, char **argv)
{
    cpu_set_t set;

    if (argc != 2)
        return 2;
    if (sched_getaffinity(0, sizeof set, &set) || CPU_COUNT(&set) < 2) {
        printf("skipped: one CPU does not show a race\n");
        return 77;
    }
    rig_open();
    if (!exchange(strtoul(argv[1], NULL, 10), 1))
        fail("a reader that misses updates was not caught");
    if (exchange(strtoul(argv[1], NULL, 10), 0))
        fail("the clock went backwards");
    if (exchanged < strtoul(argv[1], NULL, 10))
        fail("too few readings in time");
    return 0;
}
