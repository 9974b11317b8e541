/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.c - COM2, polled.
 */
#include "arch/x86/port.h"
#include "boot/efi/x86/uart.h"

#define COM2 0x2f8u
#define DATA (COM2 + 0)       /* the divisor's low byte while LINE_CONTROL_DIVISOR is set */
#define INTERRUPTS (COM2 + 1) /* the divisor's high byte likewise */
#define FIFO_CONTROL (COM2 + 2)
#define LINE_CONTROL (COM2 + 3)
#define MODEM_CONTROL (COM2 + 4)
#define LINE_STATUS (COM2 + 5)
#define SCRATCH (COM2 + 7)

#define FIFO_ENABLE_AND_CLEAR 0x07u
#define LINE_CONTROL_8N1 0x03u
#define LINE_CONTROL_DIVISOR 0x80u
#define MODEM_CONTROL_READY 0x03u /* DTR, RTS; interrupts stay disconnected */
#define LINE_STATUS_RECEIVED 0x01u
#define LINE_STATUS_ROOM 0x20u

#define ROOM_TRIES_MAX 100000u /* a character takes 87 us, a port access 1 us */

int uart_open(void)
{
    vmclock_arch_port_write(SCRATCH, 0x5a);
    if (vmclock_arch_port_read(SCRATCH) != 0x5a)
        return 0;
    vmclock_arch_port_write(LINE_CONTROL, LINE_CONTROL_8N1 | LINE_CONTROL_DIVISOR);
    vmclock_arch_port_write(DATA, 1); /* 115200 baud */
    vmclock_arch_port_write(INTERRUPTS, 0);
    vmclock_arch_port_write(LINE_CONTROL, LINE_CONTROL_8N1);
    vmclock_arch_port_write(INTERRUPTS, 0);
    vmclock_arch_port_write(FIFO_CONTROL, FIFO_ENABLE_AND_CLEAR);
    vmclock_arch_port_write(MODEM_CONTROL, MODEM_CONTROL_READY);
    return 1;
}

int uart_read(void)
{
    return vmclock_arch_port_read(LINE_STATUS) & LINE_STATUS_RECEIVED ? vmclock_arch_port_read(DATA)
                                                                      : -1;
}

void uart_write(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        unsigned tries = 0;

        while (!(vmclock_arch_port_read(LINE_STATUS) & LINE_STATUS_ROOM) && tries < ROOM_TRIES_MAX)
            tries++;
        vmclock_arch_port_write(DATA, (uint8_t)text[i]);
    }
}
