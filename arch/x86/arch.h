/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86-64 and i386: the time-stamp counter.
 *
 * x86 keeps loads in order with loads and stores with stores (Intel SDM 3A 8.2, AMD APM 2 7.2), so
 * the read and write barriers only have to hold the compiler. RDTSC is no load: it needs an
 * instruction before it that waits for the loads, or RDTSCP in its place.
 */
#ifndef VMCLOCK_ARCH_X86_H
#define VMCLOCK_ARCH_X86_H

#include <vmclock/types.h>
#include "arch/x86/cpuid.h"

#define VMCLOCK_ARCH_COUNTER_ID 1 /* VMCLOCK_COUNTER_ID_X86_TSC */

static inline uint32_t vmclock_arch_counter_order(void)
{
    return vmclock_arch_x86_order(vmclock_arch_cpuid, 0);
}

static inline uint32_t vmclock_arch_counter_invariant(void)
{
    return vmclock_arch_x86_invariant(vmclock_arch_cpuid, 0);
}

static inline void vmclock_arch_counter_frequency(uint32_t *unit_hz, uint32_t *numerator,
                                                  uint32_t *denominator)
{
    vmclock_arch_x86_frequency(vmclock_arch_cpuid, 0, unit_hz, numerator, denominator);
}

static inline uint64_t vmclock_arch_counter(uint32_t order)
{
    uint32_t low, high;

    if (order == VMCLOCK_ARCH_ORDER_RDTSCP)
        __asm__ volatile("rdtscp" : "=a"(low), "=d"(high) : : "ecx", "memory");
    else if (order == VMCLOCK_ARCH_ORDER_LFENCE)
        __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
#if defined(__x86_64__) || defined(__SSE2__)
    else
        __asm__ volatile("mfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
#else
    else /* a locked access is as strong, and every x86 has it */
        __asm__ volatile("lock; orl $0, (%%esp)\n\trdtsc"
                         : "=a"(low), "=d"(high)
                         :
                         : "memory", "cc");
#endif
    return (uint64_t)high << 32 | low;
}

static inline void vmclock_arch_read_barrier(void)
{
    __asm__ volatile("" : : : "memory");
}

static inline void vmclock_arch_write_barrier(void)
{
    __asm__ volatile("" : : : "memory");
}

static inline void vmclock_arch_full_barrier(void)
{
#if defined(__x86_64__) || defined(__SSE2__)
    __asm__ volatile("mfence" : : : "memory");
#else
    __asm__ volatile("lock; orl $0, (%%esp)" : : : "memory", "cc");
#endif
}

static inline void vmclock_arch_pause(void)
{
    __asm__ volatile("pause" : : : "memory");
}

#if defined(__x86_64__) || defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8) /* not an i486 */
#define VMCLOCK_ARCH_HAVE_SWAP 1

static inline int vmclock_arch_swap(volatile vmclock_aligned64 *word, uint64_t *seen, uint64_t next)
{
    uint64_t expected = *seen;

    *seen = __sync_val_compare_and_swap(word, expected, next);
    return *seen == expected;
}
#endif

#endif
