/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *   smeared                     end_sec, slope 1 again
 *      |                      .`
 *      |              . - ` `     slope (D - leap) / D, for leap +1 below 1
 *      |         . `
 *      |      .`
 *      |    .`  start_sec, slope 1
 *      +------------------------- axis
 */
#include <vmclock/error.h>
#include <vmclock/raw.h>
#include <vmclock/smear.h>
#include "lib/wide.h"

#define SMEAR_SHAPE_MAX_SEC (1 << 30)

/* A shape laid on the axis of a rule. Without a leap second all is before start_sec. */
struct smear {
    int64_t start_sec;   /* axis */
    uint32_t length_sec; /* on the axis; 0: STRICT, a step at start_sec */
    int32_t leap;
    int32_t before_sec;
    int64_t known_from_sec;
    int64_t known_until_sec;
};

int vmclock_smear_shape_of(uint8_t smear_hint, struct vmclock_smear_shape *shape)
{
    switch (smear_hint) {
    case VMCLOCK_SMEAR_HINT_STRICT:
        shape->start_sec = shape->start_leap_sec = shape->end_sec = 0;
        return 0;
    case VMCLOCK_SMEAR_HINT_NOON_LINEAR:
        shape->start_sec = -43200;
        shape->start_leap_sec = -1;
        shape->end_sec = 43200;
        return 0;
    case VMCLOCK_SMEAR_HINT_UTC_SLS:
        shape->start_sec = -1000;
        shape->start_leap_sec = 0;
        shape->end_sec = 0;
        return 0;
    default:
        return VMCLOCK_ERR_SMEAR;
    }
}

static int smear_is_strict(const struct vmclock_smear_shape *shape)
{
    return shape->start_sec == 0 && shape->start_leap_sec == 0 && shape->end_sec == 0;
}

static int smear_in_limit(int32_t sec)
{
    return sec >= -SMEAR_SHAPE_MAX_SEC && sec <= SMEAR_SHAPE_MAX_SEC;
}

static int64_t smear_lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Longer than the leap second of either sign, so that smeared time goes on. */
static int smear_is_valid(const struct vmclock_smear_shape *shape)
{
    int64_t length_sec = (int64_t)shape->end_sec - shape->start_sec;

    return smear_in_limit(shape->start_sec) && smear_in_limit(shape->start_leap_sec) &&
           smear_in_limit(shape->end_sec) && length_sec - shape->start_leap_sec > 1 &&
           length_sec + shape->start_leap_sec > 0;
}

/*
 * The rule's limits are where unknown leap seconds may be: one that ends at known_from, a negative
 * one that ends at known_until, or a positive one that ends 2 s later. Their smears reach further.
 */
static void smear_narrow(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                         struct smear *smear)
{
    int64_t negative_sec = (int64_t)shape->start_sec - shape->start_leap_sec;
    int64_t positive_sec = (int64_t)shape->start_sec + shape->start_leap_sec + 2;

    smear->known_from_sec = rule->known_from_sec + (shape->end_sec > 0 ? shape->end_sec : 0);
    smear->known_until_sec =
        rule->known_until_sec + smear_lesser(0, smear_lesser(negative_sec, positive_sec));
}

static int smear_lay(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                     struct smear *smear)
{
    int64_t leap_end_sec;

    if (rule->utc_error)
        return rule->utc_error;
    smear->leap = rule->leap;
    smear->before_sec = rule->before_sec;
    if (smear_is_strict(shape)) {
        smear->known_from_sec = rule->known_from_sec;
        smear->known_until_sec = rule->known_until_sec;
        smear->start_sec = rule->leap ? rule->boundary_sec : rule->known_until_sec;
        smear->length_sec = 0;
        return 0;
    }
    if (!smear_is_valid(shape))
        return VMCLOCK_ERR_SMEAR;
    smear_narrow(rule, shape, smear);
    if (rule->leap == 0) {
        smear->start_sec = rule->known_until_sec;
        smear->length_sec = 1;
        return 0;
    }
    leap_end_sec = rule->boundary_sec + (rule->leap > 0);
    smear->start_sec =
        leap_end_sec + shape->start_sec + (int64_t)rule->leap * shape->start_leap_sec;
    smear->length_sec = (uint32_t)(leap_end_sec + shape->end_sec - smear->start_sec);
    return 0;
}

static int smear_is_known(const struct smear *smear, int64_t axis_sec)
{
    return axis_sec >= smear->known_from_sec && axis_sec < smear->known_until_sec;
}

/*
 * quotient = (sec + frac64 * 2^-64) / divisor, for sec below divisor, rounded as asked: below 1 s, or
 * 1 s when rounded up.
 */
static void smear_divide(uint32_t sec, uint64_t frac64, uint32_t divisor, int up,
                         struct vmclock_time *quotient)
{
    uint32_t rest;
    uint64_t high = wide_divide((uint64_t)sec << 32 | frac64 >> 32, divisor, &rest);
    uint64_t low = wide_divide((uint64_t)rest << 32 | (uint32_t)frac64, divisor, &rest);

    quotient->frac64 = high << 32 | low;
    quotient->sec = 0;
    if (up && rest) {
        quotient->frac64++;
        quotient->sec = quotient->frac64 == 0;
    }
}

