/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firmware.h - physical memory with ACPI tables in it, for tests.
 *
 * Each piece is memory of its own; whatever is mapped is a fresh copy of exactly the bytes asked
 * for, so that an address sanitizer sees any access outside. What lies in no piece cannot be
 * mapped; in a strict firmware the attempt is counted as a stray.
 */
#ifndef VMCLOCK_TEST_FIRMWARE_H
#define VMCLOCK_TEST_FIRMWARE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include <vmclock/region.h>

#define MAX_PIECES 64

struct piece {
    uint64_t phys;
    uint8_t *bytes;
    size_t length;
};

struct firmware {
    struct vmclock_memory memory; /* what the functions under test are given */
    struct piece pieces[MAX_PIECES];
    size_t count;
    size_t mapped;    /* mappings held at the moment */
    size_t overlaps;  /* a mapping was asked for while another was held */
    size_t strays;    /* something outside all pieces was asked for */
    size_t maps;      /* mappings asked for in all */
    size_t fail_at;   /* the mapping, counted from 1, that fails; 0: none */
    uint64_t refused; /* a piece at this address cannot be mapped; 0: none */
};

void firmware_init(struct firmware *firmware);
void firmware_free(struct firmware *firmware); /* asserts that all was given back */

/* Adds a copy of the bytes at an address; returns it, to be changed if need be. */
uint8_t *firmware_add(struct firmware *firmware, uint64_t phys, const void *bytes, size_t length);

/* Adds a table with a good header around a body. */
uint8_t *firmware_add_table(struct firmware *firmware, uint64_t phys, const char *signature,
                            const void *body, size_t length);

/* Adds an RSDT (width 4) or XSDT (width 8) of the entries. */
uint8_t *firmware_add_root(struct firmware *firmware, uint64_t phys, unsigned width,
                           const uint64_t *entries, size_t count);

/* Adds a FADT of the given length with both pointers to the DSDT (as far as it is long enough). */
uint8_t *firmware_add_fadt(struct firmware *firmware, uint64_t phys, size_t length, uint32_t dsdt,
                           uint64_t x_dsdt);

/* Adds a root pointer: revision 0 or 2. */
uint8_t *firmware_add_rsdp(struct firmware *firmware, uint64_t phys, unsigned revision,
                           uint32_t rsdt, uint64_t xsdt);

/* Adds an SSDT with one good device whose page is at page; each page's has a name of its own. */
uint8_t *firmware_add_device(struct firmware *firmware, uint64_t phys, uint32_t page);

/* Makes the checksums right again after changes. */
void table_fix(uint8_t *table);
void rsdp_fix(uint8_t *rsdp);

void put16(uint8_t *at, uint64_t value);
void put32(uint8_t *at, uint64_t value);
void put64(uint8_t *at, uint64_t value);

/* Whether a result is one that acpi.h names. */
int is_named_result(int error);

#endif
