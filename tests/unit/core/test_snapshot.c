/* SPDX-License-Identifier: BSD-2-Clause */
/* vmclock_take_snapshot: the fields of a quiet page, and which of them are there. */
#define _DEFAULT_SOURCE
#include <sys/mman.h>
#include <unistd.h>
#include "fixture.h"

#define CLOCK_ONLY VMCLOCK_HAVE_CLOCK

static int take(const void *page, size_t mapped_size, struct vmclock_snapshot *snapshot)
{
    struct test_counter counter = {.value = 0x1234567890abcdef};
    struct vmclock clk;
    MARK(*snapshot);
    open_with(&clk, page, mapped_size, &counter);
    const int code = vmclock_take_snapshot(&clk, snapshot);
    assert_int_equal(counter.reads, code == 0);
    return code;
}

static struct vmclock_snapshot taken(const void *page)
{
    struct vmclock_snapshot snapshot;
    assert_int_equal(take(page, PAGE_BYTES, &snapshot), 0);
    return snapshot;
}

static void every_field(void **state)
{
    const struct vmclock_snapshot want = good_snapshot();
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    const struct vmclock_snapshot s = taken(&page);
    assert_true(s.counter == 0x1234567890abcdef);
    assert_true(s.disruption_marker == want.disruption_marker);
    assert_true(s.flags == want.flags);
    assert_true(s.generation == want.generation);
    assert_true(s.ref_counter == want.ref_counter);
    assert_true(s.period_frac == want.period_frac);
    assert_true(s.period_esterror_frac == want.period_esterror_frac);
    assert_true(s.period_maxerror_frac == want.period_maxerror_frac);
    assert_true(s.ref_sec == want.ref_sec);
    assert_true(s.ref_frac64 == want.ref_frac64);
    assert_true(s.esterror_ns == want.esterror_ns);
    assert_true(s.maxerror_ns == want.maxerror_ns);
    assert_int_equal(s.seq, want.seq);
    assert_int_equal(s.size, want.size);
    assert_int_equal(s.have, want.have);
    assert_int_equal(s.tai_offset_sec, want.tai_offset_sec);
    assert_int_equal(s.period_shift, want.period_shift);
    assert_int_equal(s.counter_id, want.counter_id);
    assert_int_equal(s.counter_read_id, want.counter_read_id);
    assert_int_equal(s.time_type, want.time_type);
    assert_int_equal(s.clock_status, want.clock_status);
    assert_int_equal(s.leap_indicator, want.leap_indicator);
    assert_int_equal(s.smear_hint, want.smear_hint);
    assert_int_equal(s.bound_by, VMCLOCK_BOUND_BY_PAGE);
}

static void bytes_beyond_the_structure_do_not_matter(void **state)
{
    struct page_image page;
    (void)state;
    memset(&page, 0xff, sizeof page);
    page_fill(page.bytes);
    page_put(page.bytes, 0x20, 2, 0xffff); /* pad */
    page_put(page.bytes, AT_SIZE, 4, PAGE_BYTES);
    const struct vmclock_snapshot s = taken(&page);
    assert_int_equal(s.size, PAGE_BYTES);
    assert_int_equal(s.have, HAVE_ALL);
    assert_true(s.generation == 0x99aabbccddeeff01);
}

static void size_of_4_gib(void **state)
{
    struct vmclock_snapshot s;
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_SIZE, 4, 0xffffffff);
    assert_int_equal(take(&page, SIZE_MAX, &s), 0);
    assert_true(s.size == 0xffffffff);
    assert_int_equal(s.have, HAVE_ALL);
}

static void negative_tai_offset(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_TAI_OFFSET, 2, (uint16_t)-37);
    assert_int_equal(taken(&page).tai_offset_sec, -37);
    page_put(page.bytes, AT_TAI_OFFSET, 2, 0x8000);
    assert_int_equal(taken(&page).tai_offset_sec, -32768);
}

