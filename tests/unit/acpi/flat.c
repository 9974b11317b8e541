/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware.h"
#include "flat.h"

static uint8_t memory_bytes[0x300000];

static const void *map_flat(void *context, uint64_t phys, size_t length)
{
    (void)context;
    return phys + length <= sizeof memory_bytes ? memory_bytes + phys : NULL;
}

const struct vmclock_memory flat_memory = {map_flat, NULL, NULL};

#define XSDT 0x2000u
#define FADT 0x3000u
#define DSDT 0x10000u
#define SSDT 0x2e0000u

void flat_fill(const uint8_t *aml, size_t length)
{
    flat_fill_two(aml, length, NULL, 0);
}

void flat_fill_two(const uint8_t *dsdt, size_t dsdt_length, const uint8_t *ssdt, size_t ssdt_length)
{
    const uint64_t entries[] = {FADT, SSDT};
    struct firmware parts;
    size_t i;

    firmware_init(&parts);
    firmware_add_rsdp(&parts, FLAT_RSDP, 2, 0, XSDT);
    firmware_add_root(&parts, XSDT, 8, entries, ssdt != NULL ? 2 : 1);
    firmware_add_fadt(&parts, FADT, 244, 0, DSDT);
    firmware_add_table(&parts, DSDT, "DSDT", dsdt, dsdt_length);
    if (ssdt != NULL)
        firmware_add_table(&parts, SSDT, "SSDT", ssdt, ssdt_length);
    for (i = 0; i < parts.count; i++)
        memcpy(memory_bytes + parts.pieces[i].phys, parts.pieces[i].bytes, parts.pieces[i].length);
    firmware_free(&parts);
}
