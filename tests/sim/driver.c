/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * driver.c - a guest in virtual time: runs what sim.py tells it, one line a command, one line an
 * answer. Numbers are decimal.
 *
 *   pub MARKER GENERATION REF PERIOD SHIFT RATE SEC FRAC ERROR_NS TYPE TAI LEAP STATUS
 *                           the host publishes (as a step: it is the guest that judges)
 *   at COUNTER              the guest's counter, from now on; no answer
 *   now                     code, time, earliest, latest; code, posix, in_leap_second
 *   steer                   code, epoch, time, earliest, latest, converged, update_due
 *   epoch | update          of the steered clock, by the page; code
 *   events                  what is new since the last time: changed, verdict, disrupted, cloned
 *   sample BEFORE AFTER EARLIEST LATEST      code
 *   calibrate AHEAD BEHIND RATE TYPE HZ HZ_TOLERANCE TOLERANCE    of the samples since; code
 *   calibrated              as now, by the calibrated snapshot, without UTC
 *   flush                   writes the answers so far
 *   combine                 of page and calibrated snapshot, now: code, then as calibrated
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vmclock/vmclock.h>

#define SAMPLES_MAX 16

static struct vmclock_page page __attribute__((aligned(4096)));
static struct vmclock_publisher publisher;
static struct vmclock clk;
static struct vmclock_steer steer;
static struct vmclock_guard guard;
static struct vmclock_snapshot seen, calibrated;
static struct vmclock_sample samples[SAMPLES_MAX];
static size_t sample_count;
static uint64_t counter_now, counter_last_read;
static const char *line;

static uint64_t read_counter(void *context)
{
    (void)context;
    return counter_now;
}

static void must(int failed, const char *what)
{
    if (failed) {
        fprintf(stderr, "sim driver: %s: %d\n", what, failed);
        exit(2);
    }
}

/* The next number of the line; signed ones wrap. */
static uint64_t next(void)
{
    char *end;
    const uint64_t value =
        *line == '-' ? (uint64_t)strtoll(line, &end, 10) : (uint64_t)strtoull(line, &end, 10);

    must(end == line, "a number is missing");
    for (line = end; *line == ' '; line++)
        ;
    return value;
}

static void put_time(const struct vmclock_time *time)
{
    printf(" %" PRId64 " %" PRIu64, time->sec, time->frac64);
}

static void put_reading(int code, const struct vmclock_reading *r)
{
    static const struct vmclock_reading none;
    const struct vmclock_reading *from = code ? &none : r;

    printf("%d", code);
    put_time(&from->time);
    put_time(&from->earliest);
    put_time(&from->latest);
}

static void run_pub(void)
{
    struct vmclock_snapshot s;

    memset(&s, 0, sizeof s);
    s.disruption_marker = next();
    s.generation = next();
    s.ref_counter = next();
    s.period_frac = next();
    s.period_shift = (uint8_t)next();
    s.period_maxerror_frac = next();
    s.ref_sec = next();
    s.ref_frac64 = next();
    s.maxerror_ns = next();
    s.time_type = (uint8_t)next();
    s.tai_offset_sec = (int16_t)next();
    s.leap_indicator = (uint8_t)next();
    s.clock_status = (uint8_t)next();
    s.counter_id = VMCLOCK_COUNTER_ID_X86_TSC;
    s.have = VMCLOCK_HAVE_CLOCK | VMCLOCK_HAVE_PERIOD_MAXERROR | VMCLOCK_HAVE_MAXERROR |
             VMCLOCK_HAVE_TAI_OFFSET | VMCLOCK_HAVE_GENERATION;
    printf("%d\n", vmclock_publish_step(&publisher, &s));
}

static void run_now(void)
{
    struct vmclock_reading reading;
    struct vmclock_snapshot snapshot;
    struct vmclock_utc_reading utc;
    int code = vmclock_now(&clk, &reading);

    put_reading(code, &reading);
    counter_last_read = counter_now;
    if (!code)
        code = vmclock_take_snapshot(&clk, &snapshot);
    if (!code)
        code = vmclock_utc_at(&snapshot, reading.counter, &utc);
    if (!code)
        code = utc.utc.error;
    printf(" %d %" PRId64 " %d\n", code, code ? 0 : utc.utc.posix_sec,
           !code && utc.utc.second == 60);
}

static void run_steer(void)
{
    struct vmclock_steer_reading r;
    int code;

    memset(&r, 0, sizeof r);
    code = vmclock_steer_now(&steer, &r);
    printf("%d %u", code, r.epoch);
    put_time(&r.time);
    put_time(&r.earliest);
    put_time(&r.latest);
    printf(" %u %u\n", r.converged, r.update_due);
}

