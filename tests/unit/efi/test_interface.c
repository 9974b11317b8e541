/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VMCLOCK_PROTOCOL's functions on a page that is made up: what callers get that are older or newer than the
 * driver, and what each error is to them.
 */
#include "boot/efi/driver.h"
#include "tests/unit/core/fixture.h"

static struct page_image image;
static struct driver driver;

static uint64_t counter_read(void *context)
{
    (void)context;
    return 1000;
}

/* TAI 37 s ahead, 2017-01-01 00:00:01 UTC at counter 0, so a microsecond later. */
static int setup(void **state)
{
    static const struct vmclock_counter counter = {counter_read, NULL, VMCLOCK_COUNTER_ID_X86_TSC};

    (void)state;
    memset(&driver, 0, sizeof(driver));
    page_fill(image.bytes);
    page_put(image.bytes, AT_REF_COUNTER, 8, 0);
    page_put(image.bytes, AT_PERIOD, 8, GHZ_PERIOD);
    page_put(image.bytes, AT_SHIFT, 1, GHZ_SHIFT);
    page_put(image.bytes, AT_SEC, 8, (uint64_t)(TAI_2017 + 1));
    page_put(image.bytes, AT_FRAC, 8, 0);
    page_put(image.bytes, AT_LEAP, 1, VMCLOCK_LEAP_INDICATOR_NONE);
    page_put(image.bytes, AT_TAI_OFFSET, 2, 37);
    page_put(image.bytes, AT_MAXERROR, 8, 500);
    page_put(image.bytes, AT_PERIOD_MAXERROR, 8, 0);
    page_put(image.bytes, AT_MARKER, 8, 77);
    page_put(image.bytes, AT_GENERATION, 8, 88);
    driver.error = vmclock_open_with_counter(&driver.clk, image.bytes, sizeof(image), &counter);
    driver.found = 1;
    driver.region.phys = 0x1234000;
    driver.region.length = 0x1000;
    driver.region.source = VMCLOCK_SOURCE_FDT;
    interface_init(&driver);
    return driver.error;
}

static void time_is_told(void **state)
{
    struct vmclock_protocol_utc now;
    struct vmclock_protocol_snapshot snapshot;
    struct vmclock_protocol_region region;

    (void)state;
    assert_int_equal(driver.protocol.revision, VMCLOCK_PROTOCOL_REVISION);
    assert_int_equal(driver.protocol.utc(&driver.protocol, 0, sizeof(now), &now), EFI_SUCCESS);
    assert_int_equal(now.sec, SEC_2017 + 1);
    assert_in_range(now.ns, 999, 1000);
    assert_int_equal(now.year, 2017);
    assert_int_equal(now.month, 1);
    assert_int_equal(now.day, 1);
    assert_int_equal(now.hour, 0);
    assert_int_equal(now.minute, 0);
    assert_int_equal(now.second, 1);
    assert_int_equal(now.have, VMCLOCK_PROTOCOL_HAVE_INTERVAL | VMCLOCK_PROTOCOL_HAVE_OFFSET |
                                   VMCLOCK_PROTOCOL_HAVE_GENERATION);
    assert_in_range(now.bound_ns, 500, 502);
    assert_in_range((SEC_2017 + 1) * 1000000000 + 1000 - now.earliest_ns, 500, 502);
    assert_in_range(now.latest_ns - ((SEC_2017 + 1) * 1000000000 + 1000), 499, 502);
    assert_int_equal(now.tai_minus_utc_sec, 37);
    assert_int_equal(now.disruption_marker, 77);
    assert_int_equal(now.generation, 88);
    assert_int_equal(driver.protocol.snapshot(&driver.protocol, 0, sizeof(snapshot), &snapshot),
                     EFI_SUCCESS);
    assert_int_equal(snapshot.ref_sec, TAI_2017 + 1);
    assert_int_equal(snapshot.counter, 1000);
    assert_int_equal(snapshot.maxerror_ns, 500);
    assert_int_equal(driver.protocol.region(&driver.protocol, sizeof(region), &region),
                     EFI_SUCCESS);
    assert_int_equal(region.phys, 0x1234000);
    assert_int_equal(region.length, 0x1000);
    assert_int_equal(region.source, VMCLOCK_SOURCE_FDT);
}

