/* SPDX-License-Identifier: BSD-2-Clause */
/* The first look at a clock, on a machine that is made up: CLOCK_MONOTONIC counts from the entry point. */
#include "boot/bare/platform.h"
#include "page.h"

static int find_error, unmapped, finds;
static struct vmclock_region asked;

int platform_find(struct vmclock_region *region)
{
    finds++;
    region->phys = 0x123456000;
    region->length = 0x800;
    return find_error;
}

uint64_t platform_entry_ticks(void)
{
    return 4ull * SEC;
}

const volatile void *platform_map(uint64_t phys, uint64_t length)
{
    asked.phys = phys;
    asked.length = length;
    return unmapped ? NULL : &page;
}

int __wrap_vmclock_open(struct vmclock *opened, const volatile void *at, size_t length);

int __wrap_vmclock_open(struct vmclock *opened, const volatile void *at, size_t length)
{
    const struct vmclock_counter counter = {read_ticks, NULL, 1};
    int error = vmclock_open_with_counter(opened, at, length, &counter);

    assert_int_equal(length, 0x800);

    opened->max_tries = 3;
    return error;
}

static void finds_the_page(void **state)
{
    uint64_t boot_ticks = 0;

    (void)state;
    make_page();
    put(0x04, 4, 0x70);
    memset(&asked, 0, sizeof(asked));
    find_error = VMCLOCK_ERR_AML;
    assert_int_equal(vmclock_newlib_find(&clk, &boot_ticks), VMCLOCK_ERR_AML);
    assert_true(boot_ticks == 4ull * SEC); /* also on failure */
    assert_true(asked.length == 0);
    find_error = 0;
    unmapped = 1;
    assert_int_equal(vmclock_newlib_find(&clk, &boot_ticks), VMCLOCK_ERR_MAP);
    assert_true(asked.phys == 0x123456000 && asked.length == 0x800);
    unmapped = 0;
    put(0x00, 1, 0);
    assert_int_equal(vmclock_newlib_find(&clk, &boot_ticks), VMCLOCK_ERR_MAGIC);
    put(0x00, 1, 0x56);
    assert_int_equal(vmclock_newlib_find(&clk, &boot_ticks), 0);
}

/* Nothing is known yet, so nothing is told; and nothing of it is kept. */
static void busy_at_first(void **state)
{
    (void)state;
    assert_fails(CLOCK_MONOTONIC, VMCLOCK_ERR_BUSY, EAGAIN);
    put(0x0c, 4, 100);
    put(0x22, 1, 1); /* INITIALIZING */
    assert_fails(CLOCK_MONOTONIC, VMCLOCK_ERR_UNSYNCHRONISED, ENODATA);
    assert_fails(CLOCK_REALTIME, VMCLOCK_ERR_UNSYNCHRONISED, ENODATA);
    update(0x22, 1, 2);
    assert_int_equal(finds, 1);
    assert_int_equal(open_page(&clk), 0);
    vmclock_newlib_init(&clk, 6ull * SEC); /* boot was before */
}

/* Once there is a period, from boot on; the page's reference point is of no matter. */
static void counts_from_the_entry(void **state)
{
    (void)state;
    ticks = 7ull * SEC + SEC / 2; /* before it */
    assert_time(get(CLOCK_MONOTONIC), 3, SEC / 2 - 1);
    ticks = 11ull * SEC;
    assert_in_range(get(CLOCK_MONOTONIC).tv_sec * (int64_t)SEC + get(CLOCK_MONOTONIC).tv_nsec,
                    7ull * SEC - 3, 7ull * SEC);
    assert_int_equal(open_page(&clk), 0);
    vmclock_newlib_init(&clk, ticks); /* boot was once */
    assert_in_range(get(CLOCK_MONOTONIC).tv_sec * (int64_t)SEC + get(CLOCK_MONOTONIC).tv_nsec,
                    7ull * SEC - 3, 7ull * SEC);
    assert_int_equal(finds, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_at_first),
        cmocka_unit_test(counts_from_the_entry),
        cmocka_unit_test(finds_the_page),
    };

    /* cmocka may be the first to look at a clock. */
    make_page();
    put(0x04, 4, 0x70);
    put(0x0c, 4, 99);
    ticks = 7ull * SEC;
    return cmocka_run_group_tests_name("newlib.first", tests, NULL, NULL);
}
