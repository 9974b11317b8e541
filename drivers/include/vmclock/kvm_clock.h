/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kvm_clock.h - the KVM clock of x86 guests: the host's system time as a formula of the TSC, and
 * the wall-clock time at which it was 0.
 *
 * The caller zeroes both structures and has the host write them, by the MSRs 4b564d00h (wall clock, anew at each
 * write) and 4b564d01h (system time, bit 0 set), where CPUID 40000001h EAX says that they exist.
 *
 * What it cannot know: how right the host's clock is, and what the host corrected of it since the
 * wall clock was written. So write that MSR right before a sample, and zero the structure before: else
 * a host that does not write it leaves the time of the write before. Linux: virt/kvm/x86/msr.rst.
 */
#ifndef VMCLOCK_KVM_CLOCK_H
#define VMCLOCK_KVM_CLOCK_H

#include <vmclock/calibrate.h>
#include <vmclock/page.h>
#include <vmclock/sources.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* struct pvclock_wall_clock: UTC when the system time was 0. 4-byte aligned. */
struct vmclock_kvm_wall_clock {
    uint32_t version; /* odd: being written; 0: never written */
    uint32_t sec;
    uint32_t nsec;
};

/* struct pvclock_vcpu_time_info, of the CPU that reads the TSC. 4-byte aligned. */
struct vmclock_kvm_system_time {
    uint32_t version;
    uint32_t pad0;
    uint32_t tsc_timestamp[2];  /* low, high word; ticks */
    uint32_t system_time[2];    /* ns at tsc_timestamp */
    uint32_t tsc_to_system_mul; /* 2^-32 ns a tick, once shifted ... */
    signed char tsc_shift;      /* ... left so far, or right if negative */
    uint8_t flags;
    uint8_t pad[2];
};

#define VMCLOCK_KVM_CLOCK_ERROR_NS 1000000u /* of a wall clock written a moment ago */
#define VMCLOCK_KVM_CLOCK_RATE_PPB 600000u  /* the host may slew by 500 ppm, its crystal be off */

/* What the clock says of itself, for vmclock_calibrate: UTC, free-running, and these two. */
void vmclock_kvm_clock_source(struct vmclock_time_source *source);

/*
 * The time at a TSC value by the two structures, as they are in memory.
 *
 * Returns 0, or with *time untouched
 *     VMCLOCK_ERR_RTC_BUSY     one of them was being written, or changed, in each of 1000 tries
 *     VMCLOCK_ERR_RTC_INVALID  one was never written, or holds what the host cannot mean
 *     VMCLOCK_ERR_RANGE        the TSC is off tsc_timestamp by more than 2^61 ticks or ns, either
 *                              way, or system_time is above 2^61 ns
 * Bounded; reentrant.
 */
int vmclock_kvm_clock_at(const volatile struct vmclock_kvm_wall_clock *wall,
                         const volatile struct vmclock_kvm_system_time *system, uint64_t counter,
                         struct vmclock_time *time);

/*
 * A sample: the time at the sample's own counter value, so both ends are one.
 *
 * clk: an opened handle, whose counter is the TSC. Returns as vmclock_kvm_clock_at, or an error of
 * vmclock_sample_begin and _end, or VMCLOCK_ERR_COUNTER for another counter.
 */
int vmclock_kvm_clock_sample(const struct vmclock *clk,
                             const volatile struct vmclock_kvm_wall_clock *wall,
                             const volatile struct vmclock_kvm_system_time *system,
                             struct vmclock_sample *sample);

#ifdef __cplusplus
}
#endif
#endif
