/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flat.h - one flat memory with tables in it, whose mapping costs neither stack nor work.
 */
#ifndef VMCLOCK_TEST_FLAT_H
#define VMCLOCK_TEST_FLAT_H

#include <stddef.h>
#include <stdint.h>
#include <vmclock/region.h>

#define FLAT_RSDP 0x1000u

extern const struct vmclock_memory flat_memory;

/* Fills the memory with RSDP, XSDT, FADT, and a DSDT of this AML, of up to 2 MiB. */
void flat_fill(const uint8_t *aml, size_t length);

/* The same, and behind the DSDT an SSDT of up to 64 KiB. */
void flat_fill_two(const uint8_t *dsdt, size_t dsdt_length, const uint8_t *ssdt,
                   size_t ssdt_length);

#endif
