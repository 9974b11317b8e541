/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the root pointer to the tables, in a piece of memory that is the input:
 *     byte 0      bits: 1 right checksums, 2 the piece ends at 2^64, 4 it begins at 0xe0000 and the
 *                 root pointer is searched for
 *     byte 1      mappings fail whose address has it, folded to eight bits; 0: none
 *     bytes 2, 3  where in the piece the root pointer is
 *     then        the piece, at 0x1000
 */
#include <stdlib.h>
#include <string.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "acpi.h"

#define REPAIR 0x01u
#define HIGH 0x02u
#define BIOS 0x04u
#define BIOS_AREA 0xe0000u
#define BIOS_SIZE 0x20000u
#define LOW_PHYS 0x1000u

/* Finds the root pointer in the BIOS area. Returns whether there is one. */
static int search_bios(struct memory *memory)
{
    uint64_t rsdp_phys;
    int error;

    memset(&rsdp_phys, MARK, sizeof rsdp_phys);
    memory_start(memory);
    error = vmclock_acpi_find_rsdp(&memory->callbacks, &rsdp_phys);
    memory_end(memory);
    HOLDS(error == 0 || error == VMCLOCK_ERR_RSDP || error == VMCLOCK_ERR_MAP);
    if (error != 0) {
        HOLDS(untouched(&rsdp_phys, sizeof rsdp_phys));
        return 0;
    }
    HOLDS(rsdp_phys >= BIOS_AREA && rsdp_phys < BIOS_AREA + BIOS_SIZE && rsdp_phys % 16 == 0);
    memory->rsdp_phys = rsdp_phys;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *area = NULL;
    struct memory memory;
    struct search search;
    uint64_t phys = LOW_PHYS;
    size_t length = size - 4;

    if (size < 5 || length > BIOS_SIZE)
        return 0;
    memory_init(&memory);
    memory.repaired = data[0] & REPAIR;
    memory.fail_at = data[1];
    if (data[0] & BIOS) {
        area = calloc(1, BIOS_SIZE);
        memcpy(area, data + 4, length);
        memory_add(&memory, BIOS_AREA, area, BIOS_SIZE);
        fix_sum(area, 20, 8);
        memory.repaired = 0;
        if (search_bios(&memory)) {
            search = acpi_search(&memory);
            (void)check_search(&search);
        }
    } else {
        if (data[0] & HIGH)
            phys = 0 - (uint64_t)length;
        memory_add(&memory, phys, data + 4, length);
        memory.rsdp_phys = phys + (data[2] | (uint32_t)data[3] << 8);
        search = acpi_search(&memory);
        (void)check_search(&search);
    }
    free(area);
    return 0;
}
