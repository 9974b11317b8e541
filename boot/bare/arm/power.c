/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.c - the firmware's power interface (PSCI, Arm DEN 0022): another CPU, and the end.
 */
#include "boot/bare/arm/machine.h"
#include "boot/bare/platform.h"

#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_CPU_ON 0xc4000003u /* with 64-bit addresses */

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

static int64_t psci(uint64_t function, uint64_t first, uint64_t second, uint64_t third)
{
    const int by_smc = tree_psci_by_smc(); /* before the registers are loaded */
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = first;
    register uint64_t x2 __asm__("x2") = second;
    register uint64_t x3 __asm__("x3") = third;

    if (by_smc)
        __asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    else
        __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
    return (int64_t)x0;
}

void power_off(void)
{
    psci(PSCI_SYSTEM_OFF, 0, 0, 0);
}

int platform_start_cpu(void (*run)(void *context), void *context, void *stack_end)
{
    static struct { /* as start.S reads it, with its caches on */
        void *stack_end;
        void (*run)(void *context);
        void *context;
    } start;
    uint64_t own, other;

    __asm__("mrs %0, mpidr_el1" : "=r"(own));
    if (tree_other_cpu(own & MPIDR_AFFINITY, &other))
        return -1;
    start.stack_end = stack_end;
    start.run = run;
    start.context = context;
    __asm__ volatile("dsb ish" : : : "memory");
    return psci(PSCI_CPU_ON, other, (uint64_t)(uintptr_t)secondary, (uint64_t)(uintptr_t)&start)
               ? -1
               : 0;
}
