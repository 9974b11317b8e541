/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - between the files of this room.
 */
#ifndef VMCLOCK_BOOT_BARE_ARM_MACHINE_H
#define VMCLOCK_BOOT_BARE_ARM_MACHINE_H

#include <stdint.h>

/* Of image.ld. */
extern char _start[], image_end[], memory_start[];

/* The C entry, from start.S. tree_phys: as the boot protocol has it in x0, perhaps 0. */
_Noreturn void machine_main(uint64_t tree_phys, uint64_t entry_ticks);

/* From the vectors of start.S. */
_Noreturn void machine_exception(uint64_t esr, uint64_t elr, uint64_t far);

/* Where start.S begins on a CPU that PSCI has started. */
void secondary(void);

/* Remembers where the device tree is, if there is one. */
void tree_open(uint64_t tree_phys);

/* Whether calls to the firmware (PSCI) are by SMC; else by HVC. */
int tree_psci_by_smc(void);

/* The MPIDR affinity of a CPU other than own_affinity. Returns 0, or -1 if there is none. */
int tree_other_cpu(uint64_t own_affinity, uint64_t *affinity);

/* Switches the machine off; returns if it cannot. */
void power_off(void);

#endif
