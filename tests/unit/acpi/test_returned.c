/* SPDX-License-Identifier: BSD-2-Clause */
/* What a method that returns an object gives. */
#include "pieces.h"

/* Device (VCLK) { HID before Method (_CRS) { Return (RBUF) } behind }, so many bytes between all. */
static void expect_returned(const void *before, size_t before_length, const void *behind,
                            size_t behind_length, size_t between, int error)
{
    static const char head[] = "VCLK" HID, method[] = "\x14\x0b_CRS\0\xa4RBUF";
    size_t length = sizeof head - 1 + before_length + between + sizeof method - 1 + behind_length;
    uint8_t *aml = calloc(1, 6 + length); /* what is between is constants */
    uint8_t *at = aml;

    *at++ = 0x5b;
    *at++ = 0x82;
    *at++ = 0xc0 | ((length + 4) & 0x0f);
    *at++ = (uint8_t)((length + 4) >> 4);
    *at++ = (uint8_t)((length + 4) >> 12);
    *at++ = (uint8_t)((length + 4) >> 20);
    memcpy(at, head, sizeof head - 1);
    at += sizeof head - 1;
    memcpy(at, before, before_length);
    at += before_length + between;
    memcpy(at, method, sizeof method - 1);
    memcpy(at + sizeof method - 1, behind, behind_length);
    expect(aml, 6 + length, error);
    free(aml);
}

#define EXPECT_RETURNED(before, behind, between, error) \
    expect_returned(before, sizeof(before) - 1, behind, sizeof(behind) - 1, between, error)

/* What a method returns is the first object of that name in its device. */
static void values(void **state)
{
#define RBUF "\x08RBUF\x11\x11\x0a\x0e\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0\x79\0"
    (void)state;
    EXPECT_RETURNED(RBUF, "", 0, 0);
    EXPECT_RETURNED("", RBUF, 0, 0);
    EXPECT_RETURNED("\x08RBUG\0", RBUF, 0, 0);
    EXPECT_RETURNED(RBUF, "\x08RBUF\0", 0, 0);
    EXPECT_RETURNED("\x08RBUF\0", RBUF, 0, VMCLOCK_ERR_RESOURCE);
    EXPECT_RETURNED("\x14\x06RBUF\0", RBUF, 0, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT_RETURNED("\x5b\x82\x05RBUF", RBUF, 0, VMCLOCK_ERR_UNSUPPORTED); /* a Device */
    EXPECT_RETURNED(RBUF, "\x10\x05RBUF", 0, VMCLOCK_ERR_UNSUPPORTED);     /* a Scope */
    EXPECT_RETURNED("\x5b\x82\x0bOTHR"
                    "\x08RBUF\0",
                    "", 0, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT_RETURNED("", "", 0, VMCLOCK_ERR_UNSUPPORTED);
    /* It is kept how far before the end they are. */
    EXPECT_RETURNED(RBUF, "", 0x10000 - 23 - 13, 0);
    EXPECT_RETURNED(RBUF, "", 0x10000 - 23 - 12, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT_RETURNED(RBUF, "\x08RBUF\0", 0x10000, VMCLOCK_ERR_UNSUPPORTED);
    EXPECT_RETURNED("", RBUF, 0x20000, 0);
#undef RBUF
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
