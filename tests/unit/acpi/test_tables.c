/* SPDX-License-Identifier: BSD-2-Clause */
/* The DSDT and the SSDTs behind the roots: what is damaged, what hides what. */
#include "machine.h"

static void table_checksum(void **state)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    ssdt[9]++;
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    xsdt[9]++;
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
}

static void table_length(void **state)
{
    static const uint32_t lengths[] = {0, 8, 35, VMCLOCK_ACPI_MAX_TABLE + 1, 0xffffffff};
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        simple(&firmware, &rsdp, &xsdt, &ssdt);
        put32(ssdt + 4, lengths[i]);
        expect_error(&firmware, VMCLOCK_ERR_TABLE);
        simple(&firmware, &rsdp, &xsdt, &ssdt);
        put32(xsdt + 4, lengths[i]);
        expect_error(&firmware, VMCLOCK_ERR_TABLE);
    }
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    put32(ssdt + 4, 0x1000); /* longer than what is there */
    expect_error(&firmware, VMCLOCK_ERR_MAP);
}

static void table_at_the_end_of_the_address_space(void **state)
{
    const uint64_t entries[] = {UINT64_MAX - 9};
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 1);
    firmware_add(&firmware, UINT64_MAX - 9, "SSDT\x40\0\0\0", 8);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
}

static void every_mapping_may_fail(void **state)
{
    struct firmware firmware;
    struct vmclock_region region;
    uint8_t *rsdp, *xsdt, *ssdt;
    size_t i, maps;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    assert_int_equal(find(&firmware, &region), 0);
    maps = firmware.maps;
    firmware_free(&firmware);
    for (i = 1; i <= maps; i++) {
        simple(&firmware, &rsdp, &xsdt, &ssdt);
        firmware.fail_at = i;
        expect_error(&firmware, VMCLOCK_ERR_MAP);
    }
}

static const void *map_directly(void *context, uint64_t phys, size_t length)
{
    const struct firmware *firmware = context;
    size_t i;

    (void)length;
    for (i = 0; i < firmware->count; i++) {
        if (phys >= firmware->pieces[i].phys &&
            phys - firmware->pieces[i].phys < firmware->pieces[i].length)
            return firmware->pieces[i].bytes + (phys - firmware->pieces[i].phys);
    }
    return NULL;
}

static void unmap_may_be_null(void **state)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;
    (void)state;
    simple(&firmware, &rsdp, &xsdt, &ssdt);
    firmware.memory.map = map_directly;
    firmware.memory.unmap = NULL;
    expect_page(&firmware, PAGE1, SSDT1);
}

/* A machine with a bad SSDT before a good one. */
static void with_bad_one(struct firmware *firmware, uint8_t **bad)
{
    const uint64_t entries[] = {SSDT2, SSDT1};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 2);
    *bad = firmware_add_device(firmware, SSDT2, PAGE2);
    firmware_add_device(firmware, SSDT1, PAGE1);
}

static void damaged_table_hides_nothing(void **state)
{
    struct firmware firmware;
    uint8_t *bad;
    (void)state;
    with_bad_one(&firmware, &bad);
    bad[9]++; /* checksum */
    expect_page(&firmware, PAGE1, SSDT1);
    with_bad_one(&firmware, &bad);
    put32(bad + 4, 12); /* length */
    expect_page(&firmware, PAGE1, SSDT1);
    with_bad_one(&firmware, &bad);
    bad[38] = 0x3f; /* package longer than the table */
    table_fix(bad);
    expect_page(&firmware, PAGE1, SSDT1);
    with_bad_one(&firmware, &bad);
    firmware.refused = SSDT2;
    expect_page(&firmware, PAGE1, SSDT1);
}

static void with_fadt(struct firmware *firmware, size_t length, uint32_t dsdt, uint64_t x_dsdt)
{
    const uint64_t entries[] = {FADT};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 1);
    firmware_add_fadt(firmware, FADT, length, dsdt, x_dsdt);
}

