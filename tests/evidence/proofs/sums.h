/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sums.h - any checksum: what is included after this is right whatever the bytes add up to. That the sum reads no
 * byte but those is cursor.c's proof.
 */
#ifndef VMCLOCK_PROOF_SUMS_H
#define VMCLOCK_PROOF_SUMS_H

#include "proof.h"

static int any_sums_to_zero(const uint8_t *bytes, uint32_t length)
{
    PROVE(length != 0 && __CPROVER_r_ok(bytes, length));
    return any_int() & 1;
}
#define vmclock_acpi_sums_to_zero any_sums_to_zero

#endif
