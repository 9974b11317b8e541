/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of a steered clock that is interrupted by its updater, anywhere: a signal handler on a
 * timer starts epochs, by a TAI and by a UTC page in turn, which are 10 s apart. So the number of the
 * epoch tells time and time_type, and a reading of two moments is found out.
 *
 *     epochs COUNT    until COUNT epochs, with a bound, which is the quick way, and without
 *
 * First it is shown that the test can fail: a reader that takes the labels of a second reading is
 * caught.
 */
#define _GNU_SOURCE
#include <signal.h>
#include "tests/races/rig.h"

#define APART_SEC 10 /* so much more on the UTC page */
#define INTERVAL_NS 20000
#define NEAR_FRAC64 1024 /* of lines, from the exact time */

static struct vmclock_snapshot kinds[2]; /* by the epoch's number, even and odd */
static timer_t timer;
static volatile sig_atomic_t goes_on, failed;
static volatile uint32_t epochs;

struct tally {
    unsigned long readings, busy, other_time, other_type, other_rule, wrongly_due, backwards;
};

static void make(struct vmclock_snapshot *s, int is_tai, int has_bound, uint64_t counter)
{
    rig_snapshot(s, counter + !is_tai); /* so that it tells the pages apart, too */
    s->have = VMCLOCK_HAVE_CLOCK;
    if (has_bound)
        s->have |= VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR;
    if (is_tai) {
        s->have |= VMCLOCK_HAVE_TAI_OFFSET;
    } else {
        s->time_type = VMCLOCK_TIME_TYPE_UTC;
        s->ref_sec += APART_SEC;
    }
}

static void start_epoch(void)
{
    const uint32_t next = epochs + 1;

    if (vmclock_publish_step(&publisher, &kinds[next % 2]) ||
        vmclock_steer_start_epoch(&steer, NULL))
        failed = 1;
    epochs = next;
}

/* Once more after each: so the reader goes on, however long this takes. */
static void arm(void)
{
    const struct itimerspec once = {.it_value = {0, INTERVAL_NS}};

    if (timer_settime(timer, 0, &once, NULL))
        failed = 1;
}

static void on_timer(int number)
{
    (void)number;
    if (!goes_on)
        return;
    start_epoch();
    arm();
}

static int is_near(const struct vmclock_time *a, const struct vmclock_time *b)
{
    struct vmclock_time apart;
    const int before = vmclock_time_compare(a, b) < 0;

    return !vmclock_time_subtract(before ? b : a, before ? a : b, &apart) && apart.sec == 0 &&
           apart.frac64 < NEAR_FRAC64;
}

/* Whether all of it is of the kind of its epoch. */
static void judge(const struct vmclock_steer_reading *r, struct tally *tally)
{
    const struct vmclock_snapshot *kind = &kinds[r->epoch % 2];
    struct vmclock_reading exact;

    if (vmclock_at(kind, r->counter, &exact))
        fail("vmclock_at");
    tally->other_time += !is_near(&r->time, &exact.time) || !is_near(&r->earliest, &exact.earliest);
    tally->other_type += r->time_type != kind->time_type;
    tally->wrongly_due += r->update_due;
}

static void judge_rule(struct tally *tally)
{
    struct vmclock_utc_reading utc;
    const struct vmclock_leap *rule = &utc.leap;

    if (vmclock_steer_utc_now(&steer, &utc)) {
        tally->busy++;
        return;
    }
    if (kinds[utc.epoch % 2].time_type == VMCLOCK_TIME_TYPE_TAI)
        tally->other_rule += rule->before_sec != TAI_OFFSET_SEC || rule->tai_ahead_sec != 0;
    else
        tally->other_rule += rule->before_sec != 0 || !rule->tai_error;
}

static unsigned long faults_of(const struct tally *tally)
{
    return tally->other_time + tally->other_type + tally->other_rule + tally->wrongly_due +
           tally->backwards;
}

static void read_until(uint32_t end, int faulty, struct tally *tally)
{
    const double until = now_sec() + LIMIT_SEC;
    struct vmclock_steer_reading last = {0}, r, second;

    while (epochs < end && !failed && !(faulty && faults_of(tally))) {
        if (++tally->readings % 4096 == 0 && now_sec() > until)
            fail("too few epochs in time");
        if (vmclock_steer_now(&steer, &r) || (faulty && vmclock_steer_now(&steer, &second))) {
            tally->busy++;
            continue;
        }
        if (faulty) {
            r.epoch = second.epoch;
            r.time_type = second.time_type;
        }
        judge(&r, tally);
        judge_rule(tally);
        tally->backwards += r.epoch < last.epoch || (r.epoch == last.epoch &&
                                                     vmclock_time_compare(&r.time, &last.time) < 0);
        last = r;
    }
}

static unsigned long run(uint32_t count, int has_bound, int faulty)
{
    const uint64_t counter = vmclock_arch_counter(clk.counter_order);
    struct tally tally = {0};
    const uint32_t before = epochs;

    for (int kind = 0; kind < 2; kind++)
        make(&kinds[kind], kind, has_bound, counter);
    start_epoch(); /* the first of this kind */
    goes_on = 1;
    arm();
    read_until(before + count, faulty, &tally);
    goes_on = 0;
    if (failed)
        fail("an epoch could not be started");
    printf("%s, %s bound: %lu readings of %u epochs, %lu busy\n",
           faulty ? "faulty reader" : "reader", has_bound ? "a" : "no", tally.readings,
           (unsigned)(epochs - before), tally.busy);
    printf(
        "  %lu of another time, %lu of another type, %lu wrongly due, %lu backwards, %lu rules\n",
        tally.other_time, tally.other_type, tally.wrongly_due, tally.backwards, tally.other_rule);
    fflush(stdout);
    return faults_of(&tally);
}

int main(int argc, char **argv)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct sigaction action = {.sa_handler = on_timer, .sa_flags = SA_RESTART};
    unsigned long faults = 0;
    uint32_t count;

    if (argc != 2)
        return 2;
    count = (uint32_t)strtoul(argv[1], NULL, 10);
    if (sigaction(SIGUSR1, &action, NULL) || timer_create(CLOCK_MONOTONIC, &event, &timer))
        fail("no timer");
    rig_open();
    for (int has_bound = 0; has_bound < 2; has_bound++)
        if (!run(count, has_bound, 1))
            fail("a reader of two moments was not caught");
    for (int has_bound = 0; has_bound < 2; has_bound++)
        faults += run(count, has_bound, 0);
    if (faults)
        fail("readings of two moments");
    return 0;
}
