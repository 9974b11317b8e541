/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking over a page, and updates that are never seen half done. */
#include "memory.h"

static void refuses_to_open(void **state)
{
    struct vmclock_publisher publisher;
    unsigned char before[sizeof(memory)];

    (void)state;
    memcpy(before, memory, sizeof(memory));
    assert_int_equal(vmclock_publish_open(NULL, memory, 4096, 4096), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_publish_open(&publisher, NULL, 4096, 4096), VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_publish_open(&publisher, memory + 4, 4092, 4092),
                     VMCLOCK_ERR_MISALIGNED);
    assert_int_equal(vmclock_publish_open(&publisher, memory, 4096, 31), VMCLOCK_ERR_SIZE);
    assert_int_equal(vmclock_publish_open(&publisher, memory, 4095, 4096), VMCLOCK_ERR_SIZE);
    assert_memory_equal(memory, before, sizeof(memory));
}

/* Readers wait from open, or begin, until commit. */
static void update_is_seen_as_one(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    assert_int_equal(read_back(&got), VMCLOCK_ERR_BUSY);
    assert_int_equal(vmclock_publish_store(&publisher, &want), 0);
    assert_int_equal(read_back(&got), VMCLOCK_ERR_BUSY);
    vmclock_publish_commit(&publisher);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(vmclock_publish_commit(&publisher), 0); /* nothing to end */
    assert_int_equal(get32(SEQ_AT), 2);
    vmclock_publish_begin(&publisher);
    vmclock_publish_begin(&publisher);
    assert_int_equal(get32(SEQ_AT), 3);
    assert_int_equal(read_back(&got), VMCLOCK_ERR_BUSY);
    vmclock_publish_commit(&publisher);
    assert_int_equal(get32(SEQ_AT), 4);
}

static void odd_count_heals(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    put32(SEQ_AT, 77); /* a publisher died in an update */
    assert_int_equal(read_back(&got), VMCLOCK_ERR_BUSY);
    publisher = open_memory(STRUCTURE_BYTES);
    assert_true(publisher.disruption_marker == want.disruption_marker);
    assert_true(publisher.generation == want.generation);
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.seq, 78);
}

static void even_count_continues_and_wraps(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot(), got;

    (void)state;
    vmclock_publish_commit(&publisher);
    put32(SEQ_AT, 0xfffffffe);
    publisher = open_memory(STRUCTURE_BYTES);
    assert_true(get32(SEQ_AT) == 0xffffffff);
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.seq, 0);
}

/* Memory that was no page is not continued, whatever lay in it. */
static void foreign_memory_starts_anew(void **state)
{
    struct vmclock_publisher publisher;

    (void)state;
    memset(memory, 0x5a, sizeof(memory));
    publisher = open_memory(STRUCTURE_BYTES);
    assert_true(get32(MAGIC_AT) == VMCLOCK_PAGE_MAGIC);
    assert_int_equal(get32(SEQ_AT), 1);
    assert_true(publisher.disruption_marker == 0 && publisher.generation == 0);
}

/* Nor is anything of it shown where there is no clock yet. */
static void foreign_memory_without_a_clock(void **state)
{
    struct vmclock_publisher publisher;
    struct vmclock_snapshot got;

    (void)state;
    memset(memory, 0x5a, sizeof(memory));
    publisher = open_memory(STRUCTURE_BYTES);
    assert_int_equal(vmclock_publish_unreliable(&publisher), 0);
    assert_int_equal(read_back(&got), 0);
    assert_int_equal(got.have, 0);
    assert_true(got.flags == 0);
    assert_true(got.disruption_marker == 0);
    assert_int_equal(got.counter_id, VMCLOCK_COUNTER_ID_INVALID);
    assert_int_equal(got.time_type, VMCLOCK_TIME_TYPE_UTC);
    assert_int_equal(got.clock_status, VMCLOCK_CLOCK_STATUS_UNRELIABLE);
}

/* A page that ends before its generation: there is none, whatever lies there. */
static void a_page_without_a_generation(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    const struct vmclock_snapshot want = full_snapshot();

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    for (uint32_t size = VMCLOCK_PAGE_SIZE_SIGNAL; size < STRUCTURE_BYTES; size += 8) {
        publisher = open_memory(size);
        assert_true(publisher.disruption_marker == want.disruption_marker);
        assert_true(publisher.generation == 0);
    }
}

/* The guest may write into the page: our count does not follow it. */
static void own_count_is_kept(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot();

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    put32(SEQ_AT, 1001);
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    assert_int_equal(get32(SEQ_AT), 4);
}

static void unreliable_changes_the_status_alone(void **state)
{
    struct vmclock_publisher publisher = open_memory(STRUCTURE_BYTES);
    struct vmclock_snapshot want = full_snapshot();
    unsigned char before[sizeof(memory)];

    (void)state;
    assert_int_equal(vmclock_publish(&publisher, &want), 0);
    memcpy(before, memory, sizeof(memory));
    before[STATUS_AT] = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    before[SEQ_AT] = 4;
    vmclock_publish_unreliable(&publisher);
    assert_memory_equal(memory, before, sizeof(memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(refuses_to_open, clear_memory),
        cmocka_unit_test_setup(update_is_seen_as_one, clear_memory),
        cmocka_unit_test_setup(odd_count_heals, clear_memory),
        cmocka_unit_test_setup(even_count_continues_and_wraps, clear_memory),
        cmocka_unit_test_setup(foreign_memory_starts_anew, clear_memory),
        cmocka_unit_test_setup(foreign_memory_without_a_clock, clear_memory),
        cmocka_unit_test_setup(a_page_without_a_generation, clear_memory),
        cmocka_unit_test_setup(own_count_is_kept, clear_memory),
        cmocka_unit_test_setup(unreliable_changes_the_status_alone, clear_memory),
    };

    return cmocka_run_group_tests_name("publish-sequence", tests, NULL, NULL);
}
