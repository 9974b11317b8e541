/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is done with a table in each pass.
 */
#include "drivers/acpi/internal.h"

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
    vmclock_acpi_scan_aml(search, table, length);
}
