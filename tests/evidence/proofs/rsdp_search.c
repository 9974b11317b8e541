/* SPDX-License-Identifier: BSD-2-Clause */
/* The search for the root pointer, in areas that are made shorter. */
#define PROOF_MOST 64
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/mapping.c"
#include "drivers/acpi/rsdp.c"
#include "memory.h"

static size_t proof_longest(uint64_t phys)
{
    (void)phys;
    return RSDP_BIOS_AREA_SIZE;
}

int main(void)
{
    uint64_t phys = 1;
    int error = vmclock_acpi_find_rsdp(&proof_memory, &phys);

    PROVE(error == 0 || error == VMCLOCK_ERR_MAP || error == VMCLOCK_ERR_RSDP);
    PROVE(proof_mapped == NULL);
    PROVE(error != 0 ? phys == 1 : phys % 16 == 0 && phys >= 0x400 && phys < 0x100000);
    return 0;
}
