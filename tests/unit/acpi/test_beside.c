/* SPDX-License-Identifier: BSD-2-Clause */
/* A device beside other tables and text: what is told of them, once, and what they take from it. */
#include "drivers/acpi/internal.h"
#include "machine.h"

#define VMCLOCK_TEXT "\x08TEXT\x0dVMCLOCK\0"
#define OBJECTS \
    "VCLK\x08_HID\x0d" \
    "AMZNC10C\0\x08_CRS\x11\x11\x0a\x0e\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0"
#define DEVICE "\x5b\x82\x2b" OBJECTS
#define ABSENT_DEVICE "\x5b\x82\x31" OBJECTS "\x08_STA\0"

struct body {
    const char *bytes;
    size_t length;
};
/* clang-format off */
#define BODY(bytes) {(bytes), sizeof(bytes) - 1}
/* clang-format on */

/* The search of two SSDTs with that in them; the second may be null. */
static int found(struct body first, struct body second, struct vmclock_region *region)
{
    const uint64_t entries[] = {SSDT1, SSDT2};
    struct firmware firmware;
    int error;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, second.bytes ? 2 : 1);
    firmware_add_table(&firmware, SSDT1, "SSDT", first.bytes, first.length);
    if (second.bytes)
        firmware_add_table(&firmware, SSDT2, "SSDT", second.bytes, second.length);
    error = find(&firmware, region);
    firmware_free(&firmware);
    return error;
}

/* Tables in which the search for devices has looked are not looked at again for what is wrong with them. */
static void what_is_wrong_with_tables_once(void **state)
{
    static const struct {
        struct body first, second;
        int error;
    } cases[] = {
        {BODY(VMCLOCK_TEXT), {NULL, 0}, VMCLOCK_ERR_NO_DEVICE},
        {BODY(VMCLOCK_TEXT "\x07"), {NULL, 0}, VMCLOCK_ERR_AML},
        {BODY(VMCLOCK_TEXT), BODY("\x07"), VMCLOCK_ERR_AML},
        {BODY("\x07"), BODY(VMCLOCK_TEXT), VMCLOCK_ERR_AML},
        {BODY(VMCLOCK_TEXT), BODY("\xa3"), VMCLOCK_ERR_NO_DEVICE},
        {BODY(ABSENT_DEVICE), {NULL, 0}, VMCLOCK_ERR_NO_DEVICE},
        {BODY(ABSENT_DEVICE "\x07"), {NULL, 0}, VMCLOCK_ERR_AML},
        {BODY(ABSENT_DEVICE), BODY("\x07"), VMCLOCK_ERR_AML},
        {BODY("\x07"), BODY(ABSENT_DEVICE), VMCLOCK_ERR_AML},
    };
    struct vmclock_region region;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (found(cases[i].first, cases[i].second, &region) != cases[i].error)
            fail_msg("case %zu", i);
}

/* Our text in one object, as an id in the next. */
static void empty_blocks_beside_our_text(void **state)
{
    static const struct body body = BODY(VMCLOCK_TEXT "\x5b\x82\x05NONE\x10\x07\\_SB_\xa3" DEVICE);
    struct vmclock_region region;
    (void)state;
    assert_int_equal(found(body, (struct body){NULL, 0}, &region), 0);
    assert_int_equal(region.phys, PAGE1);
}

/* Every way to be in \_SB, from a Scope of the root too. */
static void in_the_root_by_name(void **state)
{
    static const struct body bodies[] = {BODY("\x10\x33\\_SB_" DEVICE),
                                         BODY("\x10\x36\\\0\x10\x32_SB_" DEVICE),
                                         BODY("\x10\x33^_SB_" DEVICE)};
    struct vmclock_region region;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(found(bodies[i], (struct body){NULL, 0}, &region), 0);
        assert_int_equal(region.phys, PAGE1);
    }
    assert_int_equal(found(bodies[2], (struct body){NULL, 0}, &region), VMCLOCK_ERR_UNSUPPORTED);
}

