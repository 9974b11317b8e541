/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exchange.h - readers of newlib's clocks that tell each other what they read, and the page that they
 * publish themselves in between. For a machine's CPUs (clocks.c), and for threads and what interrupts
 * them (tests/races/newlib.c).
 *
 * The page says that a tick is a nanosecond. An update is off by up to 50 us, which is steered away; one
 * in EXCHANGE_EPOCH says that the counter was disrupted, which starts an epoch, and is 10 s ahead of the
 * one before. So no clock may ever go back, from one epoch to the next least of all, and a time that is
 * not that of the counter, or that of an epoch with seconds, is of two moments.
 */
#ifndef TESTS_EXCHANGE_H
#define TESTS_EXCHANGE_H

#include <errno.h>
#include <stdint.h>
#include <vmclock/newlib.h>
#include <vmclock/vmclock.h>
#include "arch/arch.h"

#define EXCHANGE_EPOCH 16
#define EXCHANGE_STEP_NS INT64_C(10000000000)
#define EXCHANGE_OFF_NS 50000
#define EXCHANGE_NEAR_NS \
    200000 /* of the line: the page may be off, and the clock on its way to it */
#define EXCHANGE_START_SEC 1483228837
#define EXCHANGE_TAI_SEC 37
#define EXCHANGE_CLOCKS 3

static const clockid_t exchange_clocks[EXCHANGE_CLOCKS] = {CLOCK_REALTIME, CLOCK_TAI,
                                                           CLOCK_MONOTONIC};

/* What is told: the latest time of each clock, ns, of all that were read. */
static int64_t exchange_told[EXCHANGE_CLOCKS];

static struct {
    struct vmclock_page page __attribute__((aligned(4096)));
    struct vmclock_publisher publisher;
    struct vmclock clk;
    uint64_t start_counter;
    uint32_t updates; /* that were made, and ... */
    uint32_t begun;   /* ... that were begun: as a publisher's, by who has the turn */
} exchange;

struct exchange_reader {
    uint32_t id;
    struct exchange_reader *other;   /* whose readings are counted; null: nobody's */
    uint32_t given[EXCHANGE_CLOCKS]; /* readings that it has told, ... */
    uint32_t
        taken[EXCHANGE_CLOCKS]; /* ... and those of the other that its own were compared with */
    uint32_t exchanged;         /* these, of all clocks */
    uint32_t readings, busy;
    uint32_t backwards, torn; /* what must not be */
    uint32_t failed;          /* with another error than BUSY */
    int64_t ahead_ns;         /* a planted fault: its readings are so much later than they are */
    uint8_t mixes;            /* another: the nanoseconds are of another second */
};

static int exchange_publish(void)
{
    static uint32_t random = 1;
    const uint32_t update = exchange.updates, epochs = update / EXCHANGE_EPOCH;
    struct vmclock_snapshot s = {.have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR |
                                         VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_TAI_OFFSET,
                                 .disruption_marker = epochs,
                                 .tai_offset_sec = EXCHANGE_TAI_SEC,
                                 .counter_id = VMCLOCK_ARCH_COUNTER_ID,
                                 .time_type = VMCLOCK_TIME_TYPE_TAI,
                                 .clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED,
                                 .period_shift = 29,
                                 .period_frac = UINT64_C(0x89705F4136B4A597),
                                 .period_maxerror_frac = UINT64_C(0x89705F4136B4),
                                 .maxerror_ns = EXCHANGE_NEAR_NS,
                                 .ref_sec = EXCHANGE_START_SEC + epochs * 10};
    int error;

    random = random * 1664525 + 1013904223;
    s.ref_counter =
        exchange.start_counter + (random >> 8) % (2 * EXCHANGE_OFF_NS) - EXCHANGE_OFF_NS;
    __atomic_store_n(&exchange.begun, update + 1, __ATOMIC_SEQ_CST);
    error = vmclock_publish_step(&exchange.publisher, &s);
    __atomic_store_n(&exchange.updates, update + 1, __ATOMIC_SEQ_CST);
    return error;
}

/* Opens the page, for newlib's clocks, too. */
static int exchange_open(uint32_t max_tries)
{
    int error = vmclock_publish_open(&exchange.publisher, &exchange.page, sizeof exchange.page,
                                     sizeof exchange.page);

    exchange.start_counter = vmclock_arch_counter(vmclock_arch_counter_order());
    if (!error)
        error = exchange_publish();
    if (!error)
        error = vmclock_open(&exchange.clk, &exchange.page, sizeof exchange.page);
    if (error)
        return error;
    exchange.clk.max_tries = max_tries;
    vmclock_newlib_init(&exchange.clk, exchange.start_counter);
    return 0;
}

