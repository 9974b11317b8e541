/* SPDX-License-Identifier: BSD-2-Clause */
/* AML that is legal, or passes for it, and that nobody writes: what a search makes of it, beside a device. */
#include "pieces.h"

/* Device (VCLK) with its _HID and _CRS; size: of all of it behind the opcode. */
#define DEVICE(size, ...) "\x5b\x82" size "VCLK" HID CRS __VA_ARGS__
#define ABSENT "\x08_STA\0"        /* 6 bytes */
#define PRESENT "\x08_STA\x0a\x0f" /* 7 bytes */
#define BUF0 \
    "\x08" \
    "BUF0\x11\x11\x0a\x0e\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0" /* 23 */

/* Of two definitions of one name interpreters have the first. */
static void the_first_counts(void **state)
{
    (void)state;
    EXPECT(DEVICE("\x38", PRESENT ABSENT), 0);
    EXPECT(DEVICE("\x38", ABSENT PRESENT), VMCLOCK_ERR_NO_DEVICE);
    EXPECT(DEVICE("\x43\x04", CRS), 0);
    EXPECT(VCLK VCLK, 0);
}

/* Of what a device lies in, the second one may count or not. */
static void status_around_from_two_places(void **state)
{
    (void)state;
#define AROUND(size, status) "\x5b\x82" size "PARN" status VCLK
    EXPECT(AROUND("\x39", PRESENT), 0);
    EXPECT(AROUND("\x38", ABSENT), VMCLOCK_ERR_NO_DEVICE);
    EXPECT(AROUND("\x32", "") "\x08.PARN_STA\x0a\x0f", 0);
    EXPECT(AROUND("\x32", "") "\x08.PARN_STA\0", VMCLOCK_ERR_NO_DEVICE);
    EXPECT(AROUND("\x39", PRESENT) "\x08.PARN_STA\0", VMCLOCK_ERR_UNSUPPORTED);
    /* Of PARN it is not known yet what it is: one that is absent, or a power resource that is off. */
    EXPECT("\x08.PARN_STA\x0a\x0f" AROUND("\x32", ""), 0);
    EXPECT("\x08.PARN_STA\0" AROUND("\x32", ""), VMCLOCK_ERR_UNSUPPORTED);
#undef AROUND
}

