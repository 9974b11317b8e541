/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.c - wakes a second CPU. Intel SDM 3A, 11.4.4 and 11.6.1.
 */
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"

#define LAPIC_PHYS 0xfee00000u
#define LAPIC_BYTES 0x1000u
#define LAPIC_SPURIOUS (0xf0u / 4)
#define LAPIC_ENABLED 0x1ffu
#define LAPIC_COMMAND (0x300u / 4)
#define ALL_OTHERS_INIT 0xc4500u
#define ALL_OTHERS_START 0xc4600u /* at the page of this number */
#define START_PHYS 0x8000u
#define DELAY_PORT 0x80u /* a write takes about 1 us */
#define INIT_DELAY_US 10000u
#define START_DELAY_US 200u
#define AWAKE_TRIES_US 20000000u /* emulated, a port takes less than 1 us */

extern const char second_begin[], second_end[]; /* second.S */
extern volatile uint64_t second_awake;
extern void *second_stack;

static void (*second_run)(void *context);
static void *second_context;

_Noreturn void second(void) __attribute__((used));

void second(void)
{
    exceptions_catch();
    second_run(second_context);
    for (;;)
        __asm__ volatile("hlt");
}

static void wait_us(uint32_t us)
{
    while (us--)
        vmclock_arch_port_write(DELAY_PORT, 0);
}

int platform_start_cpu(void (*run)(void *context), void *context, void *stack_end)
{
    volatile uint32_t *lapic = memory_map(LAPIC_PHYS, LAPIC_BYTES);
    char *start = memory_map(START_PHYS, (size_t)(second_end - second_begin));

    if (!lapic || !start || second_awake)
        return -1;
    for (const char *from = second_begin; from < second_end; from++)
        *start++ = *from;
    second_run = run;
    second_context = context;
    second_stack = stack_end;
    lapic[LAPIC_SPURIOUS] = LAPIC_ENABLED;
    lapic[LAPIC_COMMAND] = ALL_OTHERS_INIT;
    wait_us(INIT_DELAY_US);
    for (unsigned i = 0; i < 2; i++) {
        lapic[LAPIC_COMMAND] = ALL_OTHERS_START | START_PHYS >> 12;
        wait_us(START_DELAY_US);
    }
    for (uint32_t us = 0; us < AWAKE_TRIES_US && !second_awake; us++)
        wait_us(1);
    return second_awake ? 0 : -1;
}
