/* SPDX-License-Identifier: BSD-2-Clause */
/* From the root pointer to the entries of the root tables: which root counts, and which entries. */
#include "machine.h"

static void revision_2_xsdt(void **state)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void revision_0_rsdt(void **state)
{
    const uint64_t entries[] = {SSDT1};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 0, ROOT2, 0);
    firmware_add_root(&firmware, ROOT2, 4, entries, 1);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void revision_2_without_xsdt(void **state)
{
    const uint64_t entries[] = {SSDT1};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, ROOT2, 0);
    firmware_add_root(&firmware, ROOT2, 4, entries, 1);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

/* The XSDT and the RSDT lead to different devices. */
static void two_roots(struct firmware *firmware, uint8_t **xsdt)
{
    const uint64_t entries[] = {SSDT1};
    const uint64_t entries2[] = {SSDT2};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, ROOT2, ROOT);
    *xsdt = firmware_add_root(firmware, ROOT, 8, entries, 1);
    firmware_add_root(firmware, ROOT2, 4, entries2, 1);
    firmware_add_device(firmware, SSDT1, PAGE1);
    firmware_add_device(firmware, SSDT2, PAGE2);
}

static void xsdt_before_rsdt(void **state)
{
    struct firmware firmware;
    uint32_t found;
    uint8_t *xsdt;
    (void)state;
    two_roots(&firmware, &xsdt);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, NULL, 0, &found), 0);
    assert_int_equal(found, 1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void rsdt_when_xsdt_is_damaged(void **state)
{
    struct firmware firmware;
    uint8_t *xsdt;
    (void)state;
    two_roots(&firmware, &xsdt);
    xsdt[9]++;
    expect_page(&firmware, PAGE2, SSDT2);
}

static void rsdt_when_xsdt_has_another_signature(void **state)
{
    struct firmware firmware;
    uint8_t *xsdt;
    (void)state;
    two_roots(&firmware, &xsdt);
    xsdt[0] = 'R';
    table_fix(xsdt);
    expect_page(&firmware, PAGE2, SSDT2);
}

static void null_entries(void **state)
{
    const uint64_t entries[] = {0, SSDT1, 0};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 3);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void other_tables_are_not_read(void **state)
{
    const uint64_t entries[] = {DSDT, SSDT1};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 2);
    firmware_add(&firmware, DSDT, "HPET\xff\xff\xff\x7f", 8); /* no more than its header's start */
    firmware_add_device(&firmware, SSDT1, PAGE1);
    expect_page(&firmware, PAGE1, SSDT1);
}

static void half_an_entry_is_no_entry(void **state)
{
    uint64_t entries[] = {SSDT1, SSDT2};
    struct firmware firmware;
    struct vmclock_region regions[2];
    uint32_t found;
    uint8_t *xsdt;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    xsdt = firmware_add_root(&firmware, ROOT, 8, entries, 2);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    firmware_add_device(&firmware, SSDT2, PAGE2);
    put32(xsdt + 4, 36 + 8 + 7);
    table_fix(xsdt);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 2, &found), 0);
    assert_int_equal(found, 1);
    firmware_free(&firmware);
}

/* Where one would be left out, it might be the one that says that there is no page: then none counts. */
static void as_many_as_are_looked_at(void **state)
{
    static uint64_t entries[VMCLOCK_ACPI_MAX_ENTRIES + 1];
    struct firmware firmware;
    size_t count;
    (void)state;
    for (count = VMCLOCK_ACPI_MAX_ENTRIES; count <= VMCLOCK_ACPI_MAX_ENTRIES + 1; count++) {
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        entries[VMCLOCK_ACPI_MAX_ENTRIES - 1] = SSDT1;
        firmware_add_root(&firmware, ROOT, 8, entries, count);
        firmware_add_device(&firmware, SSDT1, PAGE1);
        if (count == VMCLOCK_ACPI_MAX_ENTRIES)
            expect_page(&firmware, PAGE1, SSDT1);
        else
            expect_error(&firmware, VMCLOCK_ERR_TABLE);
    }
}

static unsigned refused_at; /* the entries' bytes, a bit each */

static int note_refusal(void *context, int error, const struct vmclock_region *region)
{
    (void)context;
    if (error == VMCLOCK_ERR_MAP && region->origin_phys == ROOT && region->origin_offset != 0) {
        assert_in_range(region->origin_offset, 36, 36 + 16);
        refused_at |= 1u << (region->origin_offset - 36);
    }
    return 0;
}

/* A root table of which a part cannot be mapped when it is looked at again: it is said which. */
static void entry_that_is_lost(void **state)
{
    const uint64_t entries[] = {SSDT1, SSDT2, DSDT};
    struct firmware firmware;
    size_t i, maps = 1;
    (void)state;
    for (i = 0; i <= maps; i++) {
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        firmware_add_root(&firmware, ROOT, 8, entries, 3);
        firmware_add_device(&firmware, SSDT1, PAGE1);
        firmware_add_device(&firmware, SSDT2, PAGE2);
        firmware_add(&firmware, DSDT, "HPET\xff\xff\xff\x7f", 8);
        firmware.fail_at = i;
        (void)vmclock_acpi_enumerate(&firmware.memory, RSDP, note_refusal, NULL);
        maps = firmware.maps > maps ? firmware.maps : maps;
        firmware_free(&firmware);
    }
    assert_int_equal(refused_at, 1 | 1 << 8 | 1 << 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revision_2_xsdt),
        cmocka_unit_test(revision_0_rsdt),
        cmocka_unit_test(revision_2_without_xsdt),
        cmocka_unit_test(xsdt_before_rsdt),
        cmocka_unit_test(rsdt_when_xsdt_is_damaged),
        cmocka_unit_test(rsdt_when_xsdt_has_another_signature),
        cmocka_unit_test(null_entries),
        cmocka_unit_test(other_tables_are_not_read),
        cmocka_unit_test(half_an_entry_is_no_entry),
        cmocka_unit_test(as_many_as_are_looked_at),
        cmocka_unit_test(entry_that_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
