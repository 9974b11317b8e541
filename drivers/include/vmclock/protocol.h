/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protocol.h - VMCLOCK_PROTOCOL, by which EFI's programs ask a loaded vmclock-driver for the time.
 *
 *     static EFI_GUID guid = VMCLOCK_PROTOCOL_GUID;
 *     struct vmclock_protocol *clock;
 *     struct vmclock_protocol_utc now;
 *
 *     status = BS->LocateProtocol(&guid, NULL, (void **)&clock);
 *     if (!EFI_ERROR(status))
 *         status = clock->utc(clock, 0, sizeof(now), &now);
 *
 * This header needs no other, neither EFI's (gnu-efi's, EDK2's, anyone's, in any order) nor the
 * library's, and no library: it may be copied by itself. Its structures have one layout on every
 * architecture that EFI has, little-endian, without hidden padding.
 *
 * How it grows. VMCLOCK_PROTOCOL_GUID stands for all that is said here; what cannot keep to it gets
 * another GUID. The revision grows when functions are added, behind those that are there: one is
 * called only where revision is at least the one that has it. Structures grow at their end without a
 * new revision: each call is told the size of the caller's, fills what both know and zeroes what only
 * the caller knows. 0 means none or unknown in every member to come.
 *
 * Where it may be called. Each function at any task priority level, reentrantly, also from within an
 * event's notification: it calls nothing of the firmware's, allocates nothing and changes nothing. It
 * waits only for a page in update, max_tries times at most, of some 5 to 150 ns each, 1.2 us in QEMU
 * without acceleration; 0 stands for the library's 1000000; whoever must not wait says 1. The driver
 * is boot services code: no call after ExitBootServices, nor after the driver was unloaded.
 *
 * Each returns an EFI_STATUS, and leaves the result untouched unless that is EFI_SUCCESS:
 *     EFI_INVALID_PARAMETER  a pointer is null, or size is less than the structure was at first
 *     EFI_NOT_FOUND          no page: the firmware describes none, or its description is no good
 *     EFI_UNSUPPORTED        a page without a clock, or with a counter that this CPU lacks
 *     EFI_NOT_READY          the page is in update, or its clock is not (yet) trustworthy
 *     EFI_DEVICE_ERROR       the page is damaged
 * Which error it was, by number, name and sentence, says the function state.
 */
#ifndef VMCLOCK_PROTOCOL_H
#define VMCLOCK_PROTOCOL_H

