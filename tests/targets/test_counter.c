/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the CPU says of its counter: CPUID's leaves by injected values, the real CPU's by asking it,
 * and the comparison with a page's period.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/vmclock.h>
#include "arch/arch.h"

#if defined(__x86_64__) || defined(__i386__)

struct leaf {
    uint32_t leaf;
    struct vmclock_arch_cpuid value;
};

struct leaves {
    const struct leaf *leaf;
    size_t count;
};

/* A leaf that does not exist answers with noise, as on Intel's CPUs. */
static void injected(void *context, uint32_t leaf, struct vmclock_arch_cpuid *out)
{
    const struct leaves *leaves = context;

    memset(out, 0xff, sizeof *out);
    for (size_t i = 0; i < leaves->count; i++) {
        if (leaves->leaf[i].leaf == leaf) {
            *out = leaves->leaf[i].value;
        }
    }
}

/* clang-format off */
#define LEAVES(table) {(table), sizeof(table) / sizeof *(table)}
#define INTEL(max) {0, {(max), 0x756e6547, 0x6c65746e, 0x49656e69}}
#define AMD(max) {0, {(max), 0x68747541, 0x444d4163, 0x69746e65}}
#define HYPERVISOR {1, {0, 0, 1u << 31, 0}}
#define NO_HYPERVISOR {1, {0, 0, 0, 0}}
#define EXTENDED(max) {0x80000000, {(max), 0, 0, 0}}
/* clang-format on */

static void assert_order(struct leaves leaves, uint32_t order)
{
    assert_int_equal(vmclock_arch_x86_order(injected, &leaves), order);
}

static void assert_frequency(struct leaves leaves, uint32_t unit_hz, uint32_t numerator,
                             uint32_t denominator)
{
    uint32_t got[3] = {7, 7, 7};

    vmclock_arch_x86_frequency(injected, &leaves, &got[0], &got[1], &got[2]);
    assert_int_equal(got[2], denominator);
    if (denominator) {
        assert_int_equal(got[0], unit_hz);
        assert_int_equal(got[1], numerator);
    }
}

static void intel_has_lfence(void **state)
{
    const struct leaf without[] = {
        INTEL(0x1f), EXTENDED(0x80000008), {0x80000001, {~0u, ~0u, ~0u, ~(1u << 27)}}};
    const struct leaf none[] = {INTEL(2), EXTENDED(0)};
    (void)state;
    assert_order((struct leaves)LEAVES(without), VMCLOCK_ARCH_ORDER_LFENCE);
    assert_order((struct leaves)LEAVES(none), VMCLOCK_ARCH_ORDER_LFENCE);
}

static void amd_says_that_lfence_serialises(void **state)
{
    const struct leaf leaves[] = {
        AMD(0x10), EXTENDED(0x80000021), {0x80000021, {1u << 2, 0, 0, 0}}, {0x80000001, {0}}};
    (void)state;
    assert_order((struct leaves)LEAVES(leaves), VMCLOCK_ARCH_ORDER_LFENCE);
}

static void whoever_has_rdtscp(void **state)
{
    const struct leaf intel[] = {
        INTEL(0x1f), EXTENDED(0x80000008), {0x80000001, {0, 0, 0, 1u << 27}}};
    const struct leaf serialising[] = {AMD(0x10),
                                       EXTENDED(0x80000021),
                                       {0x80000021, {1u << 2, 0, 0, 0}},
                                       {0x80000001, {0, 0, 0, 1u << 27}}};
    const struct leaf with[] = {AMD(0x10),
                                EXTENDED(0x80000021),
                                {0x80000021, {~(1u << 2), 0, 0, 0}},
                                {0x80000001, {0, 0, 0, 1u << 27}}};
    const struct leaf older[] = {
        AMD(0x10), EXTENDED(0x80000020), {0x80000001, {0, 0, 0, 1u << 27}}};
    (void)state;
    assert_order((struct leaves)LEAVES(intel), VMCLOCK_ARCH_ORDER_RDTSCP);
    assert_order((struct leaves)LEAVES(serialising), VMCLOCK_ARCH_ORDER_RDTSCP);
    assert_order((struct leaves)LEAVES(with), VMCLOCK_ARCH_ORDER_RDTSCP);
    assert_order((struct leaves)LEAVES(older), VMCLOCK_ARCH_ORDER_RDTSCP);
}

