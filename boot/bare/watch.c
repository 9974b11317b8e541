/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.c - says what happens to the machine and to its clock, as it happens, and answers questions in
 * between. One line an event:
 *
 *     watch: disruption marker=8 clock=new         the counter was disrupted; clock=stale: and the page
 *     watch: clock is new again                    still has the clock from before, which is of no use
 *     watch: host-step moved_ns=2000000000         the host set its clock
 *     watch: promise-broken moved_ns=1500          the new time is outside of what the old one promised
 *     watch: generation 5                          the machine was restored or cloned ("none": unknown)
 *     watch: pending soon                          what disruption is announced: none, soon, imminent
 *     watch: status freerunning                    clock_status
 *     watch: page busy                             the page cannot be read, and why; "readable"
 */
#include <stdio.h>
#include "boot/bare/image.h"
#include "boot/bare/platform.h"

struct watch {
    struct vmclock_snapshot seen;    /* the state that was told of last */
    struct vmclock_snapshot trusted; /* the last one whose clock was not stale, ... */
    uint64_t counter;                /* ... and the counter value read last by it */
    int known;                       /* there is such a state */
    int stale;                       /* the page's clock is one from before a disruption */
    int error;                       /* of the latest look at the page */
};

static struct watch watch;

static void say_moved(const char *what, const struct vmclock_audit_result *result)
{
    int64_t moved_ns;

    if (result->moved_known && !vmclock_time_to_ns_floor(&result->moved, &moved_ns))
        printf("watch: %s moved_ns=%lld\n", what, (long long)moved_ns);
    else
        printf("watch: %s moved_ns=none\n", what);
}

static void say_generation(const struct vmclock_snapshot *now)
{
    if (now->have & VMCLOCK_HAVE_GENERATION)
        printf("watch: generation %llu\n", (unsigned long long)now->generation);
    else
        puts("watch: generation none");
}

static const char *pending_of(const struct vmclock_snapshot *now)
{
    return vmclock_disruption_name(vmclock_disruption_of(now->flags));
}

static const char *status_of(const struct vmclock_snapshot *now)
{
    const char *name = vmclock_clock_status_name(now->clock_status);

    return *name ? name : "?";
}

/* What the marker says, and what became of the time. */
static void say_time(const struct vmclock_snapshot *now, uint32_t changed)
{
    const int was_stale = watch.stale;
    struct vmclock_audit_result result;

    vmclock_audit(&watch.trusted, now, watch.counter, &result);
    watch.stale = result.verdict == VMCLOCK_AUDIT_STALE;
    if (changed & VMCLOCK_CHANGED_MARKER)
        printf("watch: disruption marker=%llu clock=%s\n",
               (unsigned long long)now->disruption_marker,
               watch.stale                        ? "stale"
               : (now->have & VMCLOCK_HAVE_CLOCK) ? "new"
                                                  : "none");
    else if (was_stale && !watch.stale)
        puts("watch: clock is new again");
    else if (result.verdict == VMCLOCK_AUDIT_STEPPED)
        say_moved("host-step", &result);
    else if (result.verdict == VMCLOCK_AUDIT_BROKEN)
        say_moved("promise-broken", &result);
}

static void look(const struct vmclock_snapshot *now)
{
    const uint32_t changed = watch.known ? vmclock_changes(&watch.seen, now) : 0;

    if (changed & (VMCLOCK_CHANGED_MARKER | VMCLOCK_CHANGED_TIME))
        say_time(now, changed);
    if (changed & VMCLOCK_CHANGED_GENERATION)
        say_generation(now);
    if (changed & VMCLOCK_CHANGED_PENDING)
        printf("watch: pending %s\n", pending_of(now));
    if (changed & VMCLOCK_CHANGED_STATUS)
        printf("watch: status %s\n", status_of(now));
    watch.seen = *now;
    watch.known = 1;
    if (!watch.stale) { /* else the next update is held against the time before the disruption */
        watch.trusted = *now;
        watch.counter = now->counter;
    }
}

/* Between the questions. */
static void look_by_itself(const struct vmclock *clk)
{
    struct vmclock_snapshot now;
    const int error = vmclock_take_snapshot(clk, &now);

    if (error != watch.error)
        printf("watch: page %s\n", error ? vmclock_error_name(error) : "readable");
    watch.error = error;
    if (!error)
        look(&now);
}

/* Between a question's '=' and its answer: the answer may be the first to meet a disruption. */
static void taken(void *context, struct report *report)
{
    struct vmclock_audit_result result;

    (void)context;
    vmclock_audit(&watch.trusted, &report->snapshot, watch.counter, &result);
    if (watch.known && result.verdict == VMCLOCK_AUDIT_STALE)
        report->error = VMCLOCK_ERR_DISRUPTED;
}

static void serve(struct image *image)
{
    const struct vmclock *clk = image_clock(image);
    struct report_line line = image_line;
    int character;

    line.taken = taken;
    do {
        character = line.read(line.context);
        if (character < 0 && clk)
            look_by_itself(clk);
    } while (report_serve_one(&line, character, &image->report, clk));
}

int main(void)
{
    static struct image image;

    image_start(&image);
    report_print(&image.report, &image_console);
    if (image.report.have & REPORT_HAVE_SNAPSHOT)
        look(&image.report.snapshot);
    else
        watch.error = image.report.error;
    serve(&image);
    return report_state_code(report_state(&image.report));
}
