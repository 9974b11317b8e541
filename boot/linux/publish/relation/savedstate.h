/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * savedstate.h - the exact clocks of a guest that stands still, from QEMU's own device state.
 */
#ifndef PUBLISH_SAVEDSTATE_H
#define PUBLISH_SAVEDSTATE_H

#include <stdint.h>
#include "boot/linux/qemu/qmp.h"

struct saved_clocks {
    int64_t ticks;    /* what RDTSC of an x86 guest gives at its first instruction after `cont` */
    int64_t clock_ns; /* the same of the virtual clock, that an Arm guest's counter follows */
};

/*
 * Reads the clocks of a stopped guest.
 *
 * Has QEMU save its devices, without RAM and disks, into a memory file that is passed to it; the
 * guest is not changed. Returns 0, 1 when this QEMU cannot do that (nothing is said), or -1 when
 * the connection fails, having said so.
 */
int savedstate_read(struct qmp *qmp, struct saved_clocks *clocks);

#endif