static void the_rest_has_mfence(void **state)
{
    const struct leaf without[] = {
        AMD(1), EXTENDED(0x80000001), {0x80000001, {~0u, ~0u, ~0u, ~(1u << 27)}}};
    const struct leaf none[] = {AMD(1), EXTENDED(0)};
    (void)state;
    assert_order((struct leaves)LEAVES(without), VMCLOCK_ARCH_ORDER_MFENCE);
    assert_order((struct leaves)LEAVES(none), VMCLOCK_ARCH_ORDER_MFENCE);
}

static void crystal_and_ratio(void **state)
{
    const struct leaf leaves[] = {INTEL(0x15), NO_HYPERVISOR, {0x15, {2, 250, 25000000, 0}}};
    (void)state;
    assert_frequency((struct leaves)LEAVES(leaves), 25000000, 250, 2);
}

static void ratio_is_not_enumerated(void **state)
{
    const struct leaf no_eax[] = {
        INTEL(0x16), NO_HYPERVISOR, {0x15, {0, 250, 25000000, 0}}, {0x16, {2400, 0, 0, 0}}};
    const struct leaf no_ebx[] = {
        INTEL(0x16), NO_HYPERVISOR, {0x15, {2, 0, 25000000, 0}}, {0x16, {2400, 0, 0, 0}}};
    (void)state;
    assert_frequency((struct leaves)LEAVES(no_eax), 0, 0, 0);
    assert_frequency((struct leaves)LEAVES(no_ebx), 0, 0, 0);
}

static void base_frequency_without_crystal(void **state)
{
    const struct leaf leaves[] = {INTEL(0x16),
                                  NO_HYPERVISOR,
                                  {0x15, {2, 200, 0, 0}},
                                  {0x16, {0xabcd0960, 3500, 100, 0}}}; /* [31:16] is reserved */
    const struct leaf zero[] = {
        INTEL(0x16), NO_HYPERVISOR, {0x15, {2, 200, 0, 0}}, {0x16, {0xabcd0000, 3500, 100, 0}}};
    (void)state;
    assert_frequency((struct leaves)LEAVES(leaves), 1000000, 2400, 1);
    assert_frequency((struct leaves)LEAVES(zero), 0, 0, 0);
}

static void leaves_above_the_maximum_are_not_asked(void **state)
{
    const struct leaf no_15[] = {INTEL(0x14), NO_HYPERVISOR, {0x15, {2, 250, 25000000, 0}}};
    const struct leaf no_16[] = {
        INTEL(0x15), NO_HYPERVISOR, {0x15, {2, 250, 0, 0}}, {0x16, {2400, 0, 0, 0}}};
    (void)state;
    assert_frequency((struct leaves)LEAVES(no_15), 0, 0, 0);
    assert_frequency((struct leaves)LEAVES(no_16), 0, 0, 0);
}

static void hypervisor_comes_first(void **state)
{
    const struct leaf leaves[] = {INTEL(0x16),
                                  HYPERVISOR,
                                  {0x40000000, {0x40000010, 0, 0, 0}},
                                  {0x40000010, {2100000, 0, 0, 0}},
                                  {0x15, {2, 250, 25000000, 0}}};
    (void)state;
    assert_frequency((struct leaves)LEAVES(leaves), 1000, 2100000, 1);
}

