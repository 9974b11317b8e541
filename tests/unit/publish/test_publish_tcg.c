/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the counter of a guest that QEMU emulates is found when it stands still and goes on, where QEMU, the host's
 * counter and the clock are made up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/abi.h>
#include "boot/linux/publish/relation/bracket.h"
#include "boot/linux/publish/relation/relation.h"
#include "boot/linux/publish/relation/savedstate.h"
#include "boot/linux/qemu/machine.h"
#include "said.h"

#define ZERO 700000 /* the host's counter as the guest's went on, at the earliest */
#define BRACKET 50  /* and at the latest so much later */
#define FIRST_JUMP_MS 4
#define LAST_JUMP_MS 1000

extern const struct relation_kind relation_tcg;

static const struct host_rate rate = {1, 1, 0};
static struct machine machine;
static struct relation r;
static uint64_t host_now;
static int64_t tried_ns;
static struct saved_clocks saved;
static int saved_error, continue_error, start_error, command_error;
static bool good_enough;
static const char *cpus, *frequency;
static unsigned saves, starts, continues;

uint64_t host_ticks(enum host_counter counter)
{
    assert_int_equal(counter, r.counter);
    return host_now;
}

uint64_t host_ns_ceil(const struct host_rate *host, uint64_t ticks)
{
    assert_ptr_equal(host, &rate);
    return ticks * 10;
}

struct json_object *qmp_member(struct json_object *object, const char *key)
{
    return json_object_object_get(object, key);
}

size_t qmp_length(struct json_object *list)
{
    return list ? json_object_array_length(list) : 0;
}

int qmp_command(struct qmp *qmp, const char *name, struct json_object *arguments,
                struct json_object **result)
{
    assert_ptr_equal(qmp, &machine.qmp);
    if (!strcmp(name, "query-cpus-fast")) {
        assert_null(arguments);
        *result = cpus ? json_tokener_parse(cpus) : NULL;
        return cpus ? 0 : -1;
    }
    assert_string_equal(name, "qom-get");
    assert_string_equal(json_object_get_string(qmp_member(arguments, "path")), "/machine/cpu[0]");
    assert_string_equal(json_object_get_string(qmp_member(arguments, "property")), "cntfrq");
    json_object_put(arguments);
    if (!command_error)
        *result = json_tokener_parse(frequency);
    return command_error;
}

int machine_find_arch(struct machine *which, enum guest_arch wanted)
{
    assert_ptr_equal(which, &machine);
    return wanted == GUEST_ARCH_ANY || wanted == which->arch ? 0 : -1;
}

int machine_continue(struct machine *which)
{
    assert_ptr_equal(which, &machine);
    continues++;
    return continue_error;
}

int savedstate_read(struct qmp *qmp, struct saved_clocks *clocks)
{
    assert_ptr_equal(qmp, &machine.qmp);
    saves++;
    if (!saved_error)
        *clocks = saved;
    return saved_error;
}

int bracket_start(struct machine *which, enum host_counter counter, const struct host_rate *host,
                  struct counter_relation *start)
{
    assert_ptr_equal(which, &machine);
    assert_int_equal(counter, r.counter);
    assert_ptr_equal(host, &rate);
    starts++;
    start->zero_earliest_ticks = ZERO;
    start->zero_latest_ticks = ZERO + BRACKET;
    return start_error;
}

bool bracket_good_enough(const struct counter_relation *relation, const struct host_rate *host,
                         int64_t elapsed_ns)
{
    assert_ptr_equal(relation, &r.value);
    assert_ptr_equal(host, &rate);
    tried_ns = elapsed_ns;
    return good_enough;
}

static int start(void **state)
{
    (void)state;
    machine = (struct machine){.accelerator = ACCELERATOR_TCG, .arch = GUEST_ARCH_X86_64};
    r = (struct relation){.machine = &machine, .counter = HOST_COUNTERS};
    host_now = 1000000;
    now_ms = 77;
    tried_ns = -1;
    saved = (struct saved_clocks){300, 40000};
    saved_error = continue_error = start_error = command_error = 0;
    good_enough = true;
    cpus = "[{\"qom-path\": \"/machine/cpu[0]\"}, {\"qom-path\": \"/machine/cpu[1]\"}]";
    frequency = "62500000";
    saves = starts = continues = 0;
    said_nothing();
    return 0;
}

static int end(void **state)
{
    (void)state;
    relation_tcg.close(&r);
    assert_null(r.own);
    return 0;
}

static void open_it(void)
{
    assert_int_equal(relation_tcg.open(&r, GUEST_ARCH_ANY), 0);
}

