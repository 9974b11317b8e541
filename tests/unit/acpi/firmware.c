/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware.h"

#define HEADER 36

static const void *map(void *context, uint64_t phys, size_t length)
{
    struct firmware *firmware = context;
    const struct piece *piece;
    uint8_t *copy;
    size_t i;

    assert_true(length != 0 && phys <= UINT64_MAX - length);
    firmware->overlaps += firmware->mapped != 0;
    firmware->maps++;
    if (firmware->maps == firmware->fail_at || (phys == firmware->refused && phys != 0))
        return NULL;
    for (i = 0; i < firmware->count; i++) {
        piece = &firmware->pieces[i];
        if (phys < piece->phys || phys - piece->phys > piece->length ||
            length > piece->length - (size_t)(phys - piece->phys))
            continue;
        copy = malloc(length);
        memcpy(copy, piece->bytes + (phys - piece->phys), length);
        firmware->mapped++;
        return copy;
    }
    firmware->strays++;
    return NULL;
}

static void unmap(void *context, const void *mapped, size_t length)
{
    struct firmware *firmware = context;

    assert_true(length != 0 && firmware->mapped == 1);
    firmware->mapped--;
    free((void *)(uintptr_t)mapped);
}

void firmware_init(struct firmware *firmware)
{
    memset(firmware, 0, sizeof *firmware);
    firmware->memory.map = map;
    firmware->memory.unmap = unmap;
    firmware->memory.context = firmware;
}

void firmware_free(struct firmware *firmware)
{
    size_t i;

    for (i = 0; i < firmware->count; i++)
        free(firmware->pieces[i].bytes);
    assert_int_equal(firmware->mapped, 0);
    assert_int_equal(firmware->overlaps, 0);
}

uint8_t *firmware_add(struct firmware *firmware, uint64_t phys, const void *bytes, size_t length)
{
    struct piece *piece = &firmware->pieces[firmware->count];

    assert_true(firmware->count < MAX_PIECES);
    firmware->count++;
    piece->phys = phys;
    piece->length = length;
    piece->bytes = calloc(1, length);
    if (bytes != NULL)
        memcpy(piece->bytes, bytes, length);
    return piece->bytes;
}

uint8_t *firmware_add_table(struct firmware *firmware, uint64_t phys, const char *signature,
                            const void *body, size_t length)
{
    uint8_t *table = firmware_add(firmware, phys, NULL, HEADER + length);

    memcpy(table, signature, 4);
    put32(table + 4, HEADER + length);
    table[8] = 2;
    if (body != NULL)
        memcpy(table + HEADER, body, length);
    table_fix(table);
    return table;
}

uint8_t *firmware_add_root(struct firmware *firmware, uint64_t phys, unsigned width,
                           const uint64_t *entries, size_t count)
{
    uint8_t *table =
        firmware_add_table(firmware, phys, width == 8 ? "XSDT" : "RSDT", NULL, width * count);
    size_t i;

    for (i = 0; i < count; i++) {
        if (width == 8)
            put64(table + HEADER + 8 * i, entries[i]);
        else
            put32(table + HEADER + 4 * i, entries[i]);
    }
    table_fix(table);
    return table;
}

uint8_t *firmware_add_fadt(struct firmware *firmware, uint64_t phys, size_t length, uint32_t dsdt,
                           uint64_t x_dsdt)
{
    uint8_t *table = firmware_add_table(firmware, phys, "FACP", NULL, length - HEADER);

    if (length >= 44)
        put32(table + 40, dsdt);
    if (length >= 148)
        put64(table + 140, x_dsdt);
    table_fix(table);
    return table;
}

uint8_t *firmware_add_rsdp(struct firmware *firmware, uint64_t phys, unsigned revision,
                           uint32_t rsdt, uint64_t xsdt)
{
    uint8_t *rsdp = firmware_add(firmware, phys, NULL, revision >= 2 ? 36 : 20);

    memcpy(rsdp, "RSD PTR ", 8);
    rsdp[15] = (uint8_t)revision;
    put32(rsdp + 16, rsdt);
    if (revision >= 2) {
        put32(rsdp + 20, 36);
        put64(rsdp + 24, xsdt);
    }
    rsdp_fix(rsdp);
    return rsdp;
}

uint8_t *firmware_add_device(struct firmware *firmware, uint64_t phys, uint32_t page)
{
    /* Device (VCxx) { Name (_HID, "AMZNC10C") Name (_CRS, Memory32Fixed) }, a name for each page */
    static const char digits[] = "0123456789ABCDEF";
    static const uint8_t body[] = "\x5b\x82\x2b"
                                  "VCLK\x08_HID\x0d"
                                  "AMZNC10C\0\x08_CRS\x11\x11\x0a\x0e"
                                  "\x86\x09\0\0PAGE\0\x10\0\0\x79";
    uint8_t *table = firmware_add_table(firmware, phys, "SSDT", body, sizeof body);

    put32(table + HEADER + 35, page);
    table[HEADER + 5] = (uint8_t)digits[page >> 16 & 0xf];
    table[HEADER + 6] = (uint8_t)digits[page >> 12 & 0xf];
    table_fix(table);
    return table;
}

static void fix(uint8_t *bytes, size_t length, size_t at)
{
    uint8_t sum = 0;
    size_t i;

    bytes[at] = 0;
    for (i = 0; i < length; i++)
        sum = (uint8_t)(sum + bytes[i]);
    bytes[at] = (uint8_t)-sum;
}

void table_fix(uint8_t *table)
{
    uint32_t length = 0;
    unsigned i;

    for (i = 8; i-- > 4;)
        length = length << 8 | table[i];
    fix(table, length, 9);
}

void rsdp_fix(uint8_t *rsdp)
{
    fix(rsdp, 20, 8);
    if (rsdp[15] >= 2)
        fix(rsdp, 36, 32);
}

void put16(uint8_t *at, uint64_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

void put32(uint8_t *at, uint64_t value)
{
    put16(at, value);
    put16(at + 2, value >> 16);
}

void put64(uint8_t *at, uint64_t value)
{
    put32(at, value);
    put32(at + 4, value >> 32);
}

int is_named_result(int error)
{
    return error == 0 || (error <= VMCLOCK_ERR_NO_DEVICE && error >= VMCLOCK_ERR_RESOURCE) ||
           error == VMCLOCK_ERR_MAP;
}
