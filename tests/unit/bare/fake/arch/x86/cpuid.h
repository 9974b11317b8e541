/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpuid.h - stands in for the CPU's: leaves of the test's own.
 */
#ifndef VMCLOCK_TESTS_BARE_CPUID_H
#define VMCLOCK_TESTS_BARE_CPUID_H

#include <stddef.h>
#include <stdint.h>

struct vmclock_arch_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

void vmclock_arch_cpuid(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out);

#endif