static int resume(unsigned attempt, bool has_run)
{
    return relation_tcg.resume(&r, &rate, attempt, has_run);
}

static void test_counters(void **state)
{
    (void)state;
    open_it();
    assert_int_equal(r.counter, HOST_COUNTER_CPU);
    assert_int_equal(r.counter_id, VMCLOCK_COUNTER_ID_X86_TSC);
    assert_string_equal(r.arch_name, "x86_64");
    assert_int_equal(r.value.host_ticks_a_tick, 1);
    assert_int_equal(r.value.ratio, 0);
    relation_tcg.close(&r);
    machine.arch = GUEST_ARCH_AARCH64;
    open_it();
    assert_int_equal(r.counter, HOST_COUNTER_MONOTONIC);
    assert_int_equal(r.counter_id, VMCLOCK_COUNTER_ID_ARM_VCNT);
    assert_string_equal(r.arch_name, "aarch64");
    assert_int_equal(r.value.host_ticks_a_tick, 16);
}

/* A counter that is as quick as the virtual clock, or quicker, is that clock. */
static void test_quick_arm_counters(void **state)
{
    static const struct {
        const char *frequency_hz;
        uint32_t divisor;
    } rows[] = {{"1", 1000000000}, {"500000001", 1}, {"1000000000", 1}, {"3000000000", 1}};

    (void)state;
    machine.arch = GUEST_ARCH_AARCH64;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        frequency = rows[i].frequency_hz;
        open_it();
        assert_int_equal(r.value.host_ticks_a_tick, rows[i].divisor);
        relation_tcg.close(&r);
    }
}

static void expect_refused(const char *name)
{
    failed[0] = '\0';
    assert_int_equal(relation_tcg.open(&r, GUEST_ARCH_ANY), -1);
    assert_string_equal(failed, name);
    relation_tcg.close(&r);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    assert_int_equal(relation_tcg.open(&r, GUEST_ARCH_AARCH64), -1);
    machine.counts_instructions = true;
    expect_refused("icount");
    machine.counts_instructions = false;
    machine.arch = GUEST_ARCH_AARCH64;
    frequency = "0";
    expect_refused("counter");
    frequency = "-62500000";
    expect_refused("counter");
    command_error = 1; /* QEMU has no such property */
    expect_refused("counter");
    command_error = -1;
    expect_refused(""); /* it was said by the connection */
    command_error = 0;
    frequency = "62500000";
    cpus = "[]";
    expect_refused("counter");
    cpus = "[{}]";
    expect_refused("counter");
    cpus = NULL;
    expect_refused("");
}

/* It counts from what was saved, from the moment at which it goes on. */
static void test_goes_on(void **state)
{
    (void)state;
    open_it();
    assert_int_equal(resume(0, true), RELATION_KNOWN);
    assert_int_equal(r.value.zero_earliest_ticks, ZERO - 300);
    assert_int_equal(r.value.zero_latest_ticks, ZERO + BRACKET - 300);
    assert_string_equal(heard, "started bracket_ns=500 tries=1 exact=yes");
    assert_int_equal(tried_ns, 0);
    relation_tcg.close(&r);
    machine.arch = GUEST_ARCH_AARCH64;
    open_it();
    assert_int_equal(resume(0, true), RELATION_KNOWN);
    assert_int_equal(r.value.zero_earliest_ticks, ZERO - 40000);
    assert_int_equal(starts, 2);
    assert_int_equal(continues, 0);
}

static void test_tries_again(void **state)
{
    (void)state;
    open_it();
    good_enough = false;
    assert_int_equal(resume(0, true), RELATION_AGAIN);
    assert_int_equal(tried_ns, 0);
    assert_int_equal(said, 0);
    now_ms += 3;
    saved.ticks = 350;
    assert_int_equal(relation_tcg.stopped(&r), 0);
    good_enough = true;
    assert_int_equal(resume(1, true), RELATION_KNOWN);
    assert_int_equal(tried_ns, 3000000);
    assert_int_equal(r.value.zero_earliest_ticks, ZERO - 350);
    assert_string_equal(heard, "started bracket_ns=500 tries=2 exact=yes");
    saved_error = 1; /* and then QEMU does not tell it any longer */
    assert_int_equal(relation_tcg.stopped(&r), 0);
    assert_int_equal(resume(2, true), -1);
    assert_string_equal(failed, "state");
}

static void test_somebody_else(void **state)
{
    (void)state;
    open_it();
    start_error = 1;
    assert_int_equal(resume(0, true), RELATION_OTHERS);
    start_error = -1;
    assert_int_equal(resume(0, true), -1);
    assert_int_equal(said, 0);
    saved_error = -1;
    assert_int_equal(resume(0, true), -1);
    assert_int_equal(starts, 2);
    assert_int_equal(continues, 0);
    assert_int_equal(relation_tcg.stopped(&r), -1);
}