/* Each presence bit depends on its own flag and on no other. */
static void flags_give_presence(void **state)
{
    static const uint16_t have_of_bit[] = {VMCLOCK_HAVE_TAI_OFFSET,
                                           0,
                                           0,
                                           VMCLOCK_HAVE_PERIOD_ESTERROR,
                                           VMCLOCK_HAVE_PERIOD_MAXERROR,
                                           VMCLOCK_HAVE_ESTERROR,
                                           VMCLOCK_HAVE_MAXERROR,
                                           0,
                                           VMCLOCK_HAVE_GENERATION,
                                           0};
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_FLAGS, 8, 0);
    assert_int_equal(taken(&page).have, CLOCK_ONLY);
    for (unsigned bit = 0; bit < 64; bit++) {
        const uint16_t have = bit < 10 ? have_of_bit[bit] : 0;
        page_put(page.bytes, AT_FLAGS, 8, UINT64_C(1) << bit);
        assert_int_equal(taken(&page).have, CLOCK_ONLY | have);
        assert_true(taken(&page).flags == UINT64_C(1) << bit);
        page_put(page.bytes, AT_FLAGS, 8, ~(UINT64_C(1) << bit));
        assert_int_equal(taken(&page).have, HAVE_ALL & ~have);
    }
}

static void values_without_their_flag_stay_visible(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_FLAGS, 8, 0);
    const struct vmclock_snapshot s = taken(&page);
    assert_int_equal(s.tai_offset_sec, 37);
    assert_true(s.generation == 0x99aabbccddeeff01);
    assert_true(s.maxerror_ns == 56789);
}

/* QEMU and Firecracker today: a marker, a generation, no clock. */
static void page_without_clock(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_COUNTER_ID, 1, 0xff);
    const struct vmclock_snapshot s = taken(&page);
    assert_int_equal(s.have, VMCLOCK_HAVE_GENERATION);
    assert_int_equal(s.counter_id, VMCLOCK_COUNTER_ID_INVALID);
    assert_true(s.disruption_marker == 0x1122334455667788);
    assert_true(s.generation == 0x99aabbccddeeff01);
}

static void page_without_clock_and_flags(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_COUNTER_ID, 1, 0xff);
    page_put(page.bytes, AT_FLAGS, 8, 0);
    assert_int_equal(taken(&page).have, 0);
}

static void unknown_counter_is_a_clock(void **state)
{
    struct page_image page;
    (void)state;
    page_fill(page.bytes);
    page_put(page.bytes, AT_COUNTER_ID, 1, 0x42);
    const struct vmclock_snapshot s = taken(&page);
    assert_int_equal(s.have, HAVE_ALL);
    assert_int_equal(s.counter_id, 0x42);
    assert_int_equal(s.counter_read_id, 1);
}

/* Whatever a byte can hold comes through as it is: judging it is left to others. */
static void every_byte_value(void **state)
{
    static const struct {
        size_t at;
        size_t member;
    } bytes[] = {
        {AT_TIME_TYPE, offsetof(struct vmclock_snapshot, time_type)},
        {AT_STATUS, offsetof(struct vmclock_snapshot, clock_status)},
        {AT_SMEAR, offsetof(struct vmclock_snapshot, smear_hint)},
        {AT_LEAP, offsetof(struct vmclock_snapshot, leap_indicator)},
        {AT_SHIFT, offsetof(struct vmclock_snapshot, period_shift)},
        {AT_COUNTER_ID, offsetof(struct vmclock_snapshot, counter_id)},
    };
    struct page_image page;
    (void)state;
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        page_fill(page.bytes);
        for (unsigned value = 0; value < 256; value++) {
            page_put(page.bytes, bytes[i].at, 1, value);
            const struct vmclock_snapshot s = taken(&page);
            assert_int_equal(((const unsigned char *)&s)[bytes[i].member], value);
        }
    }
}

static uint16_t have_at_size(size_t size)
{
    if (size < 0x58) {
        return 0;
    }
    return (uint16_t)(VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_PERIOD_ESTERROR |
                      VMCLOCK_HAVE_PERIOD_MAXERROR | (size >= 0x60 ? VMCLOCK_HAVE_ESTERROR : 0) |
                      (size >= 0x68 ? VMCLOCK_HAVE_MAXERROR : 0) |
                      (size >= 0x70 ? VMCLOCK_HAVE_GENERATION : 0));
}

/* clang-format off */
#define MEMBER(at, bytes, name) {(at) + (bytes), offsetof(struct vmclock_snapshot, name), bytes}
/* clang-format on */

