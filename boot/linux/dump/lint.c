/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <vmclock/audit.h>
#include <vmclock/error.h>
#include <vmclock/names.h>
#include "boot/linux/dump/lint.h"
#include "lib/fields.h"

#define TAI_OFFSET_MIN_SEC 10
#define TAI_OFFSET_MAX_SEC 99 /* 37 in 2026, and slower and slower */
#define STALE_SEC 5           /* publishers refresh at least once a second */
#define WIDE_BOUND_NS 1000000000u
#define USUAL_PERIOD_SHIFT_MAX 40 /* a tick of 2^-40 s is that of 1 THz */

static void wrong(const struct lint_sink *sink, bool is, const char *name, const char *text)
{
    if (is)
        sink->find(sink->context, true, name, text);
}

static void unusual(const struct lint_sink *sink, bool is, const char *name, const char *text)
{
    if (is)
        sink->find(sink->context, false, name, text);
}

static uint64_t le(const void *bytes, unsigned count)
{
    const uint8_t *byte = bytes;
    uint64_t value = 0;

    while (count--)
        value = value << 8 | byte[count];
    return value;
}

#define RAW(field) le(&raw->field, sizeof(raw->field))

void lint_page(const struct vmclock_page *raw, size_t mapped_size, int error,
               const struct lint_sink *sink)
{
    uint64_t size = RAW(size);
    bool swapped = size > mapped_size && !(size & 0xffff) && size >> 16 <= mapped_size &&
                   size >> 16 >= VMCLOCK_PAGE_SIZE_SIGNAL;

    wrong(sink, error == VMCLOCK_ERR_MAGIC, "magic", "the page does not begin with \"VCLK\"");
    wrong(sink, error == VMCLOCK_ERR_VERSION, "version", "the version is not 1");
    wrong(sink, swapped, "size-16-bit",
          "the size was stored as 16 bits by a big-endian host: its value is in the upper half");
    wrong(sink, error == VMCLOCK_ERR_SIZE && !swapped, "size",
          "the size is below 32, or beyond the memory that holds the page");
    wrong(sink, error == VMCLOCK_ERR_BUSY, "busy",
          "the page stays in update: its publisher died, or never lets go");
    wrong(sink, error == VMCLOCK_ERR_CHANGED, "changed", "magic, size or version changed");
    wrong(sink, error == VMCLOCK_ERR_RANGE, "range", "the time is beyond all that can be told");
    wrong(sink, error == VMCLOCK_ERR_LEAP && *vmclock_leap_indicator_name(raw->leap_indicator),
          "leap-time", "the leap indicator does not fit the time: UTC is not known");
    if (error == VMCLOCK_ERR_MAGIC)
        return;
    unusual(sink, raw->pad[0] || raw->pad[1], "padding", "the bytes at 0x20 are not 0");
    wrong(sink,
          size >= VMCLOCK_PAGE_SIZE_SIGNAL && size < VMCLOCK_PAGE_SIZE_CLOCK &&
              raw->counter_id != VMCLOCK_COUNTER_ID_INVALID,
          "size-small", "a counter is named, but the size leaves out its clock");
}

/*
 * A generation count at 0x64 under bit 7, as UAPI.13 1.0 printed both. By Linux and 1.1 its lower half
 * is the upper one of the time's maximum error, and bit 7 says that time is monotonic: a page may mean
 * just that if it has a clock and does not flag a generation counter that is 0.
 */
static bool lint_layout(const struct vmclock_snapshot *s, const struct lint_sink *sink)
{
    bool bit7 = s->flags & VMCLOCK_PAGE_FLAG_TIME_MONOTONIC;
    bool bit8 = s->flags & VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT;
    bool bit9 = s->flags & VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT;
    bool count = bit7 && !bit9 && s->maxerror_ns >> 32 && !s->generation;
    bool bound = s->have & VMCLOCK_HAVE_MAXERROR;
    bool sure = count && !bound && (bit8 || !(s->have & VMCLOCK_HAVE_CLOCK));
    bool likely = count && !sure && (bit8 || !bound);

    wrong(sink, sure, "layout-1.0",
          "a generation counter at 0x64 under bit 7, as UAPI.13 1.0 printed it: Linux and 1.1 have "
          "it at 0x68 under bit 8, and bit 7 promises monotonic time");
    unusual(
        sink, likely, "layout-1.0",
        "a maximum error of more than 4 s, not flagged or beside a generation counter of 0: it may "
        "be the counter, at 0x64 as UAPI.13 1.0 printed it");
    return sure || likely;
}

