/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - stands in for the CPU's: one whose counter needs no order, as those with RDTSCP, and says its
 * frequency; another CPU, the test's, is between any two of its steps.
 */
#ifndef VMCLOCK_TESTS_READER_ARCH_H
#define VMCLOCK_TESTS_READER_ARCH_H

#include <vmclock/abi.h>
#include <vmclock/types.h>

#define VMCLOCK_ARCH_COUNTER_ID VMCLOCK_COUNTER_ID_X86_TSC
#define VMCLOCK_ARCH_HAVE_SWAP 1

extern struct fake_cpu {
    uint64_t counter;
    uint32_t order; /* with which the counter was read last */
    uint32_t unit_hz, numerator, denominator;
    void (*before_swap)(volatile vmclock_aligned64 *word);
    void (*at_read_barrier)(void);
} cpu;

uint32_t vmclock_arch_counter_order(void);
uint64_t vmclock_arch_counter(uint32_t order);
uint32_t vmclock_arch_counter_invariant(void);
void vmclock_arch_counter_frequency(uint32_t *unit_hz, uint32_t *numerator, uint32_t *denominator);
void vmclock_arch_full_barrier(void);
void vmclock_arch_read_barrier(void);
void vmclock_arch_write_barrier(void);
void vmclock_arch_pause(void);
int vmclock_arch_swap(volatile vmclock_aligned64 *word, uint64_t *seen, uint64_t next);

#endif
