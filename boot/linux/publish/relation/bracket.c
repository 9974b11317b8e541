/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/common/event.h"
#include "boot/linux/publish/relation/bracket.h"

#define WANTED_BRACKET_NS 200000
/* After each such time a bracket three times as wide will do, and after so many any. */
#define PATIENCE_NS INT64_C(250000000)
#define PATIENCE_TIMES 5

/*
 * QEMU stamps its RESUME event right before it starts the guest's counter. If the host's clock was
 * not stepped meanwhile, that stamp is a later lower end of the bracket than the moment before
 * `cont` was sent: it leaves out QEMU's waking up.
 */
static void raise_to_resume(const struct machine *machine, const struct host_rate *rate,
                            const struct host_sample *before, const struct host_sample *after,
                            struct counter_relation *relation)
{
    int64_t step_ns =
        (after->realtime_ns - before->realtime_ns) - (after->monotonic_ns - before->monotonic_ns);
    int64_t resumed_ns = machine->resumed_unix_us * 1000; /* rounded down */
    uint64_t elapsed_ns, stamped;

    if (resumed_ns <= before->realtime_ns || resumed_ns > after->realtime_ns || step_ns > 1000 ||
        step_ns < -1000)
        return;
    /* A thousandth and a microsecond less, for rate and step. */
    elapsed_ns = (uint64_t)(resumed_ns - before->realtime_ns);
    elapsed_ns -= elapsed_ns / 1000;
    if (elapsed_ns <= 1000)
        return;
    stamped = before->before_ticks + host_ticks_floor(rate, elapsed_ns - 1000);
    if (stamped > relation->zero_earliest_ticks && stamped < relation->zero_latest_ticks)
        relation->zero_earliest_ticks = stamped;
}

/* When QEMU's last bytes came. */
struct arrival {
    enum host_counter counter;
    uint64_t ticks;
};

static void note_arrival(void *context)
{
    struct arrival *arrival = context;

    arrival->ticks = host_ticks(arrival->counter);
}

/* machine_continue, and when its answer came. */
static int continue_noting(struct machine *machine, struct arrival *arrival)
{
    int error;

    machine->qmp.on_received = note_arrival;
    machine->qmp.received_context = arrival;
    error = machine_continue(machine);
    machine->qmp.on_received = NULL;
    return error;
}

/*
 *   before_ticks   QEMU receives cont, stamps RESUME,   starts the counter,   answers    arrival
 *        |------------------------------------|-----------------|--------------------------|
 *   zero_earliest, at first            zero_earliest   the guest counts on      zero_latest
 *
 * Somebody else's RESUME that is not seen before cont is sent lies in the bracket, too.
 */
int bracket_start(struct machine *machine, enum host_counter counter, const struct host_rate *rate,
                  struct counter_relation *start)
{
    struct host_sample before, after;
    struct arrival arrival = {.counter = counter};
    bool others;
    int error;

    machine->resumed_unix_us = 0;
    host_sample(counter, &before);
    start->zero_earliest_ticks = host_ticks(counter);
    if (qmp_drain(&machine->qmp) < 0)
        return failure("qmp", "QEMU closed the connection");
    others = machine->resumed;
    error = continue_noting(machine, &arrival);
    start->zero_latest_ticks = arrival.ticks;
    host_sample(counter, &after);
    if (error < 0)
        return -1;
    /* Told late: it ran already when cont was sent. */
    if (machine->resumed_unix_us && (machine->resumed_unix_us + 1) * 1000 <= before.realtime_ns)
        others = true;
    raise_to_resume(machine, rate, &before, &after, start);
    return others || machine->stopped;
}

bool bracket_good_enough(const struct counter_relation *relation, const struct host_rate *rate,
                         int64_t elapsed_ns)
{
    uint64_t wanted_ns = WANTED_BRACKET_NS;

    if (elapsed_ns >= PATIENCE_NS * PATIENCE_TIMES)
        return true;
    for (; elapsed_ns > PATIENCE_NS; elapsed_ns -= PATIENCE_NS)
        wanted_ns *= 3;
    return host_ns_ceil(rate, relation->zero_latest_ticks - relation->zero_earliest_ticks) <=
           wanted_ns;
}
