/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - stands in for the CPU's: a counter of the test's own, as far as boot/linux asks for one.
 */
#ifndef VMCLOCK_TESTS_PUBLISH_ARCH_H
#define VMCLOCK_TESTS_PUBLISH_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <vmclock/abi.h>

#define VMCLOCK_ARCH_COUNTER_ID VMCLOCK_COUNTER_ID_X86_TSC

uint64_t vmclock_arch_counter(uint32_t order);
uint32_t vmclock_arch_counter_order(void);
bool vmclock_arch_counter_invariant(void);

#endif
