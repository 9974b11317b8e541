/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CMOS clock at its I/O ports.
 */
#include <vmclock/cmos.h>
#include <vmclock/types.h>

#if defined(__x86_64__) || defined(__i386__)
#include "arch/x86/port.h"

#define CMOS_PORTS_INDEX 0x70u
#define CMOS_PORTS_DATA 0x71u

static uint8_t cmos_ports_read_port(void *context, uint8_t index)
{
    (void)context;
    vmclock_arch_port_write(CMOS_PORTS_INDEX, index);
    return vmclock_arch_port_read(CMOS_PORTS_DATA);
}

static void cmos_ports_write_port(void *context, uint8_t index, uint8_t value)
{
    (void)context;
    vmclock_arch_port_write(CMOS_PORTS_INDEX, index);
    vmclock_arch_port_write(CMOS_PORTS_DATA, value);
}

void vmclock_cmos_ports(uint8_t century, struct vmclock_cmos *cmos)
{
    cmos->read = cmos_ports_read_port;
    cmos->write = cmos_ports_write_port;
    cmos->context = NULL;
    cmos->century = century;
}
#endif
