/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the calls of the library cost, beside two things that every reader knows: an ordered read of
 * the CPU's counter in a call of its own, and the system's clock_gettime(CLOCK_REALTIME).
 *
 *     bench              a table: ns a call and both ratios, medians over interleaved rounds
 *     bench NAME COUNT   runs one row COUNT times and prints nothing, for instruction counting
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <vmclock/raw.h>
#include <vmclock/vmclock.h>
#include "arch/arch.h"

#define ROUNDS 41
#define VALUES 1024

static struct vmclock_page page __attribute__((aligned(4096)));
static struct vmclock clk;
static struct vmclock_reader reader;
static struct vmclock_steer steer;
static struct vmclock_snapshot snapshot;
static struct vmclock_leap rule;
static struct vmclock_smear_shape shape;
static uint64_t counters[VALUES];
static struct vmclock_time times[VALUES];

/* Results go here, so that no call can be left out. */
static volatile uint64_t sink;

static void fail(const char *what)
{
    fprintf(stderr, "bench: %s failed\n", what);
    exit(1);
}

static void must(int error, const char *what)
{
    if (error)
        fail(what);
}

/* An honest page of a 1 GHz counter with maximum errors, on which a clock can be read for days. */
static void prepare(uint32_t order)
{
    page.magic.wire = VMCLOCK_PAGE_MAGIC;
    page.size.wire = sizeof page;
    page.version.wire = VMCLOCK_PAGE_VERSION;
    page.counter_id = VMCLOCK_ARCH_COUNTER_ID;
    page.time_type = VMCLOCK_TIME_TYPE_TAI;
    page.clock_status = VMCLOCK_CLOCK_STATUS_SYNCHRONIZED;
    page.flags.wire = VMCLOCK_PAGE_FLAG_TAI_OFFSET_VALID | VMCLOCK_PAGE_FLAG_PERIOD_MAXERROR_VALID |
                      VMCLOCK_PAGE_FLAG_TIME_MAXERROR_VALID;
    page.tai_offset_sec.wire = (uint16_t)-37;
    page.leap_indicator = VMCLOCK_LEAP_INDICATOR_PRE_POS;
    page.counter_period_shift = 29;
    page.counter_period_frac_sec.wire = UINT64_C(0x89705F4136B4A597);
    page.counter_period_maxerror_rate_frac_sec.wire = UINT64_C(0x89705F4136B4);
    page.counter_value.wire = vmclock_arch_counter(order);
    page.time_sec.wire = 1483228800;
    page.time_maxerror_nanosec.wire = 12345;

    must(vmclock_open(&clk, &page, sizeof page), "vmclock_open");
    clk.counter_order = order;
    must(vmclock_take_snapshot(&clk, &snapshot), "vmclock_take_snapshot");
    vmclock_reader_init(&reader, &clk);
    must(vmclock_steer_init(&steer, &clk, &(struct vmclock_steer_config){0, 500000}), "init");
    must(vmclock_steer_start_epoch(&steer, NULL), "vmclock_steer_start_epoch");
    must(vmclock_leap_rule(&snapshot, &rule), "vmclock_leap_rule");
    must(vmclock_smear_shape_of(VMCLOCK_SMEAR_HINT_NOON_LINEAR, &shape), "vmclock_smear_shape");
    for (int i = 0; i < VALUES; i++)
        counters[i] = snapshot.counter + (uint64_t)i * 1234567;
}

/* On x86 LFENCE and RDTSC, whichever way the library prefers: so that numbers can be compared. */
static uint32_t plain_order(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return VMCLOCK_ARCH_ORDER_LFENCE;
#else
    return vmclock_arch_counter_order();
#endif
}

static __attribute__((noinline)) uint64_t ordered_counter(void)
{
    return vmclock_arch_counter(plain_order());
}

static void run_counter(long count)
{
    for (long i = 0; i < count; i++)
        sink = ordered_counter();
}

static void run_clock_gettime(long count)
{
    struct timespec now;

    for (long i = 0; i < count; i++) {
        clock_gettime(CLOCK_REALTIME, &now);
        sink = (uint64_t)now.tv_nsec;
    }
}

static void run_now(long count)
{
    struct vmclock_reading reading;

    for (long i = 0; i < count; i++) {
        if (vmclock_now(&clk, &reading))
            fail("vmclock_now");
        sink = reading.latest.frac64;
    }
}

