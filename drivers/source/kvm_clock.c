/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The KVM clock. Both structures have a version that is odd while the host writes, as the page has.
 */
#include <vmclock/error.h>
#include <vmclock/kvm_clock.h>
#include <vmclock/types.h>
#include "arch/arch.h"

#define KVM_CLOCK_TRIES_MAX 1000u
#define KVM_CLOCK_SHIFT_MAX 31

VMCLOCK_STATIC_ASSERT(sizeof(struct vmclock_kvm_system_time) == 32, "pvclock_vcpu_time_info");

void vmclock_kvm_clock_source(struct vmclock_time_source *source)
{
    source->ahead_ns = VMCLOCK_KVM_CLOCK_ERROR_NS;
    source->behind_ns = VMCLOCK_KVM_CLOCK_ERROR_NS;
    source->rate_ppb = VMCLOCK_KVM_CLOCK_RATE_PPB;
    source->time_type = VMCLOCK_TIME_TYPE_UTC;
    source->bound_by = VMCLOCK_BOUND_BY_KVM;
    source->clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING;
}

static uint64_t kvm_clock_joined(uint32_t low, uint32_t high)
{
    return (uint64_t)high << 32 | low;
}

static int kvm_clock_read_wall(const volatile struct vmclock_kvm_wall_clock *wall,
                               struct vmclock_time *time, uint32_t *nsec)
{
    uint32_t tries, version;

    for (tries = 0; tries < KVM_CLOCK_TRIES_MAX; tries++) {
        version = wall->version;
        vmclock_arch_read_barrier();
        time->sec = wall->sec;
        *nsec = wall->nsec;
        vmclock_arch_read_barrier();
        if (!(version & 1) && wall->version == version)
            return version != 0 && time->sec != 0 && *nsec < 1000000000u ? 0
                                                                         : VMCLOCK_ERR_RTC_INVALID;
        vmclock_arch_pause();
    }
    return VMCLOCK_ERR_RTC_BUSY;
}

/* What of the system time's structure is used. */
struct kvm_formula {
    uint64_t ticks;
    uint64_t ns;
    uint32_t mul;
    signed char shift;
};

static int kvm_clock_read_system(const volatile struct vmclock_kvm_system_time *system,
                                 struct kvm_formula *formula)
{
    uint32_t tries, version;

    for (tries = 0; tries < KVM_CLOCK_TRIES_MAX; tries++) {
        version = system->version;
        vmclock_arch_read_barrier();
        formula->ticks = kvm_clock_joined(system->tsc_timestamp[0], system->tsc_timestamp[1]);
        formula->ns = kvm_clock_joined(system->system_time[0], system->system_time[1]);
        formula->mul = system->tsc_to_system_mul;
        formula->shift = system->tsc_shift;
        vmclock_arch_read_barrier();
        if (!(version & 1) && system->version == version) {
            if (version == 0 || formula->mul == 0 || formula->shift > KVM_CLOCK_SHIFT_MAX ||
                formula->shift < -KVM_CLOCK_SHIFT_MAX)
                return VMCLOCK_ERR_RTC_INVALID;
            return 0;
        }
        vmclock_arch_pause();
    }
    return VMCLOCK_ERR_RTC_BUSY;
}

/* ticks, shifted, times mul / 2^32. */
static int kvm_clock_scale(const struct kvm_formula *formula, uint64_t ticks, uint64_t *ns)
{
    if (formula->shift >= 0) {
        if (ticks > UINT64_MAX >> formula->shift)
            return VMCLOCK_ERR_RANGE;
        ticks <<= formula->shift;
    } else {
        ticks >>= -formula->shift;
    }
    *ns = (ticks >> 32) * formula->mul + ((ticks & UINT32_MAX) * formula->mul >> 32);
    return 0;
}

/* The system time at a counter value, ns. A counter from another CPU may be a little before. */
static int kvm_clock_system_ns(const struct kvm_formula *formula, uint64_t counter, int64_t *ns)
{
    const uint64_t limit = UINT64_C(1) << 61;
    uint64_t ticks = counter - formula->ticks, passed;
    int before = ticks >> 63 != 0;
    int error;

    if (before)
        ticks = formula->ticks - counter;
    if (ticks > limit || formula->ns > limit)
        return VMCLOCK_ERR_RANGE;
    error = kvm_clock_scale(formula, ticks, &passed);
    if (!error && passed > limit)
        error = VMCLOCK_ERR_RANGE;
    if (!error)
        *ns = (int64_t)formula->ns + (before ? -(int64_t)passed : (int64_t)passed);
    return error;
}

int vmclock_kvm_clock_at(const volatile struct vmclock_kvm_wall_clock *wall,
                         const volatile struct vmclock_kvm_system_time *system, uint64_t counter,
                         struct vmclock_time *time)
{
    struct vmclock_time start, since;
    struct kvm_formula formula;
    uint32_t nsec;
    int64_t ns;
    int error = kvm_clock_read_wall(wall, &start, &nsec);

    if (!error)
        error = kvm_clock_read_system(system, &formula);
    if (!error)
        error = kvm_clock_system_ns(&formula, counter, &ns);
    if (error)
        return error;
    start.frac64 = 0;
    vmclock_time_from_ns(ns + nsec, &since); /* fits: 2^61 + 2^61 + 10^9 */
    return vmclock_time_add(&start, &since, time);
}

int vmclock_kvm_clock_sample(const struct vmclock *clk,
                             const volatile struct vmclock_kvm_wall_clock *wall,
                             const volatile struct vmclock_kvm_system_time *system,
                             struct vmclock_sample *sample)
{
    struct vmclock_sample now;
    int error;

    if (!clk || !wall || !system || !sample)
        return VMCLOCK_ERR_ARGUMENT;
    error = vmclock_sample_begin(clk, &now);
    if (!error)
        error = vmclock_sample_end(clk, &now);
    if (!error && now.counter_id != VMCLOCK_COUNTER_ID_X86_TSC)
        error = VMCLOCK_ERR_COUNTER;
    if (!error)
        error = vmclock_kvm_clock_at(wall, system, now.counter_after, &now.earliest);
    if (error)
        return error;
    sample->counter_before = now.counter_after;
    sample->counter_after = now.counter_after;
    sample->earliest.sec = sample->latest.sec = now.earliest.sec;
    sample->earliest.frac64 = sample->latest.frac64 = now.earliest.frac64;
    sample->disruption_marker = now.disruption_marker;
    sample->counter_id = now.counter_id;
    return 0;
}
