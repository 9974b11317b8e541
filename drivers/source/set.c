/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a clock may be set, when it is set to what, and whether it then shows that.
 */
#include <vmclock/error.h>
#include <vmclock/guard.h>
#include <vmclock/leap.h>
#include <vmclock/raw.h>
#include <vmclock/types.h>
#include "arch/arch.h"
#include "drivers/source/set.h"

#define SET_ATTEMPTS 3u
#define SET_LATE_FRAC64 (UINT64_C(1) << 56) /* 1/256 s; later is the next second's turn */
#define SET_HALF_FRAC64 (UINT64_C(1) << 63)

/* A setting under way. */
struct vmclock_setting {
    const struct vmclock_set *set;
    const struct vmclock_rtc *rtc;
    struct vmclock_guard guard;
    struct vmclock_time max_error;
    uint32_t readings_left;
};

/* One trustworthy reading: the UTC of a counter value, and how far it may be off. */
struct vmclock_set_utc {
    struct vmclock_time time; /* POSIX count */
    struct vmclock_time error;
};

static int set_take(const struct vmclock_set *set, struct vmclock_snapshot *snapshot)
{
    if (set->calibrated)
        return vmclock_take_calibrated(set->clk, set->calibrated, snapshot);
    return vmclock_take_snapshot(set->clk, snapshot);
}

/* As vmclock_now has it. */
static int set_is_stale(const struct vmclock *clk, const struct vmclock_reading *reading)
{
    if (clk->max_age_sec == 0 || clk->max_age_sec > INT64_MAX)
        return 0;
    return reading->age.sec >= (int64_t)clk->max_age_sec ||
           reading->age.sec < -(int64_t)clk->max_age_sec;
}

/* The wider half of the interval, if it is promised and narrow enough. */
static int set_error_of(const struct vmclock_setting *setting,
                        const struct vmclock_reading *reading, struct vmclock_time *error)
{
    struct vmclock_time before, after;

    if (reading->bound_kind != VMCLOCK_BOUND_MAXIMUM ||
        vmclock_time_subtract(&reading->time, &reading->earliest, &before) != 0 ||
        vmclock_time_subtract(&reading->latest, &reading->time, &after) != 0 ||
        vmclock_time_compare(&before, &setting->max_error) > 0 ||
        vmclock_time_compare(&after, &setting->max_error) > 0)
        return VMCLOCK_ERR_BOUND;
    error->sec = 0; /* no wider than max_error, which is less than a second */
    error->frac64 = before.frac64 > after.frac64 ? before.frac64 : after.frac64;
    return 0;
}

/* The UTC at a counter value of the snapshot, or at its own. */
static int set_utc_at(const struct vmclock_setting *setting,
                      const struct vmclock_snapshot *snapshot, uint64_t counter,
                      struct vmclock_set_utc *utc)
{
    struct vmclock_reading reading;
    struct vmclock_leap rule;
    struct vmclock_utc label;
    int error = vmclock_at(snapshot, counter, &reading);

    if (!error && set_is_stale(setting->set->clk, &reading))
        error = VMCLOCK_ERR_STALE;
    if (!error)
        error = set_error_of(setting, &reading, &utc->error);
    if (!error)
        error = vmclock_leap_rule(snapshot, &rule);
    if (!error)
        error = vmclock_raw_axis_to_utc(&rule, &reading.time, &label);
    if (error)
        return error;
    utc->time.sec = label.posix_sec;
    utc->time.frac64 = label.frac64;
    return 0;
}

/* A snapshot of the machine as it was when the setting began. */
static int set_take_undisturbed(struct vmclock_setting *setting, struct vmclock_snapshot *snapshot)
{
    struct vmclock_guard_answer answer;
    int error;

    if (setting->readings_left == 0)
        return VMCLOCK_ERR_BUSY;
    setting->readings_left--;
    error = set_take(setting->set, snapshot);
    if (error)
        return error;
    vmclock_guard_compare(&setting->guard, snapshot, &answer);
    return answer.disrupted ? VMCLOCK_ERR_DISRUPTED : 0;
}

static int set_read_utc(struct vmclock_setting *setting, struct vmclock_set_utc *utc)
{
    struct vmclock_snapshot snapshot;
    int error = set_take_undisturbed(setting, &snapshot);

    return error ? error : set_utc_at(setting, &snapshot, snapshot.counter, utc);
}

/* Waits until the fraction of the second is just past start. */
static int set_wait_for_fraction(struct vmclock_setting *setting, uint64_t start_frac64,
                                 struct vmclock_set_utc *utc)
{
    int error;

