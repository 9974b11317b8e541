/* SPDX-License-Identifier: BSD-2-Clause */
/* What the FADT says of the CMOS clock. */
#include "firmware.h"

#define RSDP 0x5000u
#define XSDT 0x10000u
#define RSDT 0x11000u
#define FADT 0x20000u
#define OTHER 0x30000u
#define LENGTH 276u

/* A FADT of some length behind another table, in both root tables. */
static uint8_t *start(struct firmware *firmware, size_t length)
{
    const uint64_t entries[] = {0, OTHER, FADT};
    uint8_t *fadt;
    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, RSDT, XSDT);
    firmware_add_root(firmware, XSDT, 8, entries, 3);
    firmware_add_root(firmware, RSDT, 4, entries, 3);
    firmware_add_table(firmware, OTHER, "APIC", "", 0);
    fadt = firmware_add_fadt(firmware, FADT, length, 0, 0);
    if (length > 110) {
        fadt[108] = 0x32;
        table_fix(fadt);
    }
    return fadt;
}

static void expect(struct firmware *firmware, int error, uint8_t century, uint8_t absent)
{
    struct vmclock_acpi_cmos cmos = {7, 8};
    assert_int_equal(vmclock_acpi_find_cmos(&firmware->memory, RSDP, &cmos), error);
    assert_int_equal(cmos.century, error ? 7 : century);
    assert_int_equal(cmos.absent, error ? 8 : absent);
    firmware_free(firmware);
}

static void century(void **state)
{
    struct firmware firmware;
    (void)state;
    start(&firmware, LENGTH);
    expect(&firmware, 0, 0x32, 0);
    start(&firmware, 116);
    expect(&firmware, 0, 0x32, 0);
    start(&firmware, 108); /* ends before it */
    expect(&firmware, 0, 0, 0);
}

static void absent(void **state)
{
    struct firmware firmware;
    uint8_t *fadt = start(&firmware, LENGTH);
    (void)state;
    fadt[109] = 0x23;
    table_fix(fadt);
    expect(&firmware, 0, 0x32, 1);
    fadt = start(&firmware, LENGTH);
    fadt[109] = 0xdf;
    fadt[110] = 0xff;
    table_fix(fadt);
    expect(&firmware, 0, 0x32, 0);
}

static void damaged(void **state)
{
    struct firmware firmware;
    struct vmclock_acpi_cmos cmos;
    (void)state;
    start(&firmware, LENGTH)[9] ^= 1;
    expect(&firmware, VMCLOCK_ERR_NO_DEVICE, 0, 0);
    put32(start(&firmware, LENGTH) + 4, 35);
    expect(&firmware, VMCLOCK_ERR_NO_DEVICE, 0, 0);
    put32(start(&firmware, LENGTH) + 4, LENGTH + 1); /* longer than what is there */
    expect(&firmware, VMCLOCK_ERR_NO_DEVICE, 0, 0);
    firmware_init(&firmware);
    expect(&firmware, VMCLOCK_ERR_MAP, 0, 0);
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, XSDT);
    expect(&firmware, VMCLOCK_ERR_TABLE, 0, 0);
    start(&firmware, LENGTH);
    assert_int_equal(vmclock_acpi_find_cmos(NULL, RSDP, &cmos), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_cmos(&firmware.memory, RSDP, NULL), VMCLOCK_ERR_ARGUMENT);
    firmware_free(&firmware);
}

/* Lengths and addresses that cannot be: nothing is mapped there. And a machine without an XSDT. */
static void ends_of_addresses(void **state)
{
    const uint64_t last = 0u - (uint64_t)LENGTH;
    struct firmware firmware;
    struct vmclock_acpi_cmos cmos;
    (void)state;
    put32(start(&firmware, LENGTH) + 4, VMCLOCK_ACPI_MAX_TABLE + 1);
    expect(&firmware, VMCLOCK_ERR_NO_DEVICE, 0, 0);
    start(&firmware, LENGTH);
    firmware_add_root(&firmware, 0x40000, 8, &last, 1);
    firmware_add_rsdp(&firmware, 0x6000, 2, 0, 0x40000);
    firmware_add_fadt(&firmware, last, LENGTH + 1, 0, 0);
    assert_int_equal(vmclock_acpi_find_cmos(&firmware.memory, 0x6000, &cmos),
                     VMCLOCK_ERR_NO_DEVICE);
    firmware_add_rsdp(&firmware, 0x7000, 2, RSDT, 0);
    assert_int_equal(vmclock_acpi_find_cmos(&firmware.memory, 0x7000, &cmos), 0);
    assert_int_equal(cmos.century, 0x32);
    firmware.memory.map = NULL;
    assert_int_equal(vmclock_acpi_find_cmos(&firmware.memory, 0x7000, &cmos), VMCLOCK_ERR_ARGUMENT);
    firmware_free(&firmware);
}

static void rsdt_where_the_xsdt_is_damaged(void **state)
{
    struct firmware firmware;
    (void)state;
    start(&firmware, LENGTH);
    firmware.pieces[1].bytes[9] ^= 1;
    expect(&firmware, 0, 0x32, 0);
    assert_int_equal(firmware.overlaps, 0);
}

/* Each mapping in turn fails: a named result, and all is given back. */
static void maps_that_fail(void **state)
{
    struct firmware firmware;
    (void)state;
    for (size_t at = 1; at < 40; at++) {
        struct vmclock_acpi_cmos cmos = {0, 0};
        start(&firmware, LENGTH);
        firmware.fail_at = at;
        const int error = vmclock_acpi_find_cmos(&firmware.memory, RSDP, &cmos);
        assert_true(error == 0 || is_named_result(error));
        assert_int_equal(firmware.overlaps, 0);
        firmware_free(&firmware);
    }
}

/* As many entries as a root table may have, and one more. */
static void behind_empty_entries(void **state)
{
    uint64_t entries[VMCLOCK_ACPI_MAX_ENTRIES + 1];
    (void)state;
    for (size_t at = VMCLOCK_ACPI_MAX_ENTRIES - 1; at <= VMCLOCK_ACPI_MAX_ENTRIES; at++) {
        struct firmware firmware;
        memset(entries, 0, sizeof entries);
        entries[at] = FADT;
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, XSDT);
        firmware_add_root(&firmware, XSDT, 8, entries, at + 1);
        firmware_add_fadt(&firmware, FADT, LENGTH, 0, 0);
        expect(&firmware, at < VMCLOCK_ACPI_MAX_ENTRIES ? 0 : VMCLOCK_ERR_NO_DEVICE, 0, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(century),
        cmocka_unit_test(absent),
        cmocka_unit_test(damaged),
        cmocka_unit_test(rsdt_where_the_xsdt_is_damaged),
        cmocka_unit_test(maps_that_fail),
        cmocka_unit_test(ends_of_addresses),
        cmocka_unit_test(behind_empty_entries),
    };
    return cmocka_run_group_tests_name("fadt", tests, NULL, NULL);
}
