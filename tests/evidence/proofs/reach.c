/* SPDX-License-Identifier: BSD-2-Clause */
/* What a table's AML, of any bytes, does to devices. */
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/marks.c"
#include "drivers/acpi/object.c"
#include "drivers/acpi/path.c"
#include "drivers/acpi/reach.c"
#include "drivers/acpi/reach_bytes.c"
#include "drivers/acpi/token.c"
#include "search.h"

int main(void)
{
    static struct vmclock_acpi_search search;
    uint32_t length = any_u32();

    ASSUME(length >= ACPI_HEADER_SIZE && length <= ACPI_HEADER_SIZE + LENGTH);
    any_search(&search);
    search.pass = PASS_REACH;
    vmclock_acpi_reach(&search, proof_bytes(length, ACPI_HEADER_SIZE + LENGTH), length,
                       any_u8() & 1);
    PROVE(search.nodes.count <= 2);
    return 0;
}