static void hypervisor_that_does_not_say(void **state)
{
    const struct leaf no_bit[] = {INTEL(0x15),
                                  NO_HYPERVISOR,
                                  {0x40000000, {0x40000010, 0, 0, 0}},
                                  {0x40000010, {2100000, 0, 0, 0}},
                                  {0x15, {2, 250, 25000000, 0}}};
    const struct leaf no_leaf[] = {INTEL(0x15),
                                   HYPERVISOR,
                                   {0x40000000, {0x4000000f, 0, 0, 0}},
                                   {0x40000010, {2100000, 0, 0, 0}},
                                   {0x15, {2, 250, 25000000, 0}}};
    const struct leaf zero[] = {INTEL(0x15),
                                HYPERVISOR,
                                {0x40000000, {0x40000010, 0, 0, 0}},
                                {0x40000010, {0, 0, 0, 0}},
                                {0x15, {2, 250, 25000000, 0}}};
    const struct leaf noise[] = {INTEL(0x15),
                                 HYPERVISOR,
                                 {0x40010000, {0x40000010, 0, 0, 0}},
                                 {0x40000010, {2100000, 0, 0, 0}},
                                 {0x15, {2, 250, 25000000, 0}}};
    (void)state;
    assert_frequency((struct leaves)LEAVES(no_bit), 25000000, 250, 2);
    assert_frequency((struct leaves)LEAVES(no_leaf), 25000000, 250, 2);
    assert_frequency((struct leaves)LEAVES(zero), 25000000, 250, 2);
    assert_frequency((struct leaves)LEAVES(noise), 25000000, 250, 2);
}

static void invariance(void **state)
{
    const struct leaf yes[] = {EXTENDED(0x80000007), {0x80000007, {0, 0, 0, 1u << 8}}};
    const struct leaf no[] = {EXTENDED(0x80000008), {0x80000007, {~0u, ~0u, ~0u, ~(1u << 8)}}};
    const struct leaf older[] = {EXTENDED(0x80000006), {0x80000007, {0, 0, 0, 1u << 8}}};
    const struct leaf none[] = {EXTENDED(0x2), {0x80000007, {0, 0, 0, 1u << 8}}};
    struct leaves leaves[] = {LEAVES(yes), LEAVES(no), LEAVES(older), LEAVES(none)};
    (void)state;
    assert_int_equal(vmclock_arch_x86_invariant(injected, &leaves[0]), 1);
    assert_int_equal(vmclock_arch_x86_invariant(injected, &leaves[1]), 0);
    assert_int_equal(vmclock_arch_x86_invariant(injected, &leaves[2]), 0);
    assert_int_equal(vmclock_arch_x86_invariant(injected, &leaves[3]), 0);
}

/* Every way that this CPU has, whichever it would choose: never backwards, and it goes on. */
static void each_order_counts(void **state)
{
    struct vmclock_arch_cpuid id;
    (void)state;
    for (uint32_t order = VMCLOCK_ARCH_ORDER_RDTSCP; order <= VMCLOCK_ARCH_ORDER_MFENCE; order++) {
        vmclock_arch_cpuid(NULL, 0x80000001, &id);
        if (order == VMCLOCK_ARCH_ORDER_RDTSCP && !(id.edx & 1u << 27)) {
            continue;
        }
        const uint64_t first = vmclock_arch_counter(order);
        uint64_t last = first;
        for (int i = 0; i < 10000; i++) {
            const uint64_t now = vmclock_arch_counter(order);
            assert_true(now >= last);
            last = now;
        }
        assert_true(last > first);
    }
}
#endif

static void cpu_describes_its_counter(void **state)
{
    struct vmclock_counter_info info;
    (void)state;
#if defined(__arm__)
    skip(); /* emulators of one program have no CNTFRQ for it */
#endif
    memset(&info, 0xa5, sizeof info);
    vmclock_ask_counter(&info);
    print_message("counter %u at %llu Hz, invariant %u, order %u\n", info.counter_id,
                  (unsigned long long)info.frequency_hz, info.invariant,
                  (unsigned)vmclock_arch_counter_order());
    assert_int_equal(info.counter_id, VMCLOCK_ARCH_COUNTER_ID);
    assert_true(info.invariant <= 1);
    /* Not advertised, or one that a counter of today can have. */
    assert_true(info.frequency_hz == 0 ||
                (info.frequency_hz >= 1000000 && info.frequency_hz < 20000000000));
}

/* The counter's own frequency is right for the page; period 2^-shift s ticks. */
static int matches(uint64_t period_frac, uint8_t shift, uint64_t frequency_hz)
{
    struct vmclock_snapshot snapshot;
    int result = 7;

    memset(&snapshot, 0, sizeof snapshot);
    snapshot.have = VMCLOCK_HAVE_CLOCK;
    snapshot.period_frac = period_frac;
    snapshot.period_shift = shift;
    assert_int_equal(vmclock_compare_period(&snapshot, frequency_hz, &result), 0);
    assert_true(result == 0 || result == 1);
    return result;
}

