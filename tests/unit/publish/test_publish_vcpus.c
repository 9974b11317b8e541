/* SPDX-License-Identifier: BSD-2-Clause */
/* How a KVM guest's counters lie to the host's, by what debugfs shows of its vCPUs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>
#include "folders.h"

#define NESTED_TRIES 16
#define LOOKS 3 /* at guest_mode, of each try */

static void put_ratio(const char *ratio, const char *frac_bits)
{
    put(0, "tsc-scaling-ratio", ratio);
    put(0, "tsc-scaling-ratio-frac-bits", frac_bits);
}

static void assert_clock(uint64_t offset, uint64_t ratio, uint8_t frac_bits)
{
    const char *why = kvm_folder_read(&folder, &clock_seen);

    if (why)
        fail_msg("%s", why);
    assert_int_equal(clock_seen.offset, offset);
    assert_int_equal(clock_seen.ratio, ratio);
    assert_int_equal(clock_seen.frac_bits, frac_bits);
    assert_true(kvm_folder_still(&folder, &clock_seen));
}

static void assert_unknown(const char *why)
{
    const struct kvm_clock before = clock_seen;
    const char *told = kvm_folder_read(&folder, &clock_seen);

    assert_non_null(told);
    assert_string_equal(told, why);
    assert_memory_equal(&clock_seen.offset, &before.offset, sizeof(before.offset));
    assert_int_equal(clock_seen.ratio, before.ratio);
    assert_int_equal(clock_seen.frac_bits, before.frac_bits);
}

static void test_offsets(void **state)
{
    (void)state;
    assert_clock((uint64_t)-5, 0, 0);
    put_vcpu(0, "0\n");
    assert_clock(0, 0, 0);
    put_vcpu(0, "-9223372036854775808\n");
    assert_clock(UINT64_C(1) << 63, 0, 0);
    put_vcpu(0, "18446744073709551615\n");
    assert_clock(UINT64_MAX, 0, 0);
}

static void test_no_numbers(void **state)
{
    static const char *const texts[] = {
        "", "5", "\n", "5\n\n", "x\n", "5x\n", " 5\n", "99999999999999999999\n", "-\n", "5\n6\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        put_vcpu(0, texts[i]);
        assert_unknown("its files in debugfs hold no numbers");
        assert_false(kvm_folder_still(&folder, &clock_seen));
    }
    put_vcpu(0, "5\n");
    put(0, "guest_mode", "no\n");
    assert_unknown("its files in debugfs hold no numbers");
    put(0, "guest_mode", NULL);
    assert_unknown("this kernel does not say whether a nested guest runs (guest_mode)");
    put_vcpu(0, NULL);
    assert_unknown("KVM shows no counter of it: it has ended, or this kernel does not show it");
}

static void test_ratios(void **state)
{
    static const char absurd[] = "its scaling ratio is absurd";

    (void)state;
    put_ratio("4294967296\n", "32\n");
    assert_clock((uint64_t)-5, UINT64_C(1) << 32, 32);
    put_ratio("4398046511103\n", "32\n"); /* 2^42 - 1: nearly 1024 times */
    assert_clock((uint64_t)-5, (UINT64_C(1) << 42) - 1, 32);
    put_ratio("4398046511104\n", "32\n");
    assert_unknown(absurd);
    put_ratio("4194304\n", "32\n"); /* 2^22: a 1024th */
    assert_clock((uint64_t)-5, UINT64_C(1) << 22, 32);
    put_ratio("4194303\n", "32\n");
    assert_unknown(absurd);
    put_ratio("9223372036854775808\n", "63\n");
    assert_clock((uint64_t)-5, UINT64_C(1) << 63, 63);
    put_ratio("18446744073709551615\n", "64\n");
    assert_unknown(absurd);
    put_ratio("1\n", "1\n");
    assert_clock((uint64_t)-5, 1, 1);
    put_ratio("1\n", "0\n");
    assert_unknown(absurd);
    put_ratio("0\n", "32\n");
    assert_unknown(absurd);
    put_ratio("4294967296\n", "x\n");
    assert_unknown("its files in debugfs hold no numbers");
    put_ratio("4294967296\n", NULL);
    assert_unknown("KVM shows no counter of it: it has ended, or this kernel does not show it");
    put_ratio("x\n", "32\n");
    assert_unknown("its files in debugfs hold no numbers");
    put_ratio(NULL, "32\n");
    assert_clock((uint64_t)-5, 0, 0);
}

