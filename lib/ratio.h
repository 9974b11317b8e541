/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ratio.h - a division of 128 bits, for what is set up once and not read often.
 */
#ifndef VMCLOCK_LIB_RATIO_H
#define VMCLOCK_LIB_RATIO_H

#include <vmclock/types.h>

/*
 * (high * 2^64 + low) * 2^shift / divisor, rounded down, or up where that is asked; divisor is not
 * 0. Returns 0, or VMCLOCK_ERR_RANGE with *quotient untouched if that is 2^64 or more. 128 + shift
 * steps, without library helpers.
 */
int vmclock_ratio(uint64_t high, uint64_t low, unsigned shift, uint64_t divisor, int up,
                  uint64_t *quotient);

#endif
