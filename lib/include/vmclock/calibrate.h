/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calibrate.h - a clock where the page has none: samples of another source of the time become the
 * snapshot that a host would have published.
 *
 *     vmclock_open(&clk, page, size);                       or vmclock_open_without_page
 *     vmclock_sample_begin(&clk, &sample);
 *     ...                                                   ask the source: earliest and latest
 *     vmclock_sample_end(&clk, &sample);
 *     vmclock_calibrate(&source, &sample, 1, &how, &calibrated);
 *     vmclock_calibrated_now(&clk, &calibrated, &reading);  DISRUPTED: sample and calibrate again
 *
 * What is given holds under these assumptions, which are the caller's to judge:
 *   - the truth was in every sample's interval, widened by what the source says of itself;
 *   - at any moment the counter's period, or its frequency, differs from its average over the samples
 *     by at most tolerance_ppb and the source's rate_ppb, and from a given frequency by at most that
 *     one's tolerance;
 *   - the page's disruption marker changes when the counter is disrupted. Without a page nothing
 *     does, and no disruption is ever noticed.
 *
 * A calibration may be made while the page has a clock too, by a guest with an NTP or PTP of its
 * own. The host's changes of that clock do not touch it: only the marker does.
 */
#ifndef VMCLOCK_CALIBRATE_H
#define VMCLOCK_CALIBRATE_H

#include <vmclock/clock.h>
#include <vmclock/page.h>
#include <vmclock/time.h>
#include <vmclock/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Parts in 10^9 by which crystals of computers may be off: 50 ppm. */
#define VMCLOCK_TOLERANCE_PPB_DEFAULT 50000u

/* What one source says of itself: the same for all its samples. */
struct vmclock_time_source {
    /* Its clock is off the truth by what nobody knows, and what changes with rate_ppb only. What
     * else differs from sample to sample belongs into their intervals. */
    uint64_t ahead_ns;    /* at most so far ahead of the truth, ... */
    uint64_t behind_ns;   /* ... and at most so far behind it */
    uint32_t rate_ppb;    /* it runs at most so much faster or slower than the truth */
    uint8_t time_type;    /* enum vmclock_time_type: UTC or TAI; what its clock counts */
    uint8_t bound_by;     /* enum vmclock_bound_by */
    uint8_t clock_status; /* enum vmclock_clock_status: SYNCHRONIZED or FREERUNNING */
};

/*
 * At some moment from counter_before to counter_after, both included, the source's clock stood
 * somewhere from earliest to latest, both included. A clock that shows N whole seconds says
 * [N, N + 1]; one that was seen to change to N says [N, N].
 */
struct vmclock_sample {
    uint64_t counter_before;      /* ticks, read before the source was asked, ... */
    uint64_t counter_after;       /* ... and after it had answered; not more than 2^62 apart */
    struct vmclock_time earliest; /* s on the source's axis; POSIX count for UTC */
    struct vmclock_time latest;
    uint64_t disruption_marker; /* the page's, at both reads */
    uint8_t counter_id;         /* enum vmclock_counter_id, of the counter that was read */
};

/* What the caller knows, or assumes. Start from all 0 but tolerance_ppb. */
struct vmclock_calibration {
    uint64_t frequency_hz;            /* as advertised (counter.h); 0: not known, or not believed */
    uint32_t frequency_tolerance_ppb; /* the counter is at most so much off it; below 10^9 */
    uint32_t tolerance_ppb;           /* VMCLOCK_TOLERANCE_PPB_DEFAULT; below 10^9 */
    int16_t tai_offset_sec;           /* TAI minus UTC, s, either sign; 0: not known */
    uint8_t leap_indicator;           /* enum vmclock_leap_indicator, at the last sample */
    uint8_t smear_hint;               /* enum vmclock_smear_hint: how to show it */
};

/*
 * Opens a handle where there is no page: every function that takes one finds a page without a
 * clock, whose marker never changes.
 *
 * counter: the caller's own, copied; null for the CPU's. clk: not null.
 * Returns 0, or VMCLOCK_ERR_ARGUMENT when clk or a given counter's read is null.
 */
int vmclock_open_without_page(struct vmclock *clk, const struct vmclock_counter *counter);

/*
 * The two ends of a sample: counter_before, marker and counter_id, and then counter_after.
 *
 * clk: an opened handle. sample: the caller sets earliest and latest, in between or afterwards.
 *
 * Return 0, or with *sample untouched an error of vmclock_take_snapshot, or from the second
 * VMCLOCK_ERR_DISRUPTED when the marker is not what it was: take the sample again. Bounded as that.
 */
int vmclock_sample_begin(const struct vmclock *clk, struct vmclock_sample *sample);
int vmclock_sample_end(const struct vmclock *clk, struct vmclock_sample *sample);

