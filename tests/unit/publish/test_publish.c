/* SPDX-License-Identifier: BSD-2-Clause */
/* What is published is what is read, and what cannot be published is refused. */
#include "memory.h"

static void assert_clock(const struct vmclock_snapshot *got, const struct vmclock_snapshot *want)
{
    assert_true(got->ref_counter == want->ref_counter);
    assert_true(got->period_frac == want->period_frac);
    assert_true(got->ref_sec == want->ref_sec);
    assert_true(got->ref_frac64 == want->ref_frac64);
    assert_int_equal(got->period_shift, want->period_shift);
    assert_int_equal(got->clock_status, want->clock_status);
    assert_int_equal(got->leap_indicator, want->leap_indicator);
    assert_int_equal(got->smear_hint, want->smear_hint);
}

/* value where bit is in have, else 0. */
static uint64_t present(unsigned have, unsigned bit, uint64_t value)
{
    return have & bit ? value : 0;
}

static void assert_errors(const struct vmclock_snapshot *got, const struct vmclock_snapshot *want)
{
    unsigned have = want->have;

    assert_true(got->period_esterror_frac ==
                present(have, VMCLOCK_HAVE_PERIOD_ESTERROR, want->period_esterror_frac));
    assert_true(got->period_maxerror_frac ==
                present(have, VMCLOCK_HAVE_PERIOD_MAXERROR, want->period_maxerror_frac));
    assert_true(got->esterror_ns == present(have, VMCLOCK_HAVE_ESTERROR, want->esterror_ns));
    assert_true(got->maxerror_ns == present(have, VMCLOCK_HAVE_MAXERROR, want->maxerror_ns));
    assert_true(got->generation == present(have, VMCLOCK_HAVE_GENERATION, want->generation));
    assert_int_equal(got->tai_offset_sec,
                     have & VMCLOCK_HAVE_TAI_OFFSET ? want->tai_offset_sec : 0);
}

static void reads_back_what_was_published(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.have, HAVE_ALL);
    assert_true(got.disruption_marker == want.disruption_marker);
    /* The flags that presence bits stand for, and the caller's own. */
    assert_true(got.flags == (want.flags | 0x179));
    assert_clock(&got, &want);
    assert_errors(&got, &want);
    assert_int_equal(got.counter_id, VMCLOCK_COUNTER_ID_X86_TSC);
    assert_int_equal(got.time_type, VMCLOCK_TIME_TYPE_TAI);
    assert_int_equal(got.size, STRUCTURE_BYTES);
    assert_int_equal(got.seq, 2);
}

/* The page as bytes, whatever this machine's byte order. */
static void stores_little_endian(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot();

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    assert_memory_equal(memory, "VCLK\x70\0\0\0\x01\0\x01\x01\x02\0\0\0", 16);
    assert_memory_equal(memory + 0x10, "\x18\x17\x16\x15\x14\x13\x12\x11", 8);
    assert_memory_equal(memory + 0x22, "\x02\x02\xdb\xff\x04\x1d", 6);
    assert_memory_equal(memory + 0x68, "\x28\x27\x26\x25\x24\x23\x22\x21", 8);
}

static void each_presence_bit_alone(void **state)
{
    static const unsigned bits[] = {0,
                                    VMCLOCK_HAVE_TAI_OFFSET,
                                    VMCLOCK_HAVE_PERIOD_ESTERROR,
                                    VMCLOCK_HAVE_PERIOD_MAXERROR,
                                    VMCLOCK_HAVE_ESTERROR,
                                    VMCLOCK_HAVE_MAXERROR,
                                    VMCLOCK_HAVE_GENERATION};
    static const uint64_t flags[] = {0, 0x1, 0x8, 0x10, 0x20, 0x40, 0x100};
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
        want.have = (uint16_t)(VMCLOCK_HAVE_CLOCK | bits[i]);
        want.flags = 0;
        assert_int_equal(vmclock_publish(&publisher, &want), 0);
        assert_int_equal(read_back(&got), 0);
        assert_int_equal(got.have, want.have);
        assert_true(got.flags == flags[i]);
        assert_clock(&got, &want);
        assert_errors(&got, &want);
    }
}

static void without_a_clock(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    want.have = VMCLOCK_HAVE_GENERATION;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.have, VMCLOCK_HAVE_GENERATION);
    assert_int_equal(got.counter_id, VMCLOCK_COUNTER_ID_INVALID);
    assert_true(got.generation == want.generation);
    for (size_t at = 0x22; at < 0x68; at++)
        assert_int_equal(memory[at], 0);
}

/* What the presence bits say wins, and nobody claims MONOTONIC by accident. */
static void flags_of_their_own(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    want.have = VMCLOCK_HAVE_CLOCK;
    want.flags = UINT64_MAX;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.have, VMCLOCK_HAVE_CLOCK);
    assert_true(got.flags == (UINT64_MAX & ~UINT64_C(0x1f9)));
}

