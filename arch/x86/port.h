/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * x86: I/O ports, a byte at a time. Only for code that may use them: ring 0, or with the kernel's
 * leave.
 */
#ifndef VMCLOCK_ARCH_X86_PORT_H
#define VMCLOCK_ARCH_X86_PORT_H

#include <vmclock/types.h>

static inline void vmclock_arch_port_write(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint8_t vmclock_arch_port_read(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

#endif
