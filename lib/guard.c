/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/guard.h>
#include "arch/arch.h"
#include "lib/clock.h"
#include "lib/fields.h"
#include "lib/listed.h"

/* Flags that have a bit of VMCLOCK_CHANGED_* of their own: what is announced, what is present. */
#define GUARD_PENDING_FLAGS \
    (VMCLOCK_PAGE_FLAG_DISRUPTION_SOON | VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT)
#define GUARD_NAMED_FLAGS (GUARD_PENDING_FLAGS | (FIELDS_PRESENCE & ~VMCLOCK_HAVE_CLOCK))

LISTED(struct vmclock_guard, 17); /* here, and in vmclock_guard_acknowledge */

void vmclock_guard_from(const struct vmclock_snapshot *snapshot, struct vmclock_guard *guard)
{
    guard->disruption_marker = snapshot->disruption_marker;
    guard->generation_known = (snapshot->have & VMCLOCK_HAVE_GENERATION) != 0;
    guard->generation = guard->generation_known ? snapshot->generation : 0;
}

uint8_t vmclock_disruption_of(uint64_t flags)
{
    return clock_disruption(flags);
}

void vmclock_guard_compare(const struct vmclock_guard *guard,
                           const struct vmclock_snapshot *snapshot,
                           struct vmclock_guard_answer *answer)
{
    vmclock_guard_from(snapshot, &answer->now);
    answer->disrupted = answer->now.disruption_marker != guard->disruption_marker;
    if (!guard->generation_known || !answer->now.generation_known)
        answer->cloned = VMCLOCK_CLONED_UNKNOWN;
    else if (answer->now.generation != guard->generation)
        answer->cloned = VMCLOCK_CLONED_YES;
    else
        answer->cloned = VMCLOCK_CLONED_NO;
    answer->pending = clock_disruption(snapshot->flags);
}

int vmclock_guard_take(const struct vmclock *clk, struct vmclock_guard *guard)
{
    struct vmclock_snapshot snapshot;
    int error = vmclock_take_snapshot(clk, &snapshot);

    if (error)
        return error;
    vmclock_guard_from(&snapshot, guard);
    vmclock_arch_full_barrier(); /* the work comes after */
    return 0;
}

int vmclock_guard_ask(const struct vmclock *clk, const struct vmclock_guard *guard,
                      struct vmclock_guard_answer *answer)
{
    struct vmclock_snapshot snapshot;
    int error;

    vmclock_arch_full_barrier(); /* the work came before */
    error = vmclock_take_snapshot(clk, &snapshot);
    if (error)
        return error;
    vmclock_guard_compare(guard, &snapshot, answer);
    return 0;
}

void vmclock_guard_acknowledge(struct vmclock_guard *guard,
                               const struct vmclock_guard_answer *answer)
{
    guard->disruption_marker = answer->now.disruption_marker;
    guard->generation = answer->now.generation;
    guard->generation_known = answer->now.generation_known;
}

/* Whether the field differs: it came or went, or is present in both and has another value. */
#define GUARD_COMPARE(unused, name, offset, type, member, presence, class) \
    if (((before->have ^ after->have) & (presence)) || \
        ((before->have & after->have & (presence)) == (presence) && \
         before->member != after->member)) \
        changed |= (class);

uint32_t vmclock_changes(const struct vmclock_snapshot *before,
                         const struct vmclock_snapshot *after)
{
    uint64_t flags = before->flags ^ after->flags;
    uint32_t changed = 0;

    FIELDS(GUARD_COMPARE, )
    if (flags & GUARD_PENDING_FLAGS)
        changed |= VMCLOCK_CHANGED_PENDING;
    if (flags & ~(uint64_t)GUARD_NAMED_FLAGS)
        changed |= VMCLOCK_CHANGED_FLAGS;
    return changed;
}

int vmclock_take_changes(const struct vmclock *clk, const struct vmclock_snapshot *seen,
                         struct vmclock_snapshot *snapshot, uint32_t *changed)
{
    int error = vmclock_take_snapshot(clk, snapshot);

    if (error)
        return error;
    *changed = vmclock_changes(seen, snapshot);
    return 0;
}
