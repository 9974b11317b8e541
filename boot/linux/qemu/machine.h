/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - a QEMU whose guest the publisher stops and starts, and how the guest's counter relates
 * to the host's.
 */
#ifndef LINUX_MACHINE_H
#define LINUX_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/linux/common/host.h"
#include "boot/linux/publish/options.h"
#include "boot/linux/qemu/qmp.h"

enum machine_state {
    MACHINE_PRELAUNCH, /* it has never run */
    MACHINE_RUNNING,
    MACHINE_PAUSED,   /* it can be let go on */
    MACHINE_INCOMING, /* it waits for a migration */
    MACHINE_OTHER     /* it will not run again */
};

struct machine {
    struct qmp qmp; /* its counter: the host's that the guest's counter follows */
    enum guest_arch arch;
    uint32_t host_ticks_a_tick;
    char state_name[32];   /* as QEMU named the state last */
    bool stopped, resumed; /* such an event was seen, and not cleared since */
    /* Called as soon as a STOP is seen, also during an exchange. */
    void (*on_stop)(void *stop_context);
    void *stop_context;
    int64_t resumed_unix_us; /* when QEMU says it resumed; 0: not seen */
};

/*
 * Connects to the QEMU that options name and makes sure that its guest counts in a way that the
 * publisher can relate to the host. The caller has set on_stop and qmp's waiter.
 *
 * Returns 0, or -1 having said by name what does not fit.
 */
int machine_open(const struct guest_options *options, struct machine *machine);

/* What the guest does. Returns 0, or -1 having said why. */
int machine_state(struct machine *machine, enum machine_state *state);

/*
 * Stops the guest, or lets it go on, and clears the event of it; what was seen before a guest was
 * stopped is cleared too, as it is over. Returns 0, or -1 having said why.
 */
int machine_stop(struct machine *machine);
int machine_continue(struct machine *machine);

/* A guest's counter as it stands still. */
struct machine_counter {
    bool exact; /* QEMU tells; else ticks is 0 */
    uint64_t ticks;
};

/* Returns 0, or -1 when the connection failed, having said so. */
int machine_counter(struct machine *machine, struct machine_counter *counter);

/*
 * Starts the guest that stands still and brackets the moment at which its counter began to count.
 *
 * counter: of machine_counter, just before. rate: the host counter's. Returns 0, -1 having said
 * why, or 1 when somebody else let it go on or stopped it meanwhile: counter and relation mean
 * nothing then.
 */
int machine_start(struct machine *machine, const struct machine_counter *counter,
                  const struct host_rate *rate, struct counter_relation *relation);

/*
 * Whether a relation is narrow enough after so long a time of trying: a bracket comes out wide on a
 * busy host. With time there is less and less to ask, after about a second nothing.
 */
bool machine_good_enough(const struct counter_relation *relation, const struct host_rate *rate,
                         int64_t elapsed_ns);

#endif
