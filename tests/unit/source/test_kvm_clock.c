/* SPDX-License-Identifier: BSD-2-Clause */
/* The KVM clock's two structures, as the host writes them. */
#include <stdlib.h>
#include "machine.h"

/* A TSC of 2.5 GHz: 0.4 ns a tick, which Linux gives as mul 0xcccccccc >> 1 of a tick. */
static struct vmclock_kvm_wall_clock wall;
static struct vmclock_kvm_system_time system_time;

static void start(void)
{
    wall = (struct vmclock_kvm_wall_clock){2, 1795354496, 250000000};
    system_time = (struct vmclock_kvm_system_time){.version = 2,
                                                   .tsc_timestamp = {1000, 0},
                                                   .system_time = {500, 0},
                                                   .tsc_to_system_mul = 0xcccccccc,
                                                   .tsc_shift = -1,
                                                   .flags = 1};
}

static void is(uint64_t tsc, int64_t sec, int64_t ns)
{
    struct vmclock_time time;
    int64_t fraction;
    assert_int_equal(vmclock_kvm_clock_at(&wall, &system_time, tsc, &time), 0);
    assert_int_equal(time.sec, sec);
    time.sec = 0;
    assert_int_equal(vmclock_time_to_ns_ceil(&time, &fraction), 0);
    assert_int_equal(fraction, ns);
}

static void fails_at(uint64_t tsc, int error)
{
    struct vmclock_time time = {1, 2};
    assert_int_equal(vmclock_kvm_clock_at(&wall, &system_time, tsc, &time), error);
    assert_int_equal(time.sec, 1);
}

static void fails(int error)
{
    fails_at(2000, error);
}

static void time_at(void **state)
{
    (void)state;
    start();
    is(1000, 1795354496, 250000500);
    is(1000 + 2500, 1795354496, 250001499); /* rounded down by the host's own factor */
    is(UINT64_C(1000) - 2500, 1795354496, 249999501);
    is(1000 + UINT64_C(2500000000) * 3, 1795354499, 250000499); /* 3 s less 0.7 ns */
    system_time.tsc_shift = 2;
    system_time.tsc_to_system_mul = 0x80000000; /* 2 ns a tick */
    is(1000 + 750000000, 1795354497, 750000500);
    system_time.system_time[1] = 1; /* 4.294967296 s more */
    is(1000, 1795354500, 544967796);
    system_time.tsc_timestamp[1] = 0xffffffff; /* the TSC has wrapped */
    system_time.tsc_timestamp[0] = 0xffffffff;
    is(4, 1795354500, 544967806);
}

static void not_written(void **state)
{
    (void)state;
    start();
    wall.version = 0;
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    system_time.version = 0;
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    wall.version = 3;
    fails(VMCLOCK_ERR_RTC_BUSY);
    start();
    system_time.version = 3;
    fails(VMCLOCK_ERR_RTC_BUSY);
}

/* No more than the version, or one structure of the two. */
static void written_in_part(void **state)
{
    (void)state;
    start();
    wall = (struct vmclock_kvm_wall_clock){.version = 2};
    fails(VMCLOCK_ERR_RTC_INVALID);
    wall.nsec = 250000000;
    fails(VMCLOCK_ERR_RTC_INVALID);
    wall = (struct vmclock_kvm_wall_clock){0};
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    system_time = (struct vmclock_kvm_system_time){.version = 2};
    fails(VMCLOCK_ERR_RTC_INVALID);
    system_time.tsc_timestamp[0] = 1000;
    system_time.system_time[0] = 500;
    fails(VMCLOCK_ERR_RTC_INVALID);
    system_time = (struct vmclock_kvm_system_time){0};
    fails(VMCLOCK_ERR_RTC_INVALID);
}

