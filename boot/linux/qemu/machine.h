/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - a QEMU: what its guest runs on and does, and how it is stopped and let go on.
 */
#ifndef LINUX_MACHINE_H
#define LINUX_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/linux/common/vm.h"
#include "boot/linux/qemu/qmp.h"

enum machine_state {
    MACHINE_PRELAUNCH, /* it has never run */
    MACHINE_RUNNING,
    MACHINE_PAUSED,   /* it can be let go on */
    MACHINE_INCOMING, /* it waits for a migration */
    MACHINE_OTHER     /* it will not run again */
};

struct machine {
    struct qmp qmp;
    enum accelerator accelerator;
    bool counts_instructions; /* TCG with -icount */
    enum guest_arch arch;     /* of machine_find_arch */
    char state_name[32];      /* as QEMU named the state last */
    bool stopped, resumed;    /* such an event was seen, and not cleared since */
    /* Called as soon as a STOP is seen, also during an exchange. */
    void (*on_stop)(void *stop_context);
    void *stop_context;
    int64_t resumed_unix_us; /* when QEMU says it resumed; 0: not seen */
    const char *ours;        /* the event that a command of ours is about to cause; null: none */
};

/*
 * Connects to the QEMU at a QMP socket and asks what it runs on. The caller has set on_stop.
 *
 * Returns 0, or -1 having said why; so for a guest that will not run again.
 */
int machine_open(const char *path, struct machine *machine);

/*
 * Asks for the guest's architecture. wanted: what it has to be, or ANY. Returns 0, or -1 having said
 * that it is another, or one that is not known.
 */
int machine_find_arch(struct machine *machine, enum guest_arch wanted);

/* What the guest does. Returns 0, or -1 having said why. */
int machine_state(struct machine *machine, enum machine_state *state);

/*
 * Stops the guest, or lets it go on, and clears the event of it; what was seen before a guest was
 * stopped is cleared too, as it is over. Returns 0, or -1 having said why.
 */
int machine_stop(struct machine *machine);
int machine_continue(struct machine *machine);

#endif