#ifdef __cplusplus
extern "C" {
#endif

/* 713c7d96-c577-4701-8e34-67b07b14e3ff, to initialise an EFI_GUID. Also the driver's variable's. */
/* clang-format off */
#define VMCLOCK_PROTOCOL_GUID \
    {0x713c7d96, 0xc577, 0x4701, {0x8e, 0x34, 0x67, 0xb0, 0x7b, 0x14, 0xe3, 0xff}}
/* clang-format on */

#define VMCLOCK_PROTOCOL_REVISION 0x00010000u

/* How EFI calls, whatever the compiler's own way is; some trees' EFIAPI is empty. */
#if defined(_MSC_VER) && !defined(__clang__)
#define VMCLOCK_PROTOCOL_CALL __cdecl
#elif defined(__x86_64__)
#define VMCLOCK_PROTOCOL_CALL __attribute__((ms_abi))
#elif defined(__i386__) && defined(__clang__)
#define VMCLOCK_PROTOCOL_CALL __attribute__((cdecl))
#elif defined(__i386__)
#define VMCLOCK_PROTOCOL_CALL __attribute__((cdecl, regparm(0)))
#else
#define VMCLOCK_PROTOCOL_CALL
#endif

/* EFI_STATUS, UINTN: as wide as a pointer. int has 32 bits, long long 64, wherever EFI is. */
#ifdef _WIN64
typedef unsigned long long vmclock_protocol_uintn;
#else
typedef unsigned long vmclock_protocol_uintn;
#endif
typedef vmclock_protocol_uintn vmclock_protocol_status;

/* Where the page is. */
struct vmclock_protocol_region {
    unsigned long long phys;   /* mapped one to one, as boot services have memory */
    unsigned long long length; /* bytes */
    unsigned int source;       /* enum vmclock_source (region.h): 1 by ACPI, 2 by device tree */
    unsigned int reserved;     /* 0 */
};

/*
 * What the page said at one moment, and the counter at that moment: the members of struct
 * vmclock_snapshot (page.h), by their names and meanings.
 */
struct vmclock_protocol_snapshot {
    unsigned long long counter; /* ticks */
    unsigned long long disruption_marker;
    unsigned long long flags;
    unsigned long long generation;
    unsigned long long ref_counter; /* ticks */
    unsigned long long period_frac; /* 2^-(64+period_shift) s a tick */
    unsigned long long period_esterror_frac;
    unsigned long long period_maxerror_frac;
    unsigned long long ref_sec;
    unsigned long long ref_frac64; /* 2^-64 s */
    unsigned long long esterror_ns;
    unsigned long long maxerror_ns;
    unsigned int seq;     /* even */
    unsigned int size;    /* of the page's structure, bytes */
    unsigned short have;  /* VMCLOCK_HAVE_*: 0x8000 a clock, 0x0100 a generation, else as flags */
    short tai_offset_sec; /* raw, of either sign */
    unsigned char period_shift;
    unsigned char counter_id;      /* 0 arm-vcnt, 1 x86-tsc, 255 none */
    unsigned char counter_read_id; /* the same of the counter that was read */
    unsigned char time_type;       /* 0 UTC, 1 TAI, 2 monotonic */
    unsigned char
        clock_status; /* 0 unknown, 1 initializing, 2 synchronized, 3 freerunning, 4 unreliable */
    unsigned char leap_indicator; /* at the reference time */
    unsigned char smear_hint;
    unsigned char bound_by; /* 0: the page */
    unsigned char reserved[4];
};

/* What of a vmclock_protocol_utc is known; without its bit a member is 0. */
#define VMCLOCK_PROTOCOL_HAVE_INTERVAL 0x1u   /* earliest_ns, latest_ns, bound_ns: promised */
#define VMCLOCK_PROTOCOL_HAVE_OFFSET 0x4u     /* tai_minus_utc_sec */
#define VMCLOCK_PROTOCOL_HAVE_GENERATION 0x8u /* generation */

/*
 * UTC at one moment, never smeared, with all that qualifies it. Counts are POSIX's: 23:59:60 has that
 * of 23:59:59.
 */
struct vmclock_protocol_utc {
    long long sec;         /* since 1970-01-01 00:00:00 */
    long long earliest_ns; /* since then: no true time is before it, ... */
    long long latest_ns;   /* ... or after this; where 23:59:60 begins in between, whole seconds */
    long long bound_ns;    /* the time is at most so far off, rounded up */
    long long age_ms;      /* since the page's reference point, rounded down; negative before it */
    unsigned long long counter;           /* ticks: the counter value that this is the time of */
    unsigned long long disruption_marker; /* moved: throw away what was calibrated by the counter */
    unsigned long long generation;        /* moved: the machine was cloned or restored */
    unsigned int ns;                      /* of the second, rounded down */
    int tai_minus_utc_sec;
    int year; /* the same time as a date, as EFI_TIME has it; second is 60 in a leap second */
    unsigned char month;
    unsigned char day;
    unsigned char hour;
    unsigned char minute;
    unsigned char second;
    unsigned char have;           /* VMCLOCK_PROTOCOL_HAVE_* */
    unsigned char clock_status;   /* 2 synchronized, 3 freerunning */
    unsigned char leap_indicator; /* as in the snapshot */
    unsigned char smear_hint;     /* as in the snapshot */
    unsigned char disruption;     /* announced: 0 none, 1 soon, 2 imminent */
    unsigned char reserved[2];
};

/* What the driver did about the firmware's clock. */
#define VMCLOCK_PROTOCOL_CLOCK_NOT_ASKED 0u /* its policy is never */
#define VMCLOCK_PROTOCOL_CLOCK_NEAR 1u      /* it was no farther off than the policy lets it be */
#define VMCLOCK_PROTOCOL_CLOCK_SET 2u       /* it was set, and read back */
#define VMCLOCK_PROTOCOL_CLOCK_REFUSED 3u   /* it was not set: see clock_error */

/*
 * How the way from the firmware's tables to UTC goes now, for people and logs. Texts are CHAR16, ASCII
 * that ends with a zero, without a line end.
 */
struct vmclock_protocol_state {
    int error;          /* 0: UTC is known; else enum vmclock_error (error.h), negative */
    int clock_error;    /* the same of setting the firmware's clock, when the driver was loaded */
    unsigned int clock; /* VMCLOCK_PROTOCOL_CLOCK_* */
    unsigned int reserved; /* 0 */
    /* As vmclock-check's report has it: "ok", "no-device", "no-clock", "busy", ... */
    unsigned short name[24];
    unsigned short error_name[24]; /* "ok", "no-device", "no-clock", "unsynchronised", ... */
    unsigned short text[192];      /* the time and its bound, or why not */
};

/* self: the protocol itself. size: of the result's structure, bytes. */
struct vmclock_protocol {
    unsigned long long revision; /* VMCLOCK_PROTOCOL_REVISION of the driver */

    /* The same whenever it is asked. */
    vmclock_protocol_status(VMCLOCK_PROTOCOL_CALL *region)(const struct vmclock_protocol *self,
                                                           vmclock_protocol_uintn size,
                                                           struct vmclock_protocol_region *region);

    /* Also of a page without a clock, or with one that is not to be trusted. */
    vmclock_protocol_status(VMCLOCK_PROTOCOL_CALL *snapshot)(
        const struct vmclock_protocol *self, unsigned int max_tries, vmclock_protocol_uintn size,
        struct vmclock_protocol_snapshot *snapshot);

    /* EFI_SUCCESS: UTC is known. Whether a bound is promised for it says have. */
    vmclock_protocol_status(VMCLOCK_PROTOCOL_CALL *utc)(const struct vmclock_protocol *self,
                                                        unsigned int max_tries,
                                                        vmclock_protocol_uintn size,
                                                        struct vmclock_protocol_utc *utc);

    /* EFI_SUCCESS whatever the state is. */
    vmclock_protocol_status(VMCLOCK_PROTOCOL_CALL *state)(const struct vmclock_protocol *self,
                                                          unsigned int max_tries,
                                                          vmclock_protocol_uintn size,
                                                          struct vmclock_protocol_state *state);
};

/* Does not compile where the layout is another. */
typedef char vmclock_protocol_layout[sizeof(struct vmclock_protocol_region) == 24 &&
                                             sizeof(struct vmclock_protocol_snapshot) == 120 &&
                                             sizeof(struct vmclock_protocol_utc) == 88 &&
                                             sizeof(struct vmclock_protocol_state) == 496 &&
                                             sizeof(vmclock_protocol_uintn) == sizeof(void *)
                                         ? 1
                                         : -1];

#ifdef __cplusplus
}
#endif
#endif
