/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpuid.h - what CPUID says of the time-stamp counter. The decisions take the leaves from a
 * function, so that tests inject those of CPUs that they do not run on.
 */
#ifndef VMCLOCK_ARCH_X86_CPUID_H
#define VMCLOCK_ARCH_X86_CPUID_H

#include <vmclock/types.h>

struct vmclock_arch_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

/* Into the caller, so that the choice of a function costs the library nothing. */
#define VMCLOCK_ARCH_X86_INLINE static inline __attribute__((always_inline))

/* The first is the one that quick readers are made for. */
enum vmclock_arch_x86_order {
    VMCLOCK_ARCH_ORDER_RDTSCP, /* RDTSCP waits for earlier instructions itself */
    VMCLOCK_ARCH_ORDER_LFENCE, /* LFENCE waits for earlier instructions to complete */
    VMCLOCK_ARCH_ORDER_MFENCE  /* neither: MFENCE is the strongest there is without serialising */
};

/* A leaf, subleaf 0, of the CPU that this runs on. context is not used. */
static inline void vmclock_arch_cpuid(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out)
{
    uint32_t eax = leaf, ebx, ecx = 0, edx;

    (void)context;
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
 * RDTSCP waits until earlier instructions have executed and earlier loads are visible, on every CPU
 * that has it (SDM 2B and APM 3, "RDTSCP"), and lets what follows begin meanwhile. Of those without it,
 * Intel's LFENCE always waits for earlier instructions (SDM 2A "LFENCE"); AMD's does so only where
 * CPUID 8000_0021 EAX[2] says so, or an operating system set a bit that firmware cannot count on.
 * Other makers are taken like AMD.
 */
VMCLOCK_ARCH_X86_INLINE uint32_t vmclock_arch_x86_order(
    void (*cpuid)(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out), void *context)
{
    struct vmclock_arch_cpuid id;

    cpuid(context, 0x80000000, &id);
    const uint32_t max_leaf = id.eax;
    if (max_leaf >= 0x80000001) {
        cpuid(context, 0x80000001, &id);
        if (id.edx & (1u << 27))
            return VMCLOCK_ARCH_ORDER_RDTSCP;
    }
    if (max_leaf >= 0x80000021) {
        cpuid(context, 0x80000021, &id);
        if (id.eax & (1u << 2))
            return VMCLOCK_ARCH_ORDER_LFENCE;
    }
    cpuid(context, 0, &id);
    if ((id.ebx ^ 0x756e6547) | (id.edx ^ 0x49656e69)) /* not "GenuineI" of GenuineIntel */
        return VMCLOCK_ARCH_ORDER_MFENCE;
    return VMCLOCK_ARCH_ORDER_LFENCE;
}

/* Whether the counter runs at one rate in all of the CPU's power states (APM 3, 8000_0007). */
VMCLOCK_ARCH_X86_INLINE uint32_t vmclock_arch_x86_invariant(
    void (*cpuid)(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out), void *context)
{
    struct vmclock_arch_cpuid id;

    cpuid(context, 0x80000000, &id);
    if (id.eax < 0x80000007 || !(id.eax >> 31)) /* without extended leaves, anything may be there */
        return 0;
    cpuid(context, 0x80000007, &id);
    return id.edx >> 8 & 1;
}

/*
 * The advertised frequency as unit_hz * numerator / denominator, with a denominator of 0 where none
 * is: from a hypervisor's leaf 4000_0010, EAX in kHz (VMware's, also KVM's and others'); else leaf
 * 15H, crystal ECX in Hz times EBX / EAX; else, where 15H lacks the crystal, the base frequency of
 * leaf 16H, EAX in MHz, at which the counter runs on those CPUs (SDM 3B 18.7.3). The hypervisor's
 * comes first: it may scale the counter and pass the host's leaves through.
 */
VMCLOCK_ARCH_X86_INLINE void vmclock_arch_x86_frequency(
    void (*cpuid)(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out), void *context,
    uint32_t *unit_hz, uint32_t *numerator, uint32_t *denominator)
{
    struct vmclock_arch_cpuid id;

    *unit_hz = *numerator = *denominator = 0;
    cpuid(context, 0, &id);
    uint32_t max_leaf = id.eax;
    cpuid(context, 1, &id);
    if (id.ecx >> 31) { /* set in every virtual machine that has the hypervisor's leaves */
        cpuid(context, 0x40000000, &id);
        if (id.eax >= 0x40000010 && id.eax <= 0x4000ffff) {
            cpuid(context, 0x40000010, &id);
            if (id.eax) {
                *unit_hz = 1000;
                *numerator = id.eax;
                *denominator = 1;
                return;
            }
        }
    }
    if (max_leaf < 0x15)
        return;
    cpuid(context, 0x15, &id);
    if (!id.eax || !id.ebx) /* the counter's ratio to the crystal is not enumerated */
        return;
    if (id.ecx) {
        *unit_hz = id.ecx;
        *numerator = id.ebx;
        *denominator = id.eax;
        return;
    }
    if (max_leaf < 0x16)
        return;
    cpuid(context, 0x16, &id);
    if ((id.eax & 0xffff) == 0)
        return;
    *unit_hz = 1000000;
    *numerator = id.eax & 0xffff;
    *denominator = 1;
}

#endif
