/* SPDX-License-Identifier: BSD-2-Clause */
#include "machine.h"

int find(struct firmware *firmware, struct vmclock_region *region)
{
    memset(region, UNTOUCHED, sizeof *region);
    return vmclock_acpi_find(&firmware->memory, RSDP, region);
}

void expect_error(struct firmware *firmware, int error)
{
    struct vmclock_region region, untouched;

    memset(&untouched, UNTOUCHED, sizeof untouched);
    assert_int_equal(find(firmware, &region), error);
    assert_memory_equal(&region, &untouched, sizeof region);
    firmware_free(firmware);
}

void expect_page(struct firmware *firmware, uint64_t page, uint64_t table)
{
    struct vmclock_region region;

    assert_int_equal(find(firmware, &region), 0);
    assert_int_equal(region.phys, page);
    assert_int_equal(region.length, 0x1000);
    assert_int_equal(region.source, VMCLOCK_SOURCE_ACPI);
    assert_int_equal(region.origin_phys, table);
    assert_int_equal(region.origin_offset, 36);
    assert_int_equal(region.interrupt_cells, 0);
    assert_int_equal(firmware->strays, 0);
    firmware_free(firmware);
}

void simple(struct firmware *firmware, uint8_t **rsdp, uint8_t **xsdt, uint8_t **ssdt)
{
    const uint64_t entries[] = {SSDT1};

    firmware_init(firmware);
    *rsdp = firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    *xsdt = firmware_add_root(firmware, ROOT, 8, entries, 1);
    *ssdt = firmware_add_device(firmware, SSDT1, PAGE1);
}

uint8_t *add_dsdt(struct firmware *firmware, uint64_t phys, uint32_t page)
{
    uint8_t *dsdt = firmware_add_device(firmware, phys, page);

    dsdt[0] = 'D';
    table_fix(dsdt);
    return dsdt;
}
