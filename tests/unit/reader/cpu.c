/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/arch.h"

struct fake_cpu cpu;

uint32_t vmclock_arch_counter_order(void)
{
    return 0;
}

uint64_t vmclock_arch_counter(uint32_t order)
{
    cpu.order = order;
    return cpu.counter;
}

uint32_t vmclock_arch_counter_invariant(void)
{
    return 1;
}

void vmclock_arch_counter_frequency(uint32_t *unit_hz, uint32_t *numerator, uint32_t *denominator)
{
    *unit_hz = cpu.unit_hz;
    *numerator = cpu.numerator;
    *denominator = cpu.denominator;
}

void vmclock_arch_full_barrier(void)
{
}

void vmclock_arch_read_barrier(void)
{
    if (cpu.at_read_barrier)
        cpu.at_read_barrier();
}

void vmclock_arch_write_barrier(void)
{
}

void vmclock_arch_pause(void)
{
}

int vmclock_arch_swap(volatile vmclock_aligned64 *word, uint64_t *seen, uint64_t next)
{
    if (cpu.before_swap)
        cpu.before_swap(word);
    if (*word != *seen) {
        *seen = *word;
        return 0;
    }
    *word = next;
    return 1;
}
