/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard.h - what happened to the machine in between: guards around a piece of work, and what a
 * notification of the hypervisor is about.
 *
 *     vmclock_guard_take(&clk, &guard);
 *     ...                                            the work, not yet visible to others
 *     vmclock_guard_ask(&clk, &guard, &answer);
 *     if (answer.disrupted) ...                      times taken in the work are void
 *     if (answer.cloned != VMCLOCK_CLONED_NO) ...    what had to be unique may exist twice
 *     vmclock_guard_acknowledge(&guard, &answer);    dealt with: go on from here
 */
#ifndef VMCLOCK_GUARD_H
#define VMCLOCK_GUARD_H

#include <vmclock/clock.h>
#include <vmclock/page.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The state of the machine that a piece of work relies on. A plain value. */
struct vmclock_guard {
    uint64_t disruption_marker;
    uint64_t generation; /* 0 unless generation_known */
    uint8_t generation_known;
};

/* clang-format off */
#define VMCLOCK_CLONED_ANSWERS(X) \
    X(0, NO, "no") \
    X(1, YES, "yes") /* restored from a snapshot, or one of several copies */ \
    X(2, UNKNOWN, "unknown") /* the page has, or had, no generation counter */
/* clang-format on */
enum vmclock_cloned {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_CLONED_##NAME = (code),
    VMCLOCK_CLONED_ANSWERS(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

struct vmclock_guard_answer {
    struct vmclock_guard now; /* the state that the answer was made from */
    uint8_t disrupted;        /* 1: the counter was disrupted since the guard was taken */
    uint8_t cloned;           /* enum vmclock_cloned */
    uint8_t pending;          /* enum vmclock_disruption: what is announced to come */
};

/*
 * Takes a guard: notes marker and generation.
 *
 * clk: an opened handle; a page without a clock does. guard: not null.
 *
 * Returns 0, or with *guard untouched an error of vmclock_take_snapshot. Bounded as that.
 */
int vmclock_guard_take(const struct vmclock *clk, struct vmclock_guard *guard);

/*
 * Asks what happened since a guard was taken or acknowledged. All earlier loads and stores of this
 * CPU come before the question.
 *
 * clk: the handle that the guard was taken with. guard: is not changed: whoever asks again without
 *     acknowledging gets the same answer again.
 *
 * Returns 0, or with *answer untouched an error of vmclock_take_snapshot: then nothing is known,
 * and the work should count as disturbed. Bounded as that. UAPI.13, "disruption_marker",
 * "vm_generation_counter".
 */
int vmclock_guard_ask(const struct vmclock *clk, const struct vmclock_guard *guard,
                      struct vmclock_guard_answer *answer);

/*
 * The guard continues from the state of the answer, so that a disruption after the question, which
 * the answer does not know, is found by the next one. Cannot fail.
 */
void vmclock_guard_acknowledge(struct vmclock_guard *guard,
                               const struct vmclock_guard_answer *answer);

/* Take and ask from a snapshot that the caller has already. Cannot fail. */
void vmclock_guard_from(const struct vmclock_snapshot *snapshot, struct vmclock_guard *guard);
void vmclock_guard_compare(const struct vmclock_guard *guard,
                           const struct vmclock_snapshot *snapshot,
                           struct vmclock_guard_answer *answer);

/* The disruption that flags of a snapshot announce: enum vmclock_disruption. Cannot fail. */
uint8_t vmclock_disruption_of(uint64_t flags);

/*
 * What may change between two snapshots, for vmclock_take_changes: a field that is present in both and
 * has another value, or one that came or went. Fields that are not present, as have of the snapshots
 * says, are not looked at, whatever the page holds there.
 */
#define VMCLOCK_CHANGED_TIME 0x01u       /* reference point, period, errors or time type */
#define VMCLOCK_CHANGED_LABELS 0x02u     /* TAI offset, leap indicator or smearing hint */
#define VMCLOCK_CHANGED_STATUS 0x04u     /* clock_status */
#define VMCLOCK_CHANGED_COUNTER 0x08u    /* counter_id, so also a clock that came or went */
#define VMCLOCK_CHANGED_MARKER 0x10u     /* the counter was disrupted */
#define VMCLOCK_CHANGED_GENERATION 0x20u /* the generation, or whether there is one */
#define VMCLOCK_CHANGED_PENDING 0x40u    /* what disruption is announced */
#define VMCLOCK_CHANGED_FLAGS 0x80u      /* any other flag */

/*
 * The entry point for the hypervisor's notification: call it from the handler of the interrupt that
 * the region names (vmclock/region.h), or when ACPI notifies the device, with 0x80.
 *
 * clk: an opened handle.
 * seen: the snapshot whose state was dealt with last.
 * snapshot: gets the page's present state, to be audited (audit.h), and to be seen the next time.
 *     Another than seen.
 * changed: gets VMCLOCK_CHANGED_* of all that differs between the two. 0 is normal: notifications
 *     may come late, twice, or for an update that the caller has seen already; and an update may
 *     come without one, where VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT is not set.
 *
 * Returns 0, or with *snapshot and *changed untouched an error of vmclock_take_snapshot. BUSY is
 * possible, as for every reader: try again later. Bounded as that; callable from interrupt
 * handlers. UAPI.13, "Notifications".
 */
int vmclock_take_changes(const struct vmclock *clk, const struct vmclock_snapshot *seen,
                         struct vmclock_snapshot *snapshot, uint32_t *changed);

/* The same for two snapshots that the caller has: VMCLOCK_CHANGED_*. Cannot fail. */
uint32_t vmclock_changes(const struct vmclock_snapshot *before,
                         const struct vmclock_snapshot *after);

#ifdef __cplusplus
}
#endif
#endif
