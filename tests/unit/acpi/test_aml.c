/* SPDX-License-Identifier: BSD-2-Clause */
/* AML that no compiler makes: malformed, or legal and unusual. */
#include "pieces.h"

static void good_one(void **state)
{
    (void)state;
    EXPECT(VCLK, 0);
}

static void package_lengths(void **state)
{
    (void)state;
    EXPECT("\x5b\x82\x4c\x02VCLK" HID CRS, 0);
    EXPECT("\x5b\x82\x8d\x02\0VCLK" HID CRS, 0);
    EXPECT("\x5b\x82\xce\x02\0\0VCLK" HID CRS, 0);
    EXPECT("\x5b\x82\x2cVCLK" HID CRS, VMCLOCK_ERR_AML); /* one byte too long */
    EXPECT("\x5b\x82\xce\x02\0\xffVCLK" HID CRS, VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\0VCLK" HID CRS, VMCLOCK_ERR_AML); /* shorter than itself */
    EXPECT("\x5b\x82\x42\0VCLK", VMCLOCK_ERR_AML);     /* its name lies behind it */
    EXPECT("\x5b\x82\x03VCLK", VMCLOCK_ERR_AML);       /* the name is cut by the end */
    EXPECT("\x5b\x82\x7c\x02VCLK" HID CRS, 0);         /* reserved bits are set */
    EXPECT("\xa0\0\x01", VMCLOCK_ERR_AML);             /* no name that could be missing */
    EXPECT("\x11\x40\0\x01", VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82", VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\xc1\x01", VMCLOCK_ERR_AML);
    EXPECT("\x5b", VMCLOCK_ERR_AML);
}

/* The buffer of _CRS reaches past its device; the device behind it is none the worse for it. */
static void inner_package_longer_than_outer(void **state)
{
    static const char aml[] =
        "\x5b\x82\x2bVCL0" HID
        "\x08_CRS\x11\x12\x0a\x0e\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0" VCLK;
    (void)state;
    EXPECT(aml, VMCLOCK_ERR_AML); /* interpreters have the first one, and not the other */
    expect(aml, 2 + 0x2b, VMCLOCK_ERR_AML);
}

static void names(void **state)
{
    (void)state;
    EXPECT("\x5b\x82\x2cV\\CLK" HID CRS, VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\x2bvclk" HID CRS, VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\x2b"
           "1CLK" HID CRS,
           VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\x2b"
           "VC K" HID CRS,
           VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\x2b_01K" HID CRS, 0);
    EXPECT("\x5b\x82\x31\\/\x01_SB_" HID CRS, VMCLOCK_ERR_AML); /* length does not agree */
    EXPECT("\x5b\x82\x2d/\x01VCLK" HID CRS, 0);
    EXPECT("\x5b\x82\x35/\x03_SB_PCI0VCLK" HID CRS, 0);
    EXPECT("\x5b\x82\x2d^^VCLK" HID CRS, VMCLOCK_ERR_UNSUPPORTED); /* nothing is there */
    EXPECT("\x5b\x82\x31^._SB_VCLK" HID CRS, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT("\x5b\x82\x29/\0" HID CRS, VMCLOCK_ERR_AML);        /* no segments */
    EXPECT("\x5b\x82\x28\0" HID CRS, VMCLOCK_ERR_UNSUPPORTED); /* the null name: which device? */
    EXPECT("\x5b\x82\x05/\xffVCL", VMCLOCK_ERR_AML);
    EXPECT("\x10\x08\\/\xff_SB_", VMCLOCK_ERR_AML);
}

/* Strings without an end, and ids at the very end. */
static void strings(void **state)
{
    (void)state;
    EXPECT("\x5b\x82\x13VCLK\x08_HID\x0d"
           "AMZNC10C",
           VMCLOCK_ERR_AML);
    EXPECT("\x08"
           "TEXT\x0d"
           "AMZNC10C\0",
           VMCLOCK_ERR_NO_DEVICE);
    EXPECT("\x08"
           "TEXT\x0d"
           "AMZNC10C",
           VMCLOCK_ERR_AML);
    EXPECT("\x08"
           "TEXT\x0d",
           VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\x14VCLK\x08_HID\x0d"
           "AMZNC10C\0",
           VMCLOCK_ERR_RESOURCE);
}

static void numbers_cut_off(void **state)
{
    (void)state;
    EXPECT("\x08"
           "NUMB\x0a",
           VMCLOCK_ERR_AML);
    EXPECT("\x08"
           "NUMB\x0b\0",
           VMCLOCK_ERR_AML);
    EXPECT("\x08"
           "NUMB\x0c\0\0\0",
           VMCLOCK_ERR_AML);
    EXPECT("\x08"
           "NUMB\x0e\0\0\0\0\0\0\0",
           VMCLOCK_ERR_AML);
    EXPECT("\x08"
           "NUM",
           VMCLOCK_ERR_AML);
    EXPECT("\x08"
           "NUMB",
           VMCLOCK_ERR_AML);
}

static void unknown_opcodes(void **state)
{
    (void)state;
    EXPECT("\x07" VCLK, VMCLOCK_ERR_AML);
    EXPECT("\x5b\x89" VCLK, VMCLOCK_ERR_AML);
    EXPECT(VCLK "\x07", 0);
    EXPECT("\x07\x07\x07", VMCLOCK_ERR_AML);
    EXPECT("\x10\x06WORK\x07" VCLK, VMCLOCK_ERR_UNSUPPORTED); /* an interpreter's place is lost */
    EXPECT("\x5b\x82\x2cVCLK" HID CRS "\x07", VMCLOCK_ERR_AML);
}

/* ACPI 6.5, 20.3: these begin nothing. */
static void every_unknown_opcode(void **state)
{
    static const uint8_t ranges[][2] = {{0x07, 0x07}, {0x09, 0x09}, {0x0f, 0x0f}, {0x16, 0x2d},
                                        {0x30, 0x40}, {0x5d, 0x5d}, {0x6f, 0x6f}, {0x9a, 0x9b},
                                        {0xa6, 0xcb}, {0xcd, 0xfe}};
    char aml[] = "?\0\0\0\0\0\0\0\0" VCLK; /* of whatever length it was taken for */
    unsigned opcode, i;
    (void)state;
    for (i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        for (opcode = ranges[i][0]; opcode <= ranges[i][1]; opcode++) {
            aml[0] = (char)opcode;
            expect(aml, sizeof aml - 1, VMCLOCK_ERR_AML);
        }
    }
}

/* What is neither name nor term behind an opcode is stepped over, to the byte. */
static void fixed_bytes(void **state)
{
    (void)state;
    EXPECT("\x5b\x23MTX0\x07\x07" VCLK, 0);             /* Acquire */
    EXPECT("\x5b\x01MTX0\x07" VCLK, 0);                 /* Mutex */
    EXPECT("\x5b\x32\x07\x07\x07\x07\x07\x01" VCLK, 0); /* Fatal */
    EXPECT("\x5b\x80OPR0\x07\x01\x01" VCLK, 0);         /* OperationRegion */
    EXPECT("\x5b\x83\x38"
           "CPU0\x07\x07\x07\x07\x07\x07" VCLK,
           0);                                      /* Processor */
    EXPECT("\x5b\x84\x35PWR0\x07\x07\x07" VCLK, 0); /* PowerResource */
    EXPECT("\x15"
           "EXT0\x07\x07" VCLK,
           VMCLOCK_ERR_UNSUPPORTED); /* External: all of it, and it is executed */
    EXPECT("\x14\x06"
           "METH\x07" VCLK,
           0);
}

/* The id of a device elsewhere, given inside another one. */
static void id_of_another_device(void **state)
{
    (void)state;
    EXPECT("\x5b\x82\x30VCL0\x08.ABCD_HID\x0d"
           "AMZNC10C\0" CRS,
           VMCLOCK_ERR_UNSUPPORTED);
}

/* A vmclock device that is malformed comes before a later one that is refused for less. */
static void first_device_counts(void **state)
{
    (void)state;
    EXPECT("\x5b\x82\x15VCL0" HID "\x07\x5b\x82\x14VCL1" HID, VMCLOCK_ERR_AML);
    EXPECT("\x5b\x82\x14VCL1" HID "\x5b\x82\x15VCL0" HID "\x07", VMCLOCK_ERR_RESOURCE);
}

/* A device inside a table whose end cuts it, at every place. */
static void cut(void **state)
{
    static const char aml[] = VCLK;
    size_t length;
    (void)state;
    for (length = 1; length < sizeof aml - 1; length++)
        expect(aml, length, VMCLOCK_ERR_AML);
}

static void packages_of_ids(void **state)
{
    /* Device (VCLK) { Name (_CID, ...) Name (_CRS, ...) } */
#define CID(device, package) "\x5b\x82" device "VCLK\x08_CID" package CRS
    (void)state;
    EXPECT(CID("\x2d", "\x12\x0b\x01\x0dVMCLOCK\0"), 0);
    EXPECT(CID("\x2d", "\x12\x0b\0\x0dVMCLOCK\0"), VMCLOCK_ERR_NO_DEVICE); /* counts none */
    EXPECT(CID("\x2d", "\x12\x0b\xff\x0dVMCLOCK\0"), 0);                   /* counts too many */
    EXPECT(CID("\x2e", "\x13\x0c\x0a\x01\x0dVMCLOCK\0"), 0);
    EXPECT(CID("\x2d", "\x13\x0b\x60\x0dVMCLOCK\0"), VMCLOCK_ERR_UNSUPPORTED); /* counts a Local */
    EXPECT(CID("\x2d", "\x13\x0b\x60\x0dVMCLONK\0"), VMCLOCK_ERR_NO_DEVICE);
    EXPECT(CID("\x31", "\x12\x0f\x02\x12\x03\x01\x01\x0dVMCLOCK\0"), 0);
    EXPECT(CID("\x31", "\x12\x0f\x01\x12\x0c\x01\x01\x0dVMCLOCK\0"), VMCLOCK_ERR_NO_DEVICE);
    EXPECT(CID("\x25", "\x12\x03\x01\x07"), VMCLOCK_ERR_NO_DEVICE);
    EXPECT(CID("\x24", "\x12\x02\x01"), VMCLOCK_ERR_NO_DEVICE);
#undef CID
}

static void methods(void **state)
{
    /* Device (VCLK) { HID CRS Method (_STA) ... } */
#define STA(device, method) "\x5b\x82" device "VCLK" HID CRS "\x14" method
    (void)state;
    EXPECT(STA("\x35", "\x09_STA\0\xa4\x0a\x0f"), 0);
    EXPECT(STA("\x34", "\x08_STA\0\xa4\x01"), 0);
    EXPECT(STA("\x34", "\x08_STA\x01\xa4\x01"), VMCLOCK_ERR_UNSUPPORTED); /* takes an argument */
    EXPECT(STA("\x34", "\x08_STA\0\xa4\x68"), VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(STA("\x35", "\x09_STA\0\xa4\x01\xa3"), VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(STA("\x33", "\x07_STA\0\xa4"), VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(STA("\x32", "\x06_STA\0"), VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(STA("\x33", "\x07_STA\0\x01"), VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(STA("\x31", "\x05_STA"), VMCLOCK_ERR_AML); /* no room for its flags */
    EXPECT(STA("\x3d", "\x11_STA\0\x08"
                       "ABCD\x01\xa4"
                       "ABCD"),
           0);
    EXPECT(STA("\x3d", "\x11_STA\0\x08"
                       "ABCD\x01\xa4"
                       "ABCE"),
           VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(STA("\x3e", "\x12_STA\0\x08"
                       "ABCD\x01\xa4"
                       "^ABCD"),
           VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(STA("\x3b", "\x0f_STA\0\x08"
                       "ABCD\x60\xa4"
                       "AB"),
           VMCLOCK_ERR_UNSUPPORTED);
#undef STA
}

static void resources(void **state)
{
    (void)state;
    /* The buffer's size is an expression. */
    EXPECT("\x5b\x82\x2dVCLK" HID
           "\x08_CRS\x11\x13\x72\x01\x01\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0\0",
           VMCLOCK_ERR_UNSUPPORTED);
    /* There is no size. */
    EXPECT("\x5b\x82\x1bVCLK" HID "\x08_CRS\x11\x01", VMCLOCK_ERR_AML);
    /* _CRS is a reference. */
    EXPECT("\x5b\x82\x1dVCLK" HID "\x08_CRSRBUF", VMCLOCK_ERR_UNSUPPORTED);
    /* _CRS is empty. */
    EXPECT("\x5b\x82\x1cVCLK" HID "\x08_CRS\x11\x02\0", VMCLOCK_ERR_RESOURCE);
    /* The first of two counts, as it does for an interpreter. */
    EXPECT("\x5b\x82\x31VCLK" HID CRS "\x08_CRS\0", 0);
}

/* Nested Scopes, one byte of length each as far as that reaches. */
static void nested(void **state)
{
    uint8_t aml[8 * 300];
    size_t levels, at;
    int devices, error;
    (void)state;
    for (levels = 1; levels < 300; levels++) {
        at = sizeof aml;
        memcpy(aml + (at -= sizeof VCLK - 1), VCLK, sizeof VCLK - 1);
        while (sizeof aml - at < sizeof VCLK - 1 + levels * 7) {
            memcpy(aml + (at -= 4), "ABCD", 4);
            at -= 2;
            put16(aml + at, 0x40 | ((sizeof aml - at) & 0x0f) | (sizeof aml - at) >> 4 << 8);
            aml[--at] = 0x10;
        }
        error = scan(aml + at, sizeof aml - at, &devices);
        if (levels <= VMCLOCK_ACPI_MAX_DEPTH - 2)
            assert_int_equal(error, 0);
        else
            assert_int_equal(error, VMCLOCK_ERR_UNSUPPORTED);
    }
}

static void table_header(void **state)
{
    uint8_t table[40] = "SSDT\x28", *longest;
    int devices;
    (void)state;
    table_fix(table);
#define SCAN(length) vmclock_acpi_scan_table(table, length, count_devices, &devices)
    assert_int_equal(SCAN(40), VMCLOCK_ERR_NO_DEVICE);
    assert_int_equal(SCAN(39), VMCLOCK_ERR_TABLE);
    assert_int_equal(SCAN(35), VMCLOCK_ERR_TABLE);
    assert_int_equal(SCAN(0), VMCLOCK_ERR_TABLE);
    assert_int_equal(vmclock_acpi_scan_table(NULL, 40, count_devices, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_scan_table(table, 40, NULL, NULL), VMCLOCK_ERR_ARGUMENT);
    table[9]++;
    assert_int_equal(SCAN(40), VMCLOCK_ERR_TABLE);
    table[0] = 'P'; /* as good as an SSDT */
    table_fix(table);
    assert_int_equal(SCAN(40), VMCLOCK_ERR_NO_DEVICE);
    table[0] = 'X';
    table_fix(table);
    assert_int_equal(SCAN(40), VMCLOCK_ERR_TABLE);
    table[0] = 'S';
    put32(table + 4, 36);
    table[9] = 0;
    table_fix(table);
    assert_int_equal(SCAN(36), VMCLOCK_ERR_NO_DEVICE);
    put32(table + 4, 35);
    table_fix(table);
    assert_int_equal(SCAN(36), VMCLOCK_ERR_TABLE);
    longest = calloc(1, VMCLOCK_ACPI_MAX_TABLE + 1);
    assert_non_null(longest);
    memcpy(longest, "SSDT", 4);
    put32(longest + 4, VMCLOCK_ACPI_MAX_TABLE + 1);
    table_fix(longest);
    assert_int_equal(
        vmclock_acpi_scan_table(longest, VMCLOCK_ACPI_MAX_TABLE + 1, count_devices, &devices),
        VMCLOCK_ERR_TABLE);
    free(longest);
#undef SCAN
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_one),
        cmocka_unit_test(package_lengths),
        cmocka_unit_test(inner_package_longer_than_outer),
        cmocka_unit_test(names),
        cmocka_unit_test(strings),
        cmocka_unit_test(numbers_cut_off),
        cmocka_unit_test(unknown_opcodes),
        cmocka_unit_test(every_unknown_opcode),
        cmocka_unit_test(fixed_bytes),
        cmocka_unit_test(id_of_another_device),
        cmocka_unit_test(first_device_counts),
        cmocka_unit_test(cut),
        cmocka_unit_test(packages_of_ids),
        cmocka_unit_test(methods),
        cmocka_unit_test(resources),
        cmocka_unit_test(nested),
        cmocka_unit_test(table_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
