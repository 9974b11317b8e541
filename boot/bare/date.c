/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.c - says what time it is: as any C program would, then what the library knows beyond that, then
 * the report. Exits with the report's verdict.
 */
#include <stdio.h>
#include <time.h>
#include <vmclock/newlib.h>

#include "platform.h"
#include "report.h"
#include "questions.h"
#include "words.h"

static void print_time(const char *scale, const struct vmclock_newlib_time *time)
{
    struct tm *civil = gmtime(&time->time.tv_sec);
    char text[40];

    civil->tm_sec += time->in_leap_second;
    strftime(text, sizeof(text), "%a %Y-%m-%d %H:%M:%S", civil);
    printf("%-10s %s.%09ld\n", scale, text, time->time.tv_nsec);
}

static void print_reading(const char *scale, int failed,
                          const struct vmclock_newlib_reading *reading)
{
    if (failed)
        printf("%-10s unknown: %s\n", scale, vmclock_error_text(vmclock_newlib_error()));
    else
        print_time(scale, &reading->now);
}

static void print_interval(const struct vmclock_newlib_reading *reading)
{
    if (reading->bound_kind == VMCLOCK_BOUND_NONE) {
        printf("%-10s nobody knows\n", "how wrong");
        return;
    }
    print_time("earliest", &reading->earliest);
    print_time("latest", &reading->latest);
}

/* What only knows the C library. */
static void print_libc(void)
{
    struct timespec since_boot;
    const time_t now = time(NULL);

    if (now == (time_t)-1)
        printf("%-10s unknown: %s\n", "time()", vmclock_error_text(vmclock_newlib_error()));
    else
        printf("%-10s %s", "time()", asctime(gmtime(&now)));
    if (clock_gettime(CLOCK_MONOTONIC, &since_boot))
        printf("%-10s unknown: %s\n", "since boot", vmclock_error_text(vmclock_newlib_error()));
    else
        printf("%-10s %ld.%09ld s\n", "since boot", (long)since_boot.tv_sec, since_boot.tv_nsec);
}

static void print_readings(void)
{
    struct vmclock_newlib_reading reading;
    int failed = vmclock_newlib_utc(&reading);

    print_reading("UTC", failed, &reading);
    if (!failed)
        print_interval(&reading);
    print_reading("TAI", vmclock_newlib_tai(&reading), &reading);
    print_reading("smeared", vmclock_newlib_smeared(VMCLOCK_NEWLIB_SMEAR_HINT, &reading), &reading);
}

/* The page, opened as the words say; by the report and, through vmclock_newlib_find, by newlib. */
static struct words words;
static struct vmclock clk;
static struct vmclock_region region;
static int open_error;

/* Of the first reading, which comes before anything else is looked at. */
#define FIRST_TRIES 1000u

static int open_page(void)
{
    const volatile void *page;
    int error = platform_find(&region);

    if (error)
        return error;
    page = platform_map(region.phys, region.length);
    error = page ? vmclock_open(&clk, page, (size_t)region.length) : VMCLOCK_ERR_MAP;
    clk.max_tries = FIRST_TRIES;
    return error;
}

int vmclock_newlib_find(struct vmclock *found, uint64_t *boot_ticks)
{
    *found = clk;
    *boot_ticks = platform_entry_ticks();
    return open_error;
}

/* A machine without firmware can be quicker than the publisher that starts it. */
#define INITIALIZING_TRIES 100000u /* half a second in QEMU without acceleration */

static void read_page(struct report *report)
{
    unsigned tries = 0;

    do
        report_read(report, &clk);
    while (report->error == VMCLOCK_ERR_UNSYNCHRONISED &&
           report->snapshot.clock_status == VMCLOCK_CLOCK_STATUS_INITIALIZING &&
           ++tries < INITIALIZING_TRIES);
}

static int read_line(void *context)
{
    (void)context;
    return platform_serial_read();
}

static void print_first_reading(const struct report *report)
{
    if (report->have & REPORT_HAVE_READING)
        printf("%-10s first reading %llu ticks after the entry point\n", "counter",
               (unsigned long long)(report->reading.counter - platform_entry_ticks()));
}

int main(void)
{
    const struct report_sink console = {platform_console_write, NULL};
    const struct report_line line = {read_line, platform_serial_write, NULL};
    struct report report;

    open_error = open_page();
    report_init(&report, open_error);
    if (!open_error)
        report_read(&report, &clk);
    if (words_parse(platform_arguments(), &words))
        return PLATFORM_CODE_USAGE;
    clk.max_tries = words.max_tries;
    if (!open_error && report.error)
        read_page(&report);
    report.region = region;
    report.have |= region.length ? REPORT_HAVE_REGION : 0;
    print_first_reading(&report);
    print_libc();
    if (!report.error) /* else they would only say the same again */
        print_readings();
    report_print(&report, &console);
    if (words.serve)
        report_serve(&line, &report, open_error ? NULL : &clk);
    return report_state_code(report_state(&report));
}
