/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a KVM guest's counter is looked at, and what is made of what is seen there, where debugfs and the clock are made
 * up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/abi.h>
#include "arch/arch.h"
#include "boot/linux/kvm/folder.h"
#include "boot/linux/publish/relation/relation.h"
#include "said.h"

#define VCPUS 25     /* of a guest; two files each, */
#define ALONE_MS 400 /* and 125 files a second: of one guest, */
#define BOTH_MS 800  /* and of two */
#define MORE_VCPUS 2500
#define MORE_MS 40000
#define BLIND_MS 2000 /* that a nested guest may hide it */
#define ONE_48 (1ull << 48)
#define NESTED "a nested guest runs"

extern const struct relation_kind relation_kvm;

static struct kvm_clock shown;
static size_t vcpus;
static const char *why; /* it is not known; null: it is */
static bool is_still, folder_fails;
static uint64_t known_offset;
static unsigned reads, stills, closed;

int kvm_folder_open(const char *debugfs, pid_t pid, struct kvm_folder *folder)
{
    assert_string_equal(debugfs, "/debug");
    assert_int_equal(pid, 4711);
    assert_int_equal(folder->fd, -1);
    if (folder_fails)
        return -1;
    folder->fd = 7;
    return 0;
}

void kvm_folder_close(struct kvm_folder *folder)
{
    assert_int_equal(folder->fd, folder_fails ? -1 : 7);
    folder->vcpu_count = 0;
    closed++;
}

const char *kvm_folder_read(struct kvm_folder *folder, struct kvm_clock *clock)
{
    reads++;
    folder->vcpu_count = vcpus;
    if (!why) {
        *clock = shown;
        known_offset = shown.offset;
    }
    return why;
}

bool kvm_folder_still(struct kvm_folder *folder, const struct kvm_clock *clock)
{
    assert_int_equal(folder->fd, 7);
    assert_int_equal(clock->offset, known_offset);
    stills++;
    return is_still;
}

static struct relation guest(void)
{
    return (struct relation){.pid = 4711, .debugfs = "/debug", .counter = HOST_COUNTER_MONOTONIC};
}

static int start(void **state)
{
    (void)state;
    now_ms = 5000000;
    shown = (struct kvm_clock){(uint64_t)-1000, ONE_48, 48};
    vcpus = VCPUS;
    why = NULL;
    is_still = true;
    folder_fails = false;
    reads = stills = closed = 0;
    said_nothing();
    return 0;
}

/* Whether asking looked at all: with the quick look, or with the thorough one as well. */
static void expect(struct relation *relation, int progress, unsigned stills_more,
                   unsigned reads_more)
{
    unsigned stills_before = stills, reads_before = reads;

    assert_int_equal(relation_kvm.measure(relation), progress);
    assert_int_equal(stills - stills_before, stills_more);
    assert_int_equal(reads - reads_before, reads_more);
}

static void test_what_is_shown(void **state)
{
    struct relation r = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_ANY), 0);
    assert_int_equal(r.counter, HOST_COUNTER_CPU);
    assert_int_equal(r.counter_id, VMCLOCK_COUNTER_ID_X86_TSC);
    assert_string_equal(r.arch_name, "x86_64");
    assert_int_equal(r.value.zero_earliest_ticks, 1000);
    assert_int_equal(r.value.zero_latest_ticks, 1000);
    assert_int_equal(r.value.host_ticks_a_tick, 1);
    assert_int_equal(r.value.ratio, 0); /* a ratio of 1 is none */
    assert_int_equal(r.value.frac_bits, 0);
    shown = (struct kvm_clock){5, ONE_48 + 1, 48};
    is_still = false;
    relation_kvm.doubt(&r);
    expect(&r, 1, 1, 1);
    assert_int_equal(r.value.zero_earliest_ticks, (uint64_t)-5);
    assert_int_equal(r.value.ratio, ONE_48 + 1);
    assert_int_equal(r.value.frac_bits, 48);
    assert_string_equal(heard, "related offset=5 ratio=281474976710657 frac_bits=48");
    shown = (struct kvm_clock){5, 0, 0}; /* nothing is scaled there */
    relation_kvm.doubt(&r);
    expect(&r, 1, 1, 1);
    assert_int_equal(r.value.ratio, 0);
    relation_kvm.close(&r);
    assert_null(r.own);
    assert_int_equal(closed, 1);
    relation_kvm.close(&r);
    assert_int_equal(closed, 1);
}

static void test_what_is_refused(void **state)
{
    struct relation r = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_AARCH64), -1);
    assert_string_equal(failed, "arch");
    relation_kvm.close(&r);
    why = "its vCPUs' counters differ";
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_X86_64), -1);
    assert_string_equal(failed, "counter");
    relation_kvm.close(&r);
    folder_fails = true;
    failed[0] = '\0';
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_X86_64), -1);
    assert_string_equal(failed, ""); /* the folder has said why */
    relation_kvm.close(&r);
    assert_int_equal(reads, 1);
}

