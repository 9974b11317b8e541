/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest whose instructions QEMU emulates: its counter stands still with it, QEMU saves it among its
 * devices' state, and goes on with it at a moment that can be bracketed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <vmclock/abi.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/publish/relation/bracket.h"
#include "boot/linux/publish/relation/savedstate.h"
#include "boot/linux/qemu/machine.h"

#define NS_PER_SEC 1000000000
#define JUMP_MS 4 /* the first try whether the counter has jumped */
#define JUMP_MAX_MS 1000

/*
 * QEMU on x86 lets no guest's counter run backwards: one that was filled from an older snapshot has
 * the snapshot's counter until it reads it, and that moment sets it to what it had read before. So
 * while its counter is below the greatest that it can have read, its relation is not certain.
 */
struct jump {
    uint64_t below_ticks; /* the guest's counter when it stood still last; 0: not known */
    uint64_t from_ticks;  /* the guest's counter when it went on, ... */
    uint64_t since_ticks; /* ... not before this of the host's */
    int wait_ms;          /* how long it was let run in the last try; 0: there was none */
};

struct tcg {
    bool exact;        /* QEMU tells its counter; else it is taken for 0 */
    uint64_t at_ticks; /* its counter as it stands still */
    struct jump jump;
    int64_t began_ms; /* CLOCK_MONOTONIC: of the first attempt */
};

/* CNTVCT counts QEMU's virtual clock, divided by a whole number of ns. */
static int find_arm_divisor(struct machine *machine, uint32_t *divisor)
{
    struct json_object *cpus = NULL, *result = NULL;
    int64_t frequency_hz = 0;
    const char *path;
    int error = 0;

    if (qmp_command(&machine->qmp, "query-cpus-fast", NULL, &cpus) < 0)
        return -1;
    path = qmp_length(cpus)
               ? json_object_get_string(qmp_member(json_object_array_get_idx(cpus, 0), "qom-path"))
               : NULL;
    if (path) {
        struct json_object *arguments = json_object_new_object();

        json_object_object_add(arguments, "path", json_object_new_string(path));
        json_object_object_add(arguments, "property", json_object_new_string("cntfrq"));
        error = qmp_command(&machine->qmp, "qom-get", arguments, &result);
        frequency_hz = json_object_get_int64(result);
        json_object_put(result);
    }
    json_object_put(cpus);
    if (error < 0)
        return error;
    if (frequency_hz <= 0)
        return failure("counter", "QEMU does not tell the frequency of the guest's counter");
    *divisor = frequency_hz < NS_PER_SEC ? (uint32_t)(NS_PER_SEC / frequency_hz) : 1;
    return 0;
}

static int open_tcg(struct relation *relation, enum guest_arch wanted)
{
    struct machine *machine = relation->machine;

    if (machine->counts_instructions)
        return failure("icount", "with -icount the guest's counter does not follow real time");
    if (machine_find_arch(machine, wanted) < 0)
        return -1;
    relation->own = calloc(1, sizeof(struct tcg));
    if (!relation->own)
        return failure("file", "no memory for so many guests");
    relation->value = (struct counter_relation){.host_ticks_a_tick = 1};
    if (machine->arch == GUEST_ARCH_X86_64) {
        relation->counter = HOST_COUNTER_CPU;
        relation->counter_id = VMCLOCK_COUNTER_ID_X86_TSC;
        relation->arch_name = "x86_64";
        return 0;
    }
    relation->counter = HOST_COUNTER_MONOTONIC;
    relation->counter_id = VMCLOCK_COUNTER_ID_ARM_VCNT;
    relation->arch_name = "aarch64";
    return find_arm_divisor(machine, &relation->value.host_ticks_a_tick);
}

static void close_tcg(struct relation *relation)
{
    free(relation->own);
    relation->own = NULL;
}

/* The counter of a guest that stands still. Returns 0, or -1 having said why. */
static int read_counter(const struct relation *relation, struct tcg *tcg)
{
    struct saved_clocks clocks = {0, 0};
    int error = savedstate_read(&relation->machine->qmp, &clocks);

    tcg->exact = !error;
    tcg->at_ticks =
        (uint64_t)(relation->machine->arch == GUEST_ARCH_X86_64 ? clocks.ticks : clocks.clock_ns);
    return error < 0 ? -1 : 0;
}

