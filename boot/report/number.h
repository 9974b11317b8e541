/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * number.h - numbers that people write: decimal, or hexadecimal behind 0x. A leading 0 means nothing:
 * 037 is 37.
 */
#ifndef VMCLOCK_BOOT_REPORT_NUMBER_H
#define VMCLOCK_BOOT_REPORT_NUMBER_H

#include <stdbool.h>
#include <vmclock/types.h>

/*
 * The digits that *text begins with; moves *text behind them. A blank or a sign is no digit.
 *
 * Returns whether there are any, and of no more than 64 bits; else nothing is changed.
 */
bool number_scan(const char **text, uint64_t *value);

/*
 * A text that is a number and nothing else, in [low, high]; "-" stands before a negative one.
 *
 * Returns whether it is; else *value is untouched.
 */
bool number_parse(const char *text, int64_t low, int64_t high, int64_t *value);

#endif
