/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inverse of the two ends of the interval, from the reference point on and before it:
 *
 *     latest:    period + rate a tick from it on, period - rate before it
 *     earliest:  period - rate a tick from it on, period + rate before it
 *
 * At a shift of 64 and less, ticks are whole 2^-128 s: nothing is lost, and a division is exact.
 */
#include <vmclock/clock.h>
#include <vmclock/deadline.h>
#include <vmclock/error.h>
#include <vmclock/leap.h>
#include <vmclock/raw.h>
#include "arch/arch.h"
#include "lib/ratio.h"
#include "lib/wide.h"

#define DEADLINE_FAR_SEC (INT64_C(1) << 62)

enum deadline_end { DEADLINE_EARLIEST, DEADLINE_LATEST };

/* A quotient, rounded down; exact is 0 where that lost something. */
struct deadline_quotient {
    uint64_t ticks;
    int exact;
};

/*
 * CPUs that divide 64 bits, and count leading zeros, by an instruction. For others, RISC-V's base among them,
 * GCC calls its library.
 */
#if (defined(__x86_64__) || defined(__aarch64__) || defined(__s390x__) || \
     defined(__powerpc64__)) && \
    !defined(VMCLOCK_PORTABLE)
/* The next 32 bits of a quotient (Knuth's D); rest < divisor, whose uppermost bit is set. */
static WIDE_INLINE uint64_t deadline_digit(uint64_t *rest, uint32_t next, uint64_t divisor)
{
    const uint64_t high = divisor >> 32, low = (uint32_t)divisor;
    uint64_t digit = *rest / high;
    uint64_t left = *rest - digit * high;

    while (digit >> 32 || digit * low > (left << 32 | next)) {
        digit--;
        left += high;
        if (left >> 32)
            break;
    }
    *rest = (*rest << 32 | next) - digit * divisor;
    return digit;
}

/* (high * 2^64 + low) / divisor, for a high below the divisor. */
static WIDE_INLINE void deadline_divide(uint64_t high, uint64_t low, uint64_t divisor,
                                        struct deadline_quotient *quotient)
{
    const unsigned up = (unsigned)__builtin_clzll(divisor);
    uint64_t rest = high << up | low >> (63 - up) >> 1;
    uint64_t digit;

    low <<= up;
    divisor <<= up;
    digit = deadline_digit(&rest, (uint32_t)(low >> 32), divisor);
    quotient->ticks = digit << 32 | deadline_digit(&rest, (uint32_t)low, divisor);
    quotient->exact = rest == 0;
}
#else
static void deadline_divide(uint64_t high, uint64_t low, uint64_t divisor,
                            struct deadline_quotient *quotient)
{
    quotient->ticks = 0;
    (void)vmclock_ratio(high, low, 0, divisor, 0, &quotient->ticks); /* fits, as high is below */
    quotient->exact = low == quotient->ticks * divisor;
}
#endif

/*
 * The same for a divisor of 65 bits, 2^64 + divisor: by half of both, which is at most 2 too much.
 */
static WIDE_APART void deadline_divide_65(uint64_t high, uint64_t low, uint64_t divisor,
                                          struct deadline_quotient *quotient)
{
    uint64_t product_high, product_low;

    deadline_divide(high >> 1, high << 63 | low >> 1, UINT64_C(1) << 63 | divisor >> 1, quotient);
    quotient->ticks++;
    do {
        quotient->ticks--;
        product_high = wide_multiply(quotient->ticks, divisor, &product_low);
        product_high += quotient->ticks;
    } while (product_high < quotient->ticks || product_high > high ||
             (product_high == high && product_low > low));
    quotient->exact = product_high == high && product_low == low;
}

/* away /= 2^down, down 0 to 64, in 2^-128 s; returns 0 if it does not fit 128 bits. */
static WIDE_INLINE int deadline_scale(const struct wide *away, unsigned down, uint64_t *high,
                                      uint64_t *low, int *exact)
{
    if (down == 64) {
        *high = away->sec;
        *low = away->frac;
        *exact = away->guard == 0;
        return 1;
    }
    *high = away->frac >> down | away->sec << (63 - down) << 1;
    *low = away->guard >> down | away->frac << (63 - down) << 1;
    *exact = away->guard << (63 - down) << 1 == 0;
    return away->sec >> down == 0;
}

/* The ticks of a way that is not negative, in steps of period + or - rate; rounded up where asked. */
static int deadline_ticks(const struct vmclock_snapshot *s, const struct wide *away, int plus,
                          int up, uint64_t *ticks)
{
    const uint64_t rate = s->period_maxerror_frac;
    const uint64_t step = plus ? s->period_frac + rate : s->period_frac - rate;
    struct deadline_quotient quotient;
    uint64_t high, low;
    int exact;

    if (!deadline_scale(away, 64u - s->period_shift, &high, &low, &exact))
        return VMCLOCK_ERR_RANGE;
    if (plus && step < rate)
        deadline_divide_65(high, low, step, &quotient);
    else if (high >= step)
        return VMCLOCK_ERR_RANGE;
    else
        deadline_divide(high, low, step, &quotient);
    if (quotient.ticks >> 63)
        return VMCLOCK_ERR_RANGE;
    *ticks = quotient.ticks + (up && !(exact && quotient.exact));
    return *ticks >> 63 ? VMCLOCK_ERR_RANGE : 0;
}

