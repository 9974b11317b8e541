/* SPDX-License-Identifier: BSD-2-Clause */
/* The search for devices in a table's AML, of any bytes, in any pass. */
#include "drivers/acpi/aml.c"
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/ids.c"
#include "drivers/acpi/object.c"
#include "drivers/acpi/path.c"
#include "drivers/acpi/token.c"
#include "search.h"

static uint32_t table_length;

void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset)
{
    (void)error;
    (void)weight;
    PROVE(offset <= table_length);
    search->stopped = any_u8() & 1;
}

int vmclock_acpi_read_crs(struct vmclock_cursor *cursor, struct vmclock_region *region)
{
    (void)region;
    PROVE(cursor->at <= cursor->end && cursor->end <= table_length);
    return any_int();
}

int main(void)
{
    static struct vmclock_acpi_search search;
    uint32_t length = any_u32();
    const uint8_t *table;

    ASSUME(length >= ACPI_HEADER_SIZE && length <= ACPI_HEADER_SIZE + LENGTH);
    table_length = length;
    table = proof_bytes(length, ACPI_HEADER_SIZE + LENGTH);
    any_search(&search);
    search.pass = any_int() ? PASS_DEVICES : PASS_REPORT;
    vmclock_acpi_scan_aml(&search, table, length);
    PROVE(search.nodes.count <= VMCLOCK_ACPI_MAX_NAMES);
    return 0;
}