/* A caller whose structure is larger gets zeros there; one whose is smaller is refused, untouched. */
static void callers_of_other_revisions(void **state)
{
    struct {
        struct vmclock_protocol_utc utc;
        unsigned char more[24];
    } newer;
    struct vmclock_protocol_utc now;

    (void)state;
    memset(&newer, 0xee, sizeof(newer));
    assert_int_equal(driver.protocol.utc(&driver.protocol, 1, sizeof(newer), &newer.utc),
                     EFI_SUCCESS);
    assert_int_equal(newer.utc.sec, SEC_2017 + 1);
    for (size_t i = 0; i < sizeof(newer.more); i++)
        assert_int_equal(newer.more[i], 0);
    now.sec = 5;
    assert_int_equal(driver.protocol.utc(&driver.protocol, 0, sizeof(now) - 1, &now),
                     EFI_INVALID_PARAMETER);
    assert_int_equal(driver.protocol.utc(&driver.protocol, 0, sizeof(now), NULL),
                     EFI_INVALID_PARAMETER);
    assert_int_equal(driver.protocol.utc(NULL, 0, sizeof(now), &now), EFI_INVALID_PARAMETER);
    assert_int_equal(now.sec, 5);
}

static void assert_refused(EFI_STATUS status, int error, const char *name)
{
    struct vmclock_protocol_utc now;
    static struct vmclock_protocol_state told;

    now.sec = 5;
    assert_int_equal(driver.protocol.utc(&driver.protocol, 3, sizeof(now), &now), status);
    assert_int_equal(now.sec, 5);
    assert_int_equal(driver.protocol.state(&driver.protocol, 3, sizeof(told), &told), EFI_SUCCESS);
    assert_int_equal(told.error, error);
    for (size_t i = 0; i <= strlen(name); i++)
        assert_int_equal(told.name[i], name[i]);
    assert_int_not_equal(told.text[0], 0);
}

static void errors(void **state)
{
    struct vmclock_protocol_snapshot snapshot;
    struct vmclock_protocol_region region;

    (void)state;
    page_put(image.bytes, AT_STATUS, 1, VMCLOCK_CLOCK_STATUS_UNRELIABLE);
    assert_refused(EFI_NOT_READY, VMCLOCK_ERR_UNSYNCHRONISED, "unsynchronised");
    assert_int_equal(driver.protocol.snapshot(&driver.protocol, 0, sizeof(snapshot), &snapshot),
                     EFI_SUCCESS);
    page_put(image.bytes, AT_COUNTER_ID, 1, 0xff);
    assert_refused(EFI_UNSUPPORTED, VMCLOCK_ERR_NO_CLOCK, "no-clock");
    page_put(image.bytes, AT_SEQ, 4, 3);
    assert_refused(EFI_NOT_READY, VMCLOCK_ERR_BUSY, "busy");
    page_put(image.bytes, AT_MAGIC, 4, 0);
    page_put(image.bytes, AT_SEQ, 4, 2);
    assert_refused(EFI_DEVICE_ERROR, VMCLOCK_ERR_CHANGED, "bad-page");
    driver.error = VMCLOCK_ERR_NO_DEVICE;
    driver.found = 0;
    assert_refused(EFI_NOT_FOUND, VMCLOCK_ERR_NO_DEVICE, "no-device");
    assert_int_equal(driver.protocol.region(&driver.protocol, sizeof(region), &region),
                     EFI_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(time_is_told, setup),
        cmocka_unit_test_setup(callers_of_other_revisions, setup),
        cmocka_unit_test_setup(errors, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
