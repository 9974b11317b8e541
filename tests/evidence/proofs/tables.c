/* SPDX-License-Identifier: BSD-2-Clause */
/* From a root table of up to two entries to the other tables, each of up to 148 bytes, in one pass. */
#define PROOF_MOST 148
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/mapping.c"
#include "memory.h"
#include "sums.h"
/* by such sums: */
#include "drivers/acpi/tables.c"

static struct vmclock_acpi_roots roots;

static size_t proof_longest(uint64_t phys)
{
    return phys == roots.xsdt_phys || phys == roots.rsdt_phys ? 44 : 148;
}

/* What is done with a table: it has a header, and all of it can be read. */
void vmclock_acpi_one_table(struct vmclock_acpi_search *search, uint32_t bit, const uint8_t *table,
                            uint32_t length, int damaged)
{
    (void)bit;
    (void)damaged;
    PROVE(length >= ACPI_HEADER_SIZE && length <= VMCLOCK_ACPI_MAX_TABLE);
    PROVE(__CPROVER_r_ok(table, length));
    search->stopped = any_u8() & 1;
}

void vmclock_acpi_report(struct vmclock_acpi_search *search, int error, enum weight weight,
                         uint32_t offset)
{
    (void)weight;
    (void)offset;
    PROVE(error != 0);
    search->stopped = any_u8() & 1;
}

int main(void)
{
    static struct vmclock_acpi_search search;

    search.memory = &proof_memory;
    search.pass = any_u8() % 3;
    search.fadt_phys = search.pass == PASS_DEVICES ? 0 : any_u64();
    search.devices_only = any_u8() % 3;
    search.special = any_u32();
    search.named = any_u8() & 1;
    roots.xsdt_phys = any_u64();
    roots.rsdt_phys = any_u32();
    vmclock_acpi_each_table(&search, &roots);
    PROVE(proof_mapped == NULL);
    PROVE(search.total_left <= VMCLOCK_ACPI_MAX_TOTAL);
    return 0;
}
