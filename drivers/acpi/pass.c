/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is done with a table in each pass.
 */
#include <vmclock/error.h>
#include "drivers/acpi/internal.h"

/*
 * Whether the first try looked at a table. Its malformed AML, the first error of all, is said again;
 * what else was wrong is met anew.
 */
static int pass_was_tried(struct vmclock_acpi_search *search, uint32_t bit)
{
    if (search->devices_only != SEARCH_NO_DEVICES || search->unsteady ||
        !(search->named || search->special & bit))
        return 0;
    if (search->region.origin_phys == search->tried_phys)
        vmclock_acpi_report(search, VMCLOCK_ERR_AML, WEIGHT_TABLE, 0);
    return 1;
}

void vmclock_acpi_one_table(struct vmclock_acpi_search *search, uint32_t bit, const uint8_t *table,
                            uint32_t length, int damaged)
{
    if (search->pass == PASS_REACH) {
        vmclock_acpi_reach(search, table, length, damaged);
        return;
    }
    if (damaged)
        return;
    if (search->pass == PASS_DEVICES) {
        if (!vmclock_acpi_has_ids(table, length))
            return;
        search->special |= bit;
    }
    if (!pass_was_tried(search, bit))
        vmclock_acpi_scan_aml(search, table, length);
}
