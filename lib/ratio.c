/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include "lib/line.h"
#include "lib/ratio.h"

/* Placed as a quick reader is: the loop takes up to half as long again where it lies badly. */
LINE_QUICK int vmclock_ratio(uint64_t high, uint64_t low, unsigned shift, uint64_t divisor, int up,
                             uint64_t *quotient)
{
    uint64_t rest = 0, result = 0;

    for (unsigned bits = 128 + shift; bits; bits--) { /* long division, a bit a step */
        uint64_t carry = rest >> 63;

        if (result >> 63)
            return VMCLOCK_ERR_RANGE;
        rest = rest << 1 | high >> 63;
        high = high << 1 | low >> 63;
        low <<= 1;
        result <<= 1;
        if (carry || rest >= divisor) {
            rest -= divisor;
            result |= 1;
        }
    }
    if (up && rest) {
        if (result == UINT64_MAX)
            return VMCLOCK_ERR_RANGE;
        result++;
    }
    *quotient = result;
    return 0;
}
