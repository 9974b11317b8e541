/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - I/O ports, which only x86 has.
 */
#ifndef VMCLOCK_BOOT_EFI_PORT_H
#define VMCLOCK_BOOT_EFI_PORT_H

#include <stdint.h>

static inline void port_write(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint8_t port_read(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

#endif
