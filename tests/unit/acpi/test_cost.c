/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work of a search grows with the tables and not faster. The drivers are compiled for this test
 * with a call at each basic block (-fsanitize-coverage=trace-pc), which counts work without a clock.
 */
#include "firmware.h"

#include <stdio.h>

#include "flat.h"

void __sanitizer_cov_trace_pc(void);

static uint64_t blocks_run;

void __sanitizer_cov_trace_pc(void)
{
    blocks_run++;
}

/* Basic blocks run per byte of a table that repeats a piece up to about so many bytes. */
static double blocks_per_byte(const char *piece, size_t piece_length, size_t bytes, int expected)
{
    size_t count = bytes / piece_length;
    uint8_t *aml = malloc(count * piece_length);
    struct vmclock_region region;
    uint64_t before;
    size_t i;

    for (i = 0; i < count; i++)
        memcpy(aml + i * piece_length, piece, piece_length);
    flat_fill(aml, count * piece_length);
    free(aml);
    before = blocks_run;
    assert_int_equal(vmclock_acpi_find(&flat_memory, FLAT_RSDP, &region), expected);
    return (double)(blocks_run - before) / (double)(count * piece_length);
}

static void expect_linear(const char *name, const char *piece, size_t length, int expected)
{
    double small = blocks_per_byte(piece, length, 64 << 10, expected);
    double medium = blocks_per_byte(piece, length, 256 << 10, expected);
    double large = blocks_per_byte(piece, length, 1 << 20, expected);

    printf("%s: %.2f, %.2f, %.2f blocks a byte at 64, 256, 1024 KiB\n", name, small, medium, large);
    assert_true(small > 0.1);
    assert_true(medium < small * 1.2 && large < small * 1.2 && small < large * 1.2);
}

#define LINEAR(name, piece, expected) expect_linear(name, piece, sizeof(piece) - 1, expected)

static void work_is_linear(void **state)
{
    (void)state;
    LINEAR("constants", "\0", VMCLOCK_ERR_NO_DEVICE);
    LINEAR("names",
           "\x08"
           "ABCD\x0c\x01\x02\x03\x04",
           VMCLOCK_ERR_NO_DEVICE);
    LINEAR("devices",
           "\x5b\x82\x15"
           "DEV0\x08_HID\x0d"
           "QEMU9999\0\x01",
           VMCLOCK_ERR_NO_DEVICE);
    LINEAR("methods",
           "\x14\x0b"
           "METH\0\x70\x60\x61\xa3\xa3",
           VMCLOCK_ERR_NO_DEVICE);
    LINEAR("conditions",
           "\xa0\x0c\x60\x0d"
           "AMZNC10B\0",
           VMCLOCK_ERR_NO_DEVICE);
    LINEAR("refused devices",
           "\x5b\x82\x14VCLK\x08_HID\x0d"
           "AMZNC10C\0",
           VMCLOCK_ERR_RESOURCE);
    LINEAR("malformed blocks",
           "\x10\x07"
           "ABCD\x07\x07",
           VMCLOCK_ERR_AML);
    LINEAR("endless scopes", "\x10\xcf\xff\xff\0\\\0", VMCLOCK_ERR_AML);
    LINEAR("empty scopes", "\x10\x02\0", VMCLOCK_ERR_NO_DEVICE);
    LINEAR("prefixes", "^", VMCLOCK_ERR_AML);
    LINEAR("open strings",
           "\x0d"
           "VMCLOCKAMZNC10",
           VMCLOCK_ERR_AML);
    LINEAR("ids",
           "\x0dVMCLOC\x0d"
           "AMZNC1",
           VMCLOCK_ERR_AML);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
