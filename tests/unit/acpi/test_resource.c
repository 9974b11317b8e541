/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock_acpi_parse_crs on templates that no compiler makes, and at the edges of its rules. */
#include "firmware.h"

static int parse(const void *crs, size_t length, struct vmclock_region *region)
{
    uint8_t *copy = malloc(length != 0 ? length : 1);
    int error;

    memcpy(copy, crs, length);
    memset(region, 0x5a, sizeof *region);
    error = vmclock_acpi_parse_crs(copy, length, region);
    free(copy);
    return error;
}

static void expect(const void *crs, size_t length, int error)
{
    struct vmclock_region region, untouched;

    memset(&untouched, 0x5a, sizeof untouched);
    assert_int_equal(parse(crs, length, &region), error);
    if (error != 0)
        assert_memory_equal(&region, &untouched, sizeof region);
}

#define EXPECT(bytes, error) expect(bytes, sizeof(bytes) - 1, error)
#define FIXED "\x86\x09\0\0\0\xb0\xff\xfe\0\x10\0\0"
#define END "\x79\0"

/* A QWord range as bytes; with the end tag 48 of them. */
static const uint8_t *qword(uint64_t first, uint64_t last, uint64_t translation, uint64_t length)
{
    static uint8_t bytes[48];

    memcpy(bytes, "\x8a\x2b\0\0\x0c\0", 6);
    put64(bytes + 6, 0);
    put64(bytes + 14, first);
    put64(bytes + 22, last);
    put64(bytes + 30, translation);
    put64(bytes + 38, length);
    memcpy(bytes + 46, END, 2);
    return bytes;
}

static void good_one(void **state)
{
    struct vmclock_region region;
    (void)state;
    assert_int_equal(parse(FIXED END, 14, &region), 0);
    assert_int_equal(region.phys, 0xfeffb000);
    assert_int_equal(region.length, 0x1000);
    assert_int_equal(region.source, VMCLOCK_SOURCE_ACPI);
    assert_int_equal(region.interrupt_cells, 0);
    assert_int_equal(region.origin_phys, 0);
    assert_int_equal(region.origin_offset, 0);
    assert_int_equal(region.origin_signature, 0);
}

/* Behind the last large one. */
static void unknown_tag(void **state)
{
    (void)state;
    EXPECT("\xa1\0\0" FIXED END, 0);
    EXPECT("\xff\0\0" FIXED END, 0);
}

static void arguments(void **state)
{
    struct vmclock_region region;
    (void)state;
    assert_int_equal(vmclock_acpi_parse_crs(NULL, 1, &region), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_parse_crs(FIXED END, 14, NULL), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_acpi_parse_crs(NULL, 0, &region), VMCLOCK_ERR_RESOURCE);
    assert_int_equal(vmclock_acpi_parse_crs(FIXED END, SIZE_MAX, &region), VMCLOCK_ERR_RESOURCE);
}

static void edges_of_the_address_space(void **state)
{
    struct vmclock_region region;
    (void)state;
    assert_int_equal(parse(qword(UINT64_MAX - 0x1000, UINT64_MAX - 1, 0, 0x1000), 48, &region), 0);
    assert_int_equal(region.phys, UINT64_MAX - 0x1000);
    expect(qword(UINT64_MAX - 0xfff, UINT64_MAX, 0, 0x1000), 48, VMCLOCK_ERR_RESOURCE);
    assert_int_equal(parse(qword(0, UINT64_MAX - 1, 0, UINT64_MAX), 48, &region), 0);
    assert_int_equal(region.length, UINT64_MAX);
    expect(qword(0, UINT64_MAX, 0, 0), 48, VMCLOCK_ERR_RESOURCE);
    assert_int_equal(parse(qword(0, 0, UINT64_MAX - 1, 1), 48, &region), 0);
    assert_int_equal(region.phys, UINT64_MAX - 1);
    expect(qword(1, 1, UINT64_MAX - 1, 1), 48, VMCLOCK_ERR_RESOURCE);
    expect(qword(2, 2, UINT64_MAX, 1), 48, VMCLOCK_ERR_RESOURCE);
    assert_int_equal(parse(qword(0, 0xfff, 0, 0x1000), 48, &region), 0);
    assert_int_equal(region.phys, 0);
}

static void length_and_ends_disagree(void **state)
{
    (void)state;
    expect(qword(0x1000, 0x1fff, 0, 0x1001), 48, VMCLOCK_ERR_RESOURCE);
    expect(qword(0x1000, 0x1fff, 0, 0xfff), 48, VMCLOCK_ERR_RESOURCE);
    expect(qword(0x1000, 0x0fff, 0, 0), 48, VMCLOCK_ERR_RESOURCE);
    expect(qword(0x1000, 0, 0, 1), 48, VMCLOCK_ERR_RESOURCE);
}

