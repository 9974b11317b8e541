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

enum place {
    PLACE_ALONE = 0,
    PLACE_BEHIND, /* a good device, whose name is VCLK, stands before them all */
    PLACE_DEEP,   /* in many devices of ours, one in the other, all absent */
    PLACE_LENT,   /* so, and something else has one of our strings before them */
    PLACE_APART, /* in a table before that of as many devices of ours as are kept, with one of our strings */
    PLACE_OWN /* they are what a device of ours has besides objects that name others behind them */
};

struct piece_of_aml {
    const char *name;
    const char *bytes;
    size_t length;
    int expected;
    enum place place;
};

/* Device (VCLK) { Name (_HID, "AMZNC10C") Name (RBUF, ...) Method (_CRS) { Return (RBUF) } } */
static const char device[] = "\x5b\x82\x37VCLK\x08_HID\x0d"
                             "AMZNC10C\0\x08RBUF\x11\x11\x0a\x0e"
                             "\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0"
                             "\x14\x0b_CRS\0\xa4RBUF";

#define DEPTH 13u

/* Name (LENT, "VMCLOCK") */
static const char lent[] = "\x08LENT\x0dVMCLOCK";

/* Device (D02A) { Name (_CID, "VMCLOCK") }, and how many with what they lie in are kept. */
static const char sibling[] = "\x5b\x82\x13"
                              "D02A\x08_CID\x0dVMCLOCK";
#define APART_DEPTH 8u
#define SIBLINGS 12u

/* Name (_CID, "VMCLOCK") Name (_STA, Zero) */
static const char absent[] = "\x08_CID\x0dVMCLOCK\0\x08_STA";

/* Method (_STA) { Return (STAV) } Method (_CRS) { Return (RBUF) } Name (STAV, One) Name (RBUF, One) */
static const char own[] = "\x14\x0b_STA\0\xa4STAV\x14\x0b_CRS\0\xa4RBUF\x08STAV\1\x08RBUF\1";

/* Device (D01x) of so many bytes, with the first objects of a device. Returns what is behind them. */
static uint8_t *begin_device(uint8_t *at, uint32_t number, size_t length, const char *objects,
                             size_t count)
{
    const uint8_t head[] = {0x5b,
                            0x82,
                            0xc0 | (length & 15),
                            (uint8_t)(length >> 4),
                            (uint8_t)(length >> 12),
                            (uint8_t)(length >> 20),
                            'D',
                            '0',
                            '1',
                            (uint8_t)('A' + number)};

    memcpy(at, head, sizeof head);
    memcpy(at + sizeof head, objects, count);
    return at + sizeof head + count;
}

/* So many absent devices, one in the other, around so many bytes. Returns what is behind their heads. */
static uint8_t *begin_absent(uint8_t *at, uint32_t depth, size_t bytes)
{
    uint32_t i;

    for (i = 0; i < depth; i++)
        at = begin_device(at, i,
                          8 + sizeof absent + (8 + 2 + sizeof absent) * (depth - 1 - i) + bytes,
                          absent, sizeof absent);
    return at;
}

/* The SSDT of PLACE_APART. */
static size_t fill_siblings(uint8_t *aml)
{
    uint8_t *at = begin_absent(aml, APART_DEPTH, SIBLINGS * sizeof sibling);
    uint32_t i;

    for (i = 0; i < SIBLINGS; i++, at += sizeof sibling) {
        memcpy(at, sibling, sizeof sibling);
        at[6] = (uint8_t)('A' + i);
    }
    return (size_t)(at - aml);
}

/* What stands before the pieces, whose bytes are so many with what stands behind them. */
static size_t begin(uint8_t *aml, const struct piece_of_aml *piece, size_t bytes)
{
    uint8_t *at = aml;

    if (piece->place == PLACE_BEHIND) {
        memcpy(aml, device, sizeof device - 1);
        return sizeof device - 1;
    }
    if (piece->place == PLACE_LENT) {
        memcpy(at, lent, sizeof lent);
        at += sizeof lent;
    }
    if (piece->place == PLACE_DEEP || piece->place == PLACE_LENT) {
        at = begin_absent(at, DEPTH, bytes);
    } else if (piece->place == PLACE_OWN) {
        at = begin_device(at, 0, 8 + sizeof absent - 6 + bytes, absent, sizeof absent - 6);
    }
    return (size_t)(at - aml);
}

