/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/report/number.h"

/* The value of a digit, or base where it is none. */
static unsigned digit_of(char letter, unsigned base)
{
    unsigned digit = base;

    if (letter >= '0' && letter <= '9')
        digit = (unsigned)(letter - '0');
    else if (letter >= 'a' && letter <= 'f')
        digit = (unsigned)(letter - 'a') + 10;
    else if (letter >= 'A' && letter <= 'F')
        digit = (unsigned)(letter - 'A') + 10;
    return digit < base ? digit : base;
}

bool number_scan(const char **text, uint64_t *value)
{
    const char *at = *text;
    unsigned base = at[0] == '0' && at[1] == 'x' ? 16 : 10;
    /* No division by what is not constant: 32-bit targets call a library for that. */
    uint64_t sum = 0, most = base == 16 ? UINT64_MAX / 16 : UINT64_MAX / 10;

    at += base == 16 ? 2 : 0;
    if (digit_of(*at, base) == base)
        return false;
    for (; digit_of(*at, base) < base; at++) {
        unsigned digit = digit_of(*at, base);

        if (sum > most || sum * base + digit < digit)
            return false;
        sum = sum * base + digit;
    }
    *text = at;
    *value = sum;
    return true;
}

bool number_parse(const char *text, int64_t low, int64_t high, int64_t *value)
{
    bool negative = *text == '-';
    uint64_t size;
    int64_t result;

    text += negative;
    if (!number_scan(&text, &size) || *text || size > (uint64_t)INT64_MAX + negative)
        return false;
    result = negative && size ? -(int64_t)(size - 1) - 1 : (int64_t)size;
    if (result < low || result > high)
        return false;
    *value = result;
    return true;
}
