/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads read newlib's clocks at once, each interrupted again and again, anywhere, by a signal handler
 * that reads them too: what they tell each other is to go forwards, as exchange.h says.
 *
 *     newlib COUNT    until COUNT readings of one thread were compared with the other's
 *
 * First it is shown that the test can fail: a thread whose readings are late, or mixed, is caught.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/images/exchange.h"

#define EVERY 30u
#define TRIES 1000u
#define LIMIT_SEC 200
#define INTERVAL_NS 30000
#define FAULTY_COUNT 20000

int vmclock_newlib_find(struct vmclock *clk, uint64_t *boot_ticks)
{
    (void)clk;
    *boot_ticks = 0;
    return VMCLOCK_ERR_NO_DEVICE;
}

/* The threads, and their handlers, which tell readings as another one would. */
static struct exchange_reader readers[2], handlers[2];
static __thread struct exchange_reader *handler;
static __thread timer_t timer;
static uint32_t wanted;

static void fail(const char *what)
{
    fprintf(stderr, "newlib: %s\n", what);
    exit(1);
}

static void arm(void)
{
    const struct itimerspec once = {.it_value = {0, INTERVAL_NS}};

    (void)timer_settime(timer, 0, &once, NULL);
}

static void on_timer(int number)
{
    const int kept = errno;

    (void)number;
    for (unsigned i = 0; i < EXCHANGE_CLOCKS; i++)
        exchange_read(handler, i, 1);
    arm();
    errno = kept;
}

static uint32_t exchanged(void)
{
    return __atomic_load_n(&readers[0].exchanged, __ATOMIC_RELAXED) +
           __atomic_load_n(&readers[1].exchanged, __ATOMIC_RELAXED);
}

static void *read_loop(void *argument)
{
    struct exchange_reader *self = argument;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};

    handler = &handlers[self->id];
    event._sigev_un._tid = gettid();
    if (timer_create(CLOCK_MONOTONIC, &event, &timer))
        fail("no timer");
    arm();
    while (exchanged() < wanted)
        exchange_once(self, EVERY);
    (void)timer_delete(timer);
    return NULL;
}

static struct exchange_reader sum_of(const struct exchange_reader of[2])
{
    return (struct exchange_reader){.readings = of[0].readings + of[1].readings,
                                    .busy = of[0].busy + of[1].busy,
                                    .torn = of[0].torn + of[1].torn,
                                    .backwards = of[0].backwards + of[1].backwards,
                                    .failed = of[0].failed + of[1].failed};
}

/* What was wrong, in all. */
static uint32_t report(const char *who, const struct exchange_reader of[2])
{
    const struct exchange_reader sum = sum_of(of);

    printf("  %s: %u readings, %u busy, %u torn, %u backwards, %u failed\n", who, sum.readings,
           sum.busy, sum.torn, sum.backwards, sum.failed);
    fflush(stdout);
    return sum.torn + sum.backwards + sum.failed;
}

static uint32_t run(const char *what, uint32_t count, int64_t ahead_ns, uint8_t mixes)
{
    pthread_t threads[2];
    uint32_t wrong;

    memset(readers, 0, sizeof readers);
    memset(handlers, 0, sizeof handlers);
    memset(exchange_told, 0, sizeof exchange_told);
    readers[1].id = handlers[1].id = 1;
    readers[0].other = &readers[1];
    readers[1].other = &readers[0];
    readers[1].ahead_ns = ahead_ns;
    readers[1].mixes = mixes;
    wanted = count;
    for (unsigned i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, read_loop, &readers[i]))
            fail("pthread_create");
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("%s: %u exchanged, %u updates so far\n", what, exchanged(), exchange.updates);
    wrong = report("threads", readers);
    return wrong + report("handlers", handlers);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART};
    cpu_set_t set;

    if (argc != 2)
        return 2;
    if (sched_getaffinity(0, sizeof set, &set) || CPU_COUNT(&set) < 2) {
        printf("skipped: one CPU does not show a race\n");
        return 77;
    }
    (void)alarm(LIMIT_SEC); /* whatever hangs */
    if (sigaction(SIGUSR1, &action, NULL) || exchange_open(TRIES))
        fail("the clocks could not be opened");
    if (!run("late", FAULTY_COUNT, 100000, 0))
        fail("readings that are too late were not caught");
    if (!run("mixed", FAULTY_COUNT, 0, 1))
        fail("mixed readings were not caught");
    if (run("good", (uint32_t)strtoul(argv[1], NULL, 10), 0, 0))
        fail("a clock is wrong");
    return 0;
}