/* One search in a table that repeats a piece up to about so many bytes. Returns their number. */
static size_t search(const struct piece_of_aml *piece, size_t bytes)
{
    static uint8_t siblings[1024];
    size_t count = bytes / piece->length;
    const char *behind = piece->place == PLACE_OWN ? own : lent;
    size_t after = piece->place == PLACE_OWN     ? sizeof own - 1
                   : piece->place == PLACE_APART ? sizeof lent
                                                 : 0;
    uint8_t *aml = malloc(1024 + count * piece->length);
    size_t before = begin(aml, piece, count * piece->length + after);
    struct vmclock_region region;
    size_t i;

    for (i = 0; i < count; i++)
        memcpy(aml + before + i * piece->length, piece->bytes, piece->length);
    memcpy(aml + before + count * piece->length, behind, after);
    flat_fill_two(aml, before + count * piece->length + after,
                  piece->place == PLACE_APART ? siblings : NULL, fill_siblings(siblings));
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
#define PIECE(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, PLACE_ALONE}
#define BEHIND(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, PLACE_BEHIND}
#define DEEP(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, PLACE_DEEP}
#define LENT(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, PLACE_LENT}
#define APART(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, PLACE_APART}
#define OWN(name, piece, expected) {name, piece, sizeof(piece) - 1, expected, PLACE_OWN}
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
    BEHIND("conditions behind it", "\xa0\2\1", 0),
    BEHIND("ids behind it", "\x0dVMCLOCK\0", 0),
    BEHIND("devices in it",
           "\x5b\x82\x1a.VCLKABCK\x08_HID\x0d"
           "AMZNC10C\0\0",
           0),
    DEEP("absent devices, deep",
         "\x5b\x82\x13"
         "ABCK\x08_CID\x0dVMCLOCK\0",
         VMCLOCK_ERR_UNSUPPORTED),
    DEEP("null scopes, deep", "\x10\x02\0", VMCLOCK_ERR_NO_DEVICE),
    DEEP("names, deep", "ABCK", VMCLOCK_ERR_NO_DEVICE),
    DEEP("buffers, deep", "\x11\2\0", VMCLOCK_ERR_NO_DEVICE),
    DEEP("strings, deep", "\x0d\0", VMCLOCK_ERR_NO_DEVICE),
    DEEP("malformed scopes, deep", "\x10\3\0\7", VMCLOCK_ERR_UNSUPPORTED),
    DEEP("empty methods, deep", "\x14\3\0\0", VMCLOCK_ERR_UNSUPPORTED),
    DEEP("null names, deep", "^\0", VMCLOCK_ERR_NO_DEVICE),
    DEEP("ids, deep", "_CID", VMCLOCK_ERR_UNSUPPORTED),
    LENT("malformed scopes, lent", "\x10\3\0\7", VMCLOCK_ERR_UNSUPPORTED),
    APART("letters, apart", "D", VMCLOCK_ERR_NO_DEVICE),
    APART("small letters, apart", "d", VMCLOCK_ERR_NO_DEVICE),
    APART("conditions, apart", "\xa1\2A\xa2\2A\xa1\1", VMCLOCK_ERR_NO_DEVICE),
    APART("malformed conditions, apart", "\xa2\5\4\3\x82\1\xa1\1", VMCLOCK_ERR_NO_DEVICE),
    APART("nameless Names, apart", "\x08\0\x66", VMCLOCK_ERR_NO_DEVICE),
    APART("nameless buffers, apart", "\x08\0\x11\2\0", VMCLOCK_ERR_NO_DEVICE),
    OWN("buffers of its own", "\x11\2\0", VMCLOCK_ERR_RESOURCE),
    OWN("null names of its own", "^\0", VMCLOCK_ERR_RESOURCE),
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