static void run_events(void)
{
    struct vmclock_snapshot snapshot;
    struct vmclock_audit_result audit;
    struct vmclock_guard_answer answer;
    uint32_t changed;

    must(vmclock_take_changes(&clk, &seen, &snapshot, &changed), "vmclock_take_changes");
    vmclock_audit(&seen, &snapshot, counter_last_read, &audit);
    must(vmclock_guard_ask(&clk, &guard, &answer), "vmclock_guard_ask");
    vmclock_guard_acknowledge(&guard, &answer);
    printf("%u %u %u %u\n", changed, audit.verdict, answer.disrupted, answer.cloned);
    seen = snapshot;
}

static void run_sample(void)
{
    struct vmclock_sample *s = &samples[sample_count];
    uint64_t after;
    int code;

    must(sample_count == SAMPLES_MAX, "samples");
    counter_now = next();
    after = next();
    code = vmclock_sample_begin(&clk, s);
    counter_now = after;
    s->earliest.sec = (int64_t)next();
    s->earliest.frac64 = next();
    s->latest.sec = (int64_t)next();
    s->latest.frac64 = next();
    if (!code)
        code = vmclock_sample_end(&clk, s);
    sample_count += !code;
    printf("%d\n", code);
}

static void run_calibrate(void)
{
    struct vmclock_time_source source = {.bound_by = VMCLOCK_BOUND_BY_CALLER,
                                         .clock_status = VMCLOCK_CLOCK_STATUS_FREERUNNING};
    struct vmclock_calibration how = {.tai_offset_sec = 0};

    source.ahead_ns = next();
    source.behind_ns = next();
    source.rate_ppb = (uint32_t)next();
    source.time_type = (uint8_t)next();
    how.frequency_hz = next();
    how.frequency_tolerance_ppb = (uint32_t)next();
    how.tolerance_ppb = (uint32_t)next();
    printf("%d\n", vmclock_calibrate(&source, samples, sample_count, &how, &calibrated));
    sample_count = 0;
}

static void run_calibrated(void)
{
    struct vmclock_reading reading;
    int code = vmclock_calibrated_now(&clk, &calibrated, &reading);

    put_reading(code, &reading);
    putchar('\n');
}

static void run_combine(void)
{
    struct vmclock_snapshot both[2], combined;
    struct vmclock_reading reading;
    int code = vmclock_take_snapshot(&clk, &both[0]);

    if (!code)
        code = vmclock_take_calibrated(&clk, &calibrated, &both[1]);
    if (!code)
        code = vmclock_combine(both, 2, counter_now, &combined, NULL);
    if (!code)
        code = vmclock_at(&combined, counter_now, &reading);
    put_reading(code, &reading);
    putchar('\n');
}

static void run_at(void)
{
    counter_now = next();
}

static void run_epoch(void)
{
    printf("%d\n", vmclock_steer_start_epoch(&steer, NULL));
}

static void run_update(void)
{
    printf("%d\n", vmclock_steer_update(&steer, NULL));
}

/* After the first publication. */
static void run_start(void)
{
    const struct vmclock_counter counter = {read_counter, NULL, VMCLOCK_COUNTER_ID_X86_TSC};
    const struct vmclock_steer_config config = {next(), (uint32_t)next()};

    must(vmclock_open_with_counter(&clk, &page, sizeof page, &counter), "open");
    must(vmclock_steer_init(&steer, &clk, &config), "vmclock_steer_init");
    must(vmclock_take_snapshot(&clk, &seen), "vmclock_take_snapshot");
    must(vmclock_guard_take(&clk, &guard), "vmclock_guard_take");
}

static void run_flush(void)
{
    fflush(stdout);
}

static const struct {
    const char *name;
    void (*run)(void);
} commands[] = {
    {"at ", run_at},
    {"now", run_now},
    {"steer", run_steer},
    {"update", run_update},
    {"events", run_events},
    {"pub ", run_pub},
    {"sample ", run_sample},
    {"calibrated", run_calibrated},
    {"calibrate ", run_calibrate},
    {"combine", run_combine},
    {"epoch", run_epoch},
    {"start ", run_start},
    {"flush", run_flush},
};

int main(void)
{
    static char text[512];

    must(vmclock_publish_open(&publisher, &page, sizeof page, sizeof page), "publish_open");
    while (fgets(text, sizeof text, stdin)) {
        size_t i = 0;

        while (i < sizeof commands / sizeof *commands &&
               strncmp(text, commands[i].name, strlen(commands[i].name)))
            i++;
        must(i == sizeof commands / sizeof *commands, text);
        line = text + strlen(commands[i].name);
        commands[i].run();
    }
    return 0;
}