static void nonsense(void **state)
{
    (void)state;
    start();
    wall.nsec = 1000000000;
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    system_time.tsc_to_system_mul = 0;
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    system_time.tsc_shift = 32;
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    system_time.tsc_shift = -128;
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    system_time.system_time[1] = 0x80000000;
    fails(VMCLOCK_ERR_RANGE);
    start();
    system_time.tsc_timestamp[1] = 0x80000000;
    fails(VMCLOCK_ERR_RANGE);
    start();
    system_time.tsc_timestamp[1] = 0xf0000000;
    system_time.tsc_shift = 31;
    fails(VMCLOCK_ERR_RANGE);
}

/* Up to 2^61 ticks and ns, 73 years, so that no sum has more than 63 bits. */
static void range(void **state)
{
    static const struct {
        uint64_t ticks, ns;
        int8_t shift;
        int error;
    } cases[] = {
        {UINT64_C(1) << 61, UINT64_C(1) << 61, 1, 0},
        {(UINT64_C(1) << 61) + 1, 0, 1, VMCLOCK_ERR_RANGE},
        {0, (UINT64_C(1) << 61) + 1, 1, VMCLOCK_ERR_RANGE},
        {UINT64_C(1) << 60, 0, 2, 0},
        {(UINT64_C(1) << 60) + 1, 0, 2, VMCLOCK_ERR_RANGE},
        {0, UINT64_MAX, 1, VMCLOCK_ERR_RANGE},
    };
    (void)state;
    start();
    system_time.tsc_timestamp[0] = 0;
    system_time.tsc_to_system_mul = 0x80000000; /* 2^(shift - 1) ns a tick */
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        const uint64_t ticks = i % 2 ? 0 - cases[i / 2].ticks : cases[i / 2].ticks;
        struct vmclock_time time;
        system_time.tsc_shift = cases[i / 2].shift;
        system_time.system_time[0] = (uint32_t)cases[i / 2].ns;
        system_time.system_time[1] = (uint32_t)(cases[i / 2].ns >> 32);
        if (vmclock_kvm_clock_at(&wall, &system_time, ticks, &time) != cases[i / 2].error) {
            fail_msg("case %zu", i);
        }
    }
}

/* The last values that a host can mean. */
static void last_of_each(void **state)
{
    (void)state;
    start();
    wall.nsec = 999999999;
    is(1000, 1795354497, 499);
    start();
    system_time.tsc_shift = 31;
    is(1001, 1795354497, 967987418); /* 0xcccccccc / 2 ns a tick */
    system_time.tsc_shift = -31;
    is(1000 + (UINT64_C(5) << 31), 1795354496, 250000503); /* 3.9 ns */
    system_time.tsc_shift = -32;
    fails(VMCLOCK_ERR_RTC_INVALID);
    start();
    wall.sec = 1;
    is(1000, 1, 250000500);
}

/* Ticks of which none is lost when they are shifted left: by 3 those below 2^61. */
static void shifted(void **state)
{
    (void)state;
    start();
    system_time.tsc_timestamp[0] = 0;
    system_time.system_time[0] = 0;
    system_time.tsc_shift = 3;
    system_time.tsc_to_system_mul = 1; /* 2^-29 ns a tick */
    for (unsigned before = 0; before < 2; before++) {
        const uint64_t most = (UINT64_C(1) << 61) - 1;
        const int64_t ns = UINT32_MAX;
        is(before ? 0 - most : most, before ? 1795354491 : 1795354500,
           before ? 250000000 + 5 * SEC - ns : 250000000 - 4 * SEC + ns);
        fails_at(before ? 0 - most - 1 : most + 1, VMCLOCK_ERR_RANGE);
    }
}

