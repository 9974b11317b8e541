/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - physical memory for the fuzz targets. What is mapped is a copy that ends where the
 * mapping ends, so that the address sanitizer sees any access outside.
 */
#ifndef VMCLOCK_FUZZ_MEMORY_H
#define VMCLOCK_FUZZ_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <vmclock/region.h>

#define MAX_PIECES 5u

struct piece {
    uint64_t phys;
    const uint8_t *bytes;
    size_t length;
};

struct memory {
    struct vmclock_memory callbacks; /* what the driver is given */
    struct piece pieces[MAX_PIECES];
    unsigned count;
    int repaired;       /* tables are given the right checksum as they are mapped; ... */
    uint64_t rsdp_phys; /* ... and the root pointer here is */
    uint32_t fail_at;   /* mappings of addresses that fold to this byte fail; 0: none */
    /* Of the search that runs. */
    uint32_t maps;
    uint64_t mapped_bytes;
    const uint8_t *original; /* what the present mapping held when it was made */
    const uint8_t *mapped;
    size_t mapped_length;
};

void memory_init(struct memory *memory);
void memory_add(struct memory *memory, uint64_t phys, const uint8_t *bytes, size_t length);

/* Before each search, and after it: that all was given back, and that the work was bounded. */
void memory_start(struct memory *memory);
void memory_end(const struct memory *memory);

/* Makes the sum of the bytes 0 by the one at offset at. */
void fix_sum(uint8_t *bytes, size_t length, size_t at);

#endif
