/* SPDX-License-Identifier: BSD-2-Clause */
/* A descriptor of any kind and any bytes adds a range that can be, and an interrupt, or nothing. */
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/resource.c"
#include "region.h"

#define LENGTH 56 /* the longest that is looked at has 53 after its length */

int main(void)
{
    uint32_t length = any_u32(), start = any_u32();
    struct vmclock_region before = any_region(), region = before;
    struct vmclock_cursor cursor;
    int error;

    ASSUME(length <= LENGTH && start <= length);
    ASSUME(proof_is_region(&region));
    vmclock_cursor_set(&cursor, proof_bytes(length, LENGTH), start, length);
    error = resource_add_descriptor(&cursor, any_u8(), &region);
    PROVE(error == 0 || error == VMCLOCK_ERR_RESOURCE);
    PROVE(!cursor.error || error != 0);
    PROVE(cursor.at >= start && cursor.at <= cursor.end && cursor.end == length);
    PROVE(proof_is_region(&region));
    PROVE(before.length == 0 || (region.phys == before.phys && region.length == before.length));
    return 0;
}
