/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AArch64 and ARMv7-A: the virtual counter of the generic timer (Arm ARM, "The Generic Timer").
 */
#ifndef VMCLOCK_ARCH_ARM_H
#define VMCLOCK_ARCH_ARM_H

#include <vmclock/types.h>

#define VMCLOCK_ARCH_COUNTER_ID 0 /* VMCLOCK_COUNTER_ID_ARM_VCNT */

enum vmclock_arch_arm_order {
    VMCLOCK_ARCH_ORDER_ISB, /* ISB before the read of CNTVCT keeps it after earlier instructions */
    VMCLOCK_ARCH_ORDER_CNTVCTSS /* the self-synchronised view of FEAT_ECV needs no ISB */
};

/*
 * Whether to ask the ID registers, which EL0 may read only where its kernel emulates that (Linux
 * does). Freestanding code is taken to run at EL1 or above, or above such a kernel; code for any
 * other EL0 defines VMCLOCK_ARCH_ARM_EL0. ISB, which is right everywhere, is what is used then, and
 * in hosted code, and on AArch32, whose ID registers nobody emulates.
 */
#if defined(__aarch64__) && !__STDC_HOSTED__ && !defined(VMCLOCK_ARCH_ARM_EL0)
#define VMCLOCK_ARCH_ARM_ASK_ECV
#endif

static inline uint32_t vmclock_arch_counter_order(void)
{
#ifdef VMCLOCK_ARCH_ARM_ASK_ECV
    uint64_t mmfr0;

    __asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(mmfr0));
    if (mmfr0 >> 60) /* ECV, [63:60]: any value but 0 has the view */
        return VMCLOCK_ARCH_ORDER_CNTVCTSS;
#endif
    return VMCLOCK_ARCH_ORDER_ISB;
}

static inline uint64_t vmclock_arch_counter(uint32_t order)
{
    uint64_t ticks;

#ifdef VMCLOCK_ARCH_ARM_ASK_ECV
    if (order == VMCLOCK_ARCH_ORDER_CNTVCTSS) { /* by number: assemblers may lack the name */
        __asm__ volatile("mrs %0, s3_3_c14_c0_6" : "=r"(ticks) : : "memory");
        return ticks;
    }
#endif
    (void)order;
#if defined(__aarch64__)
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
#else
    __asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(ticks) : : "memory");
#endif
    return ticks;
}

/* CNTFRQ, which firmware sets at start-up and which may be 0. EL0 may read it where it may read
 * the counter. */
static inline void vmclock_arch_counter_frequency(uint32_t *unit_hz, uint32_t *numerator,
                                                  uint32_t *denominator)
{
#if defined(__aarch64__)
    uint64_t hz;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
#else
    uint32_t hz;

    __asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(hz));
#endif
    *unit_hz = (uint32_t)hz; /* [31:0]; the rest is reserved */
    *numerator = 1;
    *denominator = *unit_hz ? 1 : 0;
}

/* By its architecture the system counter runs at one rate. */
static inline uint32_t vmclock_arch_counter_invariant(void)
{
    return 1;
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

#if defined(__aarch64__) || defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8) /* ARMv7 and later */
#define VMCLOCK_ARCH_HAVE_SWAP 1

static inline int vmclock_arch_swap(volatile vmclock_aligned64 *word, uint64_t *seen, uint64_t next)
{
#if defined(__aarch64__) /* compilers call a function that images do not have */
    volatile vmclock_aligned64 *at = word;
    uint64_t was;
    uint32_t failed;

    __asm__ volatile("ldaxr %0, %2\n\t"
                     "mov %w1, #1\n\t"
                     "cmp %0, %3\n\t"
                     "b.ne 1f\n\t"
                     "stlxr %w1, %4, %2\n"
                     "1:"
                     : "=&r"(was), "=&r"(failed), "+Q"(*at)
                     : "r"(*seen), "r"(next)
                     : "memory", "cc");
    vmclock_arch_full_barrier();
    *seen = was;
    return !failed;
#else
    uint64_t expected = *seen;

    *seen = __sync_val_compare_and_swap(word, expected, next);
    return *seen == expected;
#endif
}
#endif

#endif
