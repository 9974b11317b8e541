/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.c - two CPUs that read one page and hold their readings against each other's.
 *
 * Each CPU, again and again: looks at the other's latest reading, takes one of its own, and gives that
 * to the other. What it saw was read before, so it must not lie behind its own beyond the bounds of
 * both. Waits for an 'r' before it begins.
 *
 * Words: count=N  so many readings that the other has seen (default 1000000)
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
#include "pair.h"
#include "platform.h"

#define COUNT_DEFAULT 1000000u
#define STACK_BYTES 16384u
#define CODE_GOOD 16
#define CODE_BAD 17

/* A reading on its way from one CPU to the other: number is odd while it is written. All atomic, by
 * the compiler's own functions: newlib's stdatomic.h is not of this compiler. */
struct box {
    uint32_t number;
    uint64_t sec, frac64; /* the earliest end of its interval */
    uint64_t counter;
};

struct cpu {
    struct box box;
    struct cpu *other;
    uint64_t ahead_ticks;          /* the planted fault */
    struct vmclock_snapshot whole; /* for naive: the fields that do not change */
    uint32_t seen; /* number of the last reading of the other's that was looked at */
    uint32_t first_seq, last_seq;
    uint32_t exchanged;
    uint32_t readings, torn, backwards, busy;
    int done;
};

static struct vmclock clk;
static const volatile uint64_t *page;
static int from_line, naive;
static struct cpu cpus[2];
static int stop;
static _Alignas(16) char second_stack[STACK_BYTES];

struct seen {
    uint32_t number;
    struct vmclock_time earliest;
    uint64_t counter;
};

static void give(struct box *box, const struct vmclock_reading *reading)
{
    const uint32_t number = __atomic_load_n(&box->number, __ATOMIC_RELAXED);

    __atomic_store_n(&box->number, number + 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    __atomic_store_n(&box->sec, (uint64_t)reading->earliest.sec, __ATOMIC_RELAXED);
    __atomic_store_n(&box->frac64, reading->earliest.frac64, __ATOMIC_RELAXED);
    __atomic_store_n(&box->counter, reading->counter, __ATOMIC_RELAXED);
    __atomic_store_n(&box->number, number + 2, __ATOMIC_RELEASE);
}

/* Whether there is a whole reading in the box that has not been seen yet. */
static int look(struct box *box, uint32_t last, struct seen *seen)
{
    seen->number = __atomic_load_n(&box->number, __ATOMIC_ACQUIRE);
    if (seen->number == last || seen->number % 2)
        return 0;
    seen->earliest.sec = (int64_t)__atomic_load_n(&box->sec, __ATOMIC_RELAXED);
    seen->earliest.frac64 = __atomic_load_n(&box->frac64, __ATOMIC_RELAXED);
    seen->counter = __atomic_load_n(&box->counter, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return __atomic_load_n(&box->number, __ATOMIC_RELAXED) == seen->number;
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
    struct seen seen;
    const int fresh = look(&self->other->box, self->seen, &seen);

    if ((naive ? take_naively(self, &snapshot) : vmclock_take_snapshot(&clk, &snapshot)) ||
        vmclock_at(&snapshot, snapshot.counter + self->ahead_ticks, &reading)) {
        self->busy++;
        return;
    }
    if (!self->readings++)
        self->first_seq = snapshot.seq;
    self->last_seq = snapshot.seq;
    if (from_line && !fits_line(&snapshot, &reading))
        self->torn++;
    if (fresh) {
        self->seen = seen.number;
        if (vmclock_time_compare(&seen.earliest, &reading.latest) > 0)
            self->backwards++;
        __atomic_fetch_add(&self->exchanged, 1, __ATOMIC_RELAXED);
    }
    give(&self->box, &reading);
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

    printf("exchanged=%u readings=%u updates=%u torn=%u backwards=%u busy=%u\n",
           (unsigned)exchanged(), (unsigned)(a->readings + b->readings),
           (unsigned)((a->last_seq - a->first_seq) / 2), (unsigned)(a->torn + b->torn),
           (unsigned)(a->backwards + b->backwards), (unsigned)(a->busy + b->busy));
}

int main(void)
{
    const char *words = platform_arguments();
    const char *number = strstr(words, "count=");
    const uint32_t count = number ? (uint32_t)strtoul(number + 6, NULL, 10) : COUNT_DEFAULT;
    const int error = open_page();

    if (error) {
        printf("pair: %s\n", vmclock_error_text(error));
        return CODE_BAD;
    }
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
