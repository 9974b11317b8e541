/* SPDX-License-Identifier: BSD-2-Clause */
/* What other code of a table, or of another one, makes of a device that is itself as it should be. */
#include "machine.h"

#define OBJECTS \
    "\x08_HID\x0d" \
    "AMZNC10C\0\x08_CRS\x11\x11\x0a\x0e\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0"
#define VCLK "\x5b\x82\x2bVCLK" OBJECTS
#define DEVICE "\x10\x33\\_SB_" VCLK

/* In a DSDT of the first, and an SSDT of the second. */
static int found_in(const char *dsdt, size_t dsdt_length, const char *ssdt, size_t ssdt_length)
{
    const uint64_t entries[] = {FADT, SSDT2};
    struct firmware firmware;
    struct vmclock_region region;
    int error;

    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, ROOT);
    firmware_add_root(&firmware, ROOT, 8, entries, 2);
    firmware_add_fadt(&firmware, FADT, 244, 0, DSDT);
    firmware_add_table(&firmware, DSDT, "DSDT", dsdt, dsdt_length);
    firmware_add_table(&firmware, SSDT2, "SSDT", ssdt, ssdt_length);
    error = vmclock_acpi_find(&firmware.memory, RSDP, &region);
    firmware_free(&firmware);
    return error;
}

#define FOUND_BEHIND(before) found_in(before, sizeof(before) - 1, DEVICE, sizeof DEVICE - 1)
#define FOUND_IN(table) found_in(table, sizeof(table) - 1, "\xa3", 1)

#define MATCH "\x08PKGX\x12\4\2\0\1\x70\x89PKGX\1\1\0\0\0\x60"

