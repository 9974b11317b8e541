/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leaps.h - what this host knows of TAI and of leap seconds: from its kernel, from tzdata's
 * leap-seconds.list, from its user.
 */
#ifndef PUBLISH_LEAPS_H
#define PUBLISH_LEAPS_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/linux/common/host.h"

#define LEAPS_MAX 64
#define LEAPS_FILE "/usr/share/zoneinfo/leap-seconds.list"

/* leap-seconds.list: from unix_sec on, TAI minus UTC is offset_sec. Ascending. */
struct leap_list {
    unsigned count;
    int64_t expires_unix_sec; /* 0: there is no list */
    struct {
        int64_t unix_sec;
        int16_t offset_sec;
    } entries[LEAPS_MAX];
};

/* What the publisher remembers from one sample to the next. */
struct leap_memory {
    struct leap_list list;
    int16_t option_offset_sec; /* the user's TAI minus UTC; 0: none */
    int8_t pending;            /* +1, -1: the kernel has announced it for this month's end */
    int8_t passed;             /* +1, -1: it was seen to happen, ... */
    int64_t passed_month_sec;  /* ... right before this start of a month, unix s */
};

/* What to publish at one sample. */
struct leap_knowledge {
    bool have_offset;
    int16_t tai_minus_utc_sec;
    uint8_t indicator; /* enum vmclock_leap_indicator */
    bool unclear;      /* 23:59:59 or 23:59:60: the kernel does not tell which */
};

/*
 * Reads a list. A missing file is an empty one. What cannot be a list of leap seconds is refused as a
 * whole, and the list is empty then: a number too large, an offset that is not 10 to 99 s, a step of
 * other than a second, not at the start of a UTC month or not later than the one before, more than
 * LEAPS_MAX of them; a line that is none of such a file; a file that is no regular one.
 *
 * Returns 0, or -1 having said why, by the name of leaps.
 */
int leaps_load(const char *path, struct leap_list *list);

/* What is known at a sample; updates the memory. unix_sec: the sample's CLOCK_REALTIME. */
void leaps_at(struct leap_memory *memory, const struct host_kernel *kernel, int64_t unix_sec,
              struct leap_knowledge *knowledge);

#endif
