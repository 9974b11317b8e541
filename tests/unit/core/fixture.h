/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture.h - pages as bytes in memory, snapshots by hand, and counters that tests control.
 *
 * Pages are written by offset and not through struct vmclock_page: the layout is under test too.
 */
#ifndef CORE_FIXTURE_H
#define CORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <vmclock/raw.h>
#include <vmclock/vmclock.h>

#define PAGE_BYTES 0x1000
#define STRUCT_BYTES 0x70 /* of the structure with vm_generation_counter */

/* Offsets of UAPI.13 and Linux's header. */
enum page_at {
    AT_MAGIC = 0x00,
    AT_SIZE = 0x04,
    AT_VERSION = 0x08,
    AT_COUNTER_ID = 0x0a,
    AT_TIME_TYPE = 0x0b,
    AT_SEQ = 0x0c,
    AT_MARKER = 0x10,
    AT_FLAGS = 0x18,
    AT_STATUS = 0x22,
    AT_SMEAR = 0x23,
    AT_TAI_OFFSET = 0x24,
    AT_LEAP = 0x26,
    AT_SHIFT = 0x27,
    AT_REF_COUNTER = 0x28,
    AT_PERIOD = 0x30,
    AT_PERIOD_ESTERROR = 0x38,
    AT_PERIOD_MAXERROR = 0x40,
    AT_SEC = 0x48,
    AT_FRAC = 0x50,
    AT_ESTERROR = 0x58,
    AT_MAXERROR = 0x60,
    AT_GENERATION = 0x68
};

#define ALL_FLAGS 0x3ffu
#define HAVE_ALL \
    (VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_PERIOD_ESTERROR | \
     VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_ESTERROR | VMCLOCK_HAVE_MAXERROR | \
     VMCLOCK_HAVE_GENERATION)

/* A 1 GHz counter, as in UAPI.13. */
#define GHZ_PERIOD UINT64_C(0x89705F4136B4A597)
#define GHZ_SHIFT 29

#define SEC_2017 INT64_C(1483228800) /* 2017-01-01 00:00:00, POSIX */
#define TAI_2017 (SEC_2017 + 37)
#define DAY_SEC INT64_C(86400)

struct page_image {
    _Alignas(8) unsigned char bytes[PAGE_BYTES];
};

/* Stores value in bytes little-endian bytes. */
void page_put(void *page, size_t at, size_t bytes, uint64_t value);

/* A whole, consistent page: TAI, synchronised, all flags, counter id X86_TSC, seq 2. */
void page_fill(void *page);

/* A counter that tests control. It may change the page while it is read. */
struct test_counter {
    uint64_t value; /* what it returns, before on_read changes it */
    uint64_t step;  /* added at each read */
    uint32_t reads;
    void (*on_read)(struct test_counter *counter);
    void *page;
    uint32_t quiet_after; /* on_read is called only for the first so many reads; 0: always */
};

/* Opens page with the counter, whose id is X86_TSC as the page's. Fails the test if it fails. */
void open_with(struct vmclock *clk, const void *page, size_t mapped_size,
               struct test_counter *counter);

/* The snapshot of the page of page_fill at its reference point. */
struct vmclock_snapshot good_snapshot(void);

/* A snapshot's rule, which it has. */
struct vmclock_leap rule_of(const struct vmclock_snapshot *s);

/* Marks a result, and asserts that a failed call left it so. */
#define MARK(result) memset(&(result), 0xa5, sizeof(result))
#define ASSERT_UNTOUCHED(result) assert_untouched(&(result), sizeof(result))
void assert_untouched(const void *result, size_t size);

void assert_time(const struct vmclock_time *time, int64_t sec, uint64_t frac64);

/* Number of failed tests of each file. */
int run_open_tests(void);
int run_snapshot_tests(void);
int run_lock_tests(void);
int run_clock_tests(void);
int run_many_tests(void);
int run_now_tests(void);
int run_leap_tests(void);
int run_label_tests(void);
int run_smear_tests(void);
int run_smeared_tests(void);
int run_civil_tests(void);
int run_utc_tests(void);
int run_estimate_tests(void);
int run_clamp_tests(void);
int run_text_tests(void);
int run_deadline_tests(void);
int run_wait_tests(void);
int run_time_tests(void);
int run_error_tests(void);
int run_names_tests(void);
int run_range_tests(void);

#endif
