/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - a QEMU whose guest the publisher stops and starts, and how the guest's counter relates
 * to the host's.
 */
#ifndef PUBLISH_MACHINE_H
#define PUBLISH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/linux/host.h"
#include "boot/linux/options.h"
#include "boot/linux/qmp.h"

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
    char state_name[32];     /* as QEMU named the state last */
    bool stopped, resumed;   /* such an event was seen, and not cleared since */
    int64_t resumed_unix_us; /* when QEMU says it resumed; 0: not seen */
};

/*
 * Connects to the QEMU that options name and makes sure that its guest counts in a way that the
 * publisher can relate to the host. The caller has set the idle members of qmp.
 *
 * Returns 0, or -1 having said by name what does not fit.
 */
int machine_open(const struct guest_options *options, struct machine *machine);

/* What the guest does. Returns 0, or -1 having said why. */
int machine_state(struct machine *machine, enum machine_state *state);

/* Stops the guest, or lets it go on, and clears the event of it. Returns 0, or -1 having said why. */
int machine_stop(struct machine *machine);
int machine_continue(struct machine *machine);

/*
 * Starts the guest that stands still and brackets the moment at which its counter began to count.
 *
 * A bracket that came out wide, as it does on a busy host, is tried again where QEMU tells the
 * exact counter of the stopped guest: for about a second, with less and less to ask. The guest
 * runs a few ms in each try. has_run: ever before; then QEMU has to tell. rate: the host counter's.
 * Returns 0, or -1 having said why.
 */
int machine_start(struct machine *machine, bool has_run, const struct host_rate *rate,
                  struct counter_relation *relation);

#endif
