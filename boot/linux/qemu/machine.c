/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include "boot/linux/common/event.h"
#include "boot/linux/qemu/machine.h"

#define STAMP_MAX_SEC (INT64_C(1) << 33) /* in ns it fits 64 bits */
#define US_PER_SEC 1000000

/* An event's time, unix us; 0: it has none, or one that cannot be. */
static int64_t read_stamp(struct json_object *message)
{
    struct json_object *stamp = qmp_member(message, "timestamp");
    int64_t sec = json_object_get_int64(qmp_member(stamp, "seconds"));
    int64_t us = json_object_get_int64(qmp_member(stamp, "microseconds"));

    if (sec < 0 || sec >= STAMP_MAX_SEC || us < 0 || us >= US_PER_SEC)
        return 0;
    return sec * US_PER_SEC + us;
}

static void on_event(void *context, const char *name, struct json_object *message)
{
    struct machine *machine = context;

    if (machine->ours && !strcmp(name, machine->ours))
        machine->ours = NULL;
    else
        event("qemu %s", name);
    if (!strcmp(name, "STOP")) {
        machine->stopped = true;
        if (machine->on_stop)
            machine->on_stop(machine->stop_context);
    }
    if (!strcmp(name, "RESUME")) {
        machine->resumed = true;
        machine->resumed_unix_us = read_stamp(message);
    }
}

/* Executes a query; *result is null when QEMU does not know it. -1 when the connection failed. */
static int query(struct machine *machine, const char *name, struct json_object **result)
{
    *result = NULL;
    return qmp_command(&machine->qmp, name, NULL, result) < 0 ? -1 : 0;
}

int machine_state(struct machine *machine, enum machine_state *state)
{
    static const struct {
        const char *name;
        enum machine_state state;
    } names[] = {
        {"prelaunch", MACHINE_PRELAUNCH},   {"running", MACHINE_RUNNING},
        {"inmigrate", MACHINE_INCOMING},    {"paused", MACHINE_PAUSED},
        {"suspended", MACHINE_PAUSED},      {"postmigrate", MACHINE_PAUSED},
        {"finish-migrate", MACHINE_PAUSED}, {"save-vm", MACHINE_PAUSED},
        {"restore-vm", MACHINE_PAUSED},     {"debug", MACHINE_PAUSED},
        {"io-error", MACHINE_PAUSED},       {"watchdog", MACHINE_PAUSED},
    };
    struct json_object *result;
    const char *status;

    if (query(machine, "query-status", &result) < 0)
        return -1;
    status = json_object_get_string(qmp_member(result, "status"));
    snprintf(machine->state_name, sizeof(machine->state_name), "%s", status ? status : "unknown");
    json_object_put(result);
    *state = MACHINE_OTHER;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(names[i].name, machine->state_name))
            *state = names[i].state;
    return 0;
}

/*
 * x-query-jit answers under TCG alone, and speaks of the guest's clock only where icount makes it
 * another than the host's.
 */
static int find_accelerator(struct machine *machine)
{
    struct json_object *result;
    const char *text;
    bool kvm;

    if (query(machine, "query-kvm", &result) < 0)
        return -1;
    kvm = json_object_get_boolean(qmp_member(result, "enabled"));
    json_object_put(result);
    machine->accelerator = ACCELERATOR_KVM;
    if (kvm)
        return 0;
    if (query(machine, "x-query-jit", &result) < 0)
        return -1;
    text = json_object_get_string(qmp_member(result, "human-readable-text"));
    machine->accelerator = text ? ACCELERATOR_TCG : ACCELERATOR_UNKNOWN;
    machine->counts_instructions = text && strstr(text, "Host - Guest clock");
    json_object_put(result);
    return 0;
}

int machine_find_arch(struct machine *machine, enum guest_arch wanted)
{
    struct json_object *result;
    const char *name;
    int error = 0;

    if (query(machine, "query-target", &result) < 0)
        return -1;
    name = json_object_get_string(qmp_member(result, "arch"));
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

int machine_open(const char *path, struct machine *machine)
{
    enum machine_state state;

    machine->qmp.on_event = on_event;
    machine->qmp.context = machine;
    if (qmp_open(&machine->qmp, path) < 0 || machine_state(machine, &state) < 0)
        return -1;
    if (state == MACHINE_OTHER)
        return failure("state", "the guest is '%s'", machine->state_name);
    return find_accelerator(machine);
}

/* A command whose event is not told: there may be dozens in a row, among which others' would be lost. */
static int command_quietly(struct machine *machine, const char *name, const char *its_event)
{
    int error;

    machine->ours = its_event;
    error = qmp_command(&machine->qmp, name, NULL, NULL);
    machine->ours = NULL;
    return error;
}

int machine_stop(struct machine *machine)
{
    int error = command_quietly(machine, "stop", "STOP");

    if (error > 0)
        return failure("state", "QEMU refuses to stop the guest: %s", machine->qmp.refusal);
    machine->stopped = machine->resumed = false; /* by us, or over */
    return error;
}

int machine_continue(struct machine *machine)
{
    int error = command_quietly(machine, "cont", "RESUME");

    if (error > 0)
        return failure("state", "QEMU refuses to start the guest: %s", machine->qmp.refusal);
    machine->resumed = false; /* by us */
    return error;
}