/* Fields that the size covers are as in the page; those that it does not cover, even in part, 0. */
static void assert_covered(const struct vmclock_snapshot *got, size_t size)
{
    static const struct {
        size_t end, member, bytes;
    } fields[] = {
        MEMBER(AT_STATUS, 1, clock_status),
        MEMBER(AT_SMEAR, 1, smear_hint),
        MEMBER(AT_TAI_OFFSET, 2, tai_offset_sec),
        MEMBER(AT_LEAP, 1, leap_indicator),
        MEMBER(AT_SHIFT, 1, period_shift),
        MEMBER(AT_REF_COUNTER, 8, ref_counter),
        MEMBER(AT_PERIOD, 8, period_frac),
        MEMBER(AT_PERIOD_ESTERROR, 8, period_esterror_frac),
        MEMBER(AT_PERIOD_MAXERROR, 8, period_maxerror_frac),
        MEMBER(AT_SEC, 8, ref_sec),
        MEMBER(AT_FRAC, 8, ref_frac64),
        MEMBER(AT_ESTERROR, 8, esterror_ns),
        MEMBER(AT_MAXERROR, 8, maxerror_ns),
        MEMBER(AT_GENERATION, 8, generation),
    };
    const struct vmclock_snapshot whole = good_snapshot();
    const struct vmclock_snapshot none = {0};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const unsigned char *want = (const unsigned char *)(size < fields[i].end ? &none : &whole);
        if (size < fields[i].end || size % 8 == 0) {
            assert_memory_equal((const unsigned char *)got + fields[i].member,
                                want + fields[i].member, fields[i].bytes);
        }
    }
}

/* The structure ends where the mapping ends: one byte more that is read is a fault. */
static void every_size_before_a_guard_page(void **state)
{
    const size_t unit = (size_t)sysconf(_SC_PAGESIZE);
    (void)state;
    unsigned char *pages =
        mmap(NULL, 2 * unit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED);
    assert_int_equal(mprotect(pages + unit, unit, PROT_NONE), 0);
    for (size_t size = 0x20; size <= STRUCT_BYTES; size++) {
        struct page_image whole;
        unsigned char *page = pages + unit - (size + 7) / 8 * 8;
        page_fill(whole.bytes);
        page_put(whole.bytes, AT_SIZE, 4, size);
        memset(page, 0xff, (size_t)(pages + unit - page));
        memcpy(page, whole.bytes, size);

        struct vmclock_snapshot s;
        assert_int_equal(take(page, size, &s), 0);
        assert_int_equal(s.size, size);
        assert_int_equal(s.have, have_at_size(size));
        assert_true(s.disruption_marker == 0x1122334455667788);
        assert_true(s.flags == ALL_FLAGS);
        assert_covered(&s, size);
    }
    assert_int_equal(munmap(pages, 2 * unit), 0);
}

/* What is mapped is too small for a page: not even its first fields are read. */
static void mapping_too_small_before_a_guard_page(void **state)
{
    const size_t unit = (size_t)sysconf(_SC_PAGESIZE);
    struct vmclock clk;
    (void)state;
    unsigned char *pages =
        mmap(NULL, 2 * unit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED);
    assert_int_equal(mprotect(pages + unit, unit, PROT_NONE), 0);
    for (size_t size = 0; size < 0x20; size += 8) {
        assert_int_equal(vmclock_open(&clk, pages + unit - size, size), VMCLOCK_ERR_SIZE);
    }
    assert_int_equal(munmap(pages, 2 * unit), 0);
}

int run_snapshot_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field),
        cmocka_unit_test(bytes_beyond_the_structure_do_not_matter),
        cmocka_unit_test(size_of_4_gib),
        cmocka_unit_test(negative_tai_offset),
        cmocka_unit_test(flags_give_presence),
        cmocka_unit_test(values_without_their_flag_stay_visible),
        cmocka_unit_test(page_without_clock),
        cmocka_unit_test(page_without_clock_and_flags),
        cmocka_unit_test(unknown_counter_is_a_clock),
        cmocka_unit_test(every_byte_value),
        cmocka_unit_test(every_size_before_a_guard_page),
        cmocka_unit_test(mapping_too_small_before_a_guard_page),
    };
    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
