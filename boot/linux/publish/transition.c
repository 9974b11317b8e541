/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/transition.h"

#define LONG_TIMEOUT_MS (30 * 60 * 1000)
#define POLL_MS 20
#define NAME_MAX_BYTES 255

/* savevm and loadvm of the monitor for people: they wait, and say what is wrong. */
static int snapshot_command(struct guest *guest, const char *command, const char *name)
{
    struct qmp *qmp = &guest->machine.qmp;
    struct json_object *answer = NULL;
    int usual_ms = qmp->timeout_ms, error;
    const char *text;
    char line[512];

    if (strlen(name) > NAME_MAX_BYTES) /* QEMU would cut it, and find nothing of that name */
        return failure("snapshot", "the name has more than %d bytes", NAME_MAX_BYTES);
    snprintf(line, sizeof(line), "%s \"%s\"", command, name);
    qmp->timeout_ms = LONG_TIMEOUT_MS;
    guest->unhurried = true;
    error = qmp_monitor(qmp, line, &answer);
    guest->unhurried = false;
    qmp->timeout_ms = usual_ms;
    if (error < 0)
        return -1;
    text = error ? qmp->refusal : json_object_get_string(answer);
    if (text && *text)
        error = failure("snapshot", "%.*s", (int)strcspn(text, "\r\n"), text);
    json_object_put(answer);
    return error ? -1 : 0;
}

static int migrate_command(struct guest *guest, const char *command, const char *uri)
{
    struct json_object *arguments = json_object_new_object();
    int error;

    json_object_object_add(arguments, "uri", json_object_new_string(uri));
    error = qmp_command(&guest->machine.qmp, command, arguments, NULL);
    if (error > 0)
        return failure("migration", "%s", guest->machine.qmp.refusal);
    return error;
}

static int poll_migration(struct guest *guest)
{
    for (;;) {
        struct json_object *state = NULL;
        const char *status, *why;
        int error = qmp_command(&guest->machine.qmp, "query-migrate", NULL, &state);
        bool done, over;

        if (error < 0)
            return -1;
        status = json_object_get_string(qmp_member(state, "status"));
        done = status && !strcmp(status, "completed");
        over = error || !status || !strcmp(status, "failed") || !strcmp(status, "cancelled");
        why = json_object_get_string(qmp_member(state, "error-desc"));
        if (over)
            failure("migration", "it is '%s'%s%s", status ? status : "unknown", why ? ": " : "",
                    why ? why : "");
        json_object_put(state);
        if (done || over)
            return done ? 0 : -1;
        if (qmp_wait(&guest->machine.qmp, POLL_MS) < 0)
            return -1;
    }
}

/* Waits until the migration is over. Returns 0: it is done, or -1 having said why. */
static int wait_migrated(struct guest *guest)
{
    int error;

    guest->unhurried = true;
    error = poll_migration(guest);
    guest->unhurried = false;
    return error;
}

/* Waits until QEMU no longer waits for a migration. Returns 0, or -1 having said why. */
static int wait_arrived(struct guest *guest, enum machine_state *state)
{
    int error = 0;

    guest->unhurried = true;
    while (!error && *state == MACHINE_INCOMING) {
        error = qmp_wait(&guest->machine.qmp, POLL_MS);
        if (!error)
            error = machine_state(&guest->machine, state);
    }
    guest->unhurried = false;
    return error < 0 ? failure("migration", "QEMU ended in it") : 0;
}

/*
 * What is in the page now is taken over: somebody may have let a migration come in or, which QEMU does not tell, filled a
 * guest that stood still from a snapshot.
 */
static int take_page(struct guest *guest)
{
    return guest->target.open ? target_retake(&guest->target) : guest_open_page(guest);
}

