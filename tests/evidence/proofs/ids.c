/* SPDX-License-Identifier: BSD-2-Clause */
/* Our strings, and who has them, in any piece of a table and any constant, package or method in it. */
#define LENGTH 11
#include "any_token.h"
#include "drivers/acpi/cursor.c"

/*
 * Whether one of our strings is at each place, or begins at each element of a package: that it is read inside the
 * piece is proven of a value's.
 */
static int any_behind(const uint8_t *bytes, uint32_t at, uint32_t end)
{
    PROVE(bytes == table && is_inside(at, end) && at < end);
    return any_int();
}

#include "drivers/acpi/ids.c"

int main(void)
{
    uint32_t at = any_u32(), end = any_u32(), found;
    struct vmclock_token object, value;
    struct vmclock_cursor cursor;
    enum identity identity;

    any_table();
    ASSUME(is_piece(at, end));
    if (any_int()) {
        found = vmclock_ids_mentioned(table, at, end);
        PROVE(found == 0 || (found >= at && found < end));
    } else if (any_int()) {
        (void)vmclock_acpi_has_ids(table, table_length);
    } else if (any_int()) {
        (void)vmclock_ids_are_named(table, any_u32(), at, end);
    } else {
        vmclock_cursor_set(&cursor, table, at, end);
        ASSUME(is_token_of(&object, at, end));
        ASSUME(is_token_of(&value, at, end));
        identity = vmclock_ids_identity(&cursor, &object, any_int() ? &value : NULL);
        PROVE((uint32_t)identity <= IDENTITY_VMCLOCK);
    }
    return 0;
}
