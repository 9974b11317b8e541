/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A resource template (the value of _CRS) to the one memory range in it. ACPI 6.5, 6.4.
 */
#include "drivers/collect.h"
#include "internal.h"

#include <vmclock/error.h>

/* Tags: of small descriptors without the length bits, of large ones with the top bit. */
#define SMALL_IRQ 0x20u
#define SMALL_END 0x78u
#define LARGE_FIRST 0x80u

/* Large tags are told apart by bits, since a compiler may make a table of addresses out of ifs. */
#define LARGE(tag) (UINT32_C(1) << ((tag)&0x1f))
#define LARGE_MEMORY24 LARGE(0x81)
#define LARGE_MEMORY32 LARGE(0x85)
#define LARGE_MEMORY32_FIXED LARGE(0x86)
#define LARGE_DWORD LARGE(0x87)
#define LARGE_WORD LARGE(0x88)
#define LARGE_INTERRUPT LARGE(0x89)
#define LARGE_QWORD LARGE(0x8a)
#define LARGE_EXTENDED LARGE(0x8b)

#define ADDRESS_TYPE_MEMORY 0u
#define ADDRESS_CONSUMER 0x01u
#define EXTENDED_REVISION 1u

struct range {
    uint64_t first;
    uint64_t last; /* inclusive */
    uint64_t length;
    uint64_t translation;
};

static int add_range(const struct range *range, struct vmclock_region *region)
{
    uint64_t phys = range->first + range->translation;

    if (region->length != 0 || range->length == 0)
        return VMCLOCK_ERR_RESOURCE;
    if (range->last < range->first || range->last - range->first != range->length - 1)
        return VMCLOCK_ERR_RESOURCE;
    if (phys < range->first || phys > UINT64_MAX - range->length)
        return VMCLOCK_ERR_RESOURCE;
    region->phys = phys;
    region->length = range->length;
    return 0;
}

/* The highest base address is given, not the highest address; some firmware mixes them up. */
static int add_memory32(struct vmclock_cursor *cursor, int fixed, struct vmclock_region *region)
{
    struct range range;
    uint32_t first, highest, length;

    (void)vmclock_cursor_u8(cursor); /* writable or not */
    first = vmclock_cursor_u32(cursor);
    highest = fixed ? first : vmclock_cursor_u32(cursor);
    if (!fixed)
        (void)vmclock_cursor_u32(cursor); /* alignment */
    length = vmclock_cursor_u32(cursor);
    range.first = first;
    range.last = highest != first ? highest : (uint64_t)first + length - 1;
    range.length = length;
    range.translation = 0;
    return add_range(&range, region);
}

static uint64_t read_address(struct vmclock_cursor *cursor, int wide)
{
    return wide ? vmclock_cursor_u64(cursor) : vmclock_cursor_u32(cursor);
}

/* DWord, QWord and Extended. The granularity says nothing about a range with fixed ends. */
static int add_address_space(struct vmclock_cursor *cursor, uint32_t large,
                             struct vmclock_region *region)
{
    struct range range;
    uint32_t type = vmclock_cursor_u8(cursor);
    uint32_t flags = vmclock_cursor_u8(cursor);
    int wide = large != LARGE_DWORD;

    if (type != ADDRESS_TYPE_MEMORY)
        return 0;
    (void)vmclock_cursor_u8(cursor); /* cacheable, writable, ... */
    if (large == LARGE_EXTENDED && (vmclock_cursor_u16(cursor) & 0xff) != EXTENDED_REVISION)
        return VMCLOCK_ERR_RESOURCE;
    (void)read_address(cursor, wide);
    range.first = read_address(cursor, wide);
    range.last = read_address(cursor, wide);
    range.translation = read_address(cursor, wide);
    range.length = read_address(cursor, wide);
    if ((flags & ADDRESS_CONSUMER) && range.translation != 0)
        return VMCLOCK_ERR_RESOURCE;
    return add_range(&range, region);
}

/* The first interrupt only; in the form of the Extended Interrupt descriptor. */
static void add_interrupt(uint32_t number, uint32_t flags, struct vmclock_region *region)
{
    if (region->interrupt_cells != 0)
        return;
    region->interrupt[0] = number;
    region->interrupt[1] = flags;
    region->interrupt_cells = 2;
}

