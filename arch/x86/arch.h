/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86-64 and i386: the time-stamp counter.
 *
 * x86 keeps loads in order with loads and stores with stores (Intel SDM 3A 8.2, AMD APM 2 7.2), so
 * the read and write barriers only have to hold the compiler. RDTSC is no load: it needs an
 * instruction before it that waits for the loads.
 */
#ifndef VMCLOCK_ARCH_X86_H
#define VMCLOCK_ARCH_X86_H

#include <stdint.h>

#define VMCLOCK_ARCH_COUNTER_ID 1 /* VMCLOCK_COUNTER_ID_X86_TSC */

enum vmclock_arch_x86_order {
    VMCLOCK_ARCH_ORDER_LFENCE, /* LFENCE waits for earlier instructions to complete */
    VMCLOCK_ARCH_ORDER_RDTSCP, /* RDTSCP waits for earlier loads itself */
    VMCLOCK_ARCH_ORDER_MFENCE  /* neither: MFENCE is the strongest there is without serialising */
};

struct vmclock_arch_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline void vmclock_arch_cpuid(uint32_t leaf, uint32_t subleaf,
                                      struct vmclock_arch_cpuid *out)
{
    uint32_t eax = leaf, ebx, ecx = subleaf, edx;
#if defined(__i386__) && defined(__PIC__)
    /* ebx belongs to the position-independent code around us. */
    __asm__ volatile("xchgl %%ebx, %1\n\tcpuid\n\txchgl %%ebx, %1"
                     : "+a"(eax), "=&r"(ebx), "+c"(ecx), "=d"(edx));
#else
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
#endif
    out->eax = eax;
    out->ebx = ebx;
    out->ecx = ecx;
    out->edx = edx;
}

/*
 * Intel's LFENCE always waits for earlier instructions (SDM 2A "LFENCE"). AMD's does so only where
 * CPUID 8000_0021 EAX[2] says so, or an operating system set a bit that firmware cannot count on;
 * RDTSCP waits for earlier loads everywhere (APM 3 "RDTSCP"). Other makers are taken like AMD.
 */
static inline uint32_t vmclock_arch_counter_order(void)
{
    struct vmclock_arch_cpuid id;

    vmclock_arch_cpuid(0, 0, &id);
    if (id.ebx == 0x756e6547 && id.edx == 0x49656e69) /* "GenuineI" of GenuineIntel */
        return VMCLOCK_ARCH_ORDER_LFENCE;
    vmclock_arch_cpuid(0x80000000, 0, &id);
    uint32_t max_leaf = id.eax;
    if (max_leaf >= 0x80000021) {
        vmclock_arch_cpuid(0x80000021, 0, &id);
        if (id.eax & (1u << 2))
            return VMCLOCK_ARCH_ORDER_LFENCE;
    }
    if (max_leaf >= 0x80000001) {
        vmclock_arch_cpuid(0x80000001, 0, &id);
        if (id.edx & (1u << 27))
            return VMCLOCK_ARCH_ORDER_RDTSCP;
    }
    return VMCLOCK_ARCH_ORDER_MFENCE;
}

static inline uint64_t vmclock_arch_counter(uint32_t order)
{
    uint32_t low, high;

    if (order == VMCLOCK_ARCH_ORDER_LFENCE)
        __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
    else if (order == VMCLOCK_ARCH_ORDER_RDTSCP)
        __asm__ volatile("rdtscp" : "=a"(low), "=d"(high) : : "ecx", "memory");
#ifdef __SSE2__
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
#ifdef __SSE2__
    __asm__ volatile("mfence" : : : "memory");
#else
    __asm__ volatile("lock; orl $0, (%%esp)" : : : "memory", "cc");
#endif
}

static inline void vmclock_arch_pause(void)
{
    __asm__ volatile("pause" : : : "memory");
}

#endif
