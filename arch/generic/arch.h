/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any other CPU: no counter of its own that a vmclock page can name. The caller supplies one to
 * vmclock_open_with_counter; barriers are the compiler's own full ones.
 */
#ifndef VMCLOCK_ARCH_GENERIC_H
#define VMCLOCK_ARCH_GENERIC_H

#include <vmclock/types.h>

#define VMCLOCK_ARCH_COUNTER_ID 0xff /* VMCLOCK_COUNTER_ID_INVALID */

static inline uint32_t vmclock_arch_counter_order(void)
{
    return 0;
}

static inline uint64_t vmclock_arch_counter(uint32_t order)
{
    (void)order;
    return 0; /* never used for time: the counter's id is INVALID */
}

static inline uint32_t vmclock_arch_counter_invariant(void)
{
    return 0;
}

static inline void vmclock_arch_counter_frequency(uint32_t *unit_hz, uint32_t *numerator,
                                                  uint32_t *denominator)
{
    *unit_hz = *numerator = *denominator = 0;
}

static inline void vmclock_arch_full_barrier(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void vmclock_arch_read_barrier(void)
{
    vmclock_arch_full_barrier();
}

static inline void vmclock_arch_write_barrier(void)
{
    vmclock_arch_full_barrier();
}

static inline void vmclock_arch_pause(void)
{
    __asm__ volatile("" : : : "memory");
}

#if __GCC_ATOMIC_LLONG_LOCK_FREE == 2
#define VMCLOCK_ARCH_HAVE_SWAP 1

static inline int vmclock_arch_swap(volatile vmclock_aligned64 *word, uint64_t *seen, uint64_t next)
{
    uint64_t expected = *seen;

    *seen = __sync_val_compare_and_swap(word, expected, next);
    return *seen == expected;
}
#endif

#endif
