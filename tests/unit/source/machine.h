/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - a machine in virtual time: a counter of 1 GHz, a vmclock page that is right, and
 * models of real-time clocks that run by the same time.
 */
#ifndef VMCLOCK_TESTS_SOURCE_MACHINE_H
#define VMCLOCK_TESTS_SOURCE_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/cmos.h>
#include <vmclock/efi_time.h>
#include <vmclock/kvm_clock.h>
#include <vmclock/pl031.h>
#include <vmclock/set.h>
#include <vmclock/vmclock.h>

#define SEC INT64_C(1000000000) /* ns */

/* An MC146818A. Its time is a POSIX count; its fields are made and taken in its format. */
struct chip {
    uint8_t memory[128];
    int64_t sec;        /* what it shows; between updates */
    int64_t next_ns;    /* when its next update begins to be visible */
    int64_t rate_ns;    /* of its second */
    uint8_t century;    /* index of its register, or 0 */
    uint8_t dead;       /* no chip: all reads are FFh */
    uint8_t wild;       /* its seconds are another at each read */
    uint8_t no_reset;   /* the divider cannot be held in reset */
    uint8_t takes_none; /* writes to the time are lost */
    unsigned reads, writes;
};

struct machine {
    int64_t ns;                  /* true time since 2001-01-01 00:00:00 UTC */
    int64_t step_ns;             /* that each read of a register or the counter takes */
    int64_t jump_at_ns, jump_ns; /* the CPU is taken away once, for so long */
    uint64_t page[14];
    struct vmclock clk;
    struct chip chip;
    struct vmclock_cmos cmos;
    uint32_t pl031[0x400];
    int64_t pl031_offset_ns; /* its clock less the true time */
    unsigned pl031_sets;
};

#define START_SEC INT64_C(978307200) /* 2001-01-01 */

/* format: register B's binary and 24-hour bits. The page says the true time, within 1 ms. */
void machine_init(struct machine *machine, uint8_t format);

/* Time passes, and the clocks run. */
void machine_pass(struct machine *machine, int64_t ns);

/* Sets the chip's date as its fields say, at a moment of its second. */
void machine_set_chip(struct machine *machine, int64_t sec, int64_t into_second_ns);

/* One field of the page. */
void machine_put(struct machine *machine, size_t offset, size_t bytes, uint64_t value);

/* True time as a POSIX count, ns since START_SEC is machine->ns. */
int64_t machine_posix(const struct machine *machine);

#endif
