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

/* Whether a field differs: it came or went, or is present in both and has another value. */
#define GUARD_DIFFERS(a, b, bit, field) \
    ((((a)->have ^ (b)->have) & (bit)) || \
     (((a)->have & (b)->have & (bit)) && (a)->field != (b)->field))

static int guard_time_changed(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b)
{
    return GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, ref_counter) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, ref_sec) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, ref_frac64) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, period_frac) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, period_shift) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, time_type) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_PERIOD_ESTERROR, period_esterror_frac) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_PERIOD_MAXERROR, period_maxerror_frac) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_ESTERROR, esterror_ns) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_MAXERROR, maxerror_ns);
}

static int guard_labels_changed(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b)
{
    return GUARD_DIFFERS(a, b, VMCLOCK_HAVE_TAI_OFFSET, tai_offset_sec) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, leap_indicator) ||
           GUARD_DIFFERS(a, b, VMCLOCK_HAVE_CLOCK, smear_hint);
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
    if (GUARD_DIFFERS(before, after, VMCLOCK_HAVE_CLOCK, clock_status))
        changed |= VMCLOCK_CHANGED_STATUS;
    if (before->counter_id != after->counter_id)
        changed |= VMCLOCK_CHANGED_COUNTER;
    if (before->disruption_marker != after->disruption_marker)
        changed |= VMCLOCK_CHANGED_MARKER;
    if (GUARD_DIFFERS(before, after, VMCLOCK_HAVE_GENERATION, generation))
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