/*
 * How far the end has to move from where it is at the reference point, in 2^-128 s: to the instant,
 * or, for the latest end, which is rounded up to 2^-64 s, to the first 2^-128 s that is rounded to it.
 */
static int deadline_away(const struct vmclock_snapshot *s, const struct vmclock_time *instant,
                         enum deadline_end end, struct wide *away)
{
    struct vmclock_time reference, distance;
    struct wide error;

    reference.sec = (int64_t)s->ref_sec;
    reference.frac64 = s->ref_frac64;
    if (reference.sec < 0 || vmclock_time_subtract(instant, &reference, &distance) ||
        distance.sec >= DEADLINE_FAR_SEC || distance.sec < -DEADLINE_FAR_SEC)
        return VMCLOCK_ERR_RANGE;
    away->sec = (uint64_t)distance.sec;
    away->frac = distance.frac64;
    away->guard = 0;
    wide_from_ns_ceil(s->maxerror_ns, &error);
    if (end == DEADLINE_LATEST) {
        wide_add_guard(&error, UINT64_MAX); /* 2^-64 s less 2^-128 s */
        wide_negate(&error);
    }
    wide_add(away, &error);
    return 0;
}

static int deadline_check(const struct vmclock_snapshot *s)
{
    const unsigned bound = VMCLOCK_HAVE_MAXERROR | VMCLOCK_HAVE_PERIOD_MAXERROR;
    int error = vmclock_check(s);

    if (error)
        return error;
    if ((s->have & bound) != bound || s->period_maxerror_frac >= s->period_frac)
        return VMCLOCK_ERR_BOUND;
    return s->period_shift > 64 ? VMCLOCK_ERR_RANGE : 0;
}

static int deadline_of(const struct vmclock_snapshot *s, const struct vmclock_time *instant,
                       enum deadline_end end, struct vmclock_deadline *deadline)
{
    struct wide away;
    uint64_t ticks;
    int before; /* the reference point, or at it */
    int error = deadline_check(s);

    if (!error)
        error = deadline_away(s, instant, end, &away);
    if (error)
        return error;
    before = away.sec >> 63 || !(away.sec | away.frac | away.guard);
    if (before)
        wide_negate(&away);
    error = deadline_ticks(s, &away, before == (end == DEADLINE_EARLIEST), !before, &ticks);
    if (error)
        return error;
    deadline->counter = before ? s->ref_counter - ticks : s->ref_counter + ticks;
    deadline->disruption_marker = s->disruption_marker;
    deadline->seq = s->seq;
    return 0;
}

int vmclock_raw_deadline_surely(const struct vmclock_snapshot *snapshot,
                                const struct vmclock_time *instant,
                                struct vmclock_deadline *deadline)
{
    return deadline_of(snapshot, instant, DEADLINE_EARLIEST, deadline);
}

int vmclock_raw_deadline_possibly(const struct vmclock_snapshot *snapshot,
                                  const struct vmclock_time *instant,
                                  struct vmclock_deadline *deadline)
{
    return deadline_of(snapshot, instant, DEADLINE_LATEST, deadline);
}

static int deadline_of_utc(const struct vmclock_snapshot *s, const struct vmclock_utc *utc,
                           enum deadline_end end, struct vmclock_deadline *deadline)
{
    struct vmclock_leap rule;
    struct vmclock_time instant;
    int error = vmclock_check(s);

    if (!error)
        error = vmclock_leap_rule(s, &rule);
    if (!error)
        error = vmclock_raw_utc_to_axis(&rule, utc, &instant);
    return error ? error : deadline_of(s, &instant, end, deadline);
}

int vmclock_deadline_utc_surely(const struct vmclock_snapshot *snapshot,
                                const struct vmclock_utc *utc, struct vmclock_deadline *deadline)
{
    return deadline_of_utc(snapshot, utc, DEADLINE_EARLIEST, deadline);
}

int vmclock_deadline_utc_possibly(const struct vmclock_snapshot *snapshot,
                                  const struct vmclock_utc *utc, struct vmclock_deadline *deadline)
{
    return deadline_of_utc(snapshot, utc, DEADLINE_LATEST, deadline);
}

int vmclock_wait(const struct vmclock *clk, const struct vmclock_deadline *deadline,
                 uint64_t max_ticks)
{
    uint64_t start_counter = 0, last_counter = 0;
    uint32_t stood = 0; /* snapshots in which the counter did not advance */

    for (int first = 1;; first = 0) {
        struct vmclock_snapshot now;
        int error = vmclock_take_snapshot(clk, &now);

        if (error)
            return error;
        if (now.disruption_marker != deadline->disruption_marker)
            return VMCLOCK_ERR_DISRUPTED;
        if (!((now.counter - deadline->counter) >> 63))
            return 0;
        if (first)
            start_counter = now.counter;
        else if ((now.counter - last_counter) >> 63)
            return VMCLOCK_ERR_NOT_YET; /* it went back: nothing bounds the wait any more */
        stood = first || now.counter != last_counter ? 0 : stood + 1;
        last_counter = now.counter;
        if (now.counter - start_counter >= max_ticks || stood >= clk->max_tries)
            return VMCLOCK_ERR_NOT_YET;
        vmclock_arch_pause();
    }
}
