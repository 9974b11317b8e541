/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - from a mapped page to a consistent snapshot of it.
 */
#ifndef VMCLOCK_PAGE_H
#define VMCLOCK_PAGE_H

#include <vmclock/abi.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Tries that vmclock_open sets. A try costs a pause of the CPU: some 5 to 150 ns, 1.2 us in QEMU
 * without acceleration. So a page that stays odd costs between 5 ms and 1.2 s. Where a publisher
 * may lose its CPU for longer, and the caller has the time, set more.
 */
#define VMCLOCK_MAX_TRIES_DEFAULT 1000000u

/*
 * Who vouches for the bounds of a snapshot and of the readings made from it. From DRIVERS on the numbers
 * are those of the sources that drivers read: see vmclock/sources.h.
 */
/* clang-format off */
#define VMCLOCK_BOUNDS_BY(X) \
    X(0, PAGE, "page") /* the hypervisor, by the page's own maximum error */ \
    X(5, CALLER, "caller") /* a source of the caller's own: NTP, PTP, ... */ \
    X(6, SEVERAL, "several") /* one end of the interval by one source, the other by another */
enum vmclock_bound_by {
#define VMCLOCK_VALUE(code, NAME, name) VMCLOCK_BOUND_BY_##NAME = (code),
    VMCLOCK_BOUNDS_BY(VMCLOCK_VALUE)
#undef VMCLOCK_VALUE
    VMCLOCK_BOUND_BY_DRIVERS = 16
};
/* clang-format on */

/*
 * A counter other than the CPU's own: for CPUs that the library has no shim for, and for tests.
 *
 * read: returns the present value, in ticks. It must not be executed before loads that precede
 * the call, must not fail and must be callable wherever the snapshot is taken.
 */
struct vmclock_counter {
    uint64_t (*read)(void *context);
    void *context;
    uint8_t counter_id; /* enum vmclock_counter_id: the page's must be the same for its clock */
};

/*
 * A page that is in use. Set by vmclock_open; the caller keeps it, the library keeps no state.
 * Reading through it changes nothing in it, so any number of CPUs may share one.
 *
 * A page may be opened any number of times. How long a call may wait is the handle's: an interrupt
 * handler that must not wait reads through one of its own, with a max_tries of 1.
 */
struct vmclock {
    /* The caller may change these two after opening, while nobody reads. */
    uint32_t max_tries;   /* of one snapshot; at least 1 */
    uint64_t max_age_sec; /* vmclock_now fails with STALE beyond; 0, as opened: no limit */
    /* The library's. */
    const volatile struct vmclock_page *page;
    struct vmclock_counter counter; /* read is null: the CPU's own */
    uint32_t size;                  /* of the structure, as checked when opened; bytes */
    uint32_t counter_order;         /* how this CPU's counter read is kept in order */
    uint16_t covered;               /* VMCLOCK_HAVE_* of the fields that size covers */
};

/*
 * What the page said at one moment, in host byte order, with the counter read at that moment.
 * A plain value: it may be kept, copied and compared, and be filled by hand.
 *
 * A field is meaningful only if its presence bit is set (have), which says that the page is large
 * enough for it and, where it has a flag, that the flag is set. Without VMCLOCK_HAVE_CLOCK the only
 * other bit that can be set is VMCLOCK_HAVE_GENERATION. A field that the page is too small for is 0;
 * one whose flag is not set keeps the page's raw value, for people to look at.
 */