static void test_vcpus(void **state)
{
    (void)state;
    for (unsigned vcpu = 1; vcpu < 40; vcpu++)
        put_vcpu(vcpu, "-5\n");
    put_vcpu(4095, "-5\n");
    assert_clock((uint64_t)-5, 0, 0);
    assert_int_equal(folder.vcpu_count, 41);
    put_vcpu(4096, "7\n"); /* no vCPU of KVM's */
    make("%ld-%d/vcpu", (long)getpid(), machine_fd);
    make("%ld-%d/vcpu5x", (long)getpid(), machine_fd);
    make("%ld-%d/vcpx77", (long)getpid(), machine_fd);
    assert_clock((uint64_t)-5, 0, 0);
    assert_int_equal(folder.vcpu_count, 41);
    put_vcpu(39, "-6\n");
    assert_unknown("its vCPUs' counters differ");
    assert_false(kvm_folder_still(&folder, &clock_seen));
    put_vcpu(39, "-5\n");
    put_vcpu(4095, NULL);
    assert_unknown("KVM shows no counter of it: it has ended, or this kernel does not show it");
}

static void test_no_vcpu(void **state)
{
    (void)state;
    assert_int_equal(kvm_folder_open(root, getpid(), &folder), -1);
    make("%ld-%d", (long)getpid(), machine_fd);
    open_it();
    assert_unknown("KVM shows no counter of it: it has ended, or this kernel does not show it");
    assert_false(kvm_folder_still(&folder, &clock_seen));
}

/* A quick look sees another offset or ratio, and vCPUs that are new. */
static void test_still(void **state)
{
    (void)state;
    put_vcpu(1, "-5\n");
    assert_clock((uint64_t)-5, 0, 0);
    put_vcpu(1, "-4\n");
    assert_false(kvm_folder_still(&folder, &clock_seen));
    put_vcpu(1, "-5\n");
    assert_true(kvm_folder_still(&folder, &clock_seen));
    put(1, "tsc-scaling-ratio", "4294967296\n");
    assert_false(kvm_folder_still(&folder, &clock_seen));
    put(1, "tsc-scaling-ratio", "x\n");
    assert_false(kvm_folder_still(&folder, &clock_seen));
    put(1, "tsc-scaling-ratio", NULL);
    assert_true(kvm_folder_still(&folder, &clock_seen));
    put(1, "guest_mode", "1\n"); /* is not asked */
    assert_true(kvm_folder_still(&folder, &clock_seen));
    put_vcpu(2, "-5\n");
    assert_false(kvm_folder_still(&folder, &clock_seen)); /* the first time: they are others */
    assert_true(kvm_folder_still(&folder, &clock_seen));
    put_vcpu(2, NULL);
    assert_false(kvm_folder_still(&folder, &clock_seen));
}

static const char hidden[] = "a nested guest ran, or its counter was changed, at each look";
static unsigned quiet_from;

static void nested_until(unsigned look)
{
    put(0, "guest_mode", look < quiet_from ? "1\n" : "0\n");
}

static void test_nested(void **state)
{
    (void)state;
    before_look = nested_until;
    quiet_from = NESTED_TRIES - 1; /* a try ends with the first look that sees it */
    assert_clock((uint64_t)-5, 0, 0);
    assert_int_equal(looks, NESTED_TRIES - 1 + LOOKS);
    looks = 0;
    quiet_from = NESTED_TRIES;
    assert_unknown(hidden);
    assert_int_equal(looks, NESTED_TRIES);
}

/* In the second or third look of each try. */
static void nested_at_one(unsigned look)
{
    put(0, "guest_mode", look % quiet_from == quiet_from - 1 ? "1\n" : "0\n");
}

static void test_nested_in_between(void **state)
{
    (void)state;
    before_look = nested_at_one;
    for (quiet_from = 2; quiet_from <= LOOKS; quiet_from++) {
        looks = 0;
        assert_unknown(hidden);
        assert_int_equal(looks, quiet_from * NESTED_TRIES);
    }
}

static void changes(unsigned look)
{
    put(0, "tsc-offset", look % 2 ? "-5\n" : "-6\n");
}

static void test_changed_between_looks(void **state)
{
    (void)state;
    before_look = changes;
    looks = 1; /* so that the first of a try sees another than its second: a try has three */
    quiet_from = 0;
    assert_unknown(hidden);
    assert_int_equal(looks, 1 + LOOKS * NESTED_TRIES);
}

/* What the others show counts, where one hides. */
static void test_one_is_nested(void **state)
{
    (void)state;
    put_vcpu(1, "-5\n");
    put(1, "guest_mode", "1\n");
    assert_unknown("its counter was changed, and of a vCPU a nested guest ran");
    clock_seen = (struct kvm_clock){(uint64_t)-5, 0, 0};
    assert_unknown(hidden);
    put(0, "guest_mode", "1\n");
    clock_seen.offset = 0;
    assert_unknown(hidden);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_vcpu, fresh, remove_all),
        cmocka_unit_test_setup_teardown(test_offsets, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_no_numbers, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_ratios, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_vcpus, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_still, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_nested, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_nested_in_between, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_changed_between_looks, with_machine, remove_all),
        cmocka_unit_test_setup_teardown(test_one_is_nested, with_machine, remove_all),
    };

    return cmocka_run_group_tests_name("publish.vcpus", tests, NULL, NULL);
}
