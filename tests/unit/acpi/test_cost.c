/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work of a search grows with the tables and not faster. The drivers are compiled for this test
 * with a call at each basic block (-fsanitize-coverage=trace-pc), which counts work without a clock;
 * and once more without, for instructions.py.
 *
 * test_cost            all pieces
 * test_cost NAME KIB   one search in so much of the piece of that name
 */
#include <stdio.h>
#include "firmware.h"
#include "flat.h"

void __sanitizer_cov_trace_pc(void);

static uint64_t blocks_run;

void __sanitizer_cov_trace_pc(void)
{
    blocks_run++;
}

struct piece_of_aml {
    const char *name;
    const char *bytes;
    size_t length;
    int expected;
    int behind_device; /* a good device, whose name is VCLK, stands before them all */
};

/* Device (VCLK) { Name (_HID, "AMZNC10C") Name (RBUF, ...) Method (_CRS) { Return (RBUF) } } */
static const char device[] = "\x5b\x82\x37VCLK\x08_HID\x0d"
                             "AMZNC10C\0\x08RBUF\x11\x11\x0a\x0e"
                             "\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0"
                             "\x14\x0b_CRS\0\xa4RBUF";

/* One search in a table that repeats a piece up to about so many bytes. Returns their number. */
static size_t search(const struct piece_of_aml *piece, size_t bytes)
{
    size_t count = bytes / piece->length;
    size_t before = piece->behind_device ? sizeof device - 1 : 0;
    uint8_t *aml = malloc(before + count * piece->length);
    struct vmclock_region region;
    size_t i;

    memcpy(aml, device, before);
    for (i = 0; i < count; i++)
        memcpy(aml + before + i * piece->length, piece->bytes, piece->length);
    flat_fill(aml, before + count * piece->length);
    free(aml);
    blocks_run = 0;
    assert_int_equal(vmclock_acpi_find(&flat_memory, FLAT_RSDP, &region), piece->expected);
    return count * piece->length;
}

static double blocks_per_byte(const struct piece_of_aml *piece, size_t bytes)
{
    size_t length = search(piece, bytes);

    return (double)blocks_run / (double)length;
}

/* clang-format off */
#define PIECE(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, 0}
#define BEHIND(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, 1}
/* clang-format on */

static const struct piece_of_aml pieces_of_aml[] = {
    PIECE("constants", "\0", VMCLOCK_ERR_NO_DEVICE),
    PIECE("names",
          "\x08"
          "ABCD\x0c\x01\x02\x03\x04",
          VMCLOCK_ERR_NO_DEVICE),
    PIECE("devices",
          "\x5b\x82\x15"
          "DEV0\x08_HID\x0d"
          "QEMU9999\0\x01",
          VMCLOCK_ERR_NO_DEVICE),
    PIECE("methods",
          "\x14\x0b"
          "METH\0\x70\x60\x61\xa3\xa3",
          VMCLOCK_ERR_NO_DEVICE),
    PIECE("conditions",
          "\xa0\x0c\x60\x0d"
          "AMZNC10B\0",
          VMCLOCK_ERR_NO_DEVICE),
    PIECE("refused devices",
          "\x5b\x82\x14VCLK\x08_HID\x0d"
          "AMZNC10C\0",
          VMCLOCK_ERR_RESOURCE),
    PIECE("malformed blocks",
          "\x10\x07"
          "ABCD\x07\x07",
          VMCLOCK_ERR_AML),
    PIECE("endless scopes", "\x10\xcf\xff\xff\0\\\0", VMCLOCK_ERR_AML),
    PIECE("empty scopes", "\x10\x02\0", VMCLOCK_ERR_NO_DEVICE),
    PIECE("prefixes", "^", VMCLOCK_ERR_AML),
    PIECE("open strings",
          "\x0d"
          "VMCLOCKAMZNC10",
          VMCLOCK_ERR_AML),
    PIECE("ids",
          "\x0dVMCLOC\x0d"
          "AMZNC1",
          VMCLOCK_ERR_AML),
    BEHIND("constants behind it", "\1", 0),
    BEHIND("bytes of its name", "K", 0),
    BEHIND("names like its own", "BCLK", 0),
    BEHIND("own objects read", "\x70.VCLK_STA\x60", 0),
    BEHIND("own objects written", "\x70\x01.VCLK_STA", VMCLOCK_ERR_UNSUPPORTED),
    BEHIND("aliases of it", "\x06VCLKABCK", VMCLOCK_ERR_UNSUPPORTED),
    BEHIND("half aliases", "\x06VCLK", VMCLOCK_ERR_UNSUPPORTED),
    BEHIND("scopes in it", "\x10\x05VCLK", 0),
    BEHIND("scopes of other names", "\x10\x07\\^CLK\x10\x02\0", 0),
    BEHIND("names for nothing", "\x08VCLK\0", VMCLOCK_ERR_UNSUPPORTED),
    BEHIND("text", "\x0dVCLK._STA\0", VMCLOCK_ERR_UNSUPPORTED),
    BEHIND("conditions behind it", "\xa0\1", 0),
    BEHIND("ids behind it", "\x0dVMCLOCK\0", 0),
    BEHIND("devices in it",
           "\x5b\x82\x1a.VCLKABCK\x08_HID\x0d"
           "AMZNC10C\0\0",
           0),
};

#define PIECES (sizeof pieces_of_aml / sizeof pieces_of_aml[0])

static void work_is_linear(void **state)
{
    size_t i;
    (void)state;
    for (i = 0; i < PIECES; i++) {
        const struct piece_of_aml *piece = &pieces_of_aml[i];
        double small = blocks_per_byte(piece, 64 << 10);
        double medium = blocks_per_byte(piece, 256 << 10);
        double large = blocks_per_byte(piece, 1 << 20);

        printf("%s: %.2f, %.2f, %.2f blocks a byte at 64, 256, 1024 KiB\n", piece->name, small,
               medium, large);
        assert_true(small > 0.1);
        assert_true(medium < small * 1.2 && large < small * 1.2 && small < large * 1.2);
    }
}

/* For whoever counts its instructions. */
static int one_search(const char *name, const char *kib)
{
    size_t i;

    for (i = 0; i < PIECES; i++) {
        if (strcmp(pieces_of_aml[i].name, name) == 0)
            printf("%zu bytes\n", search(&pieces_of_aml[i], strtoul(kib, NULL, 10) << 10));
    }
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_linear),
    };

    if (argc == 3)
        return one_search(argv[1], argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
