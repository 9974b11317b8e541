/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port.h - stands in for the CPU's: the test is asked for each access to a port.
 */
#ifndef VMCLOCK_TESTS_SOURCE_PORT_H
#define VMCLOCK_TESTS_SOURCE_PORT_H

#include <stdint.h>

void vmclock_arch_port_write(uint16_t port, uint8_t value);
uint8_t vmclock_arch_port_read(uint16_t port);

#endif
