/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.h - what the parts of this room know of each other.
 */
#ifndef VMCLOCK_BOOT_BARE_X86_BOOT_H
#define VMCLOCK_BOOT_BARE_X86_BOOT_H

#include <stddef.h>
#include <stdint.h>
#include "arch/x86/port.h"

/* Sets up the serial ports. */
void console_open(void);

/* From here on an exception says what it is and ends the machine. */
void exceptions_catch(void);

/* Like platform_map, for memory of any kind. */
void *memory_map(uint64_t phys, uint64_t length);

/* The index of the CMOS clock's register of the century, by the FADT; 0 if it names none. */
uint8_t boot_century(void);

#endif
