/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.c - two CPUs that read one page and hold their readings against each other's.
 *
 * Each CPU, again and again: takes the other's readings that it has not seen, reads the page itself,
 * and gives that reading to the other. What it took was read before, so nothing of it may be later than
 * its own reading beyond the bounds of both. Waits for an 'r' before it begins.
 *
 * Words: count=N  so many readings that the other has seen (default 1000000)
 *        tries=N  of one read (default: the library's)
 *        line     the page comes from tests/boot/pair/writer.c: its fields belong together in a way
 *                 that shows a torn copy, and all of its updates tell the same time
 *        naive    do not ask for the sequence count: torn copies are then to be seen
 *        late     one CPU reads as if its counter were 1 s ahead: to be seen, too
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/vmclock.h>
#include "arch/arch.h"
#include "platform.h"
#include "tests/images/pair.h"

#define COUNT_DEFAULT 1000000u
#define STACK_BYTES 16384u
#define QUEUE_LENGTH 1024u /* more than a CPU reads before the other is run again, mostly */
#define CODE_GOOD 16
#define CODE_BAD 17

/* Readings on their way from one CPU to the other. (By the compiler's own atomics: newlib's
 * stdatomic.h is not of this compiler.) */
struct queue {
    uint32_t given;                             /* in all; written by the one */
    uint32_t taken;                             /* in all; written by the other */
    struct vmclock_time earliest[QUEUE_LENGTH]; /* the ends of their intervals */
};

struct cpu {
    struct queue queue; /* from this one to the other */
    struct cpu *other;
    uint64_t ahead_ticks;          /* the planted fault */
    struct vmclock_snapshot whole; /* for naive: the fields that do not change */
    uint32_t first_seq, last_seq;
    uint32_t exchanged;
    uint32_t readings, torn, backwards;
    uint32_t busy;   /* the writer kept the page in update: it may lose its CPU there */
    uint32_t failed; /* any other error */
    int done;
};

static struct vmclock clk;
static const volatile uint64_t *page;
static int from_line, naive;
static struct cpu cpus[2];
static int stop;
static _Alignas(16) char second_stack[STACK_BYTES];

static void give(struct queue *queue, const struct vmclock_reading *reading)
{
    const uint32_t given = queue->given;

    if (given - __atomic_load_n(&queue->taken, __ATOMIC_ACQUIRE) == QUEUE_LENGTH)
        return;
    queue->earliest[given % QUEUE_LENGTH] = reading->earliest;
    __atomic_store_n(&queue->given, given + 1, __ATOMIC_RELEASE);
}

/* Takes all that is there: how many, and the latest of them. */
static uint32_t take(struct queue *queue, struct vmclock_time *latest)
{
    const uint32_t given = __atomic_load_n(&queue->given, __ATOMIC_ACQUIRE);
    const uint32_t count = given - queue->taken;

    for (uint32_t i = queue->taken; i != given; i++) {
        const struct vmclock_time *earliest = &queue->earliest[i % QUEUE_LENGTH];

        if (i == queue->taken || vmclock_time_compare(earliest, latest) > 0)
            *latest = *earliest;
    }
    __atomic_store_n(&queue->taken, given, __ATOMIC_RELEASE);
    return count;
}

/* As vmclock_take_snapshot, without a look at the sequence count. */
static int take_naively(struct cpu *self, struct vmclock_snapshot *snapshot)
{
    int error = self->whole.have ? 0 : vmclock_take_snapshot(&clk, &self->whole);

    if (error)
        return error;
    *snapshot = self->whole;
    snapshot->disruption_marker = page[offsetof(struct vmclock_page, disruption_marker) / 8];
    snapshot->ref_counter = page[offsetof(struct vmclock_page, counter_value) / 8];
    snapshot->ref_sec = page[offsetof(struct vmclock_page, time_sec) / 8];
    snapshot->ref_frac64 = page[offsetof(struct vmclock_page, time_frac_sec) / 8];
    snapshot->maxerror_ns = page[offsetof(struct vmclock_page, time_maxerror_nanosec) / 8];
    snapshot->generation = page[offsetof(struct vmclock_page, vm_generation_counter) / 8];
    snapshot->counter = vmclock_arch_counter(clk.counter_order);
    return 0;
}

/* Whether all of it is of one update of the line, and the time that of the line. */
static int fits_line(const struct vmclock_snapshot *snapshot, const struct vmclock_reading *reading)
{
    const uint64_t update = snapshot->disruption_marker;

    return snapshot->ref_counter == PAIR_LINE_COUNTER(update) &&
           snapshot->ref_sec == PAIR_LINE_SEC(snapshot->ref_counter) &&
           snapshot->ref_frac64 == PAIR_LINE_FRAC64(snapshot->ref_counter) &&
           snapshot->generation == PAIR_LINE_GENERATION(update) &&
           snapshot->maxerror_ns == PAIR_LINE_MAXERROR_NS(update) &&
           (uint64_t)reading->time.sec == PAIR_LINE_SEC(reading->counter) &&
           reading->time.frac64 == PAIR_LINE_FRAC64(reading->counter);
}

static void exchange(struct cpu *self)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_reading reading;
    struct vmclock_time theirs;
    const uint32_t count = take(&self->other->queue, &theirs);
    int error = naive ? take_naively(self, &snapshot) : vmclock_take_snapshot(&clk, &snapshot);

    if (!error)
        error = vmclock_at(&snapshot, snapshot.counter + self->ahead_ticks, &reading);
    if (error) {
        self->busy += error == VMCLOCK_ERR_BUSY;
        self->failed += error != VMCLOCK_ERR_BUSY;
        return;
    }
    if (!self->readings++)
        self->first_seq = snapshot.seq;
    self->last_seq = snapshot.seq;
    if (from_line && !fits_line(&snapshot, &reading))
        self->torn++;
    if (count) {
        self->backwards += vmclock_time_compare(&theirs, &reading.latest) > 0;
        __atomic_store_n(&self->exchanged, self->exchanged + count, __ATOMIC_RELAXED);
    }
    give(&self->queue, &reading);
}