    while ((error = set_read_utc(setting, utc)) == 0) {
        if (utc->time.frac64 - start_frac64 < SET_LATE_FRAC64)
            return 0;
        vmclock_arch_pause();
    }
    return error;
}

/* The moment at which the clock's second began, and the second: by the page, give or take error. */
static int set_read_back(struct vmclock_setting *setting, int64_t *posix_sec,
                         struct vmclock_set_utc *utc)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_set_utc first;
    struct vmclock_sample sample;
    struct vmclock_time width;
    int error = vmclock_rtc_sample(setting->set->clk, setting->rtc, VMCLOCK_RTC_EDGE, &sample);

    if (!error)
        error = set_take_undisturbed(setting, &snapshot);
    if (!error)
        error = set_utc_at(setting, &snapshot, sample.counter_before, &first);
    if (!error)
        error = set_utc_at(setting, &snapshot, sample.counter_after, utc);
    if (!error)
        error = vmclock_time_subtract(&utc->time, &first.time, &width);
    if (!error)
        error = vmclock_time_add(&utc->error, &width, &utc->error);
    if (!error)
        *posix_sec = sample.earliest.sec;
    return error;
}

/*
 * Waits for the moment at which to set the clock, and says to what: so that its second begins when
 * ours does, or as near as it can.
 */
static int set_wait_for_turn(struct vmclock_setting *setting, struct vmclock_set_utc *utc)
{
    int64_t shown_sec;
    int error;

    if (setting->rtc->phase == VMCLOCK_RTC_PHASE_HALF)
        return set_wait_for_fraction(setting, SET_HALF_FRAC64, utc);
    if (setting->rtc->phase == VMCLOCK_RTC_PHASE_ZERO)
        return set_wait_for_fraction(setting, 0, utc);
    error = set_read_back(setting, &shown_sec, utc);
    if (!error)
        error = set_read_utc(setting, utc);
    else if (error <= VMCLOCK_ERR_RTC_BUSY && error >= VMCLOCK_ERR_RTC_FIRMWARE)
        return set_wait_for_fraction(setting, 0,
                                     utc); /* it shows nothing yet: setting may cure that */
    if (!error)
        utc->time.sec += utc->time.frac64 >= SET_HALF_FRAC64; /* to the nearest */
    return error;
}

/* Holds what the clock shows against the reading. */
static int set_verify(struct vmclock_setting *setting, struct vmclock_set_result *result)
{
    struct vmclock_set_utc utc;
    struct vmclock_time shown, ahead;
    int64_t ahead_ns, error_ns;
    int error = set_read_back(setting, &shown.sec, &utc);

    shown.frac64 = 0;
    if (!error)
        error = vmclock_time_subtract(&shown, &utc.time, &ahead);
    if (!error)
        error = vmclock_time_to_ns_floor(&ahead, &ahead_ns);
    if (!error)
        error = vmclock_time_to_ns_ceil(&utc.error, &error_ns);
    if (error)
        return error;
    if (ahead_ns > VMCLOCK_SET_OFF_NS_MAX || ahead_ns < -VMCLOCK_SET_OFF_NS_MAX)
        return VMCLOCK_ERR_RTC_NOT_SET;
    result->posix_sec = shown.sec;
    result->ahead_ns = ahead_ns;
    result->error_ns = error_ns;
    return 0;
}

static int set_once(struct vmclock_setting *setting, struct vmclock_set_result *result)
{
    struct vmclock_set_utc utc;
    int error = set_wait_for_turn(setting, &utc);

    if (!error)
        error = setting->rtc->set(setting->rtc, utc.time.sec);
    return error ? error : set_verify(setting, result);
}

int vmclock_set_rtc(const struct vmclock_set *set, const struct vmclock_rtc *rtc,
                    struct vmclock_set_result *result)
{
    struct vmclock_setting setting;
    struct vmclock_snapshot snapshot;
    struct vmclock_set_utc utc;
    unsigned attempt;
    int error;

    if (!set || !set->clk || !result)
        return VMCLOCK_ERR_ARGUMENT;
    setting.set = set;
    setting.rtc = rtc;
    setting.readings_left = set->max_readings;
    vmclock_time_from_ns(set->max_error_ns < 500000000 ? (int64_t)set->max_error_ns : 500000000,
                         &setting.max_error);
    error = set_take(set, &snapshot);
    if (error)
        return error;
    vmclock_guard_from(&snapshot, &setting.guard);
    error = set_utc_at(&setting, &snapshot, snapshot.counter, &utc);
    if (error)
        return error;
    for (attempt = 0; attempt < SET_ATTEMPTS; attempt++) {
        error = set_once(&setting, result);
        if (error != VMCLOCK_ERR_RTC_NOT_SET)
            break;
    }
    return error;
}
