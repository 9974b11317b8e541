/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of AML made by hand, and what a search says of it. */
#ifndef TESTS_UNIT_ACPI_PIECES_H
#define TESTS_UNIT_ACPI_PIECES_H

#include "firmware.h"

#define HEADER 36

static inline int count_devices(void *context, int error, const struct vmclock_region *region)
{
    (void)region;
    *(int *)context += error == 0;
    return 0;
}

static inline int scan(const uint8_t *aml, size_t length, int *devices)
{
    uint8_t *table = calloc(1, HEADER + length);
    int error;

    memcpy(table, "DSDT", 4);
    put32(table + 4, HEADER + length);
    memcpy(table + HEADER, aml, length);
    table_fix(table);
    *devices = 0;
    error = vmclock_acpi_scan_table(table, HEADER + length, count_devices, devices);
    free(table);
    return error;
}

static inline void expect(const void *aml, size_t length, int error)
{
    int devices;

    assert_int_equal(scan(aml, length, &devices), error);
    assert_int_equal(devices, error == 0);
}

#define EXPECT(bytes, error) expect(bytes, sizeof(bytes) - 1, error)

/* Pieces of a device; sizes: 15, 23 (of which the buffer 18). */
#define HID \
    "\x08_HID\x0d" \
    "AMZNC10C\0"
#define CRS "\x08_CRS\x11\x11\x0a\x0e\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0"
#define VCLK "\x5b\x82\x2bVCLK" HID CRS

#endif
