/* SPDX-License-Identifier: BSD-2-Clause */
/* What newlib's clocks tell beside the time: errors, and how long a tick is. */
#include "page.h"

int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    (void)found;
    *boot_ticks = 0;
    return VMCLOCK_ERR_NO_DEVICE;
}

static int setup(void **state)
{
    (void)state;
    start_clocks();
    (void)get(CLOCK_MONOTONIC);
    return 0;
}

/* newlib.h's list. */
static void errnos(void **state)
{
    static const struct {
        int error, number;
    } listed[] = {
        {0, 0},
        {VMCLOCK_ERR_NO_DEVICE, ENODEV},
        {VMCLOCK_ERR_RSDP, ENODEV},
        {VMCLOCK_ERR_TABLE, ENODEV},
        {VMCLOCK_ERR_AML, ENODEV},
        {VMCLOCK_ERR_UNSUPPORTED, ENODEV},
        {VMCLOCK_ERR_RESOURCE, ENODEV},
        {VMCLOCK_ERR_EFI, ENODEV},
        {VMCLOCK_ERR_FDT, ENODEV},
        {VMCLOCK_ERR_MAP, ENODEV},
        {VMCLOCK_ERR_UNSYNCHRONISED, ENODATA},
        {VMCLOCK_ERR_STALE, ENODATA},
        {VMCLOCK_ERR_DISRUPTED, ENODATA},
        {VMCLOCK_ERR_BUSY, EAGAIN},
        {VMCLOCK_ERR_NO_CLOCK, ENOTSUP},
        {VMCLOCK_ERR_COUNTER, ENOTSUP},
        {VMCLOCK_ERR_NO_EPOCH, ENOTSUP},
        {VMCLOCK_ERR_TAI_OFFSET, ENOTSUP},
        {VMCLOCK_ERR_LEAP, ENOTSUP},
        {VMCLOCK_ERR_LEAP_HORIZON, ENOTSUP},
        {VMCLOCK_ERR_SMEAR, ENOTSUP},
        {VMCLOCK_ERR_MAGIC, EIO},
        {VMCLOCK_ERR_VERSION, EIO},
        {VMCLOCK_ERR_SIZE, EIO},
        {VMCLOCK_ERR_CHANGED, EIO},
        {VMCLOCK_ERR_TIME_TYPE, EIO},
        {VMCLOCK_ERR_PERIOD, EIO},
        {VMCLOCK_ERR_MISALIGNED, EIO},
        {VMCLOCK_ERR_RANGE, EOVERFLOW},
        {VMCLOCK_ERR_ARGUMENT, EINVAL},
        {-9999, EIO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
        assert_int_equal(vmclock_newlib_errno(listed[i].error), listed[i].number);
}

/* A function that succeeds leaves errno alone and forgets the last error. */
static void success_after_failure(void **state)
{
    (void)state;
    put(0x0c, 4, 99);
    assert_fails(CLOCK_TAI, VMCLOCK_ERR_BUSY, EAGAIN);
    put(0x0c, 4, 100);
    errno = 77;
    (void)get(CLOCK_TAI);
    assert_int_equal(errno, 77);
    assert_int_equal(vmclock_newlib_error(), 0);
}

/* A host that writes at each of the next readings; the first of them is not told. */
static unsigned written;

static uint64_t read_and_write(void *context)
{
    if (written) {
        written--;
        update(0x60, 8, 1000);
    }
    return read_ticks(context);
}

/* Who tries looks once; who asks, as often as the page's handle says. */
static void how_often(void **state)
{
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_TAI};
    struct timespec now;

    (void)state;
    clk.counter.read = read_and_write;
    vmclock_newlib_init(&clk, 0);
    for (size_t i = 0; i < 2; i++) {
        (void)get(clocks[i]);
        written = 1;
        assert_int_equal(vmclock_newlib_try(clocks[i], &now), VMCLOCK_ERR_BUSY);
        assert_int_equal(written, 0);
        assert_int_equal(vmclock_newlib_try(clocks[i], &now), 0);
        written = clk.max_tries - 1;
        (void)get(clocks[i]);
        assert_int_equal(written, 0);
        written = clk.max_tries;
        assert_fails(clocks[i], VMCLOCK_ERR_BUSY, EAGAIN);
        assert_int_equal(written, 0);
    }
}

/* A tick is told upwards, of the clock that is asked about; a page without time has one for none but
 * MONOTONIC. */
static void resolutions(void **state)
{
    struct timespec tick = {5, 5};

    (void)state;
    update(0x30, 8, GHZ_PERIOD + GHZ_PERIOD / 2); /* 1.5 ns */
    assert_int_equal(clock_getres(CLOCK_REALTIME, &tick), 0);
    assert_time(tick, 0, 2);
    update(0x27, 1, 200); /* nothing */
    assert_int_equal(clock_getres(CLOCK_REALTIME, &tick), 0);
    assert_time(tick, 0, 1);
    update(0x27, 1, 29);
    update(0x22, 1, 4);
    assert_int_equal(clock_getres(CLOCK_MONOTONIC, &tick), 0);
    assert_in_range(tick.tv_nsec, 1, 2);
    tick = (struct timespec){5, 5};
    assert_int_equal(clock_getres(CLOCK_TAI, &tick), -1);
    assert_int_equal(vmclock_newlib_error(), VMCLOCK_ERR_UNSYNCHRONISED);
    assert_int_equal(clock_getres(CLOCK_REALTIME, NULL), -1);
    assert_time(tick, 5, 5);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup(function, setup)
    const struct CMUnitTest tests[] = {
        TEST(errnos),
        TEST(success_after_failure),
        TEST(how_often),
        TEST(resolutions),
    };

    return cmocka_run_group_tests_name("newlib.told", tests, NULL, NULL);
}
