/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ids.h - the strings that identify a vmclock device, and who has them.
 */
#ifndef VMCLOCK_DRIVERS_ACPI_IDS_H
#define VMCLOCK_DRIVERS_ACPI_IDS_H

#include "drivers/acpi/token.h"

enum identity {
    IDENTITY_OTHER = 0,
    IDENTITY_COMPUTED = 1, /* by code that need not have the strings: others may lend them */
    IDENTITY_PERHAPS = 2,  /* the strings appear in code that computes it */
    IDENTITY_VMCLOCK = 3
};

/* Where one of our strings first appears in a piece that is not followed, behind a header; 0: nowhere. */
uint32_t vmclock_ids_mentioned(const uint8_t *bytes, uint32_t at, uint32_t end);

/* Whether a piece of a table, code of that opcode, names _HID or _CID and may so give it a value. */
int vmclock_ids_are_named(const uint8_t *bytes, uint32_t opcode, uint32_t at, uint32_t end);

/*
 * What an object that is an id makes a device. value: its
 * constant, or null with object: the method it is.
 */
enum identity vmclock_ids_identity(const struct vmclock_cursor *cursor,
                                   const struct vmclock_token *object,
                                   const struct vmclock_token *value);

#endif