static void exchange_tell(struct exchange_reader *self, unsigned clock, int64_t ns)
{
    int64_t latest = __atomic_load_n(&exchange_told[clock], __ATOMIC_SEQ_CST);

    while (latest < ns && !__atomic_compare_exchange_n(&exchange_told[clock], &latest, ns, 0,
                                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    __atomic_store_n(&self->given[clock], self->given[clock] + 1, __ATOMIC_SEQ_CST);
}

/* The latest time that was told by anybody; the other's readings up to now are among these. */
static int64_t exchange_take(struct exchange_reader *self, unsigned clock, uint32_t *given)
{
    *given = self->other ? __atomic_load_n(&self->other->given[clock], __ATOMIC_SEQ_CST) : 0;
    return __atomic_load_n(&exchange_told[clock], __ATOMIC_SEQ_CST);
}

/* ns from the start of the page's first line on. */
static int64_t exchange_since_start(clockid_t clock, const struct timespec *time)
{
    int64_t sec = time->tv_sec;

    if (clock != CLOCK_MONOTONIC)
        sec -= EXCHANGE_START_SEC - (clock == CLOCK_REALTIME ? EXCHANGE_TAI_SEC : 0);
    return sec * 1000000000 + time->tv_nsec;
}

/* What is known when a reading begins or ends: the counter, and the epochs that there may be. */
struct exchange_moment {
    int64_t counted_ns, epochs;
};

static void exchange_now(const uint32_t *updates, struct exchange_moment *moment)
{
    moment->epochs = (int64_t)(__atomic_load_n(updates, __ATOMIC_SEQ_CST) - 1) / EXCHANGE_EPOCH;
    moment->counted_ns =
        (int64_t)(vmclock_arch_counter(exchange.clk.counter_order) - exchange.start_counter);
}

static int exchange_is_torn(clockid_t clock, int64_t ns, const struct exchange_moment *before,
                            const struct exchange_moment *after)
{
    if (clock == CLOCK_MONOTONIC) /* less what passed at disruptions */
        return ns < 0 || ns > after->counted_ns + after->counted_ns / 1000 + EXCHANGE_NEAR_NS;
    for (int64_t epoch = before->epochs; epoch <= after->epochs; epoch++) {
        const int64_t passed_ns = ns - epoch * EXCHANGE_STEP_NS;

        if (passed_ns >= before->counted_ns - EXCHANGE_NEAR_NS &&
            passed_ns <= after->counted_ns + EXCHANGE_NEAR_NS)
            return 0;
    }
    return 1;
}

/* once: as an interrupt handler does. */
static void exchange_read(struct exchange_reader *self, unsigned index, int once)
{
    const clockid_t clock = exchange_clocks[index];
    struct exchange_moment before, after;
    struct timespec now;
    uint32_t given;
    const int64_t taken_ns = exchange_take(self, index, &given);
    int64_t ns;
    int error;

    exchange_now(&exchange.updates, &before);
    error = once ? vmclock_newlib_try(clock, &now) : clock_gettime(clock, &now);
    if (error) {
        const uint32_t is_busy = once ? error == VMCLOCK_ERR_BUSY : errno == EAGAIN;

        self->busy += is_busy;
        self->failed += 1 - is_busy;
        return;
    }
    exchange_now(&exchange.begun, &after);
    ns = exchange_since_start(clock, &now) + self->ahead_ns;
    if (self->mixes)
        ns ^= 1 << 29;
    self->readings++;
    self->torn += (uint32_t)exchange_is_torn(clock, ns, &before, &after);
    self->backwards += ns < taken_ns;
    __atomic_store_n(&self->exchanged, self->exchanged + (given - self->taken[index]),
                     __ATOMIC_RELAXED);
    self->taken[index] = given;
    exchange_tell(self, index, ns);
}

/* Reads all clocks, and publishes at every so many calls, the readers in turn. */
static void exchange_once(struct exchange_reader *self, uint32_t every)
{
    for (unsigned i = 0; i < EXCHANGE_CLOCKS; i++)
        exchange_read(self, i, 0);
    if (self->readings % every < EXCHANGE_CLOCKS &&
        (__atomic_load_n(&exchange.updates, __ATOMIC_SEQ_CST) & 1) == self->id)
        self->failed += exchange_publish() != 0;
}

#endif
