/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uart.h - COM2, a 16550 at its traditional ports, polled: 115200 baud, 8n1.
 */
#ifndef VMCLOCK_BOOT_EFI_UART_H
#define VMCLOCK_BOOT_EFI_UART_H

#include <stddef.h>

/* Returns 0 when nothing answers at COM2's ports. What had been received before is dropped. */
int uart_open(void);

/* A character, or -1 when there is none yet. */
int uart_read(void);

/* A report_sink; context is not used. Waits for room, for a bounded time a character. */
void uart_write(void *context, const char *text, size_t length);

#endif