/* A Scope that may be one farther up: names that go up from there are anywhere; those of nothing do no harm. */
static void names_that_go_up_from_a_scope_astray(void **state)
{
#define NOTIFY "\x86\\VCLK\0"
#define ASTRAY(size, inner, name) "\x10" size "\\_SB_\x10" inner "XYZW" name
    static const struct body device = BODY(DEVICE);
    struct vmclock_region region;
    (void)state;
    assert_int_equal(
        found(device, (struct body)BODY(NOTIFY ASTRAY("\x13", "\x0c", "\x08^ABCD\0")), &region), 0);
    assert_int_equal(
        found(device, (struct body)BODY(NOTIFY ASTRAY("\x13", "\x0c", "\x08^VCLK\0")), &region),
        VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(
        found(device, (struct body)BODY(NOTIFY ASTRAY("\x13", "\x0c", "\x08^_STA\0")), &region),
        VMCLOCK_ERR_UNSUPPORTED);
}

/* The names of a long definition's values, met in a short one of the same name that comes first. */
static void values_of_a_longer_definition(void **state)
{
    static const struct body first = BODY("\x5b\x82\x0cVCLK\x08_STA\x0a\x0f");
    static const struct body second = BODY(
        "\x5b\x82\x4d\x08" OBJECTS "\x14\x0b_STA\0\xa4STAV"
        "\x08LONG\x0d------------------------------------------------------------------------\0"
        "\x08STAV\x01");
    struct vmclock_region region;
    (void)state;
    assert_int_equal(found(second, (struct body){NULL, 0}, &region), 0);
    assert_int_equal(found(first, second, &region), VMCLOCK_ERR_UNSUPPORTED);
}

static int told;
static const void *(*map_of_firmware)(void *context, uint64_t phys, size_t length);

static const void *map_until_told(void *context, uint64_t phys, size_t length)
{
    assert_int_equal(told, 0);
    return map_of_firmware(context, phys, length);
}

static int count_and_stop(void *context, int error, const struct vmclock_region *region)
{
    (void)context;
    (void)region;
    assert_int_equal(error, VMCLOCK_ERR_TABLE);
    told++;
    return 1;
}

/* Who stops at the XSDT's damage is told of nothing more, nor is the RSDT looked at any more. */
static void stopped_at_the_first_root(void **state)
{
    const uint64_t entries[] = {SSDT1};
    struct firmware firmware;
    (void)state;
    told = 0;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, ROOT2, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 1)[9]++;
    firmware_add_root(&firmware, ROOT2, 4, entries, 1);
    firmware_add_device(&firmware, SSDT1, PAGE1);
    map_of_firmware = firmware.memory.map;
    firmware.memory.map = map_until_told;
    assert_int_equal(vmclock_acpi_enumerate(&firmware.memory, RSDP, count_and_stop, NULL),
                     VMCLOCK_ERR_TABLE);
    assert_int_equal(told, 1);
    firmware_free(&firmware);
}

/* Whether a table with these bytes is to be followed, for one device of this name. */
static int is_followed(const char *bytes, size_t length, uint8_t count)
{
    static struct vmclock_acpi_nodes nodes;
    uint8_t *table = calloc(1, ACPI_HEADER_SIZE + length);
    int followed;
    memset(&nodes, 0, sizeof nodes);
    while (nodes.count < count)
        vmclock_nodes_add(&nodes, ACPI_ROOT, AML_SEGMENT('V', 'C', 'L', 'K'));
    memcpy(table + ACPI_HEADER_SIZE, bytes, length);
    followed = vmclock_nodes_are_named(&nodes, table, (uint32_t)(ACPI_HEADER_SIZE + length));
    free(table);
    return followed;
}
#define FOLLOWED(bytes) is_followed(bytes, sizeof(bytes) - 1, 1)

/* Others have a _CRS, too: that it is defined does no harm, that it is named otherwise may. */
static void tables_that_are_followed(void **state)
{
    (void)state;
    assert_int_equal(FOLLOWED("\xa3\xa3\xa3\xa3"), 0);
    assert_int_equal(FOLLOWED("\xa3VCLK"), 1);
    assert_int_equal(FOLLOWED("\x5b\x82\x0eOTHR\x08_CRS\x0a\x05\xa3"), 0);
    assert_int_equal(FOLLOWED("\x5b\x82\x0fOTHR\x14\x09_CRS\0\xa4\0\xa3"), 0);
    assert_int_equal(FOLLOWED("\x5b\x82\x0eOTHR\x14\x49\x00_CRS\0\xa4\0"), 0);
    assert_int_equal(FOLLOWED("\xa3\xa3\xa3\x70\x0a\x08_CRS\x60"),
                     1); /* 8 is stored from or to it */
    assert_int_equal(FOLLOWED("\xa3\xa3\xa3\x70\x60_CRS\x60"), 1);
    assert_int_equal(FOLLOWED("\x08TEXT\x0d_CRS\0"), 1);
}

/* A table that is too dear to tell is followed: for twenty names, but not for one. */
static void tables_that_cost_too_much(void **state)
{
    char bytes[2000];
    (void)state;
    memset(bytes, 'H', sizeof bytes);
    assert_int_equal(is_followed(bytes, sizeof bytes, 1), 0);
    assert_int_equal(is_followed(bytes, sizeof bytes, VMCLOCK_ACPI_MAX_NAMES), 1);
    assert_int_equal(is_followed(bytes, sizeof bytes / 4, VMCLOCK_ACPI_MAX_NAMES), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_with_tables_once),
        cmocka_unit_test(empty_blocks_beside_our_text),
        cmocka_unit_test(in_the_root_by_name),
        cmocka_unit_test(names_that_go_up_from_a_scope_astray),
        cmocka_unit_test(values_of_a_longer_definition),
        cmocka_unit_test(stopped_at_the_first_root),
        cmocka_unit_test(tables_that_are_followed),
        cmocka_unit_test(tables_that_cost_too_much),
    };
    return cmocka_run_group_tests_name("acpi.beside", tests, NULL, NULL);
}
