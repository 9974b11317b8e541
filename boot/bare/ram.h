/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ram.h - the memory behind the image that is nobody else's, by what a machine says piece by piece: first
 * all that is memory, then all that is taken, in any order each.
 */
#ifndef VMCLOCK_BARE_RAM_H
#define VMCLOCK_BARE_RAM_H

#include <stdint.h>

struct ram {
    uint64_t first; /* behind the image */
    uint64_t end;   /* the first byte that is not free, at most; first: there is none */
};

void ram_init(uint64_t image_end, struct ram *ram);

/* A piece of memory: of interest if the byte behind the image is in it. One that goes beyond 2^64 ends there. */
void ram_add(struct ram *ram, uint64_t phys, uint64_t length);

/* A piece that is taken, although another one with the same bytes may say that it is memory. */
void ram_take(struct ram *ram, uint64_t phys, uint64_t length);

#endif