static void one_per_cent(void **state)
{
    const uint64_t ghz = UINT64_C(0x89705F4136B4A597); /* shift 29 */
    (void)state;
    assert_int_equal(matches(ghz, 29, 1000000000), 1);
    assert_int_equal(matches(ghz, 29, 1010000000), 1);
    assert_int_equal(matches(ghz, 29, 1010000001), 0);
    assert_int_equal(matches(ghz, 29, 990000001), 1);
    assert_int_equal(matches(ghz, 29, 989999999), 0);
    assert_int_equal(matches(ghz, 29, 2000000000), 0);
    assert_int_equal(matches(ghz, 29, 62500000), 0);
    assert_int_equal(matches(ghz, 30, 2000000000), 1);
    assert_int_equal(matches(ghz, 29, UINT64_MAX), 0);
    assert_int_equal(matches(1, 255, UINT64_MAX), 0);
}

/* At the ends of the interval, to the last bit. */
static void one_per_cent_exactly(void **state)
{
    (void)state;
    assert_int_equal(matches(UINT64_C(1) << 62, 0, 4), 1);
    /* 100 ticks of 2^64 / 100, rounded up: just above 1 s; 99 and 101 of them are the limits. */
    assert_int_equal(matches(UINT64_C(184467440737095517), 0, 99), 1);
    assert_int_equal(matches(UINT64_C(184467440737095516), 0, 99), 0);
    assert_int_equal(matches(UINT64_C(184467440737095516), 0, 101), 1);
    assert_int_equal(matches(UINT64_C(184467440737095517), 0, 101), 0);
    /* 0.99 s, rounded up to 2^-64 s, and 1.01 s, rounded down, of two ticks. */
    assert_int_equal(matches(UINT64_C(0xfd70a3d70a3d70a4), 0, 1), 1);
    assert_int_equal(matches(UINT64_C(0xfd70a3d70a3d70a3), 0, 1), 0);
    assert_int_equal(matches(UINT64_C(0x8147ae147ae147ae), 0, 2), 1);
    assert_int_equal(matches(UINT64_C(0x8147ae147ae147af), 0, 2), 0);
}

static void nothing_to_compare(void **state)
{
    struct vmclock_snapshot snapshot;
    int result = 7;
    (void)state;
    memset(&snapshot, 0, sizeof snapshot);
    snapshot.have = VMCLOCK_HAVE_CLOCK;
    snapshot.period_frac = 1;
    assert_int_equal(vmclock_compare_period(&snapshot, 0, &result), VMCLOCK_ERR_ARGUMENT);
    snapshot.period_frac = 0;
    assert_int_equal(vmclock_compare_period(&snapshot, 1, &result), VMCLOCK_ERR_PERIOD);
    snapshot.period_frac = 1;
    snapshot.have = (uint16_t)~VMCLOCK_HAVE_CLOCK;
    assert_int_equal(vmclock_compare_period(&snapshot, 1, &result), VMCLOCK_ERR_NO_CLOCK);
    assert_int_equal(result, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(__x86_64__) || defined(__i386__)
        cmocka_unit_test(intel_has_lfence),
        cmocka_unit_test(amd_says_that_lfence_serialises),
        cmocka_unit_test(whoever_has_rdtscp),
        cmocka_unit_test(the_rest_has_mfence),
        cmocka_unit_test(crystal_and_ratio),
        cmocka_unit_test(ratio_is_not_enumerated),
        cmocka_unit_test(base_frequency_without_crystal),
        cmocka_unit_test(leaves_above_the_maximum_are_not_asked),
        cmocka_unit_test(hypervisor_comes_first),
        cmocka_unit_test(hypervisor_that_does_not_say),
        cmocka_unit_test(invariance),
        cmocka_unit_test(each_order_counts),
#endif
        cmocka_unit_test(cpu_describes_its_counter),
        cmocka_unit_test(one_per_cent),
        cmocka_unit_test(one_per_cent_exactly),
        cmocka_unit_test(nothing_to_compare),
    };
    return cmocka_run_group_tests_name("counter", tests, NULL, NULL);
}
