/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - console and end of an image on QEMU's virt machine.
 */
#include "boot/bare/arm/machine.h"
#include "boot/bare/platform.h"

/* The PL011, in 32-bit registers. */
#define UART ((volatile uint32_t *)0x09000000)
#define UART_DATA 0
#define UART_FLAGS 6
#define UART_LINE 11
#define UART_CONTROL 12
#define FLAG_RECEIVE_EMPTY (1u << 4)
#define FLAG_TRANSMIT_FULL (1u << 5)
#define LINE_8N1_FIFO 0x70u
#define CONTROL_ENABLE 0x301u /* UART, transmitter, receiver */

/* Semihosting: SYS_EXIT with {ADP_Stopped_ApplicationExit, code}. */
#define SEMIHOSTING_SYS_EXIT 0x18
#define SEMIHOSTING_APPLICATION_EXIT 0x20026

static uint64_t entry_counter_ticks;
static volatile int ending;

uint64_t platform_entry_ticks(void)
{
    return entry_counter_ticks;
}

int platform_serial_read(void)
{
    if (UART[UART_FLAGS] & FLAG_RECEIVE_EMPTY)
        return -1;
    return (uint8_t)UART[UART_DATA];
}

static void put(char character)
{
    while (UART[UART_FLAGS] & FLAG_TRANSMIT_FULL)
        ;
    UART[UART_DATA] = (uint8_t)character;
}

void platform_serial_write(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++)
        put(text[i]);
}

void platform_console_write(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            put('\r');
        put(text[i]);
    }
}

_Noreturn void platform_exit(uint8_t code)
{
    uint64_t block[2] = {SEMIHOSTING_APPLICATION_EXIT, code};
    register uint64_t operation __asm__("x0") = SEMIHOSTING_SYS_EXIT;
    register uint64_t *parameter __asm__("x1") = block;

    ending = 1;
    __asm__ volatile("hlt #0xf000" : "+r"(operation) : "r"(parameter) : "memory");
    power_off();
    for (;;)
        __asm__ volatile("wfi");
}

static void put_hex(const char *name, uint64_t value)
{
    char line[] = " 0x0000000000000000";

    for (unsigned i = 0; i < 16; i++)
        line[3 + i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    while (*name)
        put(*name++);
    platform_console_write(NULL, line, sizeof(line) - 1);
}

_Noreturn void machine_exception(uint64_t esr, uint64_t elr, uint64_t far)
{
    if (ending) { /* nobody there who understands semihosting */
        power_off();
        for (;;)
            __asm__ volatile("wfi");
    }
    put_hex("\r\nexception: ESR", esr);
    put_hex(" ELR", elr);
    put_hex(" FAR", far);
    platform_console_write(NULL, "\n", 1);
    platform_exit(PLATFORM_CODE_FAULT);
}

_Noreturn void machine_main(uint64_t tree_phys, uint64_t entry_ticks)
{
    entry_counter_ticks = entry_ticks;
    UART[UART_LINE] = LINE_8N1_FIFO;
    UART[UART_CONTROL] = CONTROL_ENABLE;
    tree_open(tree_phys);
    platform_exit((uint8_t)main());
}