static void run_reader(long count)
{
    for (long i = 0; i < count; i++) {
        if (vmclock_reader_now(&reader))
            fail("vmclock_reader_now");
        sink = reader.reading.latest.frac64;
    }
}

static void run_utc_now(long count)
{
    struct vmclock_utc_reading now;

    for (long i = 0; i < count; i++) {
        if (vmclock_utc_now(&clk, &now))
            fail("vmclock_utc_now");
        sink = now.latest.instant.frac64;
    }
}

static void run_reader_utc(long count)
{
    for (long i = 0; i < count; i++) {
        if (vmclock_reader_utc_now(&reader))
            fail("vmclock_reader_utc_now");
        sink = reader.utc.latest.instant.frac64;
    }
}

static void run_steer_utc(long count)
{
    struct vmclock_utc_reading now;

    for (long i = 0; i < count; i++) {
        if (vmclock_steer_utc_now(&steer, &now))
            fail("vmclock_steer_utc_now");
        sink = now.utc.instant.frac64;
    }
}

static void run_text(long count)
{
    struct vmclock_label label = {{0, 0}, 0, 2016, 12, 31, 23, 59, 0, 0};
    char text[VMCLOCK_TEXT_SIZE];

    for (long i = 0; i < count; i++) {
        label.second = (uint8_t)(i % 60);
        label.instant.frac64 = (uint64_t)i * UINT64_C(0x123456789abcdef);
        if (vmclock_text_label(&label, 9, text, sizeof text))
            fail("vmclock_text_label");
        sink = (unsigned char)text[28];
    }
}

static void run_steer(long count)
{
    struct vmclock_steer_reading reading;

    for (long i = 0; i < count; i++) {
        if (vmclock_steer_now(&steer, &reading))
            fail("vmclock_steer_now");
        sink = reading.time.frac64;
    }
}

static void run_steer_update(long count)
{
    for (long i = 0; i < count; i++)
        if (vmclock_steer_update(&steer, NULL))
            fail("vmclock_steer_update");
    sink = steer.seq;
}

static void run_snapshot(long count)
{
    for (long i = 0; i < count; i++) {
        if (vmclock_take_snapshot(&clk, &snapshot))
            fail("vmclock_take_snapshot");
        sink = snapshot.counter;
    }
}

static void run_at(long count)
{
    struct vmclock_reading reading;

    for (long i = 0; i < count; i++) {
        if (vmclock_at(&snapshot, counters[i % VALUES], &reading))
            fail("vmclock_at");
        sink = reading.latest.frac64;
    }
}

/* count values, VALUES a call. */
static void run_at_many(long count)
{
    struct vmclock_time error;
    int bound_kind;

    for (long i = 0; i < count; i += VALUES) {
        if (vmclock_at_many(&snapshot, counters, VALUES, times, &error, &bound_kind))
            fail("vmclock_at_many");
        sink = times[i % VALUES].frac64;
    }
}

/* Updates of a page that nobody reads, each judged against the one before: a clock that goes on. */
static void run_publish(long count)
{
    static struct vmclock_page target __attribute__((aligned(4096)));
    struct vmclock_snapshot next = snapshot;
    struct vmclock_publisher publisher;

    must(vmclock_publish_open(&publisher, &target, sizeof target, sizeof target), "open");
    for (long i = 0; i < count; i++) {
        next.ref_counter += 1000000000; /* the page's 1 GHz: a second */
        next.ref_sec++;
        if (vmclock_publish(&publisher, &next))
            fail("vmclock_publish");
    }
    sink = target.seq_count.wire;
}

static void run_deadline(long count)
{
    struct vmclock_deadline deadline;
    struct vmclock_time instant = {1483228800, 0};

    for (long i = 0; i < count; i++) {
        instant.sec = 1483228800 + i % VALUES;
        instant.frac64 = (uint64_t)i * UINT64_C(0x123456789abcdef);
        if (vmclock_raw_deadline_surely(&snapshot, &instant, &deadline))
            fail("vmclock_raw_deadline_surely");
        sink = deadline.counter;
    }
}

static void run_leap_rule(long count)
{
    for (long i = 0; i < count; i++) {
        if (vmclock_leap_rule(&snapshot, &rule))
            fail("vmclock_leap_rule");
        sink = (uint64_t)rule.boundary_sec;
    }
}

