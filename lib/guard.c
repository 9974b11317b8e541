/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/guard.h>
#include "arch/arch.h"
#include "lib/listed.h"

#define GUARD_PENDING_FLAGS \
    (VMCLOCK_PAGE_FLAG_DISRUPTION_SOON | VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT)
/* Flags that have a bit of VMCLOCK_CHANGED_* of their own; the second ones say what is present. */
#define GUARD_NAMED_FLAGS \
    (GUARD_PENDING_FLAGS | \
     (VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID | VMCLOCK_PAGE_FLAG_PERIOD_ESTERROR_VALID | \
      VMCLOCK_PAGE_FLAG_PERIOD_MAXERROR_VALID | VMCLOCK_PAGE_FLAG_TIME_ESTERROR_VALID | \
      VMCLOCK_PAGE_FLAG_TIME_MAXERROR_VALID | VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT))

LISTED(struct vmclock_guard, 17); /* here, and in vmclock_guard_acknowledge */

void vmclock_guard_from(const struct vmclock_snapshot *snapshot, struct vmclock_guard *guard)
{
    guard->disruption_marker = snapshot->disruption_marker;
    guard->generation_known = (snapshot->have & VMCLOCK_HAVE_GENERATION) != 0;
    guard->generation = guard->generation_known ? snapshot->generation : 0;
}

static uint8_t guard_pending(uint64_t flags)
{
    if (flags & VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT)
        return VMCLOCK_DISRUPTION_IMMINENT;
    if (flags & VMCLOCK_PAGE_FLAG_DISRUPTION_SOON)
        return VMCLOCK_DISRUPTION_SOON;
    return VMCLOCK_DISRUPTION_NONE;
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
    answer->pending = guard_pending(snapshot->flags);
}

int vmclock_guard_take(const struct vmclock *clk, struct vmclock_guard *guard)
{
    struct vmclock_snapshot snapshot;
    int failed = vmclock_take_snapshot(clk, &snapshot);

    if (failed)
        return failed;
    vmclock_guard_from(&snapshot, guard);
    vmclock_arch_full_barrier(); /* the work comes after */
    return 0;
}

int vmclock_guard_ask(const struct vmclock *clk, const struct vmclock_guard *guard,
                      struct vmclock_guard_answer *answer)
{
    struct vmclock_snapshot snapshot;
    int failed;

    vmclock_arch_full_barrier(); /* the work came before */
    failed = vmclock_take_snapshot(clk, &snapshot);
    if (failed)
        return failed;
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

LISTED(struct vmclock_snapshot, 116); /* below, but for what is not the page's state */

/* Whether fields came or went, or are present in both and have other values. */
static int guard_differ(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b,
                        unsigned bit, int values_differ)
{
    return ((a->have ^ b->have) & bit) || ((a->have & bit) && values_differ);
}

static int guard_time_changed(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b)
{
    return guard_differ(a, b, VMCLOCK_HAVE_CLOCK,
                        a->ref_counter != b->ref_counter || a->ref_sec != b->ref_sec ||
                            a->ref_frac64 != b->ref_frac64 || a->period_frac != b->period_frac ||
                            a->period_shift != b->period_shift || a->time_type != b->time_type) ||
           guard_differ(a, b, VMCLOCK_HAVE_PERIOD_ESTERROR,
                        a->period_esterror_frac != b->period_esterror_frac) ||
           guard_differ(a, b, VMCLOCK_HAVE_PERIOD_MAXERROR,
                        a->period_maxerror_frac != b->period_maxerror_frac) ||
           guard_differ(a, b, VMCLOCK_HAVE_ESTERROR, a->esterror_ns != b->esterror_ns) ||
           guard_differ(a, b, VMCLOCK_HAVE_MAXERROR, a->maxerror_ns != b->maxerror_ns);
}

static int guard_labels_changed(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b)
{
    return guard_differ(a, b, VMCLOCK_HAVE_TAI_OFFSET, a->tai_offset_sec != b->tai_offset_sec) ||
           guard_differ(a, b, VMCLOCK_HAVE_CLOCK,
                        a->leap_indicator != b->leap_indicator || a->smear_hint != b->smear_hint);
}

uint32_t vmclock_changed(const struct vmclock_snapshot *before,
                         const struct vmclock_snapshot *after)
{
    uint64_t flags = before->flags ^ after->flags;
    uint32_t changed = 0;

    if (guard_time_changed(before, after))
        changed |= VMCLOCK_CHANGED_TIME;
    if (guard_labels_changed(before, after))
        changed |= VMCLOCK_CHANGED_LABELS;
    if (guard_differ(before, after, VMCLOCK_HAVE_CLOCK,
                     before->clock_status != after->clock_status))
        changed |= VMCLOCK_CHANGED_STATUS;
    if (before->counter_id != after->counter_id)
        changed |= VMCLOCK_CHANGED_COUNTER;
    if (before->disruption_marker != after->disruption_marker)
        changed |= VMCLOCK_CHANGED_MARKER;
    if (guard_differ(before, after, VMCLOCK_HAVE_GENERATION,
                     before->generation != after->generation))
        changed |= VMCLOCK_CHANGED_GENERATION;
    if (flags & GUARD_PENDING_FLAGS)
        changed |= VMCLOCK_CHANGED_PENDING;
    if (flags & ~GUARD_NAMED_FLAGS)
        changed |= VMCLOCK_CHANGED_FLAGS;
    return changed;
}

int vmclock_notified(const struct vmclock *clk, const struct vmclock_snapshot *seen,
                     struct vmclock_snapshot *snapshot, uint32_t *changed)
{
    int failed = vmclock_take_snapshot(clk, snapshot);

    if (failed)
        return failed;
    *changed = vmclock_changed(seen, snapshot);
    return 0;
}
