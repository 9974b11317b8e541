/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a clock may be set, when it is set to what, and whether it then shows that.
 */
#include "set.h"

#include <stddef.h>
#include <vmclock/error.h>
#include <vmclock/guard.h>
#include <vmclock/leap.h>
#include "arch/arch.h"

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

static int take(const struct vmclock_set *set, struct vmclock_snapshot *snapshot)
{
    if (set->calibrated != NULL)
        return vmclock_take_calibrated(set->clk, set->calibrated, snapshot);
    return vmclock_take_snapshot(set->clk, snapshot);
}

/* As vmclock_now has it. */
static int is_stale(const struct vmclock *clk, const struct vmclock_reading *reading)
{
    if (clk->max_age_sec == 0 || clk->max_age_sec > INT64_MAX)
        return 0;
    return reading->age.sec >= (int64_t)clk->max_age_sec ||
           reading->age.sec < -(int64_t)clk->max_age_sec;
}

/* The wider half of the interval, if it is promised and narrow enough. */
static int error_of(const struct vmclock_setting *setting, const struct vmclock_reading *reading,
                    struct vmclock_time *error)
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
static int utc_at(const struct vmclock_setting *setting, const struct vmclock_snapshot *snapshot,
                  uint64_t counter, struct vmclock_set_utc *utc)
{
    struct vmclock_reading reading;
    struct vmclock_leap rule;
    struct vmclock_utc label;
    int error = vmclock_at(snapshot, counter, &reading);

    if (error == 0 && is_stale(setting->set->clk, &reading))
        error = VMCLOCK_ERR_STALE;
    if (error == 0)
        error = error_of(setting, &reading, &utc->error);
    if (error == 0)
        error = vmclock_leap_rule(snapshot, &rule);
    if (error == 0)
        error = vmclock_axis_to_utc(&rule, &reading.time, &label);
    if (error != 0)
        return error;
    utc->time.sec = label.posix_sec;
    utc->time.frac64 = label.frac64;
    return 0;
}

/* A snapshot of the machine as it was when the setting began. */
static int take_undisturbed(struct vmclock_setting *setting, struct vmclock_snapshot *snapshot)
{
    struct vmclock_guard_answer answer;
    int error;

    if (setting->readings_left == 0)
        return VMCLOCK_ERR_BUSY;
    setting->readings_left--;
    error = take(setting->set, snapshot);
    if (error != 0)
        return error;
    vmclock_guard_compare(&setting->guard, snapshot, &answer);
    return answer.disrupted ? VMCLOCK_ERR_DISRUPTED : 0;
}

static int read_utc(struct vmclock_setting *setting, struct vmclock_set_utc *utc)
{
    struct vmclock_snapshot snapshot;
    int error = take_undisturbed(setting, &snapshot);

    return error != 0 ? error : utc_at(setting, &snapshot, snapshot.counter, utc);
}

/* Waits until the fraction of the second is just past start. */
static int wait_for_fraction(struct vmclock_setting *setting, uint64_t start_frac64,
                             struct vmclock_set_utc *utc)
{
    int error;

    while ((error = read_utc(setting, utc)) == 0) {
        if (utc->time.frac64 - start_frac64 < SET_LATE_FRAC64)
            return 0;
        vmclock_arch_pause();
    }
    return error;
}

/* The moment at which the clock's second began, and the second: by the page, give or take error. */
static int read_back(struct vmclock_setting *setting, int64_t *posix_sec,
                     struct vmclock_set_utc *utc)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_set_utc first;
    struct vmclock_sample sample;
    struct vmclock_time width;
    int error = vmclock_rtc_sample(setting->set->clk, setting->rtc, VMCLOCK_RTC_EDGE, &sample);

    if (error == 0)
        error = take_undisturbed(setting, &snapshot);
    if (error == 0)
        error = utc_at(setting, &snapshot, sample.counter_before, &first);
    if (error == 0)
        error = utc_at(setting, &snapshot, sample.counter_after, utc);
    if (error == 0)
        error = vmclock_time_subtract(&utc->time, &first.time, &width);
    if (error == 0)
        error = vmclock_time_add(&utc->error, &width, &utc->error);
    if (error == 0)
        *posix_sec = sample.earliest.sec;
    return error;
}

/*
 * Waits for the moment at which to set the clock, and says to what: so that its second begins when
 * ours does, or as near as it can.
 */
static int wait_for_turn(struct vmclock_setting *setting, struct vmclock_set_utc *utc)
{
    int64_t shown_sec;
    int error;

    if (setting->rtc->phase == VMCLOCK_RTC_PHASE_HALF)
        return wait_for_fraction(setting, SET_HALF_FRAC64, utc);
    if (setting->rtc->phase == VMCLOCK_RTC_PHASE_ZERO)
        return wait_for_fraction(setting, 0, utc);
    error = read_back(setting, &shown_sec, utc);
    if (error == 0)
        error = read_utc(setting, utc);
    else if (error <= VMCLOCK_ERR_RTC_BUSY && error >= VMCLOCK_ERR_RTC_FIRMWARE)
        return wait_for_fraction(setting, 0, utc); /* it shows nothing yet: setting may cure that */
    if (error == 0)
        utc->time.sec += utc->time.frac64 >= SET_HALF_FRAC64; /* to the nearest */
    return error;
}

/* Holds what the clock shows against the reading. */
static int verify(struct vmclock_setting *setting, struct vmclock_set_result *result)
{
    struct vmclock_set_utc utc;
    struct vmclock_time shown, ahead;
    int64_t ahead_ns, error_ns;
    int error = read_back(setting, &shown.sec, &utc);

    shown.frac64 = 0;
    if (error == 0)
        error = vmclock_time_subtract(&shown, &utc.time, &ahead);
    if (error == 0)
        error = vmclock_time_to_ns_floor(&ahead, &ahead_ns);
    if (error == 0)
        error = vmclock_time_to_ns_ceil(&utc.error, &error_ns);
    if (error != 0)
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
    int error = wait_for_turn(setting, &utc);

    if (error == 0)
        error = setting->rtc->set(setting->rtc, utc.time.sec);
    return error != 0 ? error : verify(setting, result);
}

int vmclock_set_rtc(const struct vmclock_set *set, const struct vmclock_rtc *rtc,
                    struct vmclock_set_result *result)
{
    struct vmclock_setting setting;
    struct vmclock_snapshot snapshot;
    struct vmclock_set_utc utc;
    unsigned attempt;
    int error;

    if (set == NULL || set->clk == NULL || result == NULL)
        return VMCLOCK_ERR_ARGUMENT;
    setting.set = set;
    setting.rtc = rtc;
    setting.readings_left = set->max_readings;
    vmclock_time_from_ns(set->max_error_ns < 500000000 ? (int64_t)set->max_error_ns : 500000000,
                         &setting.max_error);
    error = take(set, &snapshot);
    if (error != 0)
        return error;
    vmclock_guard_from(&snapshot, &setting.guard);
    error = utc_at(&setting, &snapshot, snapshot.counter, &utc);
    if (error != 0)
        return error;
    for (attempt = 0; attempt < SET_ATTEMPTS; attempt++) {
        error = set_once(&setting, result);
        if (error != VMCLOCK_ERR_RTC_NOT_SET)
            break;
    }
    return error;
}
