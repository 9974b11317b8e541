/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AArch64 and ARMv7-A: the virtual counter of the generic timer (Arm ARM, "The Generic Timer").
 */
#ifndef VMCLOCK_ARCH_ARM_H
#define VMCLOCK_ARCH_ARM_H

#include <stdint.h>

#define VMCLOCK_ARCH_COUNTER_ID 0 /* VMCLOCK_COUNTER_ID_ARM_VCNT */

enum vmclock_arch_arm_order {
    VMCLOCK_ARCH_ORDER_ISB /* ISB before the read of CNTVCT keeps it after earlier loads */
};

static inline uint32_t vmclock_arch_counter_order(void)
{
    return VMCLOCK_ARCH_ORDER_ISB;
}

static inline uint64_t vmclock_arch_counter(uint32_t order)
{
    uint64_t ticks;

    (void)order;
#if defined(__aarch64__)
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
#else
    __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(ticks) : : "memory");
#endif
    return ticks;
}

#if defined(__aarch64__)
#define VMCLOCK_ARCH_BARRIER_LOADS "dmb ishld"
#else
#define VMCLOCK_ARCH_BARRIER_LOADS "dmb ish"
#endif

static inline void vmclock_arch_read_barrier(void)
{
    __asm__ volatile(VMCLOCK_ARCH_BARRIER_LOADS : : : "memory");
}

static inline void vmclock_arch_write_barrier(void)
{
    __asm__ volatile("dmb ishst" : : : "memory");
}

static inline void vmclock_arch_full_barrier(void)
{
    __asm__ volatile("dmb ish" : : : "memory");
}

static inline void vmclock_arch_pause(void)
{
    __asm__ volatile("yield" : : : "memory");
}

#endif
