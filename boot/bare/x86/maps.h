/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * maps.h - the two forms of memory maps that loaders hand over.
 */
#ifndef VMCLOCK_BOOT_BARE_X86_MAPS_H
#define VMCLOCK_BOOT_BARE_X86_MAPS_H

#include "boot/bare/ram.h"

/* Xen, public/arch-x86/hvm/start_info.h. */
struct pvh_memory {
    uint64_t phys, length;
    uint32_t type, reserved;
};

void maps_take_pvh(const struct pvh_memory *map, uint32_t count, struct ram *ram);

/* Multiboot 0.6.96, 3.3: bytes of entries that begin with their own size. What is no whole entry ends it. */
void maps_take_multiboot(const void *map, uint32_t bytes, struct ram *ram);

#endif
