/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * option.h - numbers as options have them.
 */
#ifndef LINUX_OPTION_H
#define LINUX_OPTION_H

#include "boot/linux/common/event.h"
#include "boot/report/number.h"

/* A number in [low, high] that is a multiple of 1 or 8, or wrong usage. */
static inline int64_t option_number(const char *option, const char *text, int64_t low, int64_t high,
                                    unsigned multiple)
{
    int64_t value;

    if (!number_parse(text, low, high, &value) || value % multiple)
        usage_error("--%s: '%s' is not a number from %lld to %lld%s", option, text, (long long)low,
                    (long long)high, multiple == 8 ? ", a multiple of 8" : "");
    return value;
}

/* Where a page can be. */
static inline uint64_t option_place(const char *option, const char *text)
{
    return (uint64_t)option_number(option, text, 0, INT64_MAX - UINT32_MAX, 8);
}

#endif
