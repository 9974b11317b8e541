/* SPDX-License-Identifier: BSD-2-Clause */
/* The root pointer: what is refused, and where a BIOS has it. */
#include "machine.h"

/* The root pointer. */
static void rsdp_spoilt(size_t offset, uint8_t value, int fix_sums, int error)
{
    struct firmware firmware;
    uint8_t *rsdp, *xsdt, *ssdt;

    simple(&firmware, &rsdp, &xsdt, &ssdt);
    rsdp[offset] = value;
    if (fix_sums)
        rsdp_fix(rsdp);
    expect_error(&firmware, error);
}

static void rsdp_signature(void **state)
{
    (void)state;
    rsdp_spoilt(0, 'r', 1, VMCLOCK_ERR_RSDP);
    rsdp_spoilt(7, 0, 1, VMCLOCK_ERR_RSDP);
}

static void rsdp_checksum(void **state)
{
    struct firmware firmware;
    (void)state;
    rsdp_spoilt(9, 1, 0, VMCLOCK_ERR_RSDP);
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 0, ROOT, 0)[9]++;
    expect_error(&firmware, VMCLOCK_ERR_RSDP);
}

static void rsdp_extended_checksum(void **state)
{
    (void)state;
    rsdp_spoilt(33, 1, 0, VMCLOCK_ERR_RSDP);
}

static void rsdp_length(void **state)
{
    (void)state;
    rsdp_spoilt(20, 35, 1, VMCLOCK_ERR_RSDP);
    rsdp_spoilt(21, 2, 1, VMCLOCK_ERR_RSDP);
    rsdp_spoilt(20, 37, 1, VMCLOCK_ERR_MAP); /* longer than what is there */
}

static void rsdp_without_root(void **state)
{
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    firmware_add_rsdp(&firmware, RSDP, 2, 0, 0);
    expect_error(&firmware, VMCLOCK_ERR_RSDP);
}

static void rsdp_not_there(void **state)
{
    struct firmware firmware;
    (void)state;
    firmware_init(&firmware);
    expect_error(&firmware, VMCLOCK_ERR_MAP);
}

static void rsdp_at_the_end_of_the_address_space(void **state)
{
    struct firmware firmware;
    struct vmclock_region region;
    (void)state;
    firmware_init(&firmware);
    assert_int_equal(vmclock_acpi_find(&firmware.memory, UINT64_MAX - 4, &region), VMCLOCK_ERR_MAP);
    assert_int_equal(firmware.maps, 0);
    firmware_free(&firmware);
}

/* The BIOS areas. */
static int bios(uint32_t ebda, uint32_t rsdp, uint64_t *found)
{
    struct firmware firmware;
    uint8_t *low, *high;
    int error;

    firmware_init(&firmware);
    low = firmware_add(&firmware, 0, NULL, 0xa0000);
    high = firmware_add(&firmware, 0xe0000, NULL, 0x20000);
    put16(low + 0x40e, ebda >> 4);
    if (rsdp != 0) {
        uint8_t *at = rsdp >= 0xe0000 ? high + rsdp - 0xe0000 : low + rsdp;

        memcpy(at, "RSD PTR ", 8);
        rsdp_fix(at);
    }
    error = vmclock_acpi_find_rsdp(&firmware.memory, found);
    assert_int_equal(firmware.strays, 0);
    firmware_free(&firmware);
    return error;
}

static void rsdp_in_bios_areas(void **state)
{
    static const uint32_t good[] = {0x9fc00, 0x9ffe0, 0xe0000, 0xf59e0, 0xfffe0};
    static const uint32_t bad[] = {0, 0x9fbf0, 0xf59e8};
    uint64_t found = 7;
    size_t i;
    (void)state;
    for (i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(bios(0x9fc00, bad[i], &found), VMCLOCK_ERR_RSDP);
    assert_int_equal(bios(0, 0x10, &found), VMCLOCK_ERR_RSDP); /* 0: there is no EBDA */
    assert_int_equal(bios(0xffff0, 0, &found), VMCLOCK_ERR_RSDP);
    assert_int_equal(found, 7);
    for (i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(bios(0x9fc00, good[i], &found), 0);
        assert_int_equal(found, good[i]);
    }
}

/* A copy whose second checksum, or length, is wrong comes before the one that counts. */
static void rsdp_that_is_left_over(void **state)
{
    struct firmware firmware;
    uint8_t *high;
    uint64_t found;
    unsigned i;
    (void)state;
    for (i = 0; i < 4; i++) { /* the last is the longest that counts */
        firmware_init(&firmware);
        firmware_add(&firmware, 0, NULL, 0xa0000);
        high = firmware_add(&firmware, 0xe0000, NULL, 0x20000);
        memcpy(high, "RSD PTR ", 8);
        high[15] = 2;
        put32(high + 20, i == 0 ? 36 : i == 1 ? 35 : i == 2 ? 257 : 256);
        memcpy(high + 0x1000, high, 36);
        put32(high + 0x1000 + 20, 36);
        rsdp_fix(high);
        rsdp_fix(high + 0x1000);
        high[32] = (uint8_t)(high[32] + (i == 0));
        assert_int_equal(vmclock_acpi_find_rsdp(&firmware.memory, &found), 0);
        assert_int_equal(found, i < 3 ? 0xe1000 : 0xe0000);
        firmware_free(&firmware);
    }
}

static void bios_areas_not_there(void **state)
{
    struct firmware firmware;
    uint64_t found;
    (void)state;
    firmware_init(&firmware);
    assert_int_equal(vmclock_acpi_find_rsdp(&firmware.memory, &found), VMCLOCK_ERR_MAP);
    firmware_free(&firmware);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsdp_signature),
        cmocka_unit_test(rsdp_checksum),
        cmocka_unit_test(rsdp_extended_checksum),
        cmocka_unit_test(rsdp_length),
        cmocka_unit_test(rsdp_without_root),
        cmocka_unit_test(rsdp_not_there),
        cmocka_unit_test(rsdp_at_the_end_of_the_address_space),
        cmocka_unit_test(rsdp_in_bios_areas),
        cmocka_unit_test(rsdp_that_is_left_over),
        cmocka_unit_test(bios_areas_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