/* A QEMU that does not tell: the counter of a guest that has never run is 0. */
static void test_not_told(void **state)
{
    (void)state;
    open_it();
    saved_error = 1;
    good_enough = false; /* there is no better one to be had */
    assert_int_equal(resume(0, false), RELATION_KNOWN);
    assert_int_equal(r.value.zero_earliest_ticks, ZERO);
    assert_string_equal(heard, "started bracket_ns=500 tries=1 exact=no");
    assert_int_equal(continues, 0);
    assert_int_equal(resume(0, true), -1);
    assert_string_equal(failed, "state");
    assert_int_equal(continues, 1);
    assert_int_equal(starts, 1);
}

/* A guest that was filled from an older snapshot runs without a clock until its counter has jumped. */
static void test_waits_for_the_jump(void **state)
{
    int expected_ms = FIRST_JUMP_MS;

    (void)state;
    open_it();
    saved.ticks = 900;
    assert_int_equal(relation_tcg.stopped(&r), 0);
    saved.ticks = 300;
    while (expected_ms < 4 * LAST_JUMP_MS) {
        assert_int_equal(resume(0, true), RELATION_LATER);
        assert_int_equal(r.wait_ms, expected_ms < LAST_JUMP_MS ? expected_ms : LAST_JUMP_MS);
        host_now += 100;
        saved.ticks += 2; /* less than the host's */
        assert_int_equal(relation_tcg.stopped(&r), 0);
        expected_ms *= 2;
    }
    assert_int_equal(said, 1);
    assert_int_equal(starts, 0);
    assert_int_equal(resume(0, true), RELATION_LATER);
    host_now += 100;
    saved.ticks += 101; /* more than the host's: it has jumped, to less than was thought */
    assert_int_equal(relation_tcg.stopped(&r), 0);
    assert_int_equal(resume(0, true), RELATION_KNOWN);
    assert_int_equal(starts, 1);
    assert_string_equal(heard, "started bracket_ns=500 tries=1 exact=yes");
    saved.ticks = 300; /* the next time it begins anew */
    assert_int_equal(relation_tcg.stopped(&r), 0);
    assert_int_equal(resume(0, true), RELATION_LATER);
    assert_int_equal(r.wait_ms, FIRST_JUMP_MS);
    assert_string_equal(heard, "settling: the guest's counter jumps when the guest reads it next");
}

static void test_no_jump(void **state)
{
    (void)state;
    open_it();
    saved.ticks = 900;
    assert_int_equal(relation_tcg.stopped(&r), 0);
    saved.ticks = 300;
    continue_error = -1;
    assert_int_equal(resume(0, true), -1);
    continue_error = 0;
    assert_int_equal(resume(0, true), RELATION_LATER);
    host_now += 100;
    saved.ticks = 400; /* just what it may advance by */
    assert_int_equal(relation_tcg.stopped(&r), 0);
    assert_int_equal(resume(0, true), RELATION_LATER);
    saved.ticks = 900; /* as great as it can ever have been */
    host_now += 100000;
    assert_int_equal(relation_tcg.stopped(&r), 0);
    assert_int_equal(resume(0, true), RELATION_KNOWN);
}

/* On Arm the counter may run backwards, and does so at once. */
static void test_arm_does_not_jump(void **state)
{
    (void)state;
    machine.arch = GUEST_ARCH_AARCH64;
    open_it();
    saved.clock_ns = 90000;
    assert_int_equal(relation_tcg.stopped(&r), 0);
    saved.clock_ns = 30000;
    assert_int_equal(resume(0, true), RELATION_KNOWN);
    assert_int_equal(r.value.zero_earliest_ticks, ZERO - 30000);
}

/* Somebody else stopped it: it can have read what it was then, at most. */
static void test_ceased(void **state)
{
    (void)state;
    open_it();
    assert_int_equal(resume(0, true), RELATION_KNOWN);
    host_now = ZERO + 5000;
    relation_tcg.ceased(&r);
    saved.ticks = 5299;
    assert_int_equal(resume(0, true), RELATION_LATER);
    saved.ticks = 5300;
    assert_int_equal(resume(0, true), RELATION_KNOWN);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_counters),        CASE(test_quick_arm_counters),
        CASE(test_what_is_refused), CASE(test_goes_on),
        CASE(test_tries_again),     CASE(test_somebody_else),
        CASE(test_not_told),        CASE(test_waits_for_the_jump),
        CASE(test_no_jump),         CASE(test_arm_does_not_jump),
        CASE(test_ceased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
