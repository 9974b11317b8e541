/* SPDX-License-Identifier: BSD-2-Clause */
/* What a search says of all that it meets, and its limits. */
#include "machine.h"

/* The most telling error. */
static int record(void *context, int error, const struct vmclock_region *region)
{
    int *errors = context;

    assert_int_equal(region->origin_phys != 0, 1);
    while (*errors != 1)
        errors++;
    errors[0] = error;
    errors[1] = 1;
    return 0;
}

static void device_error_before_table_error(void **state)
{
    const uint64_t entries[] = {DSDT, SSDT1, SSDT2};
    struct firmware firmware;
    int errors[8] = {1};
    uint8_t *ssdt;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 3);
    firmware_add_table(&firmware, DSDT, "SSDT", NULL, 0)[9]++;
    ssdt = firmware_add_device(&firmware, SSDT1, PAGE1);
    ssdt[36 + 31] = 0x81; /* the descriptor's tag */
    table_fix(ssdt);
    ssdt = firmware_add_device(&firmware, SSDT2, PAGE2);
    ssdt[36 + 27] = 0x14; /* an unknown ... */
    table_fix(ssdt);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, record, errors),
                     VMCLOCK_ERR_RESOURCE);
    assert_int_equal(errors[0], VMCLOCK_ERR_TABLE);
    assert_int_equal(errors[1], VMCLOCK_ERR_RESOURCE);
    assert_int_equal(errors[2], VMCLOCK_ERR_AML);
    assert_int_equal(errors[3], 1);
    expect_error(&firmware, VMCLOCK_ERR_RESOURCE);
}

static void no_device(void **state)
{
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, NULL, 0);
    expect_error(&firmware, VMCLOCK_ERR_NO_DEVICE);
}

/* Several devices. */
static void several(struct firmware *firmware)
{
    const uint64_t entries[] = {SSDT1, SSDT2, SSDT1};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 3);
    firmware_add_device(firmware, SSDT1, PAGE1);
    firmware_add_device(firmware, SSDT2, PAGE2);
}

static void all_devices_once(void **state)
{
    struct firmware firmware;
    struct vmclock_region regions[3];
    uint32_t found;
    (void)state;
    several(&firmware);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 3, &found), 0);
    assert_int_equal(found, 2);
    assert_int_equal(regions[0].phys, PAGE1);
    assert_int_equal(regions[1].phys, PAGE2);
    memset(regions, UNTOUCHED, sizeof regions);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, regions, 1, &found), 0);
    assert_int_equal(found, 2);
    assert_int_equal(regions[0].phys, PAGE1);
    assert_int_equal(regions[1].source, UNTOUCHED);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, NULL, 0, &found), 0);
    assert_int_equal(found, 3);
    firmware_free(&firmware);
}

/* What cannot be searched has no count. */
static void all_of_nothing(void **state)
{
    struct firmware firmware;
    struct vmclock_region region;
    uint32_t found = 99;
    (void)state;
    several(&firmware);
    firmware.refused = RSDP;
    memset(&region, UNTOUCHED, sizeof region);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, &region, 1, &found),
                     VMCLOCK_ERR_MAP);
    assert_int_equal(found, 99);
    assert_int_equal(region.source, UNTOUCHED);
    firmware_free(&firmware);
}

static int count_and_stop(void *context, int error, const struct vmclock_region *region)
{
    (void)region;
    assert_int_equal(error, 0);
    return ++*(int *)context == 2;
}

static void visitor_ends_the_search(void **state)
{
    struct firmware firmware;
    int visits = 0;
    size_t maps;
    (void)state;
    several(&firmware);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, count_and_stop, &visits), 0);
    assert_int_equal(visits, 2);
    maps = firmware.maps;
    firmware.maps = 0;
    visits = 2; /* does not come to the count at which it ends */
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, count_and_stop, &visits), 0);
    assert_int_equal(visits, 5);
    assert_int_equal(firmware.maps, maps + 4); /* entry, header twice, table */
    firmware_free(&firmware);
}

/* Limits. */
/* A table that is not looked at may change the device that is found: then there is none. */
static void many_entries(void **state)
{
    uint64_t *entries = calloc(VMCLOCK_ACPI_MAX_ENTRIES + 1, sizeof *entries);
    const uint64_t few[] = {SSDT2};
    struct firmware firmware;
    size_t more;
    (void)state;
    entries[VMCLOCK_ACPI_MAX_ENTRIES - 1] = SSDT1;
    for (more = 0; more < 2; more++) {
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        firmware_add_root(&firmware, ROOT, 8, entries, VMCLOCK_ACPI_MAX_ENTRIES + more);
        firmware_add_device(&firmware, SSDT1, PAGE1);
        if (more == 0)
            expect_page(&firmware, PAGE1, SSDT1);
        else
            expect_error(&firmware, VMCLOCK_ERR_TABLE);
    }
    firmware_init(&firmware); /* as is any root table that is no good */
    firmware_add_rsdp(&firmware, RSDP, 2, 0x800000, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, VMCLOCK_ACPI_MAX_ENTRIES + 1);
    firmware_add_root(&firmware, 0x800000, 4, few, 1);
    firmware_add_device(&firmware, SSDT2, PAGE2);
    expect_page(&firmware, PAGE2, SSDT2);
    free(entries);
}

