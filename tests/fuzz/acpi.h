/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acpi.h - vmclock_acpi_find and its kin on fuzzed memory.
 */
#ifndef VMCLOCK_FUZZ_ACPI_H
#define VMCLOCK_FUZZ_ACPI_H

#include "memory.h"
#include "property.h"

/* What check_search needs; the root pointer is at memory->rsdp_phys. */
struct search acpi_search(struct memory *memory);

/* Whether an error is one of AML alone: a table in memory that has no root pointer and no mapping. */
int is_table_error(int error);

#endif
