/* SPDX-License-Identifier: BSD-2-Clause */
/* A resource template of any bytes gives a range that can be, or nothing, if each of its descriptors does. */
#include "proof.h"

#define LENGTH 14

struct vmclock_cursor;
struct vmclock_region;
static int any_descriptor(struct vmclock_cursor *cursor, uint32_t tag,
                          struct vmclock_region *region);
#include "drivers/acpi/cursor.c"
#include "drivers/acpi/resource.c"
#include "region.h"

/* What resource_descriptor.c proves of resource_add_descriptor. */
static int any_descriptor(struct vmclock_cursor *cursor, uint32_t tag,
                          struct vmclock_region *region)
{
    uint32_t at = any_u32();

    PROVE(tag <= 0xff && tag != RESOURCE_SMALL_END);
    PROVE(cursor->at <= cursor->end && __CPROVER_r_ok(cursor->bytes, cursor->end));
    ASSUME(at >= cursor->at && at <= cursor->end);
    cursor->at = at;
    cursor->error = any_int();
    *region = any_region();
    ASSUME(proof_is_region(region));
    return cursor->error || any_int() ? VMCLOCK_ERR_RESOURCE : 0;
}

int main(void)
{
    uint32_t length = any_u32();
    struct vmclock_region region = {0};
    int error;

    ASSUME(length <= LENGTH);
    region.phys = 1;
    error = vmclock_acpi_parse_crs(proof_bytes(length, LENGTH), length, &region);
    PROVE(error == 0 || error == VMCLOCK_ERR_RESOURCE);
    if (error == 0)
        PROVE(region.length != 0 && proof_is_region(&region));
    else
        PROVE(region.phys == 1 && region.length == 0);
    return 0;
}