static void add_irq(struct vmclock_cursor *cursor, struct vmclock_region *region)
{
    uint32_t mask = vmclock_cursor_u16(cursor);
    uint32_t flags = 0x01; /* without a flags byte: edge, active high, exclusive */
    uint32_t number = 0;

    if (cursor->at < cursor->end)
        flags = vmclock_cursor_u8(cursor);
    if (mask == 0)
        return;
    while ((mask >> number & 1) == 0)
        number++;
    add_interrupt(number,
                  1 | (flags & 0x01) << 1 | (flags & 0x08) >> 1 | (flags & 0x10) >> 1 |
                      (flags & 0x20) >> 1,
                  region);
}

static void add_extended_interrupt(struct vmclock_cursor *cursor, struct vmclock_region *region)
{
    uint32_t flags = vmclock_cursor_u8(cursor);

    if (vmclock_cursor_u8(cursor) != 0)
        add_interrupt(vmclock_cursor_u32(cursor), flags, region);
}

/* The descriptor's own bytes are what the cursor can reach. */
static int add_descriptor(struct vmclock_cursor *cursor, uint32_t tag,
                          struct vmclock_region *region)
{
    uint32_t large = tag >= LARGE_FIRST && tag < LARGE_FIRST + 32 ? LARGE(tag) : 0;
    int error = 0;

    if (large & (LARGE_MEMORY32 | LARGE_MEMORY32_FIXED))
        error = add_memory32(cursor, large == LARGE_MEMORY32_FIXED, region);
    else if (large & (LARGE_DWORD | LARGE_QWORD | LARGE_EXTENDED))
        error = add_address_space(cursor, large, region);
    else if (large & LARGE_MEMORY24)
        error = VMCLOCK_ERR_RESOURCE; /* 16 MiB at most, in 256 bytes: nobody's page is there */
    else if (large & LARGE_WORD)
        error = vmclock_cursor_u8(cursor) == ADDRESS_TYPE_MEMORY ? VMCLOCK_ERR_RESOURCE : 0;
    else if (large & LARGE_INTERRUPT)
        add_extended_interrupt(cursor, region);
    else if (tag == SMALL_IRQ)
        add_irq(cursor, region);
    return cursor->error != 0 ? VMCLOCK_ERR_RESOURCE : error;
}

/* The end tag's checksum covers the whole template; 0 stands for none. */
static int check_end(struct vmclock_cursor *cursor, uint32_t start)
{
    uint32_t checksum = vmclock_cursor_u8(cursor);
    struct vmclock_cursor all;

    if (cursor->error != 0)
        return VMCLOCK_ERR_RESOURCE;
    vmclock_cursor_set(&all, cursor->bytes, start, cursor->at);
    return checksum == 0 || vmclock_cursor_sum(&all) == 0 ? 0 : VMCLOCK_ERR_RESOURCE;
}

int vmclock_acpi_read_crs(struct vmclock_cursor *cursor, struct vmclock_region *region)
{
    uint32_t start = cursor->at;
    uint32_t end = cursor->end;
    uint32_t tag, length;
    int error;

    for (;;) {
        tag = vmclock_cursor_u8(cursor);
        if (tag & 0x80) {
            length = vmclock_cursor_u16(cursor);
        } else {
            length = tag & 0x07;
            tag &= 0x78;
        }
        if (cursor->error != 0 || length > end - cursor->at)
            return VMCLOCK_ERR_RESOURCE;
        if (tag == SMALL_END)
            break;
        cursor->end = cursor->at + length;
        error = add_descriptor(cursor, tag, region);
        if (error != 0)
            return error;
        cursor->at = cursor->end;
        cursor->end = end;
    }
    error = check_end(cursor, start);
    if (error == 0 && region->length == 0)
        error = VMCLOCK_ERR_RESOURCE;
    return error;
}

int vmclock_acpi_parse_crs(const void *crs, size_t length, struct vmclock_region *region)
{
    struct vmclock_cursor cursor;
    struct vmclock_region found;
    int error;

    if ((crs == NULL && length != 0) || region == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    if (length > VMCLOCK_ACPI_MAX_TABLE)
        return VMCLOCK_ERR_RESOURCE;
    vmclock_cursor_set(&cursor, crs, 0, (uint32_t)length);
    vmclock_region_clear(&found, VMCLOCK_SOURCE_ACPI);
    found.origin_phys = 0;
    found.origin_offset = 0;
    found.origin_signature = 0;
    error = vmclock_acpi_read_crs(&cursor, &found);
    if (error == 0)
        vmclock_region_copy(region, &found);
    return error;
}
