/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - stands in for the CPU's: I/O ports of the test's own.
 */
#ifndef VMCLOCK_TESTS_EFI_PORT_H
#define VMCLOCK_TESTS_EFI_PORT_H

#include <stdint.h>

void vmclock_arch_port_write(uint16_t port, uint8_t value);
uint8_t vmclock_arch_port_read(uint16_t port);

#endif