static void run_second(void *context)
{
    struct cpu *self = context;

    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        exchange(self);
    __atomic_store_n(&self->done, 1, __ATOMIC_RELEASE);
    for (;;)
        vmclock_arch_pause();
}

static uint32_t exchanged(void)
{
    return __atomic_load_n(&cpus[0].exchanged, __ATOMIC_RELAXED) +
           __atomic_load_n(&cpus[1].exchanged, __ATOMIC_RELAXED);
}

static int open_page(void)
{
    struct vmclock_region region;
    int error = platform_find(&region);

    if (!error)
        page = platform_map(region.phys, region.length);
    if (!error && !page)
        error = VMCLOCK_ERR_MAP;
    return error ? error : vmclock_open(&clk, (const volatile void *)page, region.length);
}

static void print_counts(void)
{
    const struct cpu *a = &cpus[0], *b = &cpus[1];

    printf("exchanged=%u readings=%u updates=%u torn=%u backwards=%u busy=%u failed=%u\n",
           (unsigned)exchanged(), (unsigned)(a->readings + b->readings),
           (unsigned)((a->last_seq - a->first_seq) / 2), (unsigned)(a->torn + b->torn),
           (unsigned)(a->backwards + b->backwards), (unsigned)(a->busy + b->busy),
           (unsigned)(a->failed + b->failed));
}

/* The number behind a name among the words. */
static uint32_t number_of(const char *words, const char *name, uint32_t otherwise)
{
    const char *found = strstr(words, name);

    return found ? (uint32_t)strtoul(found + strlen(name), NULL, 10) : otherwise;
}

int main(void)
{
    const char *words = platform_arguments();
    const uint32_t count = number_of(words, "count=", COUNT_DEFAULT);
    const int error = open_page();

    if (error) {
        printf("pair: %s\n", vmclock_error_text(error));
        return CODE_BAD;
    }
    clk.max_tries = number_of(words, "tries=", clk.max_tries);
    from_line = strstr(words, "line") != NULL;
    naive = strstr(words, "naive") != NULL;
    cpus[1].ahead_ticks = strstr(words, "late") ? PAIR_AHEAD_TICKS : 0;
    cpus[0].other = &cpus[1];
    cpus[1].other = &cpus[0];
    printf("pair: ready\n");
    while (platform_serial_read() != 'r')
        ;
    if (platform_start_cpu(run_second, &cpus[1], second_stack + sizeof(second_stack))) {
        printf("pair: there is no second CPU\n");
        return CODE_BAD;
    }
    while (exchanged() < count)
        exchange(&cpus[0]);
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    while (!__atomic_load_n(&cpus[1].done, __ATOMIC_ACQUIRE))
        ;
    print_counts();
    return cpus[0].torn + cpus[1].torn + cpus[0].backwards + cpus[1].backwards ? CODE_BAD
                                                                               : CODE_GOOD;
}
