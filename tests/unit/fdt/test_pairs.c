/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guards that stand behind others, each without the one in front of it: as tests/unit/acpi/test_pairs.c.
 */
#include "drivers/fdt/internal.h"
#include "tree.h"

static void put(uint8_t *cells, uint32_t index, uint32_t value)
{
    for (uint32_t i = 0; i < 4; i++)
        cells[4 * index + i] = (uint8_t)(value >> (24 - 8 * i));
}

/* search.c takes no name beyond the strings. */
static void names_lie_in_the_strings(void **state)
{
    static const char name[] = {'r', 'e', 'g', '\0', 'r', 'e'};
    char *strings = malloc(sizeof(name));
    struct fdt_search search = {.strings = memcpy(strings, name, sizeof(name)),
                                .strings_length = sizeof(name)};

    (void)state;
    assert_int_equal(vmclock_fdt_property(&search, 0), PROPERTY_REG);
    assert_int_equal(vmclock_fdt_property(&search, 4), PROPERTY_COUNT); /* no NUL ends it */
    assert_int_equal(vmclock_fdt_property(&search, sizeof(name)), PROPERTY_COUNT);
    assert_int_equal(vmclock_fdt_property(&search, UINT32_MAX), PROPERTY_COUNT);
    free(strings);
}

static void lists_end(void **state)
{
    static const char text[] = {'o', 'k', '\0', 'o', 'k', 'a', 'y'};
    static const char apart[] = "not-ok\0a\0really ok";
    const struct fdt_value words = {(const uint8_t *)apart, sizeof(apart)};
    uint8_t *bytes = malloc(sizeof(text));
    struct fdt_value value = {memcpy(bytes, text, sizeof(text)), sizeof(text)};

    (void)state;
    assert_true(vmclock_fdt_list_has(&value, "ok"));
    assert_false(vmclock_fdt_list_has(&value, "okay"));
    assert_true(vmclock_fdt_list_has(&words, "not-ok"));
    assert_true(vmclock_fdt_list_has(&words, "a"));
    assert_true(vmclock_fdt_list_has(&words, "really ok"));
    assert_false(vmclock_fdt_list_has(&words, "ok")); /* neither a word's end nor a part of one */
    assert_false(vmclock_fdt_list_has(&words, ""));
    value.data += 3;
    value.length -= 3;
    assert_false(vmclock_fdt_status_okay(&value));
    value.length = 0;
    assert_false(vmclock_fdt_list_has(&value, "ok"));
    assert_false(vmclock_fdt_status_okay(&value));
    free(bytes);
}

/* Each byte of a word counts, and the NUL behind it. */
static void words_are_compared_whole(void **state)
{
    static const char word[] = "okay";

    (void)state;
    for (size_t i = 0; i < sizeof(word); i++) {
        uint8_t bytes[sizeof(word)];
        struct fdt_value value = {memcpy(bytes, word, sizeof(word)), sizeof(word)};
        struct fdt_search search = {.strings = (const char *)bytes, .strings_length = sizeof(word)};

        assert_true(vmclock_fdt_list_has(&value, word));
        assert_true(vmclock_fdt_status_okay(&value));
        bytes[i] ^= 1;
        assert_false(vmclock_fdt_list_has(&value, word));
        assert_false(vmclock_fdt_status_okay(&value));
        memcpy(bytes, "reg", sizeof("reg"));
        assert_int_equal(vmclock_fdt_property(&search, 0), PROPERTY_REG);
        bytes[i % sizeof("reg")] ^= 1;
        assert_int_equal(vmclock_fdt_property(&search, 0), PROPERTY_COUNT);
    }
}

/* The buses above a deeper device are not kept; and a device without reg never has one. */
static void devices_have_buses(void **state)
{
    uint8_t *reg = malloc(16);
    struct fdt_search *search = calloc(1, sizeof(*search)); /* its end is the sanitizer's */
    struct vmclock_region region;

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        put(reg, i, i % 2 ? 0x1000 : 0);
    for (unsigned i = 0; i < VMCLOCK_FDT_MAX_DEPTH; i++)
        search->bus[i] = (struct fdt_bus){{reg, 0}, 2, 2};
    search->entries_left = 100;
    search->values[PROPERTY_REG] = (struct fdt_value){reg, 16};
    assert_int_equal(vmclock_fdt_read_reg(search, 1, &region), 0);
    assert_int_equal(vmclock_fdt_read_reg(search, VMCLOCK_FDT_MAX_DEPTH, &region), 0);
    assert_int_equal(vmclock_fdt_read_reg(search, VMCLOCK_FDT_MAX_DEPTH + 1, &region),
                     VMCLOCK_ERR_RESOURCE);
    assert_int_equal(vmclock_fdt_read_reg(search, UINT32_MAX, &region), VMCLOCK_ERR_RESOURCE);
    search->values[PROPERTY_REG].data = NULL;
    assert_int_equal(vmclock_fdt_read_reg(search, 1, &region), VMCLOCK_ERR_RESOURCE);
    free(search);
    free(reg);
}

/* Cells that cannot be used: no length of a reg makes up for them. */
static void buses_have_cells(void **state)
{
    uint8_t reg[16];
    struct fdt_search search = {.entries_left = 100};
    struct vmclock_region region;

    (void)state;
    for (uint8_t addresses = 0; addresses <= 2; addresses++)
        for (uint8_t sizes = 0; sizes <= 2; sizes++) {
            memset(reg, 0, sizeof(reg));
            search.bus[0] = (struct fdt_bus){{NULL, 0}, addresses, sizes};
            search.values[PROPERTY_REG] = (struct fdt_value){reg, 4u * (addresses + sizes)};
            put(reg, (uint32_t)(addresses + sizes) - (addresses + sizes > 0), 0x1000);
            assert_int_equal(vmclock_fdt_read_reg(&search, 1, &region),
                             addresses && sizes ? 0 : VMCLOCK_ERR_RESOURCE);
        }
}

/* What ceases in the midst of a cell. */
static void interrupts_are_cells(void **state)
{
    (void)state;
    for (uint32_t length = 0; length <= 20; length++) {
        uint8_t *bytes = calloc(1, length ? length : 1);
        const struct fdt_value value = {bytes, length};
        struct vmclock_region region;
        const uint32_t cells = length / 4;

        vmclock_fdt_read_interrupts(&value, &region);
        assert_int_equal(region.interrupt_cells, cells < VMCLOCK_REGION_INTERRUPT_CELLS
                                                     ? cells
                                                     : VMCLOCK_REGION_INTERRUPT_CELLS);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lie_in_the_strings), cmocka_unit_test(lists_end),
        cmocka_unit_test(words_are_compared_whole), cmocka_unit_test(devices_have_buses),
        cmocka_unit_test(buses_have_cells),         cmocka_unit_test(interrupts_are_cells),
    };
    return cmocka_run_group_tests_name("fdt.pairs", tests, NULL, NULL);
}