/* time += sign * add; both far from the limits of the type. */
static void smear_add_signed(struct vmclock_time *time, int sign, const struct vmclock_time *add)
{
    if (sign > 0) {
        time->frac64 += add->frac64;
        time->sec += add->sec + (time->frac64 < add->frac64);
    } else {
        time->sec -= add->sec + (time->frac64 < add->frac64);
        time->frac64 -= add->frac64;
    }
}

static int smear_rounded(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                         const struct vmclock_time *instant, int up, struct vmclock_time *smeared)
{
    struct smear smear;
    struct vmclock_time result;
    int64_t into_sec;
    int error = smear_lay(rule, shape, &smear);

    if (error)
        return error;
    if (!smear_is_known(&smear, instant->sec))
        return VMCLOCK_ERR_LEAP_HORIZON;
    result.sec = instant->sec - smear.before_sec;
    result.frac64 = instant->frac64;
    into_sec = instant->sec - smear.start_sec;
    if (into_sec >= (int64_t)smear.length_sec) {
        result.sec -= smear.leap;
    } else if (into_sec >= 0) {
        /* What is lost so far, (t - start) * leap / length: it is subtracted, so a positive leap
         * second rounds it the other way. */
        struct vmclock_time lost;

        smear_divide((uint32_t)into_sec, instant->frac64, smear.length_sec,
                     smear.leap > 0 ? !up : up, &lost);
        smear_add_signed(&result, -smear.leap, &lost);
    }
    smeared->sec = result.sec;
    smeared->frac64 = result.frac64;
    return 0;
}

int vmclock_raw_smear_floor(const struct vmclock_leap *rule,
                            const struct vmclock_smear_shape *shape,
                            const struct vmclock_time *instant, struct vmclock_time *smeared)
{
    return smear_rounded(rule, shape, instant, 0, smeared);
}

int vmclock_raw_smear_ceil(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                           const struct vmclock_time *instant, struct vmclock_time *smeared)
{
    return smear_rounded(rule, shape, instant, 1, smeared);
}

/* The ends of what is promised, or the error of the first that has none. */
static int smear_interval(const struct vmclock_utc_reading *now,
                          const struct vmclock_smear_shape *shape, struct vmclock_smeared *smeared)
{
    struct vmclock_time first;
    int error = now->bound_kind == VMCLOCK_BOUND_NONE ? VMCLOCK_ERR_BOUND : 0;

    smeared->earliest.sec = smeared->latest.sec = 0;
    smeared->earliest.frac64 = smeared->latest.frac64 = 0;
    if (!error)
        error = smear_rounded(&now->leap, shape, &now->earliest.instant, 0, &first);
    if (!error)
        error = smear_rounded(&now->leap, shape, &now->latest.instant, 1, &smeared->latest);
    if (error)
        return error;
    smeared->earliest.sec = first.sec;
    smeared->earliest.frac64 = first.frac64;
    return 0;
}

int vmclock_smear_utc(const struct vmclock_utc_reading *now,
                      const struct vmclock_smear_shape *shape, struct vmclock_smeared *smeared)
{
    int error = smear_rounded(&now->leap, shape, &now->utc.instant, 0, &smeared->time);

    if (!error)
        smeared->bound_error = (signed char)smear_interval(now, shape, smeared);
    return error;
}

/* The instant of a smeared time, before it is known whether the rule reaches there. */
static void smear_unsmear(const struct smear *smear, const struct vmclock_time *smeared,
                          struct vmclock_time *result)
{
    int64_t into_sec = smeared->sec - (smear->start_sec - smear->before_sec);
    int64_t shown_sec = smear->length_sec ? (int64_t)smear->length_sec - smear->leap : 0;

    result->sec = smeared->sec + smear->before_sec;
    result->frac64 = smeared->frac64;
    if (into_sec >= shown_sec) {
        result->sec += smear->leap;
        if (result->sec < smear->start_sec) { /* in what a STRICT negative leap second skips */
            result->sec = smear->start_sec;
            result->frac64 = 0;
        }
    } else if (into_sec >= 0) {
        /* start + ceil(into * length / shown) */
        struct vmclock_time gained;

        smear_divide((uint32_t)into_sec, smeared->frac64, (uint32_t)shown_sec, smear->leap > 0,
                     &gained);
        smear_add_signed(result, smear->leap, &gained);
    }
}

int vmclock_raw_unsmear(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                        const struct vmclock_time *smeared, struct vmclock_time *instant)
{
    struct vmclock_time result;
    struct smear smear;
    int error = smear_lay(rule, shape, &smear);

    if (error)
        return error;
    /* Coarsely first, so that the sums below cannot overflow: smeared time and axis are never
     * more than before_sec and a second apart. */
    if (smeared->sec < smear.known_from_sec - smear.before_sec - 2 ||
        smeared->sec > smear.known_until_sec - smear.before_sec + 2)
        return VMCLOCK_ERR_LEAP_HORIZON;
    smear_unsmear(&smear, smeared, &result);
    if (!smear_is_known(&smear, result.sec))
        return VMCLOCK_ERR_LEAP_HORIZON;
    instant->sec = result.sec;
    instant->frac64 = result.frac64;
    return 0;
}
