/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from a page, or from none, to readings by a snapshot that was calibrated. Where the page
 * is read under its lock, its marker and the counter belong to one moment.
 */
#include <vmclock/calibrate.h>
#include <vmclock/error.h>
#include "lib/calibrate.h"
#include "lib/clock.h"
#include "lib/listed.h"
#include "lib/snapshot.h"

/* What there is to read where there is no page: nothing ever happens. */
static const struct vmclock_page calibrated_no_page = {
    .magic = {WIRE_LE32(VMCLOCK_PAGE_MAGIC)},
    .size = {WIRE_LE32(sizeof(struct vmclock_page))},
    .version = {WIRE_LE16(VMCLOCK_PAGE_VERSION)},
    .counter_id = VMCLOCK_COUNTER_ID_INVALID,
};

int vmclock_open_without_page(struct vmclock *clk, const struct vmclock_counter *counter)
{
    if (counter)
        return vmclock_open_with_counter(clk, &calibrated_no_page, sizeof calibrated_no_page,
                                         counter);
    return vmclock_open(clk, &calibrated_no_page, sizeof calibrated_no_page);
}

int vmclock_sample_begin(const struct vmclock *clk, struct vmclock_sample *sample)
{
    struct vmclock_snapshot page;
    int error = vmclock_take_snapshot(clk, &page);

    if (error)
        return error;
    sample->counter_before = page.counter;
    sample->disruption_marker = page.disruption_marker;
    sample->counter_id = page.counter_read_id;
    return 0;
}

int vmclock_sample_end(const struct vmclock *clk, struct vmclock_sample *sample)
{
    struct vmclock_snapshot page;
    int error;

    vmclock_arch_full_barrier(); /* the source has answered */
    error = vmclock_take_snapshot(clk, &page);
    if (error)
        return error;
    if (page.disruption_marker != sample->disruption_marker)
        return VMCLOCK_ERR_DISRUPTED;
    sample->counter_after = page.counter;
    return 0;
}

LISTED(struct vmclock_snapshot, 116);

void vmclock_calibrated_join(const struct vmclock_snapshot *page,
                             const struct vmclock_snapshot *calibrated, struct vmclock_snapshot *s)
{
    s->counter = page->counter;
    s->disruption_marker = page->disruption_marker;
    s->flags = page->flags;
    s->generation = page->generation;
    s->ref_counter = calibrated->ref_counter;
    s->period_frac = calibrated->period_frac;
    s->period_esterror_frac = calibrated->period_esterror_frac;
    s->period_maxerror_frac = calibrated->period_maxerror_frac;
    s->ref_sec = calibrated->ref_sec;
    s->ref_frac64 = calibrated->ref_frac64;
    s->esterror_ns = calibrated->esterror_ns;
    s->maxerror_ns = calibrated->maxerror_ns;
    s->seq = page->seq;
    s->size = page->size;
    s->have =
        (uint16_t)((calibrated->have & ~FIELDS_OF_MACHINE) | (page->have & FIELDS_OF_MACHINE));
    s->tai_offset_sec = calibrated->tai_offset_sec;
    s->period_shift = calibrated->period_shift;
    s->counter_id = calibrated->counter_id;
    s->counter_read_id = page->counter_read_id;
    s->time_type = calibrated->time_type;
    s->clock_status = calibrated->clock_status;
    s->leap_indicator = calibrated->leap_indicator;
    s->smear_hint = calibrated->smear_hint;
    s->bound_by = calibrated->bound_by;
}

int vmclock_take_calibrated(const struct vmclock *clk, const struct vmclock_snapshot *calibrated,
                            struct vmclock_snapshot *snapshot)
{
    struct vmclock_snapshot page;
    int error = vmclock_take_snapshot(clk, &page);

    if (error)
        return error;
    if (page.disruption_marker != calibrated->disruption_marker)
        return VMCLOCK_ERR_DISRUPTED;
    vmclock_calibrated_join(&page, calibrated, snapshot);
    return 0;
}

int vmclock_calibrated_now(const struct vmclock *clk, const struct vmclock_snapshot *calibrated,
                           struct vmclock_reading *reading)
{
    struct vmclock_snapshot now;
    int error = vmclock_take_calibrated(clk, calibrated, &now);

    return error ? error : vmclock_at_limited(&now, now.counter, clk->max_age_sec, reading);
}
