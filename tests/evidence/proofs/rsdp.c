/* SPDX-License-Identifier: BSD-2-Clause */
/* The root pointer, wherever it is said to lie, in memory of any content. */
#define PROOF_MOST 256
#define PROOF_ASKED 256
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/mapping.c"
#include "drivers/acpi/rsdp.c"
#include "memory.h"

static size_t proof_longest(uint64_t phys)
{
    (void)phys;
    return PROOF_ASKED;
}

int main(void)
{
    struct vmclock_acpi_roots roots = {1, 1};
    int error = vmclock_acpi_read_rsdp(&proof_memory, any_u64(), &roots);

    PROVE(error == 0 || error == VMCLOCK_ERR_MAP || error == VMCLOCK_ERR_RSDP);
    PROVE(proof_mapped == NULL);
    PROVE(error != 0 || roots.rsdt_phys <= UINT32_MAX);
    return 0;
}
