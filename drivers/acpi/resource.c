/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A resource template (the value of _CRS) to the one memory range in it. ACPI 6.5, 6.4.
 */
#include <vmclock/error.h>
#include "drivers/acpi/internal.h"
#include "drivers/collect.h"

/* Tags: of small descriptors without the length bits, of large ones with the top bit. */
#define RESOURCE_SMALL_IRQ 0x20u
#define RESOURCE_SMALL_END 0x78u
#define RESOURCE_LARGE_FIRST 0x80u

/* Large tags are told apart by bits, since a compiler may make a table of addresses out of ifs. */
#define RESOURCE_LARGE(tag) (UINT32_C(1) << (0x1f & (tag)))
#define RESOURCE_LARGE_MEMORY24 RESOURCE_LARGE(0x81)
#define RESOURCE_LARGE_MEMORY32 RESOURCE_LARGE(0x85)
#define RESOURCE_LARGE_MEMORY32_FIXED RESOURCE_LARGE(0x86)
#define RESOURCE_LARGE_DWORD RESOURCE_LARGE(0x87)
#define RESOURCE_LARGE_WORD RESOURCE_LARGE(0x88)
#define RESOURCE_LARGE_INTERRUPT RESOURCE_LARGE(0x89)
#define RESOURCE_LARGE_QWORD RESOURCE_LARGE(0x8a)
#define RESOURCE_LARGE_EXTENDED RESOURCE_LARGE(0x8b)

#define RESOURCE_ADDRESS_TYPE_MEMORY 0u
#define RESOURCE_ADDRESS_CONSUMER 0x01u
#define RESOURCE_EXTENDED_REVISION 1u

struct range {
    uint64_t first;
    uint64_t last; /* inclusive */
    uint64_t length;
    uint64_t translation;
};

static int resource_add_range(const struct range *range, struct vmclock_region *region)
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
static int resource_add_memory32(struct vmclock_cursor *cursor, int fixed,
                                 struct vmclock_region *region)
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
    return resource_add_range(&range, region);
}

static uint64_t resource_read_address(struct vmclock_cursor *cursor, int wide)
{
    return wide ? vmclock_cursor_u64(cursor) : vmclock_cursor_u32(cursor);
}

/* DWord, QWord and Extended. The granularity says nothing about a range with fixed ends. */
static int resource_add_address_space(struct vmclock_cursor *cursor, uint32_t large,
                                      struct vmclock_region *region)
{
    struct range range;
    uint32_t type = vmclock_cursor_u8(cursor);
    uint32_t flags = vmclock_cursor_u8(cursor);
    int wide = large != RESOURCE_LARGE_DWORD;

    if (type != RESOURCE_ADDRESS_TYPE_MEMORY)
        return 0;
    (void)vmclock_cursor_u8(cursor); /* cacheable, writable, ... */
    if (large == RESOURCE_LARGE_EXTENDED &&
        (vmclock_cursor_u16(cursor) & 0xff) != RESOURCE_EXTENDED_REVISION)
        return VMCLOCK_ERR_RESOURCE;
    (void)resource_read_address(cursor, wide);
    range.first = resource_read_address(cursor, wide);
    range.last = resource_read_address(cursor, wide);
    range.translation = resource_read_address(cursor, wide);
    range.length = resource_read_address(cursor, wide);
    if ((flags & RESOURCE_ADDRESS_CONSUMER) && range.translation != 0)
        return VMCLOCK_ERR_RESOURCE;
    return resource_add_range(&range, region);
}

/* The first interrupt only; in the form of the Extended Interrupt descriptor. */
static void resource_add_interrupt(uint32_t number, uint32_t flags, struct vmclock_region *region)
{
    if (region->interrupt_cells != 0)
        return;
    region->interrupt[0] = number;
    region->interrupt[1] = flags;
    region->interrupt_cells = 2;
}

static void resource_add_irq(struct vmclock_cursor *cursor, struct vmclock_region *region)
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
    resource_add_interrupt(number,
                           1 | (flags & 0x01) << 1 | (flags & 0x08) >> 1 | (flags & 0x10) >> 1 |
                               (flags & 0x20) >> 1,
                           region);
}

static void resource_add_extended_interrupt(struct vmclock_cursor *cursor,
                                            struct vmclock_region *region)
{
    uint32_t flags = vmclock_cursor_u8(cursor);

    if (vmclock_cursor_u8(cursor) != 0)
        resource_add_interrupt(vmclock_cursor_u32(cursor), flags, region);
}

/* The descriptor's own bytes are what the cursor can reach. */
static int resource_add_descriptor(struct vmclock_cursor *cursor, uint32_t tag,
                                   struct vmclock_region *region)
{
    uint32_t large =
        tag >= RESOURCE_LARGE_FIRST && tag < RESOURCE_LARGE_FIRST + 32 ? RESOURCE_LARGE(tag) : 0;
    int error = 0;

    if (large & (RESOURCE_LARGE_MEMORY32 | RESOURCE_LARGE_MEMORY32_FIXED))
        error = resource_add_memory32(cursor, large == RESOURCE_LARGE_MEMORY32_FIXED, region);
    else if (large & (RESOURCE_LARGE_DWORD | RESOURCE_LARGE_QWORD | RESOURCE_LARGE_EXTENDED))
        error = resource_add_address_space(cursor, large, region);
    else if (large & RESOURCE_LARGE_MEMORY24)
        error = VMCLOCK_ERR_RESOURCE; /* 16 MiB at most, in 256 bytes: nobody's page is there */
    else if (large & RESOURCE_LARGE_WORD)
        error =
            vmclock_cursor_u8(cursor) == RESOURCE_ADDRESS_TYPE_MEMORY ? VMCLOCK_ERR_RESOURCE : 0;
    else if (large & RESOURCE_LARGE_INTERRUPT)
        resource_add_extended_interrupt(cursor, region);
    else if (tag == RESOURCE_SMALL_IRQ)
        resource_add_irq(cursor, region);
    return cursor->error != 0 ? VMCLOCK_ERR_RESOURCE : error;
}

/* The end tag's checksum covers the whole template; 0 stands for none. */
static int resource_check_end(struct vmclock_cursor *cursor, uint32_t start)
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
        if (tag == RESOURCE_SMALL_END)
            break;
        cursor->end = cursor->at + length;
        error = resource_add_descriptor(cursor, tag, region);
        if (error != 0)
            return error;
        cursor->at = cursor->end;
        cursor->end = end;
    }
    error = resource_check_end(cursor, start);
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
