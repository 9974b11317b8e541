/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - a small machine in a firmware's memory, and what a search must make of it.
 */
#ifndef VMCLOCK_TEST_MACHINE_H
#define VMCLOCK_TEST_MACHINE_H

#include "firmware.h"

#define RSDP 0xf0010u
#define ROOT 0x10000u
#define ROOT2 0x11003u
#define FADT 0x12001u
#define DSDT 0x20000u
#define DSDT2 0x21000u
#define SSDT1 0x30005u
#define SSDT2 0x31000u
#define PAGE1 0xfeffb000u
#define PAGE2 0xfeffd000u

/* Names that a region was written to, or not. */
#define UNTOUCHED 0x5a

/* Searches; fills *region with UNTOUCHED before. */
int find(struct firmware *firmware, struct vmclock_region *region);

/* Searches, expects this error or page of that table, and frees the firmware. */
void expect_error(struct firmware *firmware, int error);
void expect_page(struct firmware *firmware, uint64_t page, uint64_t table);

/* A machine with one SSDT by way of an XSDT, to be spoilt. */
void simple(struct firmware *firmware, uint8_t **rsdp, uint8_t **xsdt, uint8_t **ssdt);

/* Adds a DSDT with a device. */
uint8_t *add_dsdt(struct firmware *firmware, uint64_t phys, uint32_t page);

#endif