static void run_utc(long count)
{
    struct vmclock_time instant = {1483228836, 0};
    struct vmclock_utc utc;

    for (long i = 0; i < count; i++) {
        instant.sec = 1483228836 + i % VALUES;
        if (vmclock_raw_axis_to_utc(&rule, &instant, &utc))
            fail("vmclock_raw_axis_to_utc");
        sink = (uint64_t)utc.posix_sec;
    }
}

static void run_civil(long count)
{
    struct vmclock_utc utc = {0, 0, 0};
    struct vmclock_civil civil;

    for (long i = 0; i < count; i++) {
        utc.posix_sec = 1483228836 + i * 86399;
        if (vmclock_utc_to_civil(&utc, &civil))
            fail("vmclock_utc_to_civil");
        sink = civil.second;
    }
}

static void run_smear(long count)
{
    struct vmclock_time instant = {0, 0}, smeared;

    for (long i = 0; i < count; i++) {
        instant.sec = rule.boundary_sec - i % VALUES;
        must(vmclock_raw_smear_floor(&rule, &shape, &instant, &smeared), "vmclock_raw_smear_floor");
        sink = smeared.frac64;
    }
}

static const struct row {
    const char *name;
    void (*run)(long count);
    long count; /* a round, to last about a millisecond */
} rows[] = {
    {"ordered counter read", run_counter, 50 * VALUES},
    {"clock_gettime(CLOCK_REALTIME)", run_clock_gettime, 50 * VALUES},
    {"vmclock_now", run_now, 20 * VALUES},
    {"vmclock_reader_now", run_reader, 50 * VALUES},
    {"vmclock_utc_now", run_utc_now, 5 * VALUES},
    {"vmclock_reader_utc_now", run_reader_utc, 50 * VALUES},
    {"vmclock_steer_now", run_steer, 50 * VALUES},
    {"vmclock_steer_utc_now", run_steer_utc, 5 * VALUES},
    {"vmclock_steer_update", run_steer_update, VALUES},
    {"vmclock_take_snapshot", run_snapshot, 20 * VALUES},
    {"vmclock_at", run_at, 40 * VALUES},
    {"vmclock_at_many, a value", run_at_many, 400 * VALUES},
    {"vmclock_raw_deadline_surely", run_deadline, 40 * VALUES},
    {"vmclock_leap_rule", run_leap_rule, 10 * VALUES},
    {"vmclock_raw_axis_to_utc", run_utc, 100 * VALUES},
    {"vmclock_utc_to_civil", run_civil, 20 * VALUES},
    {"vmclock_text_label", run_text, 10 * VALUES},
    {"vmclock_publish", run_publish, 20 * VALUES},
    {"vmclock_raw_smear_floor", run_smear, 50 * VALUES},
};
#define ROWS (sizeof rows / sizeof rows[0])

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, compare_doubles);
    return values[ROUNDS / 2];
}

static void print_table(void)
{
    static double ns[ROWS][ROUNDS], ratio[2][ROUNDS];

    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < ROWS; i++) {
            double start_ns = now_ns();

            rows[i].run(rows[i].count);
            ns[i][round] = (now_ns() - start_ns) / (double)rows[i].count;
        }
    printf("%-30s %9s %12s %15s\n", "", "ns a call", "/ counter", "/ clock_gettime");
    for (size_t i = ROWS; i-- > 0;) { /* the first two last: median() sorts */
        for (int round = 0; round < ROUNDS; round++) {
            ratio[0][round] = ns[i][round] / ns[0][round];
            ratio[1][round] = ns[i][round] / ns[1][round];
        }
        printf("%-30s %9.2f %12.2f %15.2f\n", rows[i].name, median(ns[i]), median(ratio[0]),
               median(ratio[1]));
    }
}

static int usage(void)
{
    fprintf(stderr,
            "usage: bench [NAME COUNT [plain]]; plain: as on a CPU without RDTSCP; names:\n");
    for (size_t i = 0; i < ROWS; i++)
        fprintf(stderr, "  %s\n", rows[i].name);
    return 2;
}

int main(int argc, char **argv)
{
    const int plain = argc == 4 && !strcmp(argv[3], "plain");

    if (argc == 1) {
        prepare(vmclock_arch_counter_order());
        print_table();
        return 0;
    }
    if (argc != 3 && !plain)
        return usage();
    for (size_t i = 0; i < ROWS; i++)
        if (!strcmp(argv[1], rows[i].name)) {
            prepare(plain ? plain_order() : vmclock_arch_counter_order());
            rows[i].run(atol(argv[2]));
            return 0;
        }
    return usage();
}
