/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clocks.c - two CPUs that read newlib's clocks at once, on a page that they publish themselves, and hold
 * their readings against each other's: see exchange.h. Then one sleeps on each clock. Waits for an 'r'
 * before it begins.
 *
 * Words: count=N  so many readings that the other one's were compared with (default 1000000)
 *        late     one CPU tells readings that are 100 ms too late: to be seen
 *        mixed    one CPU tells readings with the fraction of another time: to be seen, too
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "platform.h"
#include "tests/images/exchange.h"

#define COUNT_DEFAULT 1000000u
#define STACK_BYTES 65536u
#define EVERY 30u /* readings between two updates of one CPU */
#define TRIES 1000u
#define LATE_NS 100000000 /* longer than a host takes a CPU away */
#define SLEEP_NS 2000000
#define CODE_GOOD 16
#define CODE_BAD 17

static struct exchange_reader readers[2] = {{.id = 0, .other = &readers[1]},
                                            {.id = 1, .other = &readers[0]}};
static int stop, done;
static _Alignas(16) char second_stack[STACK_BYTES];

static void run_second(void *context)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        exchange_once(context, EVERY);
    __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
    for (;;)
        vmclock_arch_pause();
}

static uint32_t exchanged(void)
{
    return __atomic_load_n(&readers[0].exchanged, __ATOMIC_RELAXED) +
           __atomic_load_n(&readers[1].exchanged, __ATOMIC_RELAXED);
}

/* One CPU alone again: the clocks on which a sleep failed, or was too short. */
static uint32_t sleep_on_each(void)
{
    const struct timespec request = {0, SLEEP_NS};
    struct timespec before, after;
    uint32_t failed = 0;

    for (unsigned i = 0; i < EXCHANGE_CLOCKS; i++) {
        const clockid_t clock = exchange_clocks[i];

        failed +=
            clock_gettime(clock, &before) || clock_nanosleep(clock, 0, &request, NULL) ||
            clock_gettime(clock, &after) ||
            exchange_since_start(clock, &after) - exchange_since_start(clock, &before) < SLEEP_NS;
    }
    return failed;
}

/* 1 if nothing is wrong. */
static int print_counts(void)
{
    const struct exchange_reader *a = &readers[0], *b = &readers[1];
    const unsigned torn = (unsigned)(a->torn + b->torn);
    const unsigned backwards = (unsigned)(a->backwards + b->backwards);
    const unsigned failed = (unsigned)(a->failed + b->failed);

    printf("exchanged=%u readings=%u updates=%u epochs=%u torn=%u backwards=%u busy=%u failed=%u\n",
           (unsigned)exchanged(), (unsigned)(a->readings + b->readings), (unsigned)exchange.updates,
           (unsigned)exchange.updates / EXCHANGE_EPOCH, torn, backwards,
           (unsigned)(a->busy + b->busy), failed);
    return !torn && !backwards && !failed;
}

int main(void)
{
    const char *words = platform_arguments();
    const char *number = strstr(words, "count=");
    const uint32_t count =
        number ? (uint32_t)strtoul(number + strlen("count="), NULL, 10) : COUNT_DEFAULT;
    const int error = exchange_open(TRIES);

    if (error) {
        printf("clocks: %s\n", vmclock_error_text(error));
        return CODE_BAD;
    }
    readers[1].ahead_ns = strstr(words, "late") ? LATE_NS : 0;
    readers[1].mixes = strstr(words, "mixed") != NULL;
    printf("clocks: ready\n");
    while (platform_serial_read() != 'r')
        ;
    if (platform_start_cpu(run_second, &readers[1], second_stack + sizeof(second_stack))) {
        printf("clocks: there is no second CPU\n");
        return CODE_BAD;
    }
    while (exchanged() < count)
        exchange_once(&readers[0], EVERY);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
        ;
    readers[0].failed += sleep_on_each();
    return print_counts() ? CODE_GOOD : CODE_BAD;
}