/* Each size: the page's fields end where its size does, and no byte behind it is touched. */
static void writes_no_further_than_size(void **state)
{
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    for (uint32_t size = VMCLOCK_PAGE_SIZE_SIGNAL; size <= STRUCTURE_BYTES + 8; size++) {
        struct vmclock_publisher publisher;

        memset(memory, 0xa5, sizeof(memory));
        publisher = open_memory(size);
        want.have = size >= 0x58 ? VMCLOCK_HAVE_CLOCK : 0;
        want.have |= size >= 0x60 ? VMCLOCK_HAVE_ESTERROR : 0;
        want.have |= size >= 0x68 ? VMCLOCK_HAVE_MAXERROR : 0;
        want.have |= size >= 0x70 ? VMCLOCK_HAVE_GENERATION : 0;
        assert_int_equal(vmclock_publish(&publisher, &want), 0);
        vmclock_publish_unreliable(&publisher);
        for (size_t at = size; at < sizeof(memory); at++)
            assert_int_equal(memory[at], 0xa5);
        assert_int_equal(read_back(&got), 0);
        assert_int_equal(got.have, want.have);
        assert_int_equal(got.size, size);
    }
}

static void refuses_what_does_not_fit(void **state)
{
    static const struct {
        uint32_t size;
        uint16_t have;
    } rows[] = {
        {0x57, VMCLOCK_HAVE_CLOCK},
        {0x5f, VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_ESTERROR},
        {0x67, VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_MAXERROR},
        {0x6f, VMCLOCK_HAVE_GENERATION},
    };
    struct vmclock_snapshot want = full_snapshot();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vmclock_publisher publisher = open_memory(rows[i].size);
        unsigned char before[sizeof(memory)];

        vmclock_publish_commit(&publisher);
        memcpy(before, memory, sizeof(memory));
        want.have = rows[i].have;
        assert_int_equal(vmclock_publish(&publisher, &want), VMCLOCK_ERR_SIZE);
        assert_memory_equal(memory, before, sizeof(memory));
    }
}

static void refuses_contradictions(void **state)
{
    static const uint16_t alone[] = {VMCLOCK_HAVE_TAI_OFFSET,
                                     VMCLOCK_HAVE_PERIOD_ESTERROR,
                                     VMCLOCK_HAVE_PERIOD_MAXERROR,
                                     VMCLOCK_HAVE_ESTERROR,
                                     VMCLOCK_HAVE_MAXERROR,
                                     0x80,
                                     0x4000};
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot();
    unsigned char before[sizeof(memory)];

    (void)state;
    vmclock_publish_commit(&publisher);
    memcpy(before, memory, sizeof(memory));
    for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
        want.have = alone[i];
        assert_int_equal(vmclock_publish(&publisher, &want), VMCLOCK_ERR_ARGUMENT);
    }
    want.have = VMCLOCK_HAVE_CLOCK;
    want.counter_id = VMCLOCK_COUNTER_ID_INVALID;
    assert_int_equal(vmclock_publish(&publisher, &want), VMCLOCK_ERR_ARGUMENT);
    assert_memory_equal(memory, before, sizeof(memory));
}

/* Another version's page is not whole: what is begun there cannot end before something is stored. */
static void a_page_of_another_version(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    const struct vmclock_snapshot want = full_snapshot();

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    publisher = open_memory(STRUCTURE_BYTES);
    assert_int_equal(vmclock_publish_begin(&publisher), 0);
    assert_int_equal(vmclock_publish_commit(&publisher), 0);
    memory[8] = 2;
    publisher = open_memory(STRUCTURE_BYTES);
    assert_int_equal(vmclock_publish_begin(&publisher), 0);
    assert_int_equal(vmclock_publish_commit(&publisher), VMCLOCK_ERR_ARGUMENT);
}

/* A step is stored as one; what does not fit is no step either. */
static void a_step_in_parts(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    want.maxerror_ns = want.period_maxerror_frac = 0;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    want.ref_sec += 1000;
    assert_int_equal(vmclock_publish_begin(&publisher), 0);
    assert_int_equal(vmclock_publish_store(&publisher, &want), VMCLOCK_ERR_STEP);
    assert_int_equal(vmclock_publish_store_step(&publisher, &want), 0);
    want.leap_indicator = 99;
    assert_int_equal(vmclock_publish_store_step(&publisher, &want), VMCLOCK_ERR_LEAP);
    assert_int_equal(vmclock_publish_commit(&publisher), 0);
    assert_int_equal(read_back(&got), 0);
    assert_true(got.ref_sec == want.ref_sec);
}

/* By their offsets UTC and TAI are one axis, on which a step shows. */
static void a_step_to_another_kind_of_time(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot();

    (void)state;
    want.maxerror_ns = want.period_maxerror_frac = 0;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    want.time_type = VMCLOCK_TIME_TYPE_UTC;
    want.ref_sec -= 36;
    assert_int_equal(vmclock_publish(&publisher, &want), VMCLOCK_ERR_STEP);
    want.ref_sec--;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_back_what_was_published, clear_memory),
        cmocka_unit_test_setup(stores_little_endian, clear_memory),
        cmocka_unit_test_setup(each_presence_bit_alone, clear_memory),
        cmocka_unit_test_setup(without_a_clock, clear_memory),
        cmocka_unit_test_setup(flags_of_their_own, clear_memory),
        cmocka_unit_test_setup(writes_no_further_than_size, clear_memory),
        cmocka_unit_test_setup(refuses_what_does_not_fit, clear_memory),
        cmocka_unit_test_setup(refuses_contradictions, clear_memory),
        cmocka_unit_test_setup(a_page_of_another_version, clear_memory),
        cmocka_unit_test_setup(a_step_in_parts, clear_memory),
        cmocka_unit_test_setup(a_step_to_another_kind_of_time, clear_memory),
    };

    return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
