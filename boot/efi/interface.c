/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interface.c - the functions of VMCLOCK_PROTOCOL: nothing in them calls the firmware or changes the driver, so
 * they may be called at any priority, and while they run.
 */
#include <vmclock/error.h>
#include <vmclock/text.h>
#include <vmclock/utc.h>
#include "boot/efi/driver.h"
#include "boot/efi/status.h"
#include "boot/report/derive.h"
#include "lib/listed.h"

#define CALL VMCLOCK_PROTOCOL_CALL

typedef vmclock_protocol_status protocol_status;
typedef const struct vmclock_protocol protocol;

static const struct driver *driver_of(protocol *self)
{
    return (const struct driver *)self;
}

/* Zeroes a result of ours before it is filled: members to come and reserved ones are 0. */
static void clear(void *result, size_t size)
{
    volatile unsigned char *byte = result; /* no call of memset */

    while (size--)
        *byte++ = 0;
}

/* Ours into the caller's, which may be older, so shorter, or newer. */
static void hand_over(const void *ours, size_t own_size, void *result, size_t size)
{
    const unsigned char *from = ours;
    volatile unsigned char *to = result; /* no call of memcpy */

    for (size_t i = 0; i < size; i++)
        to[i] = i < own_size ? from[i] : 0;
}

/* Whether a call is one; the sizes are those of the structures as they were at first. */
static int is_call(const void *self, const void *result, vmclock_protocol_uintn size, size_t first)
{
    return self && result && size >= first;
}

/* A reading, by a handle of the call's own: it may wait as long as the call may. */
static void read_page(const struct driver *driver, unsigned max_tries, struct report *report)
{
    struct vmclock clk;

    report_init(report, driver->error);
    if (driver->error)
        return;
    clk.max_tries = max_tries ? max_tries : VMCLOCK_MAX_TRIES_DEFAULT;
    clk.max_age_sec = driver->clk.max_age_sec;
    clk.page = driver->clk.page;
    clk.counter.read = driver->clk.counter.read;
    clk.counter.context = driver->clk.counter.context;
    clk.counter.counter_id = driver->clk.counter.counter_id;
    clk.size = driver->clk.size;
    clk.counter_order = driver->clk.counter_order;
    clk.covered = driver->clk.covered;
    report_read(report, &clk);
}

/* As what an error is the report's state, so the status. */
static protocol_status status_of_error(int error)
{
    struct report report;

    report_init(&report, error);
    return status_of_state(report_state(&report));
}

static protocol_status CALL region(protocol *self, vmclock_protocol_uintn size,
                                   struct vmclock_protocol_region *region)
{
    const struct driver *driver = driver_of(self);
    struct vmclock_protocol_region own;

    if (!is_call(self, region, size, sizeof(own)))
        return EFI_INVALID_PARAMETER;
    if (!driver->found)
        return EFI_NOT_FOUND;
    clear(&own, sizeof(own));
    own.phys = driver->region.phys;
    own.length = driver->region.length;
    own.source = driver->region.source;
    hand_over(&own, sizeof(own), region, size);
    return EFI_SUCCESS;
}

LISTED(struct vmclock_snapshot, 116);
static void fill_snapshot(const struct vmclock_snapshot *from, struct vmclock_protocol_snapshot *to)
{
    to->counter = from->counter;
    to->disruption_marker = from->disruption_marker;
    to->flags = from->flags;
    to->generation = from->generation;
    to->ref_counter = from->ref_counter;
    to->period_frac = from->period_frac;
    to->period_esterror_frac = from->period_esterror_frac;
    to->period_maxerror_frac = from->period_maxerror_frac;
    to->ref_sec = from->ref_sec;
    to->ref_frac64 = from->ref_frac64;
    to->esterror_ns = from->esterror_ns;
    to->maxerror_ns = from->maxerror_ns;
    to->seq = from->seq;
    to->size = from->size;
    to->have = from->have;
    to->tai_offset_sec = from->tai_offset_sec;
    to->period_shift = from->period_shift;
    to->counter_id = from->counter_id;
    to->counter_read_id = from->counter_read_id;
    to->time_type = from->time_type;
    to->clock_status = from->clock_status;
    to->leap_indicator = from->leap_indicator;
    to->smear_hint = from->smear_hint;
    to->bound_by = from->bound_by;
}

static protocol_status CALL snapshot(protocol *self, unsigned max_tries,
                                     vmclock_protocol_uintn size,
                                     struct vmclock_protocol_snapshot *snapshot)
{
    struct vmclock_protocol_snapshot own;
    struct report report;

    if (!is_call(self, snapshot, size, sizeof(own)))
        return EFI_INVALID_PARAMETER;
    read_page(driver_of(self), max_tries, &report);
    if (!(report.have & REPORT_HAVE_SNAPSHOT))
        return status_of_error(report.error);
    clear(&own, sizeof(own));
    fill_snapshot(&report.snapshot, &own);
    hand_over(&own, sizeof(own), snapshot, size);
    return EFI_SUCCESS;
}