static void dsdt_by_either_pointer(void **state)
{
    struct firmware firmware;
    uint8_t *fadt;
    (void)state;
    with_fadt(&firmware, 116, DSDT, 0); /* ACPI 1.0 */
    add_dsdt(&firmware, DSDT, PAGE1);
    expect_page(&firmware, PAGE1, DSDT);
    with_fadt(&firmware, 244, DSDT, 0);
    add_dsdt(&firmware, DSDT, PAGE1);
    expect_page(&firmware, PAGE1, DSDT);
    with_fadt(&firmware, 244, 0, UINT64_C(0x100000001));
    add_dsdt(&firmware, UINT64_C(0x100000001), PAGE1);
    expect_page(&firmware, PAGE1, UINT64_C(0x100000001));
    with_fadt(&firmware, 148, DSDT, DSDT2); /* the 64-bit one counts */
    add_dsdt(&firmware, DSDT, PAGE1);
    add_dsdt(&firmware, DSDT2, PAGE2);
    expect_page(&firmware, PAGE2, DSDT2);
    with_fadt(&firmware, 147, DSDT, 0);
    fadt = firmware.pieces[2].bytes;
    put32(fadt + 140, DSDT2); /* cut off */
    table_fix(fadt);
    add_dsdt(&firmware, DSDT2, PAGE2);
    add_dsdt(&firmware, DSDT, PAGE1);
    expect_page(&firmware, PAGE1, DSDT);
}

static void dsdt_32_bit_when_64_bit_is_damaged(void **state)
{
    struct firmware firmware;
    (void)state;
    with_fadt(&firmware, 244, DSDT, DSDT2);
    add_dsdt(&firmware, DSDT, PAGE1);
    add_dsdt(&firmware, DSDT2, PAGE2)[9]++;
    expect_page(&firmware, PAGE1, DSDT);
}

static void dsdt_damaged(void **state)
{
    struct firmware firmware;
    uint8_t *dsdt;
    (void)state;
    with_fadt(&firmware, 244, DSDT, DSDT);
    add_dsdt(&firmware, DSDT, PAGE1)[9]++;
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 244, DSDT, 0);
    dsdt = add_dsdt(&firmware, DSDT, PAGE1);
    dsdt[0] = 'S';
    table_fix(dsdt);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 244, 0, 0);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 40, 0, 0);
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
    with_fadt(&firmware, 244, DSDT, 0);
    expect_error(&firmware, VMCLOCK_ERR_MAP);
}

static void psdt_is_an_ssdt(void **state)
{
    const uint64_t entries[] = {SSDT1};
    struct firmware firmware;
    uint8_t *psdt;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 1);
    psdt = firmware_add_device(&firmware, SSDT1, PAGE1);
    psdt[0] = 'P';
    table_fix(psdt);
    expect_page(&firmware, PAGE1, SSDT1);
}

/* The DSDT is loaded before the SSDTs, wherever the root lists the FADT. */
static void dsdt_before_ssdts(void **state)
{
    const uint64_t entries[] = {SSDT1, FADT, SSDT2};
    struct vmclock_region regions[3];
    struct firmware firmware;
    uint32_t found;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 3);
    firmware_add_fadt(&firmware, FADT, 244, 0, DSDT);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    firmware_add_device(&firmware, SSDT2, PAGE2);
    add_dsdt(&firmware, DSDT, 0xfeffc000);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 3, &found), 0);
    assert_int_equal(found, 3);
    assert_int_equal(regions[0].phys, 0xfeffc000);
    assert_int_equal(regions[1].phys, PAGE1);
    assert_int_equal(regions[2].phys, PAGE2);
    firmware_free(&firmware);
}

/*
 * Interpreters load a table whose checksum is wrong: it gives no device, but what it does to others'
 * counts. Here it defines the same device.
 */
static void damaged_table_takes_away(void **state)
{
    const uint64_t entries[] = {SSDT1, SSDT2};
    struct vmclock_region region;
    struct firmware firmware;
    uint8_t *ssdt;
    int damaged;
    (void)state;
    for (damaged = 0; damaged < 2; damaged++) {
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        firmware_add_root(&firmware, ROOT, 8, entries, 2);
        firmware_add_device(&firmware, SSDT1, PAGE1);
        /* Scope (VCFB) { Name (_STA, 0) } */
        ssdt = firmware_add_table(&firmware, SSDT2, "SSDT", "\x10\x0bVCFB\x08_STA", 12);
        if (damaged)
            ssdt[9]++;
        assert_int_equal(find(&firmware, &region), VMCLOCK_ERR_UNSUPPORTED);
        firmware_free(&firmware);
    }
}

