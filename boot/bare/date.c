/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.c - says what time it is: as any C program would, then what the library knows beyond that, then
 * the report. Exits with the report's verdict.
 */
#include <stdio.h>
#include <time.h>
#include <vmclock/newlib.h>
#include "boot/bare/byrtc.h"
#include "boot/bare/image.h"
#include "boot/bare/platform.h"

static void print_time(const char *name, const struct vmclock_newlib_time *time)
{
    struct tm *civil = gmtime(&time->time.tv_sec);
    char text[40];

    civil->tm_sec += time->in_leap_second;
    strftime(text, sizeof(text), "%a %Y-%m-%d %H:%M:%S", civil);
    printf("%-10s %s.%09ld\n", name, text, time->time.tv_nsec);
}

static void print_unknown(const char *name)
{
    printf("%-10s unknown: %s\n", name, vmclock_error_text(vmclock_newlib_error()));
}

static void print_interval(const struct vmclock_newlib_reading *reading)
{
    if (reading->bound_kind == VMCLOCK_BOUND_NONE) {
        printf("%-10s no error bound is published\n", "interval");
        return;
    }
    print_time("earliest", &reading->earliest);
    print_time("latest", &reading->latest);
}

/* What a program knows that only knows the C library. */
static void print_libc(void)
{
    struct timespec since_boot;
    const time_t now = time(NULL);

    if (now == (time_t)-1)
        print_unknown("time()");
    else
        printf("%-10s %s", "time()", asctime(gmtime(&now)));
    if (clock_gettime(CLOCK_MONOTONIC, &since_boot))
        print_unknown("since boot");
    else
        printf("%-10s %ld.%09ld s\n", "since boot", (long)since_boot.tv_sec, since_boot.tv_nsec);
}

static void print_readings(void)
{
    struct vmclock_newlib_reading reading;

    if (vmclock_newlib_utc(&reading)) {
        print_unknown("UTC");
    } else {
        print_time("UTC", &reading.now);
        print_interval(&reading);
    }
    if (vmclock_newlib_tai(&reading))
        print_unknown("TAI");
    else
        print_time("TAI", &reading.now);
    if (vmclock_newlib_smeared(VMCLOCK_NEWLIB_SMEAR_HINT, &reading))
        print_unknown("smeared");
    else
        print_time("smeared", &reading.now);
}

/* A page without a clock: by the machine's real-time clock, which gives it a bound of a second. */
static void calibrate(struct image *image)
{
    static struct vmclock_snapshot calibrated;
    const int error = calibrate_by_rtc(&image->clk, &calibrated);

    if (error) {
        printf("%-10s impossible: %s\n", "calibrate", vmclock_error_text(error));
        return;
    }
    vmclock_newlib_calibrate(&calibrated);
    image->report.calibrated = &calibrated;
    report_read(&image->report, &image->clk);
}

/* As report_serve; and on 'c' it calibrates again, if that is where the time comes from, and answers. */
static void serve(struct image *image)
{
    int character;

    do {
        character = image_line.read(image_line.context);
        if (character == 'c' && image->report.calibrated) {
            calibrate(image);
            character = 'r';
        }
    } while (report_serve_one(&image_line, character, &image->report, image_clock(image)));
}

int main(void)
{
    static struct image image;
    const struct report *report = &image.report;

    image_start(&image);
    if (report->error == VMCLOCK_ERR_NO_CLOCK)
        calibrate(&image);
    if (report->have & REPORT_HAVE_READING)
        printf("%-10s first reading %llu ticks after the entry point\n", "counter",
               (unsigned long long)(report->reading.counter - platform_entry_ticks()));
    print_libc();
    if (!report->error) /* else they would only say the same again */
        print_readings();
    report_print(report, &image_console);
    if (image.words.serve)
        serve(&image);
    return report_state_code(report_state(report));
}
