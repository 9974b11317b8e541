/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - a QEMU whose guest the publisher starts, and how its counter relates to the host's.
 */
#ifndef PUBLISH_MACHINE_H
#define PUBLISH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/linux/host.h"
#include "boot/linux/options.h"
#include "boot/linux/qmp.h"

struct machine {
    struct qmp qmp;
    enum guest_arch arch;
    uint32_t host_ticks_a_tick;
    bool stopped;            /* a STOP was seen: the relation is lost */
    int64_t resumed_unix_us; /* when QEMU says it resumed; 0: not seen */
};

/*
 * Connects to the QEMU that options name and makes sure that its guest has not run yet and counts
 * in a way that the publisher can relate to the host. Chooses the host counter (host_open).
 *
 * Returns 0, or -1 having said by name what does not fit.
 */
int machine_open(const struct options *options, struct machine *machine);

/*
 * Starts the guest and brackets the moment at which its counter began to count.
 *
 * A bracket that came out wide, as it does on a busy host, is tried again where QEMU tells the
 * exact counter of the stopped guest: for about a second, with less and less to ask. The guest
 * runs a few ms in each try. rate: the host counter's. Returns 0, or -1 having said why.
 */
int machine_start(struct machine *machine, const struct host_rate *rate,
                  struct counter_relation *relation);

#endif
