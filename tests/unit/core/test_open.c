/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock_open and vmclock_open_with_counter: what is refused, and what the handle then holds. */
#include "fixture.h"

static uint64_t read_zero(void *context)
{
    (void)context;
    return 0;
}

static const struct vmclock_counter zero_counter = {read_zero, NULL, 1};

/* Both ways of opening refuse the page alike and leave the handle alone. */
static void assert_refused(const void *page, size_t mapped_size, int error)
{
    struct vmclock clk;
    MARK(clk);
    assert_int_equal(vmclock_open(&clk, page, mapped_size), error);
    ASSERT_UNTOUCHED(clk);
    assert_int_equal(vmclock_open_with_counter(&clk, page, mapped_size, &zero_counter), error);
    ASSERT_UNTOUCHED(clk);
}

static void assert_opens(const void *page, size_t mapped_size)
{
    struct vmclock clk;
    assert_int_equal(vmclock_open(&clk, page, mapped_size), 0);
    assert_int_equal(vmclock_open_with_counter(&clk, page, mapped_size, &zero_counter), 0);
}

static void null_handle(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    assert_int_equal(vmclock_open(NULL, &page, sizeof page), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_open_with_counter(NULL, &page, sizeof page, &zero_counter),
                     VMCLOCK_ERR_ARGUMENT);
}

static void null_page(void **state)
{
    (void)state;
    assert_refused(NULL, PAGE_BYTES, VMCLOCK_ERR_ARGUMENT);
}

static void null_counter(void **state)
{
    const struct vmclock_counter no_read = {NULL, NULL, 1};
    struct page_image page;
    struct vmclock clk;
    (void)state;
    page_fill(page.bytes);
    MARK(clk);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, &no_read),
                     VMCLOCK_ERR_ARGUMENT);
    ASSERT_UNTOUCHED(clk);
}

static void misaligned(void **state)
{
    struct page_image page;
    (void)state;
    for (size_t off = 1; off < 8; off++) {
        page_fill(page.bytes + off);
        assert_refused(page.bytes + off, PAGE_BYTES - 8, VMCLOCK_ERR_MISALIGNED);
    }
    page_fill(page.bytes + 8);
    assert_opens(page.bytes + 8, PAGE_BYTES - 8);
}

static void mapping_too_small(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_SIZE, 4, 0x20);
    assert_refused(&page, 0, VMCLOCK_ERR_SIZE);
    assert_refused(&page, 0x1f, VMCLOCK_ERR_SIZE);
    assert_opens(&page, 0x20);
}

static void page_too_small(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_SIZE, 4, 0x1f);
    assert_refused(&page, sizeof page, VMCLOCK_ERR_SIZE);
    page_put(page.bytes, AT_SIZE, 4, 0);
    assert_refused(&page, sizeof page, VMCLOCK_ERR_SIZE);
    page_put(page.bytes, AT_SIZE, 4, 0x20);
    assert_opens(&page, sizeof page);
}

static void page_larger_than_mapping(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    assert_refused(&page, STRUCT_BYTES - 1, VMCLOCK_ERR_SIZE);
    assert_opens(&page, STRUCT_BYTES);
    page_put(page.bytes, AT_SIZE, 4, PAGE_BYTES + 1);
    assert_refused(&page, PAGE_BYTES, VMCLOCK_ERR_SIZE);
    page_put(page.bytes, AT_SIZE, 4, 0xffffffff);
    assert_refused(&page, PAGE_BYTES, VMCLOCK_ERR_SIZE);
    page_put(page.bytes, AT_SIZE, 4, PAGE_BYTES);
    assert_opens(&page, PAGE_BYTES);
}

/* QEMU on a big-endian host would store the size with its 16-bit halves swapped. */
static void size_swapped_by_16_bits(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_SIZE, 4, 0x10000000);
    assert_refused(&page, sizeof page, VMCLOCK_ERR_SIZE);
}

