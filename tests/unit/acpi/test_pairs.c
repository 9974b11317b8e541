/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guards that stand behind others, each without the one in front of it: the inner functions, called with
 * what their callers never hand on, on bytes that end where they say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "drivers/acpi/cursor.h"
#include "drivers/acpi/mapping.h"
#include "drivers/efi/memory.h"

#define BIOS_PHYS 0xe0000u
#define BIOS_BYTES 0x20000u
#define LAST_SLOT (BIOS_BYTES - 32)

static unsigned mapped; /* times */
static uint8_t *bios;

static const void *map(void *context, uint64_t phys, size_t length)
{
    (void)context;
    mapped++;
    return phys == BIOS_PHYS && length == BIOS_BYTES ? bios : NULL;
}

static const struct vmclock_memory memory = {map, NULL, NULL};

/* Tables end below 2^64 for tables.c, before they are mapped. */
static void nothing_is_mapped_beyond_the_end(void **state)
{
    (void)state;
    mapped = 0;
    assert_null(vmclock_acpi_map(&memory, UINT64_MAX, 1));
    assert_null(vmclock_acpi_map(&memory, UINT64_MAX - 7, 8));
    assert_int_equal(mapped, 0);
    assert_null(vmclock_acpi_map(&memory, UINT64_MAX - 8, 8));
    assert_int_equal(mapped, 1);
}

/* Callers ask for what their length check has let pass. */
static void numbers_lie_in_the_bytes(void **state)
{
    (void)state;
    for (uint32_t length = 0; length <= 12; length++) {
        uint8_t *bytes = malloc(length ? length : 1);

        memset(bytes, 0xa5, length);
        for (uint32_t offset = 0; offset <= 14; offset++)
            for (uint32_t width = 2; width <= 8; width *= 2)
                assert_int_equal(vmclock_acpi_number_at(bytes, length, offset, width),
                                 offset + width <= length
                                     ? UINT64_C(0xa5a5a5a5a5a5a5a5) >> (64 - 8 * width)
                                     : 0);
        assert_int_equal(vmclock_acpi_number_at(bytes, length, UINT32_MAX, 8), 0);
        free(bytes);
    }
}

static void cursors_end(void **state)
{
    struct vmclock_cursor cursor;
    uint8_t *bytes = calloc(1, 4);

    (void)state;
    vmclock_cursor_set(&cursor, bytes, 3, 4);
    assert_int_equal(vmclock_cursor_u32(&cursor), 0);
    assert_int_equal(cursor.error, VMCLOCK_ERR_AML);
    assert_int_equal(cursor.at, 4);
    free(bytes);
}

/* A descriptor whose last bytes would be zeros: read as such they make a good range. */
static void descriptors_are_whole(void **state)
{
    static const uint8_t fixed[] = {0x86, 9, 0, 1, 0, 0, 0, 0x40, 0, 0x10, 0, 0, 0x79, 0};
    static const uint8_t extended[] = {
        0x8b, 53,   0, 0, 0,    0,    1, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0,    0, 0, 0x40,
        0,    0,    0, 0, 0xff, 0x0f, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0,    0, 0, 0,
        0,    0x10, 0, 0, 0,    0,    0, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0x79, 0};
    static const struct {
        const uint8_t *bytes;
        uint8_t size, zeros;
    } kinds[] = {{fixed, sizeof(fixed), 2}, {extended, sizeof(extended), 0}};
    struct vmclock_region region;

    (void)state;
    for (unsigned kind = 0; kind < 2; kind++) {
        uint8_t bytes[64];
        const uint8_t size = kinds[kind].size;

        memcpy(bytes, kinds[kind].bytes, size);
        assert_int_equal(vmclock_acpi_parse_crs(bytes, size, &region), 0);
        assert_int_equal(region.length, 0x1000);
        for (uint8_t cut = 1; cut <= kinds[kind].zeros; cut++) {
            memcpy(bytes, kinds[kind].bytes, size);
            bytes[1] = (uint8_t)(bytes[1] - cut);
            memmove(bytes + size - 2 - cut, bytes + size - 2, 2);
            assert_int_equal(vmclock_acpi_parse_crs(bytes, size - cut, &region),
                             VMCLOCK_ERR_RESOURCE);
        }
    }
}