/* An own object by another way than its plain name. */
static void own_objects_by_paths(void **state)
{
    (void)state;
    EXPECT(DEVICE("\x38", "\x08^.VCLK_STA\x0a\x0f"), VMCLOCK_ERR_UNSUPPORTED);
    EXPECT("\x08.VCLK_STA\x0a\x0f" VCLK, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT("\x5b\x82\x37VCLK" HID BUF0 "\x14\x0b_CRS\0\xa4"
           "BUF0",
           0);
    EXPECT("\x5b\x82\x38VCLK" HID BUF0 "\x14\x0c_CRS\0\xa4^BUF0", VMCLOCK_ERR_UNSUPPORTED);
}

/* A _STA that a method gives by a name: of a number, and of text. */
static void status_by_a_name(void **state)
{
    (void)state;
#define STATUS "\x14\x0b_STA\0\xa4STAV"
    EXPECT(DEVICE("\x3d", STATUS "\x08STAV\x01"), 0);
    EXPECT(DEVICE("\x3d", STATUS "\x08STAV\0"), VMCLOCK_ERR_NO_DEVICE);
    EXPECT(DEVICE("\x3f", STATUS "\x08STAV\x0d"
                                 "1\0"),
           VMCLOCK_ERR_UNSUPPORTED);
    /* A unit of a field may be of that name. */
    EXPECT(DEVICE("\x4b\x04", STATUS "\x08STAV\x01\x5b\x81\x0bREG0\0FLD0\x08"),
           VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(DEVICE("\x38", "\x5b\x81\x0bREG0\0FLD0\x08"), 0);
#undef STATUS
}

/* _HID is text in a buffer: whether that is the id, only execution tells. */
static void ids_of_other_kinds(void **state)
{
    (void)state;
#define OF(size, kind, value) "\x5b\x82" size "VCLK\x08" kind value CRS
    EXPECT(OF("\x2e", "_HID",
              "\x11\x0c\x0a\x09"
              "AMZNC10C\0"),
           VMCLOCK_ERR_UNSUPPORTED);
    EXPECT(OF("\x2e", "_HID",
              "\x11\x0c\x0a\x09"
              "AMZNC10D\0"),
           VMCLOCK_ERR_NO_DEVICE);
    EXPECT(OF("\x2d", "_CID", "\x13\x0b\x07\x0dVMCLOCK\0"),
           VMCLOCK_ERR_UNSUPPORTED); /* of how many? */
    EXPECT(OF("\x2d", "_CID", "\x13\x0b\x07\x0dVMCLONK\0"), VMCLOCK_ERR_NO_DEVICE);
    EXPECT(OF("\x2d", "_CID", "\x12\x0a\x01\x0dVMCLOCK\0"),
           VMCLOCK_ERR_NO_DEVICE); /* not ended in it */
    /* A count that is cut off may be any: where others have our text, it may be the id. */
    EXPECT(OF("\x24", "_CID", "\x13\x02\x0a"), VMCLOCK_ERR_NO_DEVICE);
    EXPECT("\x08TEXT\x0dVMCLOCK\0" OF("\x24", "_CID", "\x13\x02\x0a"), VMCLOCK_ERR_UNSUPPORTED);
#undef OF
}

/* The null name, and blocks and packages with nothing in them. */
static void nothing(void **state)
{
    (void)state;
    EXPECT("\x08\0\x0a\x05" VCLK, 0);
    EXPECT("\x08\0\x11\x04\x0a\x01\0" VCLK, 0);
    EXPECT("\x08\0\x0a", VMCLOCK_ERR_AML);
    EXPECT("\x08\0\x0c\0\0\0", VMCLOCK_ERR_AML);
    EXPECT("\x10\x02\0" VCLK, 0);
    EXPECT("\x10\x03\0\x01" VCLK, 0);
    EXPECT("\x10\x03\0\x07" VCLK, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT("\x11\x03\x0a\0" VCLK, 0);
    EXPECT("\xa0\x01" VCLK, VMCLOCK_ERR_AML); /* the condition is the device then */
    EXPECT("\xa1\x01" VCLK, 0);
    EXPECT("\x5b\x81\x06REG0\0" VCLK, 0);
    EXPECT("\x5b\x86\x0aIDX0DAT0\0" VCLK, 0);
    EXPECT("\x5b\x87\x0bREG0BNK0\0\0" VCLK, 0);
    EXPECT(VCLK "\xa0\x01", 0);         /* at the very end */
    EXPECT(VCLK "\x08PKG0\x12\x01", 0); /* a package without its count, at the very end */
}

/* Whether there is a device. */
static int has_one(const char *aml, size_t length)
{
    int devices;
    return scan((const uint8_t *)aml, length, &devices) == 0 || devices != 0;
}

#define CASE(aml) aml, sizeof(aml) - 1
struct cut {
    const char *aml;
    size_t length;
};

/* What ACPICA takes from behind a package, or does not leave: it has lost its place, and no device then. */
static void cut_off(void **state)
{
    static const struct cut cases[] = {
        {CASE("\x08PKG0\x12\x01" VCLK)}, /* without its count */
        {CASE("\x12\x01" VCLK)},
        {CASE("\x08PKG0\x12\x04\x01\x12\x01" VCLK)}, /* in another one */
        {CASE("\x5b\x82\x0cOTHR\x08PKG0\x12\x01" VCLK)},
        {CASE("\x11\x02\x0a" VCLK)}, /* a buffer without its size */
        {CASE("\x08"
              "BUF0\x11\x03\x0b\x01" VCLK)},
        {CASE("\x11\x02\x5b" VCLK)},
        {CASE("\x11\x04XX0" VCLK)},
        {CASE("\x5b\x81\x01" VCLK)}, /* fields: of what? */
        {CASE("\x5b\x81\x04REG" VCLK)},
        {CASE("\x5b\x81\x05REG0" VCLK)},
        {CASE("\x5b\x86\x05IDX0" VCLK)},
        {CASE("\x5b\x87\x09REG0BNK0" VCLK)},
        {CASE("\x5b\x87\x0aREG0BNK0\x01" VCLK)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (has_one(cases[i].aml, cases[i].length))
            fail_msg("case %zu: a device", i);
    }
}

/* The same in a device, which then has no _HID or is elsewhere: in a Scope, which goes on behind its end. */
static void cut_off_in_it(void **state)
{
    static const struct cut cases[] = {
        {CASE("\x11\x01")}, /* a buffer without its size, and so on */
        {CASE("\x13\x01")}, {CASE("\xa0\x01")}, {CASE("\xa2\x01")}, {CASE("\x02")}, {CASE("\x05")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char aml[128] = "\x5b\x82";
        size_t at = 7, length = cases[i].length;
        aml[2] = (char)(4 + 7 + length + sizeof(HID CRS));
        memcpy(aml + 3, "VCLK", 4);
        memcpy(aml + at, "\x10", 1);
        aml[at + 1] = (char)(6 + length);
        memcpy(aml + at + 2, "\\_SB_", 5);
        memcpy(aml + (at += 7), cases[i].aml, length);
        memcpy(aml + (at += length), HID CRS, sizeof(HID CRS) - 1);
        if (has_one(aml, at + sizeof(HID CRS) - 1))
            fail_msg("case %zu: a device", i);
    }
}
#undef CASE

/* A string that runs out of what is conditional, or out of a package, over the device's _HID. */
static void over_the_end(void **state)
{
    (void)state;
    EXPECT("\x5b\x82\x31VCLK\xa0\x05\x01\x0d\x41\x01" HID CRS, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT("\x5b\x82\x30VCLK\xa1\x04\x0d\x41\x01" HID CRS, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT("\x5b\x82\x31VCLK\x12\x05\x01\x0d\x41\x01" HID CRS, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT("\x5b\x82\x31VCLK\xa0\x05\x01\x0d\x41\0" HID CRS, 0);
}

/* Device (ABCD) around all that, so often; at most 64 times. */
static size_t put_inside(uint8_t *aml, size_t size, const void *inner, size_t length, size_t levels)
{
    size_t at = size - length;
    memcpy(aml + at, inner, length);
    while (levels-- != 0) {
        memcpy(aml + (at -= 4), "ABCD", 4);
        at -= 2;
        put16(aml + at, 0x40 | ((size - at) & 0x0f) | (size - at) >> 4 << 8);
        memcpy(aml + (at -= 2), "\x5b\x82", 2);
    }
    return at;
}

/* A name that goes up is followed by a path of its own, and both have to fit. */
static void up_from_the_deep(void **state)
{
    static const char up[] = "\x5b\x82\x2c^VCLK" HID CRS;
    uint8_t aml[1024];
    int devices;
    (void)state;
    for (size_t levels = 1; levels <= 14; levels++) {
        const size_t at = put_inside(aml, sizeof aml, up, sizeof up - 1, levels);
        assert_int_equal(scan(aml + at, sizeof aml - at, &devices),
                         2 * levels <= 18 ? 0 : VMCLOCK_ERR_UNSUPPORTED);
    }
}

/* Where scopes are too deep to be followed, what is behind them may not be made. */
static void beside_the_deep(void **state)
{
    uint8_t aml[1024];
    (void)state;
    for (size_t levels = 15; levels <= 22; levels++) {
        size_t at;
        int devices;
        memcpy(aml + sizeof aml - (sizeof VCLK - 1), VCLK, sizeof VCLK - 1);
        at = put_inside(aml, sizeof aml - (sizeof VCLK - 1), "\xa3", 1, levels);
        assert_int_equal(scan(aml + at, sizeof aml - at, &devices),
                         levels <= VMCLOCK_ACPI_MAX_DEPTH + 1 ? 0 : VMCLOCK_ERR_UNSUPPORTED);
        at = put_inside(aml, sizeof aml, "\xa3", 1, levels);
        memcpy(aml + (at -= sizeof VCLK - 1), VCLK, sizeof VCLK - 1);
        assert_int_equal(scan(aml + at, sizeof aml - at, &devices), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_counts),
        cmocka_unit_test(status_around_from_two_places),
        cmocka_unit_test(own_objects_by_paths),
        cmocka_unit_test(status_by_a_name),
        cmocka_unit_test(ids_of_other_kinds),
        cmocka_unit_test(nothing),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(cut_off_in_it),
        cmocka_unit_test(over_the_end),
        cmocka_unit_test(up_from_the_deep),
        cmocka_unit_test(beside_the_deep),
    };
    return cmocka_run_group_tests_name("acpi.unusual", tests, NULL, NULL);
}