/*
 * Makes a snapshot from samples of one source, as a host would have published it.
 *
 * samples: count of them, at least one, in the order in which they were taken, all within 2^62
 *     ticks. Their distance decides how well the counter's rate becomes known; more of them only
 *     narrow the interval. Time linear in count.
 * how: not null. leap_indicator and tai_offset_sec are passed on as a page would say them: with
 *     NONE the caller says that no leap second is near (see leap.h), which no RTC knows. They are
 *     taken as said of the reference point's month: where the last sample's interval reaches over a
 *     month's end, sample again.
 * snapshot: not null. Its reference point is in the middle of the interval at the last sample's
 *     counter_after. Exact integers, all roundings outwards.
 *
 * The rate's interval is the average from the first sample to the last, widened by the tolerances,
 * intersected with the frequency's; one of the two is enough. The time's is the intersection of
 * what each sample says of the reference point, the source's clock running up to rate_ppb slower or
 * faster since. So before the last sample the interval is valid too, but wider than those samples
 * would allow.
 *
 * Returns 0, or with *snapshot untouched
 *     VMCLOCK_ERR_ARGUMENT       count is 0; the ends of a sample are the wrong way round, samples
 *                                out of order or too far apart; a tolerance, or the sum of
 *                                tolerance_ppb and rate_ppb, is 10^9 or more; an unknown
 *                                clock_status
 *     VMCLOCK_ERR_TIME_TYPE      time_type is neither UTC nor TAI
 *     VMCLOCK_ERR_COUNTER        the samples' counter_id differ, or are INVALID
 *     VMCLOCK_ERR_DISRUPTED      the samples' markers differ
 *     VMCLOCK_ERR_RATE           one sample, or samples too close or uncertain to bound the rate,
 *                                and no frequency
 *     VMCLOCK_ERR_CONTRADICTION  no time, or no rate, agrees with all that is given
 *     VMCLOCK_ERR_RANGE          a time before 1970, or a result that a page could not express
 */
int vmclock_calibrate(const struct vmclock_time_source *source,
                      const struct vmclock_sample *samples, size_t count,
                      const struct vmclock_calibration *how, struct vmclock_snapshot *snapshot);

/* Two snapshots, by index, whose intervals have no instant in common. */
struct vmclock_disjoint {
    size_t first;
    size_t second;
};

/*
 * Combines what several sources say by intersecting their intervals at one counter value.
 *
 * snapshots: count of them, at least one: calibrated ones, the page's own, or both. Each needs
 *     maximum errors, and the same counter, marker and time_type as the first; UTC ones also the
 *     same leap_indicator.
 * counter: ticks; becomes the reference point. Best the value now.
 * snapshot: gets the combination, in all but the clock's values, and what it says of leap seconds,
 *     as the first. May be one of snapshots.
 * disjoint: set with VMCLOCK_ERR_CONTRADICTION only; null if the caller does not care.
 *
 * From the reference point on, each end of the interval moves as that source promises that gave the
 * end there, so the result is valid wherever the snapshots are.
 *
 * The result never knows a label that one of the snapshots does not know, or knows otherwise. A
 * snapshot speaks of the months about its reference point, no fewer. So UTC stays known only where
 * all of them say the same of leap seconds, and their reference points and the new one lie in one
 * UTC month. Else, on a TAI axis, TAI stays, and UTC is unknown (VMCLOCK_ERR_TAI_OFFSET by
 * vmclock_leap_rule) until sources that are sampled in the new month are combined; a UTC axis is
 * refused. Where TAI offsets differ, or one is missing, a UTC axis keeps UTC, and TAI is unknown.
 *
 * Returns 0, or with *snapshot untouched an error of vmclock_at for one of them, or
 *     VMCLOCK_ERR_ARGUMENT       count is 0, or one has no maximum error
 *     VMCLOCK_ERR_COUNTER, VMCLOCK_ERR_DISRUPTED, VMCLOCK_ERR_TIME_TYPE, VMCLOCK_ERR_LEAP
 *                                counter_id, marker, time_type or leap_indicator differ; LEAP also
 *                                for a UTC axis whose UTC would be unknown, as above
 *     VMCLOCK_ERR_CONTRADICTION  two intervals are disjoint: one of the two is wrong, and the
 *                                caller has to know which
 *     VMCLOCK_ERR_RANGE          a result that a page could not express
 */
int vmclock_combine(const struct vmclock_snapshot *snapshots, size_t count, uint64_t counter,
                    struct vmclock_snapshot *snapshot, struct vmclock_disjoint *disjoint);

/*
 * A calibrated snapshot as of now: counter, seq, size, flags and generation are the page's, the
 * clock is the calibrated one. The marker is read under the lock around the counter.
 *
 * clk: the handle that the samples were taken with. calibrated: from vmclock_calibrate or
 * vmclock_combine. snapshot: may be calibrated.
 *
 * Returns 0, or with *snapshot untouched an error of vmclock_take_snapshot, or
 *     VMCLOCK_ERR_DISRUPTED  the page's marker is not the one of the calibration: the counter may
 *                            be anything, until new samples are calibrated
 */
int vmclock_take_calibrated(const struct vmclock *clk, const struct vmclock_snapshot *calibrated,
                            struct vmclock_snapshot *snapshot);

/*
 * The time now by a calibrated snapshot: as vmclock_now is by the page's own clock.
 *
 * Returns 0, or with *reading untouched an error of vmclock_take_calibrated, of vmclock_at, or
 * VMCLOCK_ERR_STALE when the calibration is older than max_age_sec of the handle.
 */
int vmclock_calibrated_now(const struct vmclock *clk, const struct vmclock_snapshot *calibrated,
                           struct vmclock_reading *reading);

#ifdef __cplusplus
}
#endif
#endif