static void lint_flags(const struct vmclock_snapshot *s, const struct lint_sink *sink)
{
    bool monotonic = s->flags & VMCLOCK_PAGE_FLAG_TIME_MONOTONIC;
    bool generation = s->flags & VMCLOCK_PAGE_FLAG_VM_GEN_COUNTER_PRESENT;
    bool notification = s->flags & VMCLOCK_PAGE_FLAG_NOTIFICATION_PRESENT;
    bool old_layout = lint_layout(s, sink);

    unusual(sink, s->flags & ~VMCLOCK_PAGE_FLAGS, "flags-unknown",
            "there are flags beyond bit 9, that no specification has");
    wrong(sink, monotonic && !generation && s->generation != 0, "flags-1.0",
          "a generation counter under bit 7, as UAPI.13 1.0 printed it: Linux and 1.1 have it in "
          "bit 8, and bit 7 promises monotonic time");
    /* A machine that was never restored may count from 0: bit 9 tells that bit 8 is not meant for it. */
    unusual(sink,
            s->have & VMCLOCK_HAVE_GENERATION && !s->generation && !notification && !old_layout,
            "flags-1.0-notification",
            "bit 8 without a generation counter: UAPI.13 1.0 printed it as the notification's, "
            "which is bit 9");
    unusual(sink, generation && !(s->have & VMCLOCK_HAVE_GENERATION), "generation-size",
            "a generation counter is flagged, but the size leaves it out");
    unusual(sink, monotonic && !(s->have & VMCLOCK_HAVE_CLOCK) && !old_layout,
            "monotonic-without-clock", "monotonic time is promised where there is no clock");
}

/* How far TAI is ahead by the page, s; 0 where it does not say, or what cannot be. */
static int tai_ahead_sec(const struct vmclock_snapshot *s)
{
    int offset_sec = s->tai_offset_sec < 0 ? -s->tai_offset_sec : s->tai_offset_sec;

    return s->have & VMCLOCK_HAVE_TAI_OFFSET && offset_sec >= TAI_OFFSET_MIN_SEC &&
                   offset_sec <= TAI_OFFSET_MAX_SEC
               ? offset_sec
               : 0;
}

static void lint_tai(const struct vmclock_snapshot *s, const struct lint_sink *sink)
{
    int ahead_sec = tai_ahead_sec(s);
    bool flagged = s->have & VMCLOCK_HAVE_TAI_OFFSET;

    unusual(sink, s->time_type == VMCLOCK_TIME_TYPE_UTC, "time-type-utc",
            "the time is UTC, which leap seconds make ambiguous: TAI is recommended");
    unusual(sink, s->time_type == VMCLOCK_TIME_TYPE_MONOTONIC, "time-type-monotonic",
            "the time has no epoch: neither UTC nor TAI is known");
    wrong(sink, !fields_is_time_type(s->time_type), "time-type",
          "the time is smeared or of an unknown type, which no page may have");
    wrong(sink, !flagged && s->time_type == VMCLOCK_TIME_TYPE_TAI, "tai-offset-missing",
          "the time is TAI without an offset: UTC is not known");
    unusual(sink, !flagged && s->time_type == VMCLOCK_TIME_TYPE_UTC, "tai-offset-unknown",
            "the time is UTC without an offset: TAI is not known");
    wrong(sink, flagged && !ahead_sec, "tai-offset",
          "the TAI offset is one that never was: below 10 s, or above 99 s");
    unusual(sink, ahead_sec && s->tai_offset_sec > 0, "tai-offset-sign",
            "the TAI offset is positive, as UAPI.13 1.0 has it: Linux and 1.1 count from TAI to "
            "UTC, which gives -37");
    unusual(sink, !flagged && s->tai_offset_sec, "tai-offset-flag",
            "there is a TAI offset, but its flag is not set");
}

static void lint_bounds(const struct vmclock_snapshot *s, const struct lint_sink *sink)
{
    bool time = s->have & VMCLOCK_HAVE_MAXERROR, period = s->have & VMCLOCK_HAVE_PERIOD_MAXERROR;

    unusual(sink, !time && !period, "bounds-missing",
            "there is no maximum error: nothing is promised");
    wrong(sink, time != period, "bounds-half",
          "there is a maximum error of time or of period, but not of both: that bounds nothing");
    unusual(sink, time && s->maxerror_ns >= WIDE_BOUND_NS, "bound-wide",
            "the maximum error is a second or more");
    wrong(sink, period && s->period_maxerror_frac > s->period_frac, "bound-period",
          "the period's maximum error is greater than the period");
}

