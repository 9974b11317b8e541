/* SPDX-License-Identifier: BSD-2-Clause */
/* A resource template of any bytes gives a range that can be, or nothing. */
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/resource.c"
#include "proof.h"

#ifndef LENGTH
#define LENGTH 14
#endif

int main(void)
{
    uint32_t length = any_u32();
    struct vmclock_region region = {0};
    int error;

    ASSUME(length <= LENGTH);
    region.phys = 1;
    error = vmclock_acpi_parse_crs(proof_bytes(length, LENGTH), length, &region);
    PROVE(error == 0 || error == VMCLOCK_ERR_RESOURCE);
    if (error == 0) {
        PROVE(region.length != 0);
        PROVE(region.phys <= UINT64_MAX - region.length);
        PROVE(region.interrupt_cells == 0 || region.interrupt_cells == 2);
    } else {
        PROVE(region.phys == 1 && region.length == 0);
    }
    return 0;
}