/* Scope (\_SB) { Device (V000) ... } with so many, whose addresses are one page apart. */
static void many_devices(void **state)
{
    static const char device[] = "\x5b\x82\x2bV000\x08_HID\x0d"
                                 "AMZNC10C\0\x08_CRS\x11\x11\x0a\x0e"
                                 "\x86\x09\0\0PAGE\0\x10\0\0\x79";
    const uint64_t entries[] = {SSDT1};
    uint8_t body[8 + 64 * sizeof device] = "\x10\0\0\\_SB_";
    struct firmware firmware;
    uint32_t count, found, i, at;
    (void)state;
    for (count = 1; count < 40; count++) {
        for (i = 0, at = 8; i < count; i++, at += sizeof device) {
            memcpy(body + at, device, sizeof device);
            body[at + 5] = (uint8_t)('0' + i / 10);
            body[at + 6] = (uint8_t)('0' + i % 10);
            put32(body + at + 35, 0xc0000000 + 0x1000 * i);
        }
        put16(body + 1, 0x40 | ((at - 1) & 0x0f) | (at - 1) >> 4 << 8);
        firmware_init(&firmware);
        firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
        firmware_add_root(&firmware, ROOT, 8, entries, 1);
        firmware_add_table(&firmware, SSDT1, "SSDT", body, at);
        assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, NULL, 0, &found), 0);
        assert_true(found >= VMCLOCK_ACPI_MAX_DEVICES || found == count);
        assert_true(found < VMCLOCK_ACPI_MAX_NAMES);
        firmware_free(&firmware);
    }
}

static void many_bytes(void **state)
{
    const uint64_t entries[] = {0x1000000, 0x1000000, 0x1000000, SSDT1, 0x1000000, SSDT2};
    struct firmware firmware;
    int errors[8] = {1};
    uint8_t *big;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 6);
    big = firmware_add_table(&firmware, 0x1000000, "SSDT", NULL, VMCLOCK_ACPI_MAX_TABLE - 36);
    memcpy(big + 36,
           "\x08"
           "BIG0\x11",
           6); /* Name (BIG0, Buffer ...) up to the end */
    big[42] = 0xc0 | ((VMCLOCK_ACPI_MAX_TABLE - 42) & 0x0f);
    put32(big + 43, (VMCLOCK_ACPI_MAX_TABLE - 42) >> 4); /* the fourth byte is the size, Zero */
    table_fix(big);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    firmware_add_device(&firmware, SSDT2, PAGE2);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, record, errors), 0);
    assert_int_equal(errors[0], 0);
    assert_int_equal(errors[1], VMCLOCK_ERR_TABLE); /* the fourth big one */
    assert_int_equal(errors[2], 0);                 /* a small one still fits */
    assert_int_equal(errors[3], 1);
    firmware_free(&firmware);
}

/* Everything there is: both roots, a FADT, a DSDT, two SSDTs. */
static void whole(struct firmware *firmware)
{
    const uint64_t entries[] = {FADT, SSDT1, SSDT2};

    firmware_init(firmware);
    firmware_add_rsdp(firmware, RSDP, 2, ROOT2, ROOT);
    firmware_add_root(firmware, ROOT, 8, entries, 3);
    firmware_add_root(firmware, ROOT2, 4, entries, 3);
    firmware_add_fadt(firmware, FADT, 244, DSDT2, DSDT);
    add_dsdt(firmware, DSDT, PAGE1);
    add_dsdt(firmware, DSDT2, PAGE1);
    firmware_add_device(firmware, SSDT1, PAGE1);
    firmware_add_device(firmware, SSDT2, PAGE2);
}

/* Any byte of any table, with and without making the checksums good again. */
static void every_byte_changed(void **state)
{
    struct firmware firmware;
    struct vmclock_region region;
    struct piece *piece;
    size_t i, at;
    unsigned kind;
    uint8_t kept;
    (void)state;
    whole(&firmware);
    for (i = 0; i < firmware.count; i++) {
        piece = &firmware.pieces[i];
        for (at = 0; at < piece->length; at++) {
            kept = piece->bytes[at];
            for (kind = 0; kind < 6; kind++) {
                piece->bytes[at] = kind % 3 == 0 ? 0 : kind % 3 == 1 ? 0xff : (uint8_t)(kept + 1);
                if (kind >= 3 && i == 0)
                    rsdp_fix(piece->bytes);
                else if (kind >= 3 && (at < 4 || at > 7))
                    table_fix(piece->bytes);
                assert_true(is_named_result(find(&firmware, &region)));
            }
            piece->bytes[at] = kept;
            if (i == 0)
                rsdp_fix(piece->bytes);
            else
                table_fix(piece->bytes);
        }
    }
    firmware.strays = 0;
    expect_page(&firmware, PAGE1, DSDT);
}

static void arguments(void **state)
{
    struct firmware firmware;
    struct vmclock_memory no_map = {NULL, NULL, NULL};
    struct vmclock_region region;
    uint64_t phys;
    uint32_t found;
    (void)state;
    firmware_init(&firmware);
    assert_int_equal(vmclock_acpi_find(NULL, RSDP, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find(&no_map, RSDP, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find(&firmware.memory, RSDP, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, NULL, 1, &found),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_all(&firmware.memory, RSDP, &region, 1, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, NULL, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_rsdp(NULL, &phys), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_rsdp(&no_map, &phys), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_find_rsdp(&firmware.memory, NULL), VMCLOCK_ERR_ARGUMENT);
    firmware_free(&firmware);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(device_error_before_table_error),
        cmocka_unit_test(no_device),
        cmocka_unit_test(all_devices_once),
        cmocka_unit_test(all_of_nothing),
        cmocka_unit_test(visitor_ends_the_search),
        cmocka_unit_test(many_entries),
        cmocka_unit_test(many_devices),
        cmocka_unit_test(many_bytes),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
