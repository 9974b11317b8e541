/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - times as text, in a buffer of the caller's.
 *
 * Dates are ISO 8601 in UTC, with as many decimals as are asked for, and 23:59:60 where there is one:
 *     2016-12-31T23:59:60.500Z
 * Years that need more than four digits, or a sign, have a sign: +12345-01-01T00:00:00Z.
 *
 * Of all functions: text gets ASCII that ends with a NUL. size is that of text in bytes. Whatever is
 * returned, text is a string: the empty one after an error, unless size is 0. Nothing is truncated.
 * Returned is 0, or
 *     VMCLOCK_ERR_ROOM      the text does not fit
 *     VMCLOCK_ERR_ARGUMENT  digits is above 9
 * or what is said with a function. Bounded; reentrant; no division on CPUs that have none.
 */
#ifndef VMCLOCK_TEXT_H
#define VMCLOCK_TEXT_H

#include <vmclock/civil.h>
#include <vmclock/time.h>
#include <vmclock/types.h>
#include <vmclock/utc.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes in which every text of its function fits. */
#define VMCLOCK_TEXT_SIZE 48          /* a label, a civil time, a duration */
#define VMCLOCK_TEXT_INTERVAL_SIZE 96 /* an interval */
#define VMCLOCK_TEXT_LINE_SIZE 192    /* a reading */

/*
 * A label, rounded down: "2017-01-01T00:00:00.500000000Z".
 *
 * digits: of the second's fraction, 0 to 9; with 0 there is no point.
 *
 * Returns also the label's error.
 */
int vmclock_text_label(const struct vmclock_label *label, unsigned digits, char *text, size_t size);

/*
 * The same of a civil time.
 *
 * Returns also VMCLOCK_ERR_CALENDAR for a month, a day or a time of day outside its range; whether the
 * month has such a day, or 23:59:60 was a second, is not asked.
 */
int vmclock_text_civil(const struct vmclock_civil *civil, unsigned digits, char *text, size_t size);

/*
 * An interval as ISO 8601 has it, earliest rounded down, latest rounded up:
 * "2017-01-01T00:00:00.499Z/2017-01-01T00:00:00.501Z". Where rounding up goes over a second, it goes
 * to the next one that POSIX counts: from 23:59:59 on to 00:00:00, whether or not there is a 23:59:60,
 * and from 23:59:58 on to 23:59:59, also where a negative leap second left that out.
 *
 * earliest, latest: as in a vmclock_utc_reading.
 *
 * Returns also an error of the labels, the earliest's first: VMCLOCK_ERR_BOUND where there is no
 * promise; and VMCLOCK_ERR_RANGE where there is no such next second.
 */
int vmclock_text_interval(const struct vmclock_label *earliest, const struct vmclock_label *latest,
                          unsigned digits, char *text, size_t size);

/* A duration, rounded towards 0: "-1.250 s". The sign of what is below 0 stays: "-0.000 s". */
int vmclock_text_duration(const struct vmclock_time *duration, unsigned digits, char *text,
                          size_t size);

/*
 * A reading as a line for people, of what is known:
 *
 *     2017-01-01T00:00:00.500000000Z, at most 56789 ns off
 *     2017-01-01T00:00:00.500000000Z, by estimate 1234 ns off, free-running    (nothing is promised)
 *     TAI 1483228837 s, no error bound published; UTC unknown: (why)
 *     UTC unknown: (why)
 *
 * The number is vmclock_utc_bound_ns, or where that has an error, vmclock_utc_estimate_ns, and is called
 * what it is. No newline at the end.
 */
int vmclock_text_reading(const struct vmclock_utc_reading *reading, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