static void cut_at_every_length(void **state)
{
    static const char crs[] = "\x47\x01\x10\x05\x10\x05\x01\x0c" FIXED "\x23\x20\0\x18" END;
    size_t length;
    (void)state;
    for (length = 0; length < sizeof crs - 1; length++)
        expect(crs, length, VMCLOCK_ERR_RESOURCE);
    EXPECT(crs, 0);
}

static void bytes_behind_the_end_tag(void **state)
{
    (void)state;
    EXPECT(FIXED END "\x86\xff\xff", 0);
}

static void end_tag_checksum(void **state)
{
    (void)state;
    EXPECT(FIXED "\x79\xaf", VMCLOCK_ERR_RESOURCE);
    EXPECT(FIXED "\x79\x3b", 0); /* 0x86 + 9 + 0xb0 + 0xff + 0xfe + 0x10 + 0x79 + 0x3b = 0x500 */
}

/* Descriptors shorter than their kind needs do not reach into the next one. */
static void short_descriptors(void **state)
{
    (void)state;
    EXPECT("\x86\x08\0\0\0\xb0\xff\xfe\0\x10\0\0" END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x85\x09\0\0\0\xb0\xff\xfe\0\x10\0\0" END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x8a\x02\0\0\x0c" FIXED END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x87\x00\0" FIXED END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x88\x00\0" FIXED END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x89\x02\0\x01\x01" FIXED END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x89\x01\0\x01" FIXED END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x21\x20" FIXED END, VMCLOCK_ERR_RESOURCE);
    EXPECT(FIXED "\x78", VMCLOCK_ERR_RESOURCE);
}

/* Longer ones are what a later specification may add to. */
static void long_descriptors(void **state)
{
    (void)state;
    EXPECT("\x86\x0b\0\0\0\xb0\xff\xfe\0\x10\0\0\xee\xee" END, 0);
}

static void other_address_spaces_are_passed_over(void **state)
{
    uint8_t crs[64];
    struct vmclock_region region;
    (void)state;
    memcpy(crs, qword(1, 0, 0, 5), 46); /* nonsense, but of the IO type */
    crs[3] = 1;
    memcpy(crs + 46, FIXED END, 14);
    assert_int_equal(parse(crs, 60, &region), 0);
    assert_int_equal(region.phys, 0xfeffb000);
    crs[3] = 0;
    expect(crs, 60, VMCLOCK_ERR_RESOURCE);
    crs[3] = 0xc0; /* a vendor's */
    assert_int_equal(parse(crs, 60, &region), 0);
}

static void unknown_descriptors_are_passed_over(void **state)
{
    (void)state;
    EXPECT("\xff\x02\0\x86\x86" FIXED "\xa6\x09\0\0\0\0\0\0\0\0\0\0" END, 0);
    EXPECT("\x07\x86\x86\x86\x86\x86\x86\x86" FIXED END, 0);
    EXPECT("\x95\x00\0" FIXED END, 0);
}

static void word_memory_is_refused(void **state)
{
    (void)state;
    EXPECT("\x88\x0d\0\0\x0c\0\0\0\0\x10\xff\x1f\0\0\0\x10" END, VMCLOCK_ERR_RESOURCE);
    EXPECT("\x88\x0d\0\x02\x0c\0\0\0\0\x10\xff\x1f\0\0\0\x10" FIXED END, 0);
}

static void interrupts(void **state)
{
    static const char none[] = "\x89\x02\0\x01\0\x22\0\0" FIXED END;
    static const char first[] = "\x22\0\x80\x89\x06\0\x05\x01\x21\0\0\0" FIXED END;
    struct vmclock_region region;
    (void)state;
    assert_int_equal(parse(none, sizeof none - 1, &region), 0);
    assert_int_equal(region.interrupt_cells, 0); /* an IRQ mask of nothing */
    assert_int_equal(parse(first, sizeof first - 1, &region), 0);
    assert_int_equal(region.interrupt_cells, 2);
    assert_int_equal(region.interrupt[0], 15);
    assert_int_equal(region.interrupt[1], 3);
    assert_int_equal(region.interrupt[2], 0);
    assert_int_equal(region.interrupt[3], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_one),
        cmocka_unit_test(unknown_tag),
        cmocka_unit_test(arguments),
        cmocka_unit_test(edges_of_the_address_space),
        cmocka_unit_test(length_and_ends_disagree),
        cmocka_unit_test(cut_at_every_length),
        cmocka_unit_test(bytes_behind_the_end_tag),
        cmocka_unit_test(end_tag_checksum),
        cmocka_unit_test(short_descriptors),
        cmocka_unit_test(long_descriptors),
        cmocka_unit_test(other_address_spaces_are_passed_over),
        cmocka_unit_test(unknown_descriptors_are_passed_over),
        cmocka_unit_test(word_memory_is_refused),
        cmocka_unit_test(interrupts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
