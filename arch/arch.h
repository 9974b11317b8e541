/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - what the library needs of a CPU. Each architecture's header defines all of it:
 *
 *   VMCLOCK_ARCH_COUNTER_ID             enum vmclock_counter_id of the CPU's own counter
 *   vmclock_arch_counter_order()        how to keep this CPU's counter reads in order; asked once
 *   vmclock_arch_counter(order)         the counter, ticks; not read before earlier loads complete
 *   vmclock_arch_counter_frequency(unit_hz, numerator, denominator)
 *                                       advertised: unit_hz * numerator / denominator; 0: not
 *   vmclock_arch_counter_invariant()    whether the CPU says that the frequency never changes
 *   vmclock_arch_read_barrier()         earlier loads before later loads
 *   vmclock_arch_write_barrier()        earlier stores before later stores
 *   vmclock_arch_full_barrier()         everything before everything
 *   vmclock_arch_pause()                tells the CPU that this is a wait
 *   vmclock_arch_swap(word, seen, next) if the word is *seen it becomes next, and 1 is returned; else *seen
 *                                       becomes what it is, and 0 is. May also fail for nothing. Everything
 *                                       before everything, if it succeeds. Only where VMCLOCK_ARCH_HAVE_SWAP
 *
 * Nothing is computed from a counter value or a time here: that is the same everywhere and lives in lib/.
 */
#ifndef VMCLOCK_ARCH_H
#define VMCLOCK_ARCH_H

#if defined(__x86_64__) || defined(__i386__)
#include "arch/x86/arch.h"
#elif defined(__aarch64__) || defined(__arm__)
#include "arch/arm/arch.h"
#else
#include "arch/generic/arch.h"
#endif

#endif
