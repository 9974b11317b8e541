/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pair.h - the line that pair.c knows and tests/boot/pair/writer.c publishes: 2^30 ticks a second, zero
 * at PAIR_LINE_START_SEC, without any rounding. Each update has another reference point on it, and
 * fields that follow from its number, which is the disruption marker.
 */
#ifndef TESTS_PAIR_H
#define TESTS_PAIR_H

#include <stdint.h>

#define PAIR_LINE_START_SEC UINT64_C(1700000000)
#define PAIR_LINE_PERIOD_FRAC (UINT64_C(1) << 63)
#define PAIR_LINE_PERIOD_SHIFT 29
#define PAIR_LINE_COUNTER(update) (UINT64_C(1234567891) * (update))
#define PAIR_LINE_SEC(counter) (PAIR_LINE_START_SEC + ((counter) >> 30))
#define PAIR_LINE_FRAC64(counter) ((uint64_t)(counter) << 34)
#define PAIR_LINE_GENERATION(update) (~(uint64_t)(update))
#define PAIR_LINE_MAXERROR_NS(update) (1000 + (update) % 1024)

#define PAIR_AHEAD_TICKS (UINT64_C(1) << 30) /* 1 s of the line; longer for slower counters */

#endif
