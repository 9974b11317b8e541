/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - stands in for the CPU's: leaves and a counter of the test's own.
 */
#ifndef VMCLOCK_TESTS_EFI_ARCH_H
#define VMCLOCK_TESTS_EFI_ARCH_H

#include <stddef.h>
#include <stdint.h>

struct vmclock_arch_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

enum vmclock_arch_x86_order {
    VMCLOCK_ARCH_ORDER_RDTSCP,
    VMCLOCK_ARCH_ORDER_LFENCE,
    VMCLOCK_ARCH_ORDER_MFENCE
};

void vmclock_arch_cpuid(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out);
enum vmclock_arch_x86_order vmclock_arch_counter_order(void);
unsigned vmclock_arch_counter_invariant(void);
void vmclock_arch_counter_frequency(uint32_t *unit_hz, uint32_t *numerator, uint32_t *denominator);

#endif
