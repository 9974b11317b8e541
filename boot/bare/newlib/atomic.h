/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atomic.h - words that several CPUs share, and locks that are tried and never waited for. By the
 * compiler's own atomics: newlib's stdatomic.h is not of this compiler. Room-private.
 */
#ifndef VMCLOCK_BOOT_BARE_NEWLIB_ATOMIC_H
#define VMCLOCK_BOOT_BARE_NEWLIB_ATOMIC_H

#include <stdint.h>

#define ATOMIC_LOAD(word) __atomic_load_n(&(word), __ATOMIC_ACQUIRE)
#define ATOMIC_STORE(word, value) __atomic_store_n(&(word), (value), __ATOMIC_RELEASE)

/* 1 if the lock is had: then nobody else has it, and what its last holder wrote is seen. */
static inline int lock_try(uint32_t *lock)
{
    return !__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE);
}

static inline void lock_release(uint32_t *lock)
{
    ATOMIC_STORE(*lock, 0);
}

#endif
