/* SPDX-License-Identifier: BSD-2-Clause */
/* Where vmclock-check looks for the page: by ACPI, then by device tree, and whose error counts. */
#include <stdlib.h>
#include <vmclock/vmclock.h>
#include "boot/efi/check.h"
#include "firmware.h"
#include "tests/unit/fdt/tree.h"

enum found { NONE, GOOD, BROKEN };

static struct tree tree;

static void set_acpi(enum found found)
{
    efi_acpi(found == NONE ? 0 : (uintptr_t)efi.page);
    if (found == BROKEN) {
        ((uint8_t *)efi.tables[0].VendorTable)[1]++;
    }
}

/* A tree with the device where a tree of 64 bits has room for any address. */
static void set_tree(enum found found)
{
    const uint64_t at = (uintptr_t)efi.page;
    tree_free(&tree);
    tree_root(&tree);
    if (found != NONE) {
        tree_begin(&tree, "vmclock");
        tree_text(&tree, "compatible", "amazon,vmclock");
        tree_cells(&tree, "reg", 4, (uint32_t)(at >> 32), (uint32_t)at, 0u, 0x800u);
        tree_tag(&tree, END_NODE);
    }
    tree_tag(&tree, END_NODE);
    tree_finish(&tree);
    if (found == BROKEN) {
        tree_set(&tree, MAGIC, 1);
    }
    efi.tables[1].VendorGuid =
        (EFI_GUID){0xb1b621d5, 0xf19c, 0x41a5, {0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0}};
    efi.tables[1].VendorTable = tree.bytes;
    efi.system.NumberOfTableEntries = 2;
}

static void either(void **state)
{
    static const struct {
        enum found acpi, tree;
        int error;
        unsigned source;
        size_t bytes;
    } cases[] = {
        {GOOD, GOOD, 0, VMCLOCK_SOURCE_ACPI, 0x1000},
        {GOOD, BROKEN, 0, VMCLOCK_SOURCE_ACPI, 0x1000},
        {GOOD, NONE, 0, VMCLOCK_SOURCE_ACPI, 0x1000},
        {NONE, GOOD, 0, VMCLOCK_SOURCE_FDT, 0x800},
        {BROKEN, GOOD, 0, VMCLOCK_SOURCE_FDT, 0x800},
        {NONE, NONE, VMCLOCK_ERR_NO_DEVICE, 0, 0},
        {BROKEN, NONE, VMCLOCK_ERR_RSDP, 0, 0},
        {NONE, BROKEN, VMCLOCK_ERR_FDT, 0, 0},
        {BROKEN, BROKEN, VMCLOCK_ERR_FDT, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct options options = {.max_tries = 5};
        struct check check;
        efi_start();
        set_acpi(cases[i].acpi);
        set_tree(cases[i].tree);
        check_start(&efi.system, &options, &check);
        assert_int_equal(check.report.error, cases[i].error);
        assert_int_equal(check.opened, !cases[i].error);
        assert_int_equal(efi.opened_bytes, cases[i].bytes);
        assert_int_equal((check.report.have & REPORT_HAVE_REGION) != 0, !cases[i].error);
        if (!cases[i].error) {
            assert_int_equal(check.report.region.source, cases[i].source);
            assert_int_equal(check.clk.max_tries, 5);
        }
    }
    tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(either)};
    return cmocka_run_group_tests_name("efi.tree", tests, NULL, NULL);
}
