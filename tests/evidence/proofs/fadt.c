/* SPDX-License-Identifier: BSD-2-Clause */
/* What the FADT says of the CMOS clock, by root tables of up to four entries and others of up to 116 bytes. */
#define PROOF_MOST 116
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/mapping.c"
#include "memory.h"
#include "sums.h"
/* by such sums: */
#include "drivers/acpi/fadt.c"

static uint64_t root_phys;

static size_t proof_longest(uint64_t phys)
{
    return phys == root_phys ? 52 : 116;
}

/* rsdp.c's, proven there. */
int vmclock_acpi_read_rsdp(const struct vmclock_memory *memory, uint64_t phys,
                           struct vmclock_acpi_roots *roots)
{
    (void)memory;
    (void)phys;
    root_phys = any_u64();
    roots->xsdt_phys = any_int() ? root_phys : 0;
    roots->rsdt_phys = any_int() ? root_phys : 0;
    return any_int() ? VMCLOCK_ERR_RSDP : 0;
}

int main(void)
{
    struct vmclock_acpi_cmos cmos;
    int error = vmclock_acpi_find_cmos(&proof_memory, any_u64(), &cmos);

    PROVE(proof_mapped == NULL);
    PROVE(error == 0 || error == VMCLOCK_ERR_RSDP || error == VMCLOCK_ERR_TABLE ||
          error == VMCLOCK_ERR_NO_DEVICE);
    PROVE(error != 0 || cmos.absent <= 1);
    return 0;
}