static void bad_magic(void **state)
{
    struct page_image page;
    (void)state;
    for (size_t bit = 0; bit < 32; bit++) {
        page_fill(page.bytes);
        page.bytes[AT_MAGIC + bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_refused(&page, sizeof page, VMCLOCK_ERR_MAGIC);
    }
    memset(&page, 0, sizeof page);
    assert_refused(&page, sizeof page, VMCLOCK_ERR_MAGIC);
}

static void bad_version(void **state)
{
    static const uint16_t versions[] = {0, 2, 0x100, 0x101, 0xffff};
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        page_put(page.bytes, AT_VERSION, 2, versions[i]);
        assert_refused(&page, sizeof page, VMCLOCK_ERR_VERSION);
    }
}

/* A page that nobody can use for time yet still signals disruption: it opens. */
static void page_without_clock_opens(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_COUNTER_ID, 1, 0xff);
    page_put(page.bytes, AT_STATUS, 1, 0);
    page_put(page.bytes, AT_TIME_TYPE, 1, 9);
    page_put(page.bytes, AT_SEQ, 4, 3);
    page_put(page.bytes, AT_FLAGS, 8, UINT64_MAX);
    assert_opens(&page, sizeof page);
}

static void handle_members(void **state)
{
    int context;
    const struct vmclock_counter counter = {read_zero, &context, 7};
    struct page_image page;
    struct vmclock clk;
    (void)state;
    page_fill(page.bytes);
    MARK(clk);
    assert_int_equal(vmclock_open_with_counter(&clk, &page, sizeof page, &counter), 0);
    assert_int_equal(clk.max_tries, VMCLOCK_MAX_TRIES_DEFAULT);
    assert_true(clk.max_age_sec == 0);
    assert_ptr_equal((const void *)(uintptr_t)clk.page, &page);
    assert_true(clk.counter.read == read_zero);
    assert_ptr_equal(clk.counter.context, &context);
    assert_int_equal(clk.counter.counter_id, 7);
    assert_int_equal(clk.size, STRUCT_BYTES);

    MARK(clk);
    assert_int_equal(vmclock_open(&clk, &page, sizeof page), 0);
    assert_int_equal(clk.max_tries, VMCLOCK_MAX_TRIES_DEFAULT);
    assert_true(clk.max_age_sec == 0);
    assert_true(clk.counter.read == NULL);
    assert_int_equal(clk.size, STRUCT_BYTES);
}

#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__)
#if defined(__aarch64__)
#define CPU_COUNTER VMCLOCK_COUNTER_ID_ARM_VCNT
#else
#define CPU_COUNTER VMCLOCK_COUNTER_ID_X86_TSC
#endif

static void own_counter_runs(void **state)
{
    struct page_image page;
    struct vmclock clk;
    struct vmclock_snapshot first, second;
    (void)state;
    page_fill(page.bytes);
    assert_int_equal(vmclock_open(&clk, &page, sizeof page), 0);
    assert_int_equal(vmclock_take_snapshot(&clk, &first), 0);
    assert_int_equal(first.counter_read_id, CPU_COUNTER);
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(vmclock_take_snapshot(&clk, &second), 0);
        if (second.counter != first.counter) {
            break;
        }
    }
    assert_true(second.counter > first.counter);
}
#endif

int run_open_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_handle),
        cmocka_unit_test(null_page),
        cmocka_unit_test(null_counter),
        cmocka_unit_test(misaligned),
        cmocka_unit_test(mapping_too_small),
        cmocka_unit_test(page_too_small),
        cmocka_unit_test(page_larger_than_mapping),
        cmocka_unit_test(size_swapped_by_16_bits),
        cmocka_unit_test(bad_magic),
        cmocka_unit_test(bad_version),
        cmocka_unit_test(page_without_clock_opens),
        cmocka_unit_test(handle_members),
#ifdef CPU_COUNTER
        cmocka_unit_test(own_counter_runs),
#endif
    };
    return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