/* The interval, where one is promised and all of it is known. */
static void fill_interval(const struct report *report, struct vmclock_protocol_utc *own)
{
    int64_t earliest_ns, latest_ns, bound_ns;

    if (report_interval(report, &earliest_ns, &latest_ns) || report_bound(report, &bound_ns))
        return;
    own->earliest_ns = earliest_ns;
    own->latest_ns = latest_ns;
    own->bound_ns = bound_ns;
    own->have |= VMCLOCK_PROTOCOL_HAVE_INTERVAL;
}

/* Of a report whose UTC is known. Returns 0, or VMCLOCK_ERR_RANGE. */
static int fill_utc(const struct report *report, struct vmclock_protocol_utc *own)
{
    const struct vmclock_utc_reading *utc = &report->utc;
    struct vmclock_posix posix;
    int64_t age_ms;
    int error = vmclock_posix_of(&utc->utc, &posix);

    if (!error)
        error = report_age(report, &age_ms);
    if (!error && (utc->utc.year > INT32_MAX || utc->utc.year < INT32_MIN))
        error = VMCLOCK_ERR_RANGE;
    if (error)
        return error;
    own->sec = posix.sec;
    own->ns = (unsigned)posix.ns;
    own->age_ms = age_ms;
    own->counter = utc->counter;
    own->disruption_marker = utc->disruption_marker;
    own->generation = utc->generation;
    own->year = (int)utc->utc.year;
    own->month = utc->utc.month;
    own->day = utc->utc.day;
    own->hour = utc->utc.hour;
    own->minute = utc->utc.minute;
    own->second = utc->utc.second;
    own->tai_minus_utc_sec = utc->tai_minus_utc_sec;
    own->clock_status = utc->clock_status;
    own->leap_indicator = utc->leap_indicator;
    own->smear_hint = utc->smear_hint;
    own->disruption = utc->disruption;
    own->have = (unsigned char)((utc->offset_error ? 0 : VMCLOCK_PROTOCOL_HAVE_OFFSET) |
                                (utc->generation_known ? VMCLOCK_PROTOCOL_HAVE_GENERATION : 0));
    fill_interval(report, own);
    return 0;
}

static protocol_status CALL utc(protocol *self, unsigned max_tries, vmclock_protocol_uintn size,
                                struct vmclock_protocol_utc *utc)
{
    struct vmclock_protocol_utc own;
    struct report report;
    int error;

    if (!is_call(self, utc, size, sizeof(own)))
        return EFI_INVALID_PARAMETER;
    read_page(driver_of(self), max_tries, &report);
    clear(&own, sizeof(own));
    error = report_error(&report);
    if (!error)
        error = fill_utc(&report, &own);
    if (error)
        return status_of_error(error);
    hand_over(&own, sizeof(own), utc, size);
    return EFI_SUCCESS;
}

/* What fits, with its zero. */
static void widen(const char *text, unsigned short *wide, size_t room)
{
    size_t i;

    for (i = 0; i + 1 < room && text[i]; i++)
        wide[i] = (unsigned char)text[i];
    wide[i] = 0;
}

#define ROOM(array) (sizeof(array) / sizeof((array)[0]))

static protocol_status CALL state(protocol *self, unsigned max_tries, vmclock_protocol_uintn size,
                                  struct vmclock_protocol_state *state)
{
    const struct driver *driver = driver_of(self);
    struct vmclock_protocol_state own;
    char line[VMCLOCK_TEXT_LINE_SIZE];
    struct report report;

    if (!is_call(self, state, size, sizeof(own)))
        return EFI_INVALID_PARAMETER;
    read_page(driver, max_tries, &report);
    clear(&own, sizeof(own));
    own.error = report_error(&report);
    own.clock_error = driver->clock_error;
    own.clock = driver->clock;
    widen(report_state_name(report_state(&report)), own.name, ROOM(own.name));
    widen(vmclock_error_name(own.error), own.error_name, ROOM(own.error_name));
    if (!(report.have & REPORT_HAVE_READING) ||
        vmclock_text_reading(&report.utc, line, sizeof(line)))
        widen(vmclock_error_text(own.error), own.text, ROOM(own.text));
    else
        widen(line, own.text, ROOM(own.text));
    hand_over(&own, sizeof(own), state, size);
    return EFI_SUCCESS;
}

void interface_init(struct driver *driver)
{
    driver->protocol.revision = VMCLOCK_PROTOCOL_REVISION;
    driver->protocol.region = region;
    driver->protocol.snapshot = snapshot;
    driver->protocol.utc = utc;
    driver->protocol.state = state;
}
