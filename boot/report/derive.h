/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * derive.h - what the report says beyond the members of the reading.
 *
 * All return 0, or a VMCLOCK_ERR_* code with the result untouched when there is no such value.
 */
#ifndef VMCLOCK_BOOT_REPORT_DERIVE_H
#define VMCLOCK_BOOT_REPORT_DERIVE_H

#include "boot/report/report.h"

/* The report's error, or else why UTC is unknown; 0 when it is known. */
int report_error(const struct report *report);

int report_tai(const struct report *report, struct vmclock_time *tai);

/* The larger of the distances to both ends of the interval, ns, rounded up. */
int report_bound(const struct report *report, int64_t *bound_ns);
int report_estimate(const struct report *report, int64_t *estimate_ns);

/* The promised interval in POSIX counts of UTC, ns: as vmclock_posix_interval. */
int report_interval(const struct report *report, int64_t *earliest_ns, int64_t *latest_ns);

/* Rounded down. */
int report_age(const struct report *report, int64_t *age_ms);
int report_rtc_ahead(const struct report *report, int64_t *rtc_ahead_ms);

/* From the period, rounded to the nearest; none below 0.5 Hz or from 2^64 Hz on. */
int report_frequency(const struct report *report, uint64_t *freq_hz);

#endif
