/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wide.h - the few operations wider than 64 bits that the core needs, without library helpers.
 *
 * Define VMCLOCK_PORTABLE to have the plain C11 form of each also where the compiler offers better;
 * the results are the same to the last bit, and the tests run both.
 */
#ifndef VMCLOCK_WIDE_H
#define VMCLOCK_WIDE_H

#include <vmclock/types.h>

/* Small by default; where the compiler optimises for speed, into the caller without asking. */
#if defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
#define WIDE_INLINE inline __attribute__((always_inline))
#else
#define WIDE_INLINE inline
#endif

/*
 * Out of line: so that the stack frames of what is called one after the other do not add up, a quick way
 * needs no frame for the slow one, and a loop's values have all registers.
 */
#define WIDE_APART __attribute__((__noinline__)) /* U-Boot has a macro of the shorter name */

#if defined(__SIZEOF_INT128__) && !defined(VMCLOCK_PORTABLE)
#define VMCLOCK_HAVE_INT128 1
__extension__ typedef unsigned __int128 vmclock_uint128;
#endif

/* a * b = high * 2^64 + low. The products of 32-bit halves sum below 2^64: (2^32-1)^2 + 2 (2^32-1). */
static WIDE_INLINE uint64_t wide_multiply(uint64_t a, uint64_t b, uint64_t *low)
{
#ifdef VMCLOCK_HAVE_INT128
    vmclock_uint128 product = (vmclock_uint128)a * b;

    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
    uint64_t middle = (p00 >> 32) + (uint32_t)p01 + p10;

    *low = middle << 32 | (uint32_t)p00;
    return p11 + (middle >> 32) + (p01 >> 32);
#endif
}

/* The upper half of a * b + high * 2^64 + low, modulo 2^128. */
static WIDE_INLINE uint64_t wide_multiply_add(uint64_t a, uint64_t b, uint64_t high, uint64_t low)
{
#ifdef VMCLOCK_HAVE_INT128
    vmclock_uint128 sum = (vmclock_uint128)a * b + ((vmclock_uint128)high << 64 | low);

    return (uint64_t)(sum >> 64);
#else
    uint64_t product;

    high += wide_multiply(a, b, &product);
    return high + (product + low < low);
#endif
}

/* n / divisor and the remainder; divisor is not 0. */
static WIDE_INLINE uint64_t wide_divide(uint64_t n, uint32_t divisor, uint32_t *remainder)
{
#if __SIZEOF_POINTER__ > 4 && !defined(VMCLOCK_PORTABLE)
    *remainder = (uint32_t)(n % divisor);
    return n / divisor;
#else
    /* Long division, a bit a step: 32-bit CPUs have no 64-bit division to compile this to. */
    uint64_t quotient = 0, rest = 0;

    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (n >> bit & 1);
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= UINT64_C(1) << bit;
        }
    }
    *remainder = (uint32_t)rest;
    return quotient;
#endif
}

#define WIDE_NS_PER_SEC 1000000000u

/* n / 10^9 for every n: 10^9 = 2^9 * 1953125, and the factor is ceil(2^75 / 1953125). */
static WIDE_INLINE uint64_t wide_divide_by_1e9(uint64_t n)
{
    uint64_t low;

    return wide_multiply(n >> 9, UINT64_C(0x44b82fa09b5a53), &low) >> 11;
}

/*
 * A number of seconds to 2^-128 s: sec + frac * 2^-64 + guard * 2^-128. Two's complement: sec is
 * read as an int64_t where the number is signed. The guard lets an interval's end be rounded once,
 * after its terms are summed.
 */
struct wide {
    uint64_t sec;
    uint64_t frac;
    uint64_t guard;
};

/* Field by field, as some compilers turn the copy of a structure into a call of memcpy. */
static WIDE_INLINE void wide_copy(struct wide *to, const struct wide *from)
{
    to->sec = from->sec;
    to->frac = from->frac;
    to->guard = from->guard;
}

/* a += b, modulo 2^64 s. */
static WIDE_INLINE void wide_add(struct wide *a, const struct wide *b)
{
    uint64_t guard = a->guard + b->guard;
    uint64_t carry = guard < b->guard;

    a->guard = guard;
#ifdef VMCLOCK_HAVE_INT128
    vmclock_uint128 sum = ((vmclock_uint128)a->sec << 64 | a->frac) +
                          ((vmclock_uint128)b->sec << 64 | b->frac) + carry;
    a->frac = (uint64_t)sum;
    a->sec = (uint64_t)(sum >> 64);
#else
    uint64_t frac = a->frac + b->frac;
    uint64_t carry_frac = frac < b->frac;

    a->frac = frac + carry;
    a->sec += b->sec + carry_frac + (a->frac < carry);
#endif
}

/* a = -a, modulo 2^64 s. */
static WIDE_INLINE void wide_negate(struct wide *a)
{
    a->guard = 0 - a->guard;
    a->frac = ~a->frac + (a->guard == 0);
    a->sec = ~a->sec + ((a->guard | a->frac) == 0);
}

/* a += units * 2^-128 s, modulo 2^64 s. */
static WIDE_INLINE void wide_add_guard(struct wide *a, uint64_t units)
{
    a->guard += units;
    units = a->guard < units;
    a->frac += units;
    a->sec += a->frac < units;
}

/* Up to the next multiple of 2^-64 s, modulo 2^64 s. */
static WIDE_INLINE void wide_round_up(struct wide *a)
{
    uint64_t up = a->guard != 0;

    a->guard = 0;
    a->frac += up;
    a->sec += a->frac < up;
}

/*
 * ticks * rate in units of 2^-(64+shift) s, rounded down to 2^-128 s; below 2^64 s. shift is 0 to
 * 255. Returns 1 if the rounding lost something, else 0.
 */
static WIDE_INLINE unsigned wide_from_ticks(uint64_t ticks, uint64_t rate, unsigned shift,
                                            struct wide *out)
{
    uint64_t frac, guard = 0, lost = 0;
    uint64_t sec = wide_multiply(ticks, rate, &frac);

    for (; shift >= 64; shift -= 64) { /* at most three times */
        lost |= guard;
        guard = frac;
        frac = sec;
        sec = 0;
    }
    /* x << (63 - shift) << 1 is x << (64 - shift), also for shift 0, which moves all of x out. */
    lost |= guard << (63 - shift) << 1;
    out->guard = guard >> shift | frac << (63 - shift) << 1;
    out->frac = frac >> shift | sec << (63 - shift) << 1;
    out->sec = sec >> shift;
    return lost != 0;
}

/*
 * ns nanoseconds, rounded up to 2^-128 s.
 *
 * 2^128 / 10^9 = K + 768211456 / 10^9, with K = 0x44b82fa09 * 2^64 + 0xb5a52cb98b405447.
 */
static WIDE_INLINE void wide_from_ns_ceil(uint64_t ns, struct wide *out)
{
    uint64_t sec = wide_divide_by_1e9(ns);
    uint64_t rest = ns - sec * WIDE_NS_PER_SEC; /* below 10^9, so the products below fit */
    uint64_t guard;
    uint64_t frac = wide_multiply(rest, UINT64_C(0xb5a52cb98b405447), &guard);
    uint64_t remainder = wide_divide_by_1e9(rest * 768211456u + (WIDE_NS_PER_SEC - 1));

    guard += remainder;
    frac += guard < remainder;
    out->sec = sec;
    out->frac = frac + rest * UINT64_C(0x44b82fa09);
    out->guard = guard;
}

#endif
