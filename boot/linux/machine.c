/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>
#include "boot/linux/event.h"
#include "boot/linux/machine.h"
#include "boot/linux/savedstate.h"

#define WANTED_BRACKET_NS 200000
/* After each such time a bracket three times as wide will do, and after so many any. */
#define PATIENCE_NS INT64_C(250000000)
#define PATIENCE_TIMES 5

/* A member of a returned object, or null. */
static struct json_object *member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    if (object)
        json_object_object_get_ex(object, key, &value);
    return value;
}

static void on_event(void *context, const char *name, struct json_object *message)
{
    struct machine *machine = context;
    struct json_object *stamp = member(message, "timestamp");

    if (!strcmp(name, "STOP"))
        machine->stopped = true;
    if (!strcmp(name, "RESUME"))
        machine->resumed_unix_us = json_object_get_int64(member(stamp, "seconds")) * 1000000 +
                                   json_object_get_int64(member(stamp, "microseconds"));
    event("qemu %s", name);
}

/* Executes a query; *result is null when QEMU does not know it. -1 when the connection failed. */
static int query(struct machine *machine, const char *name, struct json_object **result)
{
    *result = NULL;
    return qmp_command(&machine->qmp, name, NULL, result) < 0 ? -1 : 0;
}

/* The guest must not have run: only then is its counter 0 and will begin at `cont`. */
static int check_not_started(struct machine *machine)
{
    struct json_object *result;
    const char *status;
    int error = 0;

    if (query(machine, "query-status", &result) < 0)
        return -1;
    status = json_object_get_string(member(result, "status"));
    if (!status || strcmp(status, "prelaunch") != 0)
        error = failure("state", "the guest is '%s': QEMU has to be started with -S and left so",
                        status ? status : "in an unknown state");
    json_object_put(result);
    return error;
}

/*
 * Only TCG without icount counts as the host does. x-query-jit answers under TCG alone, and speaks
 * of the guest's clock only where icount makes it another than the host's.
 */
static int check_accelerator(struct machine *machine)
{
    struct json_object *result;
    const char *text;
    int error = 0;

    if (query(machine, "query-kvm", &result) < 0)
        return -1;
    if (json_object_get_boolean(member(result, "enabled")))
        error = failure("accelerator", "KVM: its guest counter's offset is not known here; start "
                                       "QEMU with -accel tcg");
    json_object_put(result);
    if (error || query(machine, "x-query-jit", &result) < 0)
        return -1;
    text = json_object_get_string(member(result, "human-readable-text"));
    if (!text)
        error = failure("accelerator", "QEMU does not say that it runs on TCG");
    else if (strstr(text, "Host - Guest clock"))
        error = failure("icount", "with -icount the guest's counter does not follow real time");
    json_object_put(result);
    return error;
}

static int find_arch(struct machine *machine, enum guest_arch wanted)
{
    struct json_object *result;
    const char *name;
    int error = 0;

    if (query(machine, "query-target", &result) < 0)
        return -1;
    name = json_object_get_string(member(result, "arch"));
    machine->arch = GUEST_ARCH_ANY;
    if (name && (!strcmp(name, "x86_64") || !strcmp(name, "i386")))
        machine->arch = GUEST_ARCH_X86_64;
    if (name && !strcmp(name, "aarch64"))
        machine->arch = GUEST_ARCH_AARCH64;
    if (machine->arch == GUEST_ARCH_ANY)
        error =
            failure("arch", "the counter of a guest of type '%s' is not known", name ? name : "?");
    else if (wanted != GUEST_ARCH_ANY && wanted != machine->arch)
        error = failure("arch", "--arch is not the guest's, '%s'", name);
    json_object_put(result);
    return error;
}

/* CNTVCT counts QEMU's virtual clock, divided by a whole number of ns. */
static int find_arm_frequency(struct machine *machine)
{
    struct json_object *cpus, *result = NULL;
    int64_t frequency_hz = 0;
    const char *path;
    int error = -1;

    if (query(machine, "query-cpus-fast", &cpus) < 0)
        return -1;
    path = cpus && json_object_array_length(cpus)
               ? json_object_get_string(member(json_object_array_get_idx(cpus, 0), "qom-path"))
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
    machine->host_ticks_a_tick =
        frequency_hz < 1000000000 ? (uint32_t)(1000000000 / frequency_hz) : 1;
    return 0;
}

int machine_open(const struct options *options, struct machine *machine)
{
    memset(machine, 0, sizeof(*machine));
    machine->qmp.on_event = on_event;
    machine->qmp.context = machine;
    machine->host_ticks_a_tick = 1;
    if (qmp_open(&machine->qmp, options->qmp) < 0 || check_not_started(machine) < 0 ||
        check_accelerator(machine) < 0 || find_arch(machine, options->arch) < 0)
        return -1;
    if (machine->arch == GUEST_ARCH_X86_64)
        return host_open(HOST_COUNTER_CPU);
    if (find_arm_frequency(machine) < 0)
        return -1;
    return host_open(HOST_COUNTER_MONOTONIC);
}