struct vmclock_snapshot {
    uint64_t counter;           /* ticks, read inside the window in which the page was stable */
    uint64_t disruption_marker; /* always present */
    uint64_t flags;             /* as in the page, unknown bits too; always present */
    uint64_t generation;        /* VMCLOCK_HAVE_GENERATION */
    /* The clock: all present with VMCLOCK_HAVE_CLOCK, the errors with bits of their own. */
    uint64_t ref_counter;          /* C1, ticks */
    uint64_t period_frac;          /* 2^-(64+period_shift) s a tick */
    uint64_t period_esterror_frac; /* same unit */
    uint64_t period_maxerror_frac; /* same unit */
    uint64_t ref_sec;              /* T1, s on the scale of time_type */
    uint64_t ref_frac64;           /* T1, 2^-64 s */
    uint64_t esterror_ns;          /* at the reference point */
    uint64_t maxerror_ns;          /* at the reference point */
    uint32_t seq;                  /* even */
    uint32_t size;                 /* bytes */
    uint16_t have;                 /* VMCLOCK_HAVE_* */
    int16_t tai_offset_sec;        /* raw, either sign: see leap.h */
    uint8_t period_shift;
    uint8_t counter_id;      /* enum vmclock_counter_id, the page's */
    uint8_t counter_read_id; /* the same, of the counter that was read */
    uint8_t time_type;       /* enum vmclock_time_type */
    uint8_t clock_status;    /* enum vmclock_clock_status */
    uint8_t leap_indicator;  /* enum vmclock_leap_indicator, at the reference time */
    uint8_t smear_hint;      /* enum vmclock_smear_hint */
    uint8_t bound_by;        /* enum vmclock_bound_by */
};

/* Each is its flag's bit in the page; VMCLOCK_HAVE_CLOCK has no flag. */
#define VMCLOCK_HAVE_TAI_OFFSET 0x0001u
#define VMCLOCK_HAVE_PERIOD_ESTERROR 0x0008u
#define VMCLOCK_HAVE_PERIOD_MAXERROR 0x0010u
#define VMCLOCK_HAVE_ESTERROR 0x0020u
#define VMCLOCK_HAVE_MAXERROR 0x0040u
#define VMCLOCK_HAVE_GENERATION 0x0100u
#define VMCLOCK_HAVE_CLOCK 0x8000u /* a counter is named and the page is large enough */

/*
 * Opens a page: checks what is constant in it and prepares the handle.
 *
 * clk: the handle to fill; not null.
 * page: the page as mapped for reading, normally write-back cached (under SEV or TDX shared,
 *     "decrypted"); 8-byte aligned; stays mapped as long as the handle is used.
 * mapped_size: bytes that may be read from page on. More than the structure is fine.
 *
 * Returns 0, or with *clk untouched
 *     VMCLOCK_ERR_ARGUMENT    clk or page is null
 *     VMCLOCK_ERR_MISALIGNED  page is not 8-byte aligned
 *     VMCLOCK_ERR_SIZE        mapped_size or the page's size is below VMCLOCK_PAGE_SIZE_SIGNAL, or
 *                             the page's size is larger than mapped_size
 *     VMCLOCK_ERR_MAGIC, VMCLOCK_ERR_VERSION
 * A page without a clock opens: see have in the snapshot. Bounded; reads each byte at most once.
 * On x86 it executes CPUID, on AArch64 it reads ID_AA64MMFR0_EL1, once, to choose how counter reads
 * are ordered. At EL0 Linux emulates that; code for another EL0 compiles the library with
 * VMCLOCK_ARCH_ARM_EL0 defined.
 * UAPI.13, "magic", "size", "version".
 */
int vmclock_open(struct vmclock *clk, const volatile void *page, size_t mapped_size);

/*
 * The same with the caller's own counter in place of the CPU's.
 *
 * counter: copied; not null, nor its read (else VMCLOCK_ERR_ARGUMENT).
 */
int vmclock_open_with_counter(struct vmclock *clk, const volatile void *page, size_t mapped_size,
                              const struct vmclock_counter *counter);

/*
 * Takes a snapshot: copies the page under its sequence lock and reads the counter inside the
 * window in which the copy is consistent.
 *
 * clk: an opened handle. snapshot: not null.
 *
 * Returns 0, or with *snapshot untouched
 *     VMCLOCK_ERR_BUSY     the page was in update, or changed, in each of max_tries tries
 *     VMCLOCK_ERR_CHANGED  magic, size or version are no longer what was opened
 * At most max_tries rounds, each of at most one copy of the page; never waits otherwise. Reentrant;
 * may be called from interrupt handlers (one that interrupts a publisher on the same CPU gets
 * BUSY). UAPI.13, "seq_count".
 */
int vmclock_take_snapshot(const struct vmclock *clk, struct vmclock_snapshot *snapshot);

#ifdef __cplusplus
}
#endif
#endif