/* Interpreters go by a FADT whose checksum is wrong, too: what its DSDT takes away is gone. */
static void damaged_fadt_is_followed(void **state)
{
    const uint64_t entries[] = {FADT, SSDT1};
    struct vmclock_region region;
    struct firmware firmware;
    int i;
    (void)state;
    for (i = 0; i < 2; i++) {
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        firmware_add_root(&firmware, ROOT, 8, entries, 2);
        firmware_add_fadt(&firmware, FADT, 244, 0, DSDT);
        firmware_add_device(&firmware, SSDT1, PAGE1);
        if (i == 0) /* Scope (VCFB) { Name (_STA, 0) } */
            firmware_add_table(&firmware, DSDT, "DSDT", "\x10\x0bVCFB\x08_STA", 12);
        else /* a device there is not given */
            firmware_add_table(&firmware, DSDT, "DSDT", "", 0);
        firmware.pieces[2].bytes[9]++;
        assert_int_equal(find(&firmware, &region), i == 0 ? VMCLOCK_ERR_UNSUPPORTED : 0);
        firmware_free(&firmware);
    }
    with_fadt(&firmware, 244, 0, DSDT);
    add_dsdt(&firmware, DSDT, PAGE1);
    firmware.pieces[2].bytes[9]++;
    expect_error(&firmware, VMCLOCK_ERR_TABLE);
}

/* The same device twice, at two places whose halves are as much. */
static void second_definition_beyond_4_gib(void **state)
{
    const uint64_t beyond = ((UINT64_C(1) << 32) | ((SSDT1 + 36u) ^ 1)) - 36;
    const uint64_t entries[] = {SSDT1, beyond};
    struct vmclock_region regions[2];
    struct firmware firmware;
    uint32_t found = 0;
    uint8_t *again;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 2);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    again = firmware_add_device(&firmware, beyond, PAGE1);
    put32(again + 36 + 35, PAGE2); /* another range, by the same name */
    table_fix(again);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 2, &found), 0);
    assert_int_equal(found, 1);
    assert_int_equal(regions[0].phys, PAGE1);
    firmware_free(&firmware);
}

/* The first letters of a name that is watched, as a table's last bytes: nothing is read behind it. */
static void ends_in_a_name(void **state)
{
    static const char *const ends[] = {"_CR", "_ST", "_HI", "_CI", "XX_", "X_C", "X_H", "X_S"};
    const uint64_t entries[] = {SSDT1, SSDT2};
    struct firmware firmware;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof ends / sizeof *ends; i++) {
        char body[] = "\x08"
                      "FOO_\x11\x06\x0a\x03___"; /* Name (FOO, Buffer () {...}) */
        memcpy(body + 9, ends[i], 3);
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        firmware_add_root(&firmware, ROOT, 8, entries, 2);
        firmware_add_device(&firmware, SSDT1, PAGE1);
        firmware_add_table(&firmware, SSDT2, "SSDT", body, 12);
        expect_page(&firmware, PAGE1, SSDT1);
    }
}

/* Tables that a search cannot look at again are not taken for what they were. */
static void mapping_fails_later(void **state)
{
    const uint64_t entries[] = {SSDT2, SSDT1};
    struct vmclock_region region;
    struct firmware firmware;
    size_t i, maps = 0;
    int error;
    (void)state;
    for (i = 0; i <= maps; i++) { /* 0: none fails */
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        firmware_add_root(&firmware, ROOT, 8, entries, 2);
        firmware_add_device(&firmware, SSDT1, PAGE1);
        /* Scope (VCFB) { Name (_STA, 0) }: the device is never to be found */
        firmware_add_table(&firmware, SSDT2, "SSDT", "\x10\x0bVCFB\x08_STA", 12);
        firmware.fail_at = i;
        error = find(&firmware, &region);
        assert_true(error == VMCLOCK_ERR_UNSUPPORTED || (error == VMCLOCK_ERR_MAP && i != 0));
        maps = firmware.maps > maps ? firmware.maps : maps;
        firmware_free(&firmware);
    }
    assert_true(maps > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_checksum),
        cmocka_unit_test(table_length),
        cmocka_unit_test(table_at_the_end_of_the_address_space),
        cmocka_unit_test(every_mapping_may_fail),
        cmocka_unit_test(unmap_may_be_null),
        cmocka_unit_test(damaged_table_hides_nothing),
        cmocka_unit_test(dsdt_by_either_pointer),
        cmocka_unit_test(dsdt_32_bit_when_64_bit_is_damaged),
        cmocka_unit_test(dsdt_damaged),
        cmocka_unit_test(psdt_is_an_ssdt),
        cmocka_unit_test(dsdt_before_ssdts),
        cmocka_unit_test(damaged_table_takes_away),
        cmocka_unit_test(damaged_fadt_is_followed),
        cmocka_unit_test(second_definition_beyond_4_gib),
        cmocka_unit_test(mapping_fails_later),
        cmocka_unit_test(ends_in_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
