/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abi.h - the vmclock page as the hypervisor lays it out.
 *
 * Layout and bits are those of Linux's uapi header vmclock-abi.h, which is what hypervisors ship
 * and what UAPI.13 "VMClock" follows from version 1.1 on. (UAPI.13 version 1.0 prints other
 * numbers for flag bits 7 to 9 and for the offset of vm_generation_counter; those are misprints.)
 * Names differ from Linux's, so that both headers can be included together.
 *
 * Nobody but the library needs to read a page through this structure: see page.h.
 */
#ifndef VMCLOCK_ABI_H
#define VMCLOCK_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define VMCLOCK_STATIC_ASSERT(condition, text) static_assert(condition, text)
#define VMCLOCK_ALIGNAS(bytes) alignas(bytes)
#else
#define VMCLOCK_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#define VMCLOCK_ALIGNAS(bytes) _Alignas(bytes)
#endif

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

/* The page. UAPI.13, "The vmclock structure". Offsets are asserted below. */
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

#define VMCLOCK_PAGE_MAGIC 0x4b4c4356u
#define VMCLOCK_PAGE_VERSION 1u

/* A page is useful from this size on: up to and with flags, for the disruption signal ... */
#define VMCLOCK_PAGE_SIZE_SIGNAL 0x20u
/* ... up to and with time_frac_sec, for a clock. */
#define VMCLOCK_PAGE_SIZE_CLOCK 0x58u

enum vmclock_counter_id {
    VMCLOCK_COUNTER_ID_ARM_VCNT = 0, /* CNTVCT_EL0 */
    VMCLOCK_COUNTER_ID_X86_TSC = 1,
    VMCLOCK_COUNTER_ID_INVALID = 0xff /* no clock in the page, disruption signal only */
};

enum vmclock_time_type {
    VMCLOCK_TIME_TYPE_UTC = 0,       /* s since 1970-01-01 00:00:00 UTC, leap seconds not counted */
    VMCLOCK_TIME_TYPE_TAI = 1,       /* s since 1970-01-01 00:00:00 TAI */
    VMCLOCK_TIME_TYPE_MONOTONIC = 2, /* s since no stated epoch */
    VMCLOCK_TIME_TYPE_SMEARED = 3,   /* not a valid publication */
    VMCLOCK_TIME_TYPE_MAYBE_SMEARED = 4 /* not a valid publication */
};

enum vmclock_clock_status {
    VMCLOCK_CLOCK_STATUS_UNKNOWN = 0,
    VMCLOCK_CLOCK_STATUS_INITIALIZING = 1,
    VMCLOCK_CLOCK_STATUS_SYNCHRONIZED = 2,
    VMCLOCK_CLOCK_STATUS_FREERUNNING = 3, /* was synchronised; the bounds still hold */
    VMCLOCK_CLOCK_STATUS_UNRELIABLE = 4
};

enum vmclock_smear_hint {
    VMCLOCK_SMEAR_HINT_STRICT = 0,
    VMCLOCK_SMEAR_HINT_NOON_LINEAR = 1,
    VMCLOCK_SMEAR_HINT_UTC_SLS = 2
};

enum vmclock_leap_indicator {
    VMCLOCK_LEAP_INDICATOR_NONE = 0,
    VMCLOCK_LEAP_INDICATOR_PRE_POS = 1,  /* 23:59:60 ends the month of the reference time */
    VMCLOCK_LEAP_INDICATOR_PRE_NEG = 2,  /* 23:59:59 is left out at the end of that month */
    VMCLOCK_LEAP_INDICATOR_POS = 3,      /* the reference time lies in 23:59:60 */
    VMCLOCK_LEAP_INDICATOR_POST_POS = 4, /* 23:59:60 ended the month before */
    VMCLOCK_LEAP_INDICATOR_POST_NEG = 5  /* 23:59:59 was left out at the end of the month before */
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

#define VMCLOCK_PAGE_AT(field, offset)                                                             \
    VMCLOCK_STATIC_ASSERT(offsetof(struct vmclock_page, field) == (offset), #field)
VMCLOCK_PAGE_AT(magic, 0x00);
VMCLOCK_PAGE_AT(size, 0x04);
VMCLOCK_PAGE_AT(version, 0x08);
VMCLOCK_PAGE_AT(counter_id, 0x0a);
VMCLOCK_PAGE_AT(time_type, 0x0b);
VMCLOCK_PAGE_AT(seq_count, 0x0c);
VMCLOCK_PAGE_AT(disruption_marker, 0x10);
VMCLOCK_PAGE_AT(flags, 0x18);
VMCLOCK_PAGE_AT(pad, 0x20);
VMCLOCK_PAGE_AT(clock_status, 0x22);
VMCLOCK_PAGE_AT(leap_second_smearing_hint, 0x23);
VMCLOCK_PAGE_AT(tai_offset_sec, 0x24);
VMCLOCK_PAGE_AT(leap_indicator, 0x26);
VMCLOCK_PAGE_AT(counter_period_shift, 0x27);
VMCLOCK_PAGE_AT(counter_value, 0x28);
VMCLOCK_PAGE_AT(counter_period_frac_sec, 0x30);
VMCLOCK_PAGE_AT(counter_period_esterror_rate_frac_sec, 0x38);
VMCLOCK_PAGE_AT(counter_period_maxerror_rate_frac_sec, 0x40);
VMCLOCK_PAGE_AT(time_sec, 0x48);
VMCLOCK_PAGE_AT(time_frac_sec, 0x50);
VMCLOCK_PAGE_AT(time_esterror_nanosec, 0x58);
VMCLOCK_PAGE_AT(time_maxerror_nanosec, 0x60);
VMCLOCK_PAGE_AT(vm_generation_counter, 0x68);
VMCLOCK_STATIC_ASSERT(sizeof(struct vmclock_page) == 0x70, "size of struct vmclock_page");
#undef VMCLOCK_PAGE_AT

#endif
