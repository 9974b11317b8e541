/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi.h - the vmclock page as the hypervisor lays it out.
 *
 * Layout and bits are those of Linux's uapi header vmclock-abi.h, which is what hypervisors ship
 * and what UAPI.13 "VMClock" follows from version 1.1 on. (UAPI.13 version 1.0 prints other
 * numbers for flag bits 7 to 9 and for the offset of vm_generation_counter; those are misprints.)
 * Names differ from Linux's, so that both headers can be included together.
 *
 * Offsets are asserted where the library uses them (lib/snapshot.h), so that no compiler's offsetof
 * can break this header.
 *
 * Nobody but the library needs to read a page through this structure: see page.h.
 */
#ifndef VMCLOCK_ABI_H
#define VMCLOCK_ABI_H

#include <vmclock/types.h>

/* Little-endian integers of the page. Wrapped, so that a use without conversion does not compile. */
typedef struct {
    VMCLOCK_ALIGNAS(2) uint16_t wire;
} vmclock_le16;
typedef struct {
    VMCLOCK_ALIGNAS(4) uint32_t wire;
} vmclock_le32;
typedef struct {
    VMCLOCK_ALIGNAS(8) uint64_t wire;
} vmclock_le64;

/* The page. UAPI.13, "The vmclock structure". lib/PAGE.md says all of it. */
/* clang-format off */
struct vmclock_page {
    /* Constant while the page exists, except that counter_id and time_type may come to be
     * rewritten under the lock; the library re-reads all of them in every snapshot. */
    vmclock_le32 magic;   /* VMCLOCK_PAGE_MAGIC, "VCLK" in memory */
    vmclock_le32 size;    /* bytes of the region that holds this structure */
    vmclock_le16 version; /* VMCLOCK_PAGE_VERSION */
    uint8_t counter_id;   /* enum vmclock_counter_id */
    uint8_t time_type;    /* enum vmclock_time_type */

    /* The lock: odd while the publisher changes what follows. Wraps. */
    vmclock_le32 seq_count;

    vmclock_le64 disruption_marker; /* any change: what was known of the counter is void */
    vmclock_le64 flags;             /* VMCLOCK_PAGE_FLAG_*; unknown bits are to be ignored */
    uint8_t pad[2];
    uint8_t clock_status;               /* enum vmclock_clock_status */
    uint8_t leap_second_smearing_hint;  /* enum vmclock_smear_hint; the page is never smeared */
    vmclock_le16 tai_offset_sec;        /* signed; both signs are in use: see leap.h */
    uint8_t leap_indicator;             /* enum vmclock_leap_indicator, at the reference time */
    uint8_t counter_period_shift;       /* 0 to 255 */
    vmclock_le64 counter_value;         /* C1, ticks: the reference point's counter value */
    vmclock_le64 counter_period_frac_sec;             /* 2^-(64+shift) s a tick */
    vmclock_le64 counter_period_esterror_rate_frac_sec; /* same unit, +- */
    vmclock_le64 counter_period_maxerror_rate_frac_sec; /* same unit, +- */
    vmclock_le64 time_sec;              /* T1, s since the epoch of time_type */
    vmclock_le64 time_frac_sec;         /* T1, 2^-64 s */
    vmclock_le64 time_esterror_nanosec; /* +- ns, at the reference point */
    vmclock_le64 time_maxerror_nanosec; /* +- ns, at the reference point */
    vmclock_le64 vm_generation_counter; /* any change: the machine may have been cloned */
};
/* clang-format on */

#define VMCLOCK_PAGE_MAGIC 0x4b4c4356u
#define VMCLOCK_PAGE_VERSION 1u

/* A page is useful from this size on: up to and with flags, for the disruption signal ... */
#define VMCLOCK_PAGE_SIZE_SIGNAL 0x20u
/* ... up to and with time_frac_sec, for a clock. */
#define VMCLOCK_PAGE_SIZE_CLOCK 0x58u