/* Interpreters then do not make the device. */
static void names_made_in_advance(void **state)
{
    (void)state;
    assert_int_equal(FOUND_BEHIND("\x8aXBUF\0\\/\3_SB_VCLKOTHR"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x8aXBUF\0\\/\4_SB_VCLKCHLD_STA"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x15\\._SB_VCLK\6\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\xa0\x0f\1\x15\\._SB_VCLK\6\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\xa0\2\0\xa1\x0e\x15\\._SB_VCLK\6\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x15\\_SB_\6\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\6\\_SB_\\ABCD"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND(MATCH "\x15\\_SB_\6\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\2\x15\\_SB_\6\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x15\\_SB_\6"), VMCLOCK_ERR_UNSUPPORTED); /* cut off */
    assert_int_equal(FOUND_BEHIND("\x5b\2_CRS\x14\6METH\0\x15\\_SB_\6\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND(MATCH), 0);
    assert_int_equal(FOUND_BEHIND("\x14\x23METH\0" MATCH "\x70\x0a\x15XBUF"), 0);
    assert_int_equal(FOUND_BEHIND("\xa0\x0f\0\x15\\._SB_VCLK\6\0"), 0);
    assert_int_equal(FOUND_BEHIND("\xa0\x12\0\xa0\x0f\1\x15\\._SB_VCLK\6\0"), 0);
    assert_int_equal(FOUND_BEHIND("\x14\x13METH\0\x15\\._SB_VCLK\6\0"), 0);
    assert_int_equal(FOUND_BEHIND("\x14\x17METH\0\x70\1\\/\3_SB_VCLKOTHR"), 0); /* later */
}

/* A _STA of what is around, that is no constant or of which it is not known whose it is. */
static void presence_made_around(void **state)
{
    (void)state;
    assert_int_equal(FOUND_BEHIND("\x10\x13\\_SB_\x5b\x81\x0bREGN\1_STA\x08"),
                     VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x10\x10\\_SB_\x8cXBUF\0_STA"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x8cXBUF\0\\._SB__STA"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\7\x08\\._SB__STA\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\7\x10\x0c\\_SB_\x08_STA\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND(MATCH "\x08\\._SB__STA\0"), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x10\x13\\_GPE\x5b\x81\x0bREGN\1_STA\x08"), 0);
    assert_int_equal(FOUND_BEHIND("\x14\x13METH\0\x5b\x81\x0bREGN\1_STA\x08"), 0);
    assert_int_equal(FOUND_BEHIND("\x14\x12METH\0\x70\1\\._SB__STA"), 0);
}

/* Scope (VCLK) in a device that has none yet: it is the one at the root, which has a _STA of 0 so. */
static void scope_of_one_farther_up(void **state)
{
    static const char dsdt[] = VCLK "\x5b\x82\x11OTHR\x10\x0bVCLK\x08_STA\0";
    static const char ssdt[] = "\x5b\x82\x31\\.OTHRVCLK" OBJECTS;
    (void)state;
    assert_int_equal(found_in(dsdt, sizeof dsdt - 1, ssdt, sizeof ssdt - 1),
                     VMCLOCK_ERR_UNSUPPORTED);
    /* In one, a name from the root is what it says; one that goes up is not. */
    assert_int_equal(FOUND_BEHIND("\x5b\2_CRS\x10\x18\\_SB_\x10\x11PCI0\x08\\._GPE_STA\0"), 0);
    assert_int_equal(FOUND_BEHIND("\x5b\2_CRS\x10\x18\\_SB_\x10\x11PCI0\x08^._GPE_STA\0"),
                     VMCLOCK_ERR_UNSUPPORTED);
}

/* Interpreters that lose their place take the device for something else; or they end the table. */
static void behind_what_is_malformed(void **state)
{
    (void)state;
    assert_int_equal(FOUND_IN("\x10\7\\_GPE\xa3" DEVICE), 0);
    assert_int_equal(FOUND_IN("\x10\7\\_GPE\7" DEVICE), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x10\x09\\_GPE\xa0\x3f\0" DEVICE), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x10\x0c\\_GPE\x08NAME\x0c" DEVICE), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x10\x0b\\_GPE\6NAME" DEVICE), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x10\x1e\\_GPE" MATCH "\xa4\0" DEVICE), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN(MATCH DEVICE), 0);
    assert_int_equal(FOUND_IN(DEVICE "\7"), 0);
    assert_int_equal(FOUND_BEHIND("\7"), 0);
}

/* Where no compiler puts a device, or its _CRS has no room. */
static void in_unusual_places(void **state)
{
    (void)state;
    assert_int_equal(FOUND_IN(DEVICE), 0);
    assert_int_equal(FOUND_IN("\x10\x33\\_REV" VCLK), 0);
    assert_int_equal(FOUND_IN("\x10\x33\\_GL_" VCLK), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x10\x33\\_OSI" VCLK), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x10\x33^_SB_" VCLK), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN(VCLK "\x10\x1b\\_SB_\x10\x14\\_GPE\x10\x0d^^VCLK\x08_STA\0"),
                     VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x08NAME" DEVICE), VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_IN("\x10\x32\\_SB_\x5b\x82\x2aVCLK\x08_HID\x0d"
                              "AMZNC10C\0\x08_CRS\x11\x10\xff"
                              "\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0"),
                     VMCLOCK_ERR_UNSUPPORTED);
}

#define OTHR "\x5b\x82\x0dOTHR\x15\\_SB_\6\0" /* a device, in whose block is an External */

/* Other blocks are looked into where the table names what counts, up to its last byte. */
static void tables_that_name_nothing_of_ours(void **state)
{
    (void)state;
    assert_int_equal(FOUND_BEHIND(OTHR), 0);
    assert_int_equal(FOUND_BEHIND(OTHR "\x5b\2_CRS"), VMCLOCK_ERR_UNSUPPORTED); /* an Event */
    assert_int_equal(FOUND_BEHIND(OTHR "\x08"
                                       "DATA\x11\6\x0a\3_CR"),
                     0);
    assert_int_equal(FOUND_BEHIND("\x5b\x82\x0cOTHR\6\\\0"
                                  "ABCD"), /* an Alias of the root */
                     VMCLOCK_ERR_UNSUPPORTED);
    assert_int_equal(FOUND_BEHIND("\x5b\x82\x0cOTHR\6^\0"
                                  "ABCD"),
                     VMCLOCK_ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_made_in_advance),
        cmocka_unit_test(presence_made_around),
        cmocka_unit_test(scope_of_one_farther_up),
        cmocka_unit_test(behind_what_is_malformed),
        cmocka_unit_test(in_unusual_places),
        cmocka_unit_test(tables_that_name_nothing_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