/*
 * Of a guest that was stopped: whether its counter is as great as it can ever have been, or has
 * advanced by more than the host's meanwhile.
 */
static bool has_jumped(const struct relation *relation, const struct tcg *tcg)
{
    const struct jump *jump = &tcg->jump;
    uint64_t elapsed = host_ticks(relation->counter) - jump->since_ticks;

    return tcg->at_ticks >= jump->below_ticks ||
           (jump->since_ticks && tcg->at_ticks - jump->from_ticks > elapsed);
}

static int stopped(struct relation *relation)
{
    struct tcg *tcg = relation->own;

    if (read_counter(relation, tcg) < 0)
        return -1;
    if (has_jumped(relation, tcg))
        tcg->jump.below_ticks = tcg->at_ticks;
    return 0;
}

/* What its counter can have been at most, as it ran until now. */
static void ceased(struct relation *relation)
{
    struct tcg *tcg = relation->own;

    tcg->jump.below_ticks = host_ticks(relation->counter) - relation->value.zero_earliest_ticks;
}

/* Lets it run without a clock for a while; it may read its counter. */
static int await_jump(struct relation *relation, struct tcg *tcg)
{
    struct jump *jump = &tcg->jump;

    if (!jump->wait_ms)
        event("settling: the guest's counter jumps when the guest reads it next");
    jump->wait_ms = jump->wait_ms ? jump->wait_ms * 2 : JUMP_MS;
    if (jump->wait_ms > JUMP_MAX_MS)
        jump->wait_ms = JUMP_MAX_MS;
    jump->from_ticks = tcg->at_ticks;
    jump->since_ticks = host_ticks(relation->counter);
    if (machine_continue(relation->machine) < 0)
        return -1;
    relation->wait_ms = jump->wait_ms;
    return RELATION_LATER;
}

/* Starts it: how well the moment of that is known decides. It runs a few ms in each attempt. */
static int start(struct relation *relation, struct tcg *tcg, const struct host_rate *rate,
                 unsigned tries)
{
    struct counter_relation *zero = &relation->value;
    int error = bracket_start(relation->machine, relation->counter, rate, zero);

    if (error)
        return error < 0 ? -1 : RELATION_OTHERS;
    zero->zero_earliest_ticks -= tcg->at_ticks;
    zero->zero_latest_ticks -= tcg->at_ticks;
    /* A counter that QEMU does not tell was 0, once. */
    if (tcg->exact && !bracket_good_enough(zero, rate, (wait_now_ms() - tcg->began_ms) * 1000000))
        return RELATION_AGAIN;
    event("started bracket_ns=%" PRIu64 " tries=%u exact=%s",
          host_ns_ceil(rate, zero->zero_latest_ticks - zero->zero_earliest_ticks), tries,
          tcg->exact ? "yes" : "no");
    return RELATION_KNOWN;
}

static int resume_first(struct relation *relation, struct tcg *tcg, const struct host_rate *rate,
                        bool has_run)
{
    if (read_counter(relation, tcg) < 0)
        return -1;
    if (has_run && !tcg->exact) {
        (void)machine_continue(relation->machine); /* without a clock, but it goes on */
        return failure("state", "this QEMU does not tell the counter of a guest that has run");
    }
    if (relation->machine->arch == GUEST_ARCH_X86_64 && tcg->at_ticks < tcg->jump.below_ticks)
        return await_jump(relation, tcg);
    tcg->jump.wait_ms = 0;
    tcg->jump.since_ticks = 0;
    tcg->began_ms = wait_now_ms();
    return start(relation, tcg, rate, 1);
}

static int resume(struct relation *relation, const struct host_rate *rate, unsigned attempt,
                  bool has_run)
{
    struct tcg *tcg = relation->own;

    if (!attempt)
        return resume_first(relation, tcg, rate, has_run);
    if (!tcg->exact)
        return failure("state", "this QEMU no longer tells the guest's counter");
    return start(relation, tcg, rate, attempt + 1);
}

extern const struct relation_kind relation_tcg;
const struct relation_kind relation_tcg = {
    .accelerator = ACCELERATOR_TCG,
    .open = open_tcg,
    .close = close_tcg,
    .stopped = stopped,
    .ceased = ceased,
    .resume = resume,
};
