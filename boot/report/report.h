/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - the verdict line for people and the key=value lines for programs, the same in every
 * environment.
 *
 * Freestanding. The environment fills in what it found, report_read does the way from the page to
 * UTC, report_print writes. The keys are in keys.def, the states in states.def.
 */
#ifndef VMCLOCK_BOOT_REPORT_H
#define VMCLOCK_BOOT_REPORT_H

#include <vmclock/region.h>
#include <vmclock/sources.h>
#include <vmclock/types.h>
#include <vmclock/vmclock.h>

enum report_state {
#define STATE(NAME, name, code) REPORT_STATE_##NAME,
#include "boot/report/states.def"
#undef STATE
};

/*
 * Where the text goes: one line a call, with its '\n' (a line longer than 160 bytes comes in
 * pieces). ASCII, not NUL-terminated.
 */
struct report_sink {
    void (*write)(void *context, const char *text, size_t length);
    void *context;
};

struct report {
    int error;    /* what ended the way to the time; 0: nothing did */
    uint8_t have; /* REPORT_HAVE_*: which of the members below are set */
    /* By what to take the time: a snapshot that was calibrated (vmclock/calibrate.h), so error is
     * DISRUPTED when the page's marker has moved since; null: the page's own clock. */
    const struct vmclock_snapshot *calibrated;
    struct vmclock_region region; /* where the page is */
    struct vmclock_snapshot snapshot;
    struct vmclock_reading reading; /* with utc, of the same moment */
    struct vmclock_utc_reading utc;
    struct vmclock_utc rtc; /* the real-time clock, asked right before the snapshot */
    int rtc_set_error;      /* of setting it before that; 0: it was set, and read back */
};

#define REPORT_HAVE_REGION 0x01u
#define REPORT_HAVE_SNAPSHOT 0x02u
#define REPORT_HAVE_READING 0x04u
#define REPORT_HAVE_RTC 0x08u
#define REPORT_HAVE_RTC_SET 0x10u

/* An empty report. error: what finding or opening the page gave; 0: report_read comes next. */
void report_init(struct report *report, int error);

/* Takes a snapshot and the time from it: sets error, snapshot, reading and utc. */
void report_read(struct report *report, const struct vmclock *clk);

/*
 * report_read in two: the snapshot, then the time from it. For whoever is asked and says between
 * the two that the counter has been read: the asker's doubt about when that was ends there.
 */
void report_take(struct report *report, const struct vmclock *clk);
void report_work_out(struct report *report);

/* ok only when the time is known, as UTC or as TAI. */
enum report_state report_state(const struct report *report);

/* The name and the verdict code (states.def) of a state. */
const char *report_state_name(enum report_state state);
uint8_t report_state_code(enum report_state state);

/* The whole report: verdict, vmclock.format=1, every key, an empty line. */
void report_print(const struct report *report, const struct report_sink *sink);

/* Its first line only, which is for people. */
void report_print_verdict(const struct report *report, const struct report_sink *sink);

/* One line for a program that asks again and again: "state earliest_ns latest_ns counter_now". */
void report_print_answer(const struct report *report, const struct report_sink *sink);

#endif