/* Any content gives a time or an error, and nothing undefined. */
static void anything(void **state)
{
    (void)state;
    srand(1);
    for (unsigned i = 0; i < 200000; i++) {
        struct vmclock_time time;
        uint32_t words[11];
        for (size_t w = 0; w < 11; w++) {
            words[w] = (uint32_t)rand() * 2654435761u ^ (uint32_t)rand();
        }
        memcpy(&wall, words, sizeof wall);
        memcpy(&system_time, words + 3, sizeof system_time);
        wall.version &= ~1u;
        system_time.version &= ~1u;
        system_time.tsc_shift = (int8_t)(system_time.tsc_shift % 32);
        const int code = vmclock_kvm_clock_at(&wall, &system_time, (uint64_t)words[0] << 30, &time);
        assert_true(code == 0 || code == VMCLOCK_ERR_RANGE || code == VMCLOCK_ERR_RTC_INVALID);
    }
}

static void sample(void **state)
{
    struct vmclock_sample taken = {.counter_id = 9};
    struct machine machine;
    struct vmclock_time time;
    (void)state;
    start();
    machine_init(&machine, 2);
    assert_int_equal(vmclock_kvm_clock_sample(&machine.clk, &wall, &system_time, &taken), 0);
    assert_int_equal(taken.counter_before, machine.ns);
    assert_int_equal(taken.counter_after, machine.ns); /* the last look at the counter */
    assert_int_equal(vmclock_kvm_clock_at(&wall, &system_time, taken.counter_after, &time), 0);
    assert_int_equal(vmclock_time_compare(&taken.earliest, &time), 0);
    assert_int_equal(vmclock_time_compare(&taken.latest, &time), 0);
    assert_int_equal(taken.disruption_marker, 7);
    assert_int_equal(taken.counter_id, VMCLOCK_COUNTER_ID_X86_TSC);
    machine.clk.counter.counter_id = VMCLOCK_COUNTER_ID_ARM_VCNT;
    assert_int_equal(vmclock_kvm_clock_sample(&machine.clk, &wall, &system_time, &taken),
                     VMCLOCK_ERR_COUNTER);
    assert_int_equal(vmclock_kvm_clock_sample(NULL, &wall, &system_time, &taken),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_kvm_clock_sample(&machine.clk, NULL, &system_time, &taken),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_kvm_clock_sample(&machine.clk, &wall, NULL, &taken),
                     VMCLOCK_ERR_ARGUMENT);
    assert_int_equal(vmclock_kvm_clock_sample(&machine.clk, &wall, &system_time, NULL),
                     VMCLOCK_ERR_ARGUMENT);
    machine.clk.max_tries = 1;
    machine.page[1] |= UINT64_C(1) << 32; /* a page in update has no marker to be had */
    assert_int_equal(vmclock_kvm_clock_sample(&machine.clk, &wall, &system_time, &taken),
                     VMCLOCK_ERR_BUSY);
}

static void what_it_says_of_itself(void **state)
{
    struct vmclock_time_source source;
    (void)state;
    memset(&source, 0xff, sizeof source);
    vmclock_kvm_clock_source(&source);
    assert_int_equal(source.ahead_ns, VMCLOCK_KVM_CLOCK_ERROR_NS);
    assert_int_equal(source.behind_ns, VMCLOCK_KVM_CLOCK_ERROR_NS);
    assert_int_equal(source.rate_ppb, VMCLOCK_KVM_CLOCK_RATE_PPB);
    assert_int_equal(source.time_type, VMCLOCK_TIME_TYPE_UTC);
    assert_int_equal(source.bound_by, VMCLOCK_BOUND_BY_KVM);
    assert_int_equal(source.clock_status, VMCLOCK_CLOCK_STATUS_FREERUNNING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_at),  cmocka_unit_test(not_written),
        cmocka_unit_test(nonsense), cmocka_unit_test(anything),
        cmocka_unit_test(sample),   cmocka_unit_test(written_in_part),
        cmocka_unit_test(range),    cmocka_unit_test(last_of_each),
        cmocka_unit_test(shifted),  cmocka_unit_test(what_it_says_of_itself),
    };
    return cmocka_run_group_tests_name("kvm_clock", tests, NULL, NULL);
}
