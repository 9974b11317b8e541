/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counter.h - what the CPU itself says of its counter, to be held against what a page says. For
 * reports: no other function of the library uses or needs it.
 */
#ifndef VMCLOCK_COUNTER_H
#define VMCLOCK_COUNTER_H

#include <vmclock/page.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vmclock_counter_info {
    uint64_t frequency_hz; /* as advertised, rounded down; 0: not advertised */
    uint8_t counter_id;    /* enum vmclock_counter_id; INVALID: no counter is known for this CPU */
    uint8_t invariant;     /* 1: the CPU says that the frequency never changes; 0: it does not */
};

/*
 * Asks the CPU for the frequency of its own counter.
 *
 * info: filled; not null. On x86 the frequency is that of the hypervisor's leaf 4000_0010, else of
 * CPUID 15H, else of 16H, each where it exists, and invariant is 8000_0007 EDX[8]. On Arm it is
 * CNTFRQ, which firmware sets, and invariant is 1. On other CPUs nothing is known.
 *
 * Virtual machines may advertise another frequency than their counter has, and emulated ones often
 * none: the page is the better source. Cannot fail; at most eight CPUIDs, which a hypervisor may
 * take microseconds to answer; reentrant. At EL0 or PL0 the kernel must allow access to the counter.
 */
void vmclock_ask_counter(struct vmclock_counter_info *info);

/*
 * Whether a page's period and a frequency agree within 1 %, as they should for the same counter.
 *
 * snapshot: not null. frequency_hz: of its counter, not 0. matches: set to 1 when the product of
 * period and frequency is in [0.99, 1.01], to 0 when not; to 2^-64.
 *
 * Where they differ, either may be wrong, so this is for reports and no reading depends on it.
 * Returns 0, or with *matches untouched
 *     VMCLOCK_ERR_ARGUMENT  frequency_hz is 0
 *     VMCLOCK_ERR_NO_CLOCK  the snapshot carries no clock
 *     VMCLOCK_ERR_PERIOD    the period is zero
 * Bounded, reentrant. UAPI.13, "counter_period_frac_sec".
 */
int vmclock_compare_period(const struct vmclock_snapshot *snapshot, uint64_t frequency_hz,
                           int *matches);

#ifdef __cplusplus
}
#endif
#endif
