/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ACPI root pointer: read it, or find it where a PC BIOS puts it. ACPI 6.5, 5.2.5.
 */
#include <vmclock/error.h>
#include "drivers/acpi/internal.h"
#include "drivers/acpi/mapping.h"
#include "drivers/acpi/token.h"

#define RSDP_V1_SIZE 20u
#define RSDP_V2_SIZE 36u
#define RSDP_MAX_SIZE 256u
#define RSDP_REVISION 15u
#define RSDP_RSDT 16u
#define RSDP_LENGTH 20u
#define RSDP_XSDT 24u

#define RSDP_EBDA_SEGMENT_POINTER 0x40eu
#define RSDP_EBDA_SEARCH_SIZE 0x400u
#define RSDP_BIOS_AREA 0xe0000u
#define RSDP_BIOS_AREA_SIZE 0x20000u

/* The first 20 bytes have a checksum of their own; from revision 2 on there is a second one. */
static int rsdp_check_rsdp(const uint8_t *bytes, uint32_t length)
{
    return length >= RSDP_V1_SIZE &&
           vmclock_acpi_number_at(bytes, length, 0, 4) == AML_SEGMENT('R', 'S', 'D', ' ') &&
           vmclock_acpi_number_at(bytes, length, 4, 4) == AML_SEGMENT('P', 'T', 'R', ' ') &&
           vmclock_acpi_sums_to_zero(bytes, RSDP_V1_SIZE);
}

static int rsdp_read_rsdp_v2(const struct vmclock_memory *memory, uint64_t phys, uint32_t length,
                             struct vmclock_acpi_roots *roots)
{
    const uint8_t *bytes;
    int error = 0;

    if (length < RSDP_V2_SIZE || length > RSDP_MAX_SIZE)
        return VMCLOCK_ERR_RSDP;
    bytes = vmclock_acpi_map(memory, phys, length);
    if (bytes == NULL)
        return VMCLOCK_ERR_MAP;
    if (vmclock_acpi_sums_to_zero(bytes, length))
        roots->xsdt_phys = vmclock_acpi_number_at(bytes, length, RSDP_XSDT, 8);
    else
        error = VMCLOCK_ERR_RSDP;
    vmclock_acpi_unmap(memory, bytes, length);
    return error;
}

int vmclock_acpi_read_rsdp(const struct vmclock_memory *memory, uint64_t phys,
                           struct vmclock_acpi_roots *roots)
{
    const uint8_t *bytes = vmclock_acpi_map(memory, phys, RSDP_V1_SIZE);
    uint64_t length;
    uint32_t revision;
    int error;

    if (bytes == NULL)
        return VMCLOCK_ERR_MAP;
    error = rsdp_check_rsdp(bytes, RSDP_V1_SIZE) ? 0 : VMCLOCK_ERR_RSDP;
    revision = (uint32_t)vmclock_acpi_number_at(bytes, RSDP_V1_SIZE, RSDP_REVISION - 3, 4) >> 24;
    roots->rsdt_phys = vmclock_acpi_number_at(bytes, RSDP_V1_SIZE, RSDP_RSDT, 4);
    roots->xsdt_phys = 0;
    vmclock_acpi_unmap(memory, bytes, RSDP_V1_SIZE);
    if (error != 0 || revision < 2)
        return error;
    error = vmclock_acpi_read_number(memory, phys + RSDP_LENGTH, 4, &length);
    return error != 0 ? error : rsdp_read_rsdp_v2(memory, phys, (uint32_t)length, roots);
}

/*
 * Whether a root pointer that is found in an area is one, not a copy that something left there:
 * from revision 2 on by the second checksum too, if all of it lies in the area.
 */
static int rsdp_check_candidate(const uint8_t *bytes, uint32_t length)
{
    uint32_t size;

    if (!rsdp_check_rsdp(bytes, length))
        return 0;
    size = (uint32_t)vmclock_acpi_number_at(bytes, length, RSDP_LENGTH, 4);
    if (bytes[RSDP_REVISION] < 2)
        return 1;
    return size >= RSDP_V2_SIZE && size <= RSDP_MAX_SIZE &&
           (size > length || vmclock_acpi_sums_to_zero(bytes, size));
}

/* The root pointer in an area, on a 16-byte boundary. */
static int rsdp_search_area(const struct vmclock_memory *memory, uint32_t phys, uint32_t length,
                            uint64_t *rsdp_phys)
{
    const uint8_t *bytes = vmclock_acpi_map(memory, phys, length);
    uint32_t at;
    int error = VMCLOCK_ERR_RSDP;

    if (bytes == NULL)
        return VMCLOCK_ERR_MAP;
    for (at = 0; error != 0 && length - at >= RSDP_V1_SIZE; at += 16) {
        if (rsdp_check_candidate(bytes + at, length - at)) {
            *rsdp_phys = phys + at;
            error = 0;
        }
    }
    vmclock_acpi_unmap(memory, bytes, length);
    return error;
}

int vmclock_acpi_find_rsdp(const struct vmclock_memory *memory, uint64_t *rsdp_phys)
{
    uint64_t segment;
    uint32_t ebda;

    if (memory == NULL || memory->map == NULL || rsdp_phys == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    if (vmclock_acpi_read_number(memory, RSDP_EBDA_SEGMENT_POINTER, 2, &segment) == 0) {
        ebda = (uint32_t)segment << 4;
        if (ebda >= 0x400 && ebda <= 0xa0000 - RSDP_EBDA_SEARCH_SIZE &&
            rsdp_search_area(memory, ebda, RSDP_EBDA_SEARCH_SIZE, rsdp_phys) == 0)
            return 0;
    }
    return rsdp_search_area(memory, RSDP_BIOS_AREA, RSDP_BIOS_AREA_SIZE, rsdp_phys);
}