/* A root pointer whose 36 bytes do not fit the area: what is behind that is not read. */
static void the_last_slot(void **state)
{
    uint64_t phys = 0;
    uint8_t sum = 0;

    (void)state;
    bios = calloc(1, BIOS_BYTES);
    memcpy(bios + LAST_SLOT, "RSD PTR ", 8);
    bios[LAST_SLOT + 15] = 2;
    bios[LAST_SLOT + 20] = 36;
    for (unsigned i = 0; i < 20; i++)
        sum = (uint8_t)(sum + bios[LAST_SLOT + i]);
    bios[LAST_SLOT + 8] = (uint8_t)-sum;
    assert_int_equal(vmclock_acpi_find_rsdp(&memory, &phys), 0);
    assert_int_equal(phys, BIOS_PHYS + LAST_SLOT);
    free(bios);
}

/* A table that is longer than what its caller has: the sum would be of more. */
static int no_region(void *context, int error, const struct vmclock_region *region)
{
    (void)context;
    (void)error;
    (void)region;
    return 1;
}

static void tables_are_as_long_as_they_say(void **state)
{
    uint8_t *table = calloc(1, 40);

    (void)state;
    memcpy(table, "SSDT", 4);
    table[4] = 41;
    table[9] = (uint8_t)(0 - ('S' + 'S' + 'D' + 'T' + 41));
    assert_int_equal(vmclock_acpi_scan_table(table, 40, no_region, NULL), VMCLOCK_ERR_TABLE);
    free(table);
}

/* An EFI map as its opener would refuse it: no whole number of descriptors. */
static void half_a_descriptor(void **state)
{
    enum { STEP = 48, WORDS = 10 };
    uint32_t *descriptors = calloc(STEP + STEP - 8, 1);
    struct vmclock_efi_map efi = {
        .size = STEP + STEP - 8, .step = STEP, .descriptors = (void *)descriptors};
    struct vmclock_memory identity;

    (void)state;
    descriptors[0] = 7;      /* free, ... */
    descriptors[2] = 0x1000; /* ... from here on, ... */
    descriptors[6] = 1;      /* ... one page */
    descriptors[STEP / 4] = 7;
    descriptors[STEP / 4 + 2] = 0x2000;
    descriptors[STEP / 4 + 6] = 1;
    vmclock_efi_map_memory(&efi, &identity);
    assert_ptr_equal(identity.map(identity.context, 0x1000, 0x1000), (void *)0x1000);
    assert_null(identity.map(identity.context, 0x1000, 0x1001));
    assert_null(identity.map(identity.context, 0x2000, 1));
    free(descriptors);
}

/* Memory up to the last byte and from the first one on is not one piece, although a sum says so. */
static void round_the_end(void **state)
{
    enum { STEP = 40 };
    uint32_t *descriptors = calloc(2, STEP);
    struct vmclock_efi_map efi = {
        .size = 2 * STEP, .step = STEP, .descriptors = (void *)descriptors};
    struct vmclock_memory identity;

    (void)state;
    descriptors[0] = descriptors[STEP / 4] = 7;
    descriptors[2] = 0xfffff000;
    descriptors[3] = UINT32_MAX;
    descriptors[6] = descriptors[STEP / 4 + 6] = 1;
    vmclock_efi_map_memory(&efi, &identity);
    assert_null(identity.map(identity.context, UINT64_MAX - 0xfff, 0x1800));
    assert_null(identity.map(identity.context, 0, 1));
    free(descriptors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_mapped_beyond_the_end),
        cmocka_unit_test(numbers_lie_in_the_bytes),
        cmocka_unit_test(cursors_end),
        cmocka_unit_test(descriptors_are_whole),
        cmocka_unit_test(the_last_slot),
        cmocka_unit_test(tables_are_as_long_as_they_say),
        cmocka_unit_test(half_a_descriptor),
        cmocka_unit_test(round_the_end),
    };
    return cmocka_run_group_tests_name("acpi.pairs", tests, NULL, NULL);
}