/*
 * QEMU stamps its RESUME event right before it starts the guest's counter. If the host's clock was
 * not stepped meanwhile, that stamp is a later lower end of the bracket than the moment before
 * `cont` was sent: it leaves out QEMU's waking up.
 */
static void raise_to_resume(const struct machine *machine, const struct host_rate *rate,
                            const struct host_sample *before, const struct host_sample *after,
                            struct counter_relation *relation)
{
    int64_t step_ns =
        (after->realtime_ns - before->realtime_ns) - (after->monotonic_ns - before->monotonic_ns);
    int64_t resumed_ns = machine->resumed_unix_us * 1000; /* rounded down */
    uint64_t elapsed_ns, stamped;

    if (resumed_ns <= before->realtime_ns || resumed_ns > after->realtime_ns || step_ns > 1000 ||
        step_ns < -1000)
        return;
    /* A thousandth and a microsecond less, for rate and step. */
    elapsed_ns = (uint64_t)(resumed_ns - before->realtime_ns);
    elapsed_ns -= elapsed_ns / 1000;
    if (elapsed_ns <= 1000)
        return;
    stamped = before->before_ticks + host_ticks_floor(rate, elapsed_ns - 1000);
    if (stamped > relation->zero_earliest_ticks && stamped < relation->zero_latest_ticks)
        relation->zero_earliest_ticks = stamped;
}

/*
 *   before_ticks   QEMU receives cont, stamps RESUME,   starts the counter,   answers   received
 *        |------------------------------------|-----------------|--------------------------|
 *   zero_earliest, at first            zero_earliest   the guest counts on      zero_latest
 *
 * Returns 0, or -1 having said why; the ends are of the start, not yet of the counter's zero.
 */
static int bracket_start(struct machine *machine, const struct host_rate *rate,
                         struct counter_relation *start)
{
    struct host_sample before, after;
    int error;

    machine->resumed_unix_us = 0;
    host_sample(&before);
    start->zero_earliest_ticks = host_ticks();
    error = qmp_command(&machine->qmp, "cont", NULL, NULL);
    start->zero_latest_ticks = machine->qmp.received_ticks;
    host_sample(&after);
    if (error > 0)
        return failure("state", "QEMU refuses to start the guest");
    if (error < 0)
        return -1;
    raise_to_resume(machine, rate, &before, &after, start);
    return 0;
}

/* Stops the guest that a try started. Returns as savedstate_read. */
static int stop_again(struct machine *machine, struct saved_clocks *clocks)
{
    int error = qmp_command(&machine->qmp, "stop", NULL, NULL);

    if (error)
        return error;
    machine->stopped = false; /* by us, and its counter is about to be known */
    return savedstate_read(&machine->qmp, clocks);
}

/* What a bracket may be wide, after so many tries that took so long. */
static bool good_enough(uint64_t bracket_ns, int64_t elapsed_ns)
{
    uint64_t wanted_ns = WANTED_BRACKET_NS;

    if (elapsed_ns >= PATIENCE_NS * PATIENCE_TIMES)
        return true;
    for (; elapsed_ns > PATIENCE_NS; elapsed_ns -= PATIENCE_NS)
        wanted_ns *= 3;
    return bracket_ns <= wanted_ns;
}

int machine_start(struct machine *machine, const struct host_rate *rate,
                  struct counter_relation *relation)
{
    struct saved_clocks clocks = {0, 0};
    struct host_sample first, now;
    /* Where QEMU does not tell, a guest that was never started counts from 0, once. */
    int exact = savedstate_read(&machine->qmp, &clocks);

    host_sample(&first);
    for (unsigned tries = 1; exact >= 0; tries++) {
        uint64_t bracket_ns, counted;

        if (bracket_start(machine, rate, relation) < 0)
            return -1;
        bracket_ns =
            host_ns_ceil(rate, relation->zero_latest_ticks - relation->zero_earliest_ticks);
        host_sample(&now);
        if (exact > 0 || good_enough(bracket_ns, now.monotonic_ns - first.monotonic_ns)) {
            counted =
                (uint64_t)(machine->arch == GUEST_ARCH_X86_64 ? clocks.ticks : clocks.clock_ns);
            relation->zero_earliest_ticks -= counted;
            relation->zero_latest_ticks -= counted;
            relation->host_ticks_a_tick = machine->host_ticks_a_tick;
            event("started bracket_ns=%" PRIu64 " tries=%u exact=%s", bracket_ns, tries,
                  exact ? "no" : "yes");
            return 0;
        }
        exact = stop_again(machine, &clocks);
        if (exact > 0)
            return failure("state", "QEMU no longer tells the guest's counter");
    }
    return -1;
}