/* Stops the guest if it runs. *ran: whether it did. Its page is marked in any case. */
static int stop_for(struct guest *guest, bool *ran)
{
    enum machine_state state;

    if (machine_state(&guest->machine, &state) < 0)
        return -1;
    *ran = state == MACHINE_RUNNING;
    if (state == MACHINE_INCOMING || state == MACHINE_OTHER || state == MACHINE_PRELAUNCH)
        return failure("state", "the guest is '%s'", guest->machine.state_name);
    if ((!*ran || !guest->target.open) && take_page(guest) < 0)
        return -1;
    return *ran ? guest_suspend(guest) : 0;
}

static int pause_guest(struct guest *guest)
{
    bool ran;

    if (stop_for(guest, &ran) < 0)
        return -1;
    return ran ? 0 : failure("state", "the guest is '%s' already", guest->machine.state_name);
}

static int resume_guest(struct guest *guest)
{
    enum machine_state state;

    if (machine_state(&guest->machine, &state) < 0)
        return -1;
    if (state != MACHINE_PAUSED && state != MACHINE_PRELAUNCH)
        return failure("state", "the guest is '%s'", guest->machine.state_name);
    if (take_page(guest) < 0)
        return -1;
    return guest_resume(guest, state != MACHINE_PRELAUNCH);
}

static int save_guest(struct guest *guest, const char *name)
{
    bool ran;
    int error;

    if (stop_for(guest, &ran) < 0)
        return -1;
    error = snapshot_command(guest, "savevm", name);
    if (ran && guest_resume(guest, true) < 0)
        return -1;
    return error;
}

static int load_guest(struct guest *guest, const char *name)
{
    bool ran;
    int error;

    if (stop_for(guest, &ran) < 0)
        return -1;
    error = snapshot_command(guest, "loadvm", name);
    if (target_retake(&guest->target) < 0)
        return -1;
    if (error) {
        event("the guest stays paused, as QEMU leaves it");
        return -1;
    }
    return ran ? guest_resume(guest, true) : 0;
}

static int migrate_out(struct guest *guest, const char *uri)
{
    bool ran;
    int error;

    if (stop_for(guest, &ran) < 0)
        return -1;
    error = migrate_command(guest, "migrate", uri);
    if (!error)
        error = wait_migrated(guest);
    if (!error) {
        event("migrated to %s: the guest is no longer here", uri);
        return 0;
    }
    if (ran)
        (void)guest_resume(guest, true);
    return -1;
}

static int migrate_in(struct guest *guest, const char *uri)
{
    enum machine_state state;

    if (machine_state(&guest->machine, &state) < 0)
        return -1;
    if (state != MACHINE_INCOMING)
        return failure("state", "the guest is '%s': QEMU has to be started with -incoming defer",
                       guest->machine.state_name);
    if (migrate_command(guest, "migrate-incoming", uri) < 0)
        return -1;
    if (wait_arrived(guest, &state) < 0)
        return -1;
    if (guest_open_page(guest) < 0)
        return -1;
    if (state == MACHINE_RUNNING && guest_suspend(guest) < 0)
        return -1;
    return guest_resume(guest, true);
}

static int act(struct guest *guest, enum verb verb, const char *argument)
{
    switch (verb) {
    case VERB_PAUSE:
        return pause_guest(guest);
    case VERB_RESUME:
        return resume_guest(guest);
    case VERB_SAVE:
        return save_guest(guest, argument);
    case VERB_LOAD:
        return load_guest(guest, argument);
    case VERB_MIGRATE_OUT:
        return migrate_out(guest, argument);
    case VERB_MIGRATE_IN:
        return migrate_in(guest, argument);
    case VERB_NONE:
    case VERB_STATUS:
        break;
    }
    return failure("control", "no verb");
}

int transition_run(struct guest *guest, enum verb verb, const char *argument)
{
    int error;

    event("%s%s%s", options_verb_name(verb), argument ? " " : "", argument ? argument : "");
    guest->busy = true;
    error = act(guest, verb, argument);
    guest->busy = guest->held = false; /* who stands still now does so for his user */
    guest_catch_up(guest);
    if (!error)
        event("%s done", options_verb_name(verb));
    return error;
}