static void lint_clock(const struct vmclock_snapshot *s, const struct lint_sink *sink)
{
    bool usable = fields_is_usable(s->clock_status);

    /* What is known has a name. */
    wrong(sink, !*vmclock_counter_id_name(s->counter_id), "counter-id",
          "the counter is none of those that there are");
    wrong(sink, !*vmclock_clock_status_name(s->clock_status), "status",
          "the clock's status is none of those that there are");
    unusual(sink, s->clock_status < VMCLOCK_CLOCK_STATUS_SYNCHRONIZED, "status-not-yet",
            "the publisher does not say yet that the clock is usable");
    unusual(sink, s->clock_status == VMCLOCK_CLOCK_STATUS_UNRELIABLE, "status-unreliable",
            "the publisher says that the clock is not to be relied on");
    wrong(sink, usable && !s->period_frac, "period-zero",
          "the clock stands still: its period is 0");
    unusual(sink, s->period_frac && s->period_shift > USUAL_PERIOD_SHIFT_MAX, "period-shift",
            "the counter would be faster than a THz");
    unusual(sink, s->period_frac && !(s->period_frac >> 40) && s->period_shift, "period-coarse",
            "the period has few digits: a smaller shift would keep more");
    wrong(sink, !*vmclock_leap_indicator_name(s->leap_indicator), "leap-indicator",
          "the leap indicator is none of those that there are");
    unusual(sink, !*vmclock_smear_hint_name(s->smear_hint), "smear-hint",
            "the smearing hint is not one of those that are known");
    if (!usable)
        return; /* the rest is not filled in yet, or no longer */
    lint_tai(s, sink);
    lint_bounds(s, sink);
}

void lint_snapshot(const struct vmclock_snapshot *s, const struct lint_sink *sink)
{
    lint_flags(s, sink);
    unusual(sink, !(s->have & VMCLOCK_HAVE_CLOCK), "no-clock",
            "the page has no clock: it tells of disruptions only");
    unusual(sink, s->flags & VMCLOCK_PAGE_FLAG_DISRUPTION_IMMINENT, "disruption-imminent",
            "a disruption is announced within about an hour");
    unusual(sink, s->flags & VMCLOCK_PAGE_FLAG_DISRUPTION_SOON, "disruption-soon",
            "a disruption is announced within about a day");
    if (s->have & VMCLOCK_HAVE_CLOCK)
        lint_clock(s, sink);
}

int64_t lint_age_sec(const struct vmclock_snapshot *s, int64_t unix_sec)
{
    int ahead_sec = tai_ahead_sec(s);

    if (s->time_type > VMCLOCK_TIME_TYPE_TAI || s->ref_sec > INT64_MAX)
        return 0;
    if (s->time_type == VMCLOCK_TIME_TYPE_UTC)
        ahead_sec = 0;
    else if (!ahead_sec)
        ahead_sec = TAI_OFFSET_MIN_SEC;
    return unix_sec + ahead_sec - (int64_t)s->ref_sec;
}

void lint_refresh(const struct vmclock_snapshot *s, int64_t age_sec, const struct lint_sink *sink)
{
    unusual(
        sink,
        s->have & VMCLOCK_HAVE_CLOCK && fields_is_usable(s->clock_status) && age_sec >= STALE_SEC,
        "not-refreshed",
        "the clock is 5 s old or more, and no update came: its publisher died, never refreshes, "
        "or this is a copy; in a restored machine such a page is wrong");
}

#define COMPARE(unused, name, offset, type, member, presence, class) \
    same = same && a->member == b->member;

static bool same_fields(const struct vmclock_snapshot *a, const struct vmclock_snapshot *b)
{
    bool same = true;

    FIELDS(COMPARE, )
    return same;
}

/* Where both counters are real the last moment of the old is known; else the new reference point. */
static uint64_t common_counter(const struct vmclock_snapshot *before,
                               const struct vmclock_snapshot *after)
{
    return before->counter == before->ref_counter ? after->ref_counter : before->counter;
}

void lint_update(const struct vmclock_snapshot *before, const struct vmclock_snapshot *after,
                 const struct lint_sink *sink)
{
    struct vmclock_audit_result result;
    bool adjacent;

    wrong(sink, before->seq == after->seq && !same_fields(before, after), "seq-unchanged",
          "fields changed and the sequence count did not: readers may see a mixture");
    if (before->seq == after->seq)
        return;
    unusual(sink, after->disruption_marker < before->disruption_marker, "marker-back",
            "the disruption marker went back, as in a restored page");
    vmclock_audit(before, after, common_counter(before, after), &result);
    /* The promise is from one update to the next; those in between were not seen. */
    adjacent = after->seq - before->seq == 2;
    wrong(sink, adjacent && result.verdict == VMCLOCK_AUDIT_BROKEN, "containment-broken",
          "an update lies outside the interval that the parameters before it promised");
    unusual(sink, result.verdict == VMCLOCK_AUDIT_STEPPED, "stepped",
            "the host set its clock: an update is disjoint from the one before it");
    unusual(sink, result.verdict == VMCLOCK_AUDIT_DISRUPTED, "disrupted",
            "the counter was disrupted");
    wrong(sink, result.verdict == VMCLOCK_AUDIT_STALE, "disrupted-stale",
          "the counter was disrupted, and the parameters are still those from before");
    wrong(sink,
          adjacent && after->flags & VMCLOCK_PAGE_FLAG_TIME_MONOTONIC && result.moved_known &&
              result.moved.sec < 0,
          "monotonic-broken", "monotonic time is promised, and an update set it back");
}