/* As often as all guests' vCPUs together allow. */
static void test_how_often(void **state)
{
    struct relation one = guest(), other = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&one, GUEST_ARCH_ANY), 0);
    now_ms += ALONE_MS - 1;
    expect(&one, 0, 0, 0);
    now_ms++;
    expect(&one, 0, 1, 0);
    expect(&one, 0, 0, 0);
    assert_int_equal(relation_kvm.open(&other, GUEST_ARCH_ANY), 0);
    now_ms += BOTH_MS - 1;
    expect(&one, 0, 1, 0); /* as was said before the other came */
    expect(&other, 0, 0, 0);
    now_ms++;
    expect(&other, 0, 1, 0);
    now_ms += BOTH_MS - 2;
    expect(&one, 0, 0, 0);
    now_ms++;
    expect(&one, 0, 1, 0);
    relation_kvm.close(&other);
    now_ms += BOTH_MS;
    expect(&one, 0, 1, 0);
    now_ms += ALONE_MS - 1;
    expect(&one, 0, 0, 0);
    now_ms++;
    expect(&one, 0, 1, 0);
    vcpus = MORE_VCPUS; /* it has got more of them */
    is_still = false;
    relation_kvm.hurry(&one);
    expect(&one, 0, 1, 1);
    now_ms += MORE_MS - 1;
    expect(&one, 0, 0, 0);
    now_ms++;
    expect(&one, 0, 1, 1);
    relation_kvm.close(&one);
    assert_int_equal(said, 0);
}

static void test_doubt_and_hurry_look_once(void **state)
{
    struct relation r = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_ANY), 0);
    relation_kvm.doubt(&r);
    expect(&r, 0, 1, 0);
    expect(&r, 0, 0, 0);
    relation_kvm.hurry(&r);
    expect(&r, 0, 1, 0);
    expect(&r, 0, 0, 0);
    is_still = false; /* the thorough look sees the same */
    relation_kvm.doubt(&r);
    expect(&r, 0, 1, 1);
    expect(&r, 0, 0, 0);
    assert_int_equal(said, 0);
    shown.offset++;
    relation_kvm.hurry(&r);
    expect(&r, 1, 1, 1);
    shown.ratio++;
    relation_kvm.hurry(&r);
    expect(&r, 1, 1, 1);
    shown.frac_bits--;
    relation_kvm.hurry(&r);
    expect(&r, 1, 1, 1);
    assert_int_equal(said, 3);
    relation_kvm.close(&r);
}

/* For BLIND_MS a nested guest may hide what has not changed. */
static void test_nested_hides(void **state)
{
    struct relation r = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_ANY), 0);
    why = NESTED;
    is_still = false;
    now_ms += BLIND_MS - 1;
    expect(&r, 0, 1, 1);
    assert_int_equal(said, 0);
    now_ms++;
    expect(&r, RELATION_UNSEEN, 1, 1);
    assert_string_equal(heard, "unreliable: " NESTED);
    expect(&r, RELATION_UNSEEN, 0, 1); /* there is nothing that could still be so */
    assert_int_equal(said, 1);
    why = "debugfs cannot be read";
    expect(&r, RELATION_UNSEEN, 0, 1);
    assert_int_equal(said, 2);
    why = NULL;
    expect(&r, 1, 0, 1); /* the same as before, but nobody saw it meanwhile */
    assert_int_equal(said, 3);
    why = "debugfs cannot be read";
    relation_kvm.hurry(&r);
    expect(&r, RELATION_UNSEEN, 1, 1); /* which is another time, and said */
    assert_int_equal(said, 4);
    relation_kvm.close(&r);
}

/* What a nested guest hides is not known where something else says that it may have changed. */
static void test_nested_hides_a_change(void **state)
{
    struct relation r = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_ANY), 0);
    is_still = false;
    why = NESTED;
    relation_kvm.hurry(&r);
    expect(&r, 0, 1, 1);
    relation_kvm.doubt(&r);
    expect(&r, RELATION_UNSEEN, 1, 1);
    why = NULL;
    expect(&r, 1, 0, 1);
    why = NESTED;
    vcpus++;
    relation_kvm.hurry(&r);
    expect(&r, RELATION_UNSEEN, 1, 1);
    relation_kvm.close(&r);
}

/* Anything else is not known at once. */
static void test_unreadable_is_not_known(void **state)
{
    struct relation r = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_ANY), 0);
    is_still = false;
    why = "its vCPUs' counters differ";
    relation_kvm.hurry(&r);
    expect(&r, RELATION_UNSEEN, 1, 1);
    relation_kvm.close(&r);
}

/* Another CPU's kernel does not show it. */
static void test_another_host(void **state)
{
    struct relation r = guest();

    (void)state;
    assert_int_equal(relation_kvm.open(&r, GUEST_ARCH_ANY), -1);
    assert_string_equal(failed, "arch");
}

int main(void)
{
    const struct CMUnitTest elsewhere[] = {cmocka_unit_test_setup(test_another_host, start)};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_is_shown, start),
        cmocka_unit_test_setup(test_what_is_refused, start),
        cmocka_unit_test_setup(test_how_often, start),
        cmocka_unit_test_setup(test_doubt_and_hurry_look_once, start),
        cmocka_unit_test_setup(test_nested_hides, start),
        cmocka_unit_test_setup(test_nested_hides_a_change, start),
        cmocka_unit_test_setup(test_unreadable_is_not_known, start),
    };

    return VMCLOCK_ARCH_COUNTER_ID == VMCLOCK_COUNTER_ID_X86_TSC
               ? cmocka_run_group_tests(tests, NULL, NULL)
               : cmocka_run_group_tests(elsewhere, NULL, NULL);
}
