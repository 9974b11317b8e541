/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - COM1 for people, COM2 for questions; 16550s at their traditional ports, polled.
 */
#include "boot/bare/platform.h"
#include "boot/bare/x86/boot.h"

#define COM1 0x3f8u
#define COM2 0x2f8u

/* Registers, from a port's base on. */
#define DATA 0u       /* the divisor's low byte while LINE_CONTROL_DIVISOR is set */
#define INTERRUPTS 1u /* the divisor's high byte likewise */
#define FIFO_CONTROL 2u
#define LINE_CONTROL 3u
#define MODEM_CONTROL 4u
#define LINE_STATUS 5u
#define SCRATCH 7u

#define FIFO_ENABLE_AND_CLEAR 0x07u
#define LINE_CONTROL_8N1 0x03u
#define LINE_CONTROL_DIVISOR 0x80u
#define MODEM_CONTROL_READY 0x03u /* DTR, RTS; interrupts stay disconnected */
#define LINE_STATUS_RECEIVED 0x01u
#define LINE_STATUS_ROOM 0x20u

#define ROOM_TRIES_MAX 100000u /* a character takes 87 us, a port access 1 us */

static uint16_t questions = COM1; /* where there is no COM2 */

/* Whether there is such a port. */
static int open(uint16_t base)
{
    vmclock_arch_port_write(base + SCRATCH, 0x5a);
    if (vmclock_arch_port_read(base + SCRATCH) != 0x5a)
        return 0;
    vmclock_arch_port_write(base + LINE_CONTROL, LINE_CONTROL_8N1 | LINE_CONTROL_DIVISOR);
    vmclock_arch_port_write(base + DATA, 1); /* 115200 baud */
    vmclock_arch_port_write(base + INTERRUPTS, 0);
    vmclock_arch_port_write(base + LINE_CONTROL, LINE_CONTROL_8N1);
    vmclock_arch_port_write(base + INTERRUPTS, 0);
    vmclock_arch_port_write(base + FIFO_CONTROL, FIFO_ENABLE_AND_CLEAR);
    vmclock_arch_port_write(base + MODEM_CONTROL, MODEM_CONTROL_READY);
    return 1;
}

void console_open(void)
{
    open(COM1);
    if (open(COM2))
        questions = COM2;
}

/* Waits for room, for a bounded time. */
static void put(uint16_t base, char character)
{
    unsigned tries = 0;

    while (!(vmclock_arch_port_read(base + LINE_STATUS) & LINE_STATUS_ROOM) &&
           tries < ROOM_TRIES_MAX)
        tries++;
    vmclock_arch_port_write(base + DATA, (uint8_t)character);
}

void platform_console_write(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            put(COM1, '\r');
        put(COM1, text[i]);
    }
}

int platform_serial_read(void)
{
    if (!(vmclock_arch_port_read(questions + LINE_STATUS) & LINE_STATUS_RECEIVED))
        return -1;
    return vmclock_arch_port_read(questions + DATA);
}

void platform_serial_write(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++)
        put(questions, text[i]);
}