/* clang-format off */
#define VMCLOCK_COUNTER_IDS(X) \
    X(1, X86_TSC, "x86-tsc") \
    X(0, ARM_VCNT, "arm-vcnt") /* CNTVCT_EL0 */ \
    X(0xff, INVALID, "invalid") /* no clock in the page, disruption signal only */
/* clang-format on */
enum vmclock_counter_id {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_COUNTER_ID_##NAME = (code),
    VMCLOCK_COUNTER_IDS(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/* clang-format off */
#define VMCLOCK_TIME_TYPES(X) \
    X(0, UTC, "utc") /* s since 1970-01-01 00:00:00 UTC, leap seconds not counted */ \
    X(1, TAI, "tai") /* s since 1970-01-01 00:00:00 TAI */ \
    X(2, MONOTONIC, "monotonic") /* s since no stated epoch */ \
    X(3, SMEARED, "smeared") /* not a valid publication */ \
    X(4, MAYBE_SMEARED, "maybe-smeared") /* not a valid publication */
/* clang-format on */
enum vmclock_time_type {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_TIME_TYPE_##NAME = (code),
    VMCLOCK_TIME_TYPES(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/* clang-format off */
#define VMCLOCK_CLOCK_STATUSES(X) \
    X(0, UNKNOWN, "unknown") \
    X(1, INITIALIZING, "initializing") \
    X(2, SYNCHRONIZED, "synchronized") \
    X(3, FREERUNNING, "freerunning") /* was synchronised; the bounds still hold */ \
    X(4, UNRELIABLE, "unreliable")
/* clang-format on */
enum vmclock_clock_status {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_CLOCK_STATUS_##NAME = (code),
    VMCLOCK_CLOCK_STATUSES(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/* clang-format off */
#define VMCLOCK_SMEAR_HINTS(X) \
    X(0, STRICT, "strict") \
    X(1, NOON_LINEAR, "noon-linear") \
    X(2, UTC_SLS, "utc-sls")
/* clang-format on */
enum vmclock_smear_hint {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_SMEAR_HINT_##NAME = (code),
    VMCLOCK_SMEAR_HINTS(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

/* clang-format off */
#define VMCLOCK_LEAP_INDICATORS(X) \
    X(0, NONE, "none") \
    X(1, PRE_POS, "pre-pos") /* 23:59:60 ends the month of the reference time */ \
    X(2, PRE_NEG, "pre-neg") /* 23:59:59 is left out at the end of that month */ \
    X(3, POS, "pos") /* the reference time lies in 23:59:60 */ \
    X(4, POST_POS, "post-pos") /* 23:59:60 ended the month before */ \
    X(5, POST_NEG, "post-neg") /* 23:59:59 was left out at the end of the month before */
/* clang-format on */
enum vmclock_leap_indicator {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_LEAP_INDICATOR_##NAME = (code),
    VMCLOCK_LEAP_INDICATORS(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
};

#define VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID (UINT64_C(1) << 0)
#define VMCLOCK_PAGE_FLAG_DISRUPTION_SOON (UINT64_C(1) << 1)     /* within about a day */
#define VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT (UINT64_C(1) << 2) /* within about an hour */
#define VMCLOCK_PAGE_FLAG_PERIOD_ESTERROR_VALID (UINT64_C(1) << 3)
#define VMCLOCK_PAGE_FLAG_PERIOD_MAXERROR_VALID (UINT64_C(1) << 4)
#define VMCLOCK_PAGE_FLAG_TIME_ESTERROR_VALID (UINT64_C(1) << 5)
#define VMCLOCK_PAGE_FLAG_TIME_MAXERROR_VALID (UINT64_C(1) << 6)
/* An update never gives an earlier time than the parameters before it. Not time_type MONOTONIC. */
#define VMCLOCK_PAGE_FLAG_TIME_MONOTONIC (UINT64_C(1) << 7)
#define VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT (UINT64_C(1) << 8)
#define VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT (UINT64_C(1) << 9)
#define VMCLOCK_PAGE_FLAGS UINT64_C(0x3ff) /* all of these */

#endif
