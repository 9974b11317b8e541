/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch.h - stands in for the CPU's: the test is asked in between, and may write as the host does.
 */
#ifndef VMCLOCK_TESTS_SOURCE_ARCH_H
#define VMCLOCK_TESTS_SOURCE_ARCH_H

void vmclock_arch_read_barrier(void);
void vmclock_arch_pause(void);

#endif
