/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "drivers/acpi/cursor.h"
#include "drivers/acpi/mapping.h"

const uint8_t *vmclock_acpi_map(const struct vmclock_memory *memory, uint64_t phys, uint32_t length)
{
    return phys <= UINT64_MAX - length ? memory->map(memory->context, phys, length) : NULL;
}

void vmclock_acpi_unmap(const struct vmclock_memory *memory, const uint8_t *bytes, uint32_t length)
{
    if (memory->unmap != NULL)
        memory->unmap(memory->context, bytes, length);
}

uint64_t vmclock_acpi_number_at(const uint8_t *bytes, uint32_t length, uint32_t offset,
                                uint32_t width)
{
    struct vmclock_cursor cursor;

    if (offset > length || width > length - offset)
        return 0;
    vmclock_cursor_set(&cursor, bytes, offset, length);
    if (width == 8)
        return vmclock_cursor_u64(&cursor);
    return width == 4 ? vmclock_cursor_u32(&cursor) : vmclock_cursor_u16(&cursor);
}

int vmclock_acpi_read_number(const struct vmclock_memory *memory, uint64_t phys, uint32_t width,
                             uint64_t *number)
{
    const uint8_t *bytes = vmclock_acpi_map(memory, phys, width);

    if (bytes == NULL)
        return VMCLOCK_ERR_MAP;
    *number = vmclock_acpi_number_at(bytes, width, 0, width);
    vmclock_acpi_unmap(memory, bytes, width);
    return 0;
}

int vmclock_acpi_sums_to_zero(const uint8_t *bytes, uint32_t length)
{
    struct vmclock_cursor cursor;

    vmclock_cursor_set(&cursor, bytes, 0, length);
    return vmclock_cursor_sum(&cursor) == 0;
}
