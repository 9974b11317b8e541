/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>
#include <vmclock/abi.h>
#include "boot/linux/field.h"

#define FIELD(name, member) \
    { \
        name, offsetof(struct vmclock_page, member), sizeof(((struct vmclock_page *)0)->member) \
    }
const struct page_field page_fields[] = {
    FIELD("seq", seq_count), /* the first: its index is PAGE_FIELD_SEQ */
    FIELD("magic", magic),
    FIELD("size", size),
    FIELD("version", version),
    FIELD("counter_id", counter_id),
    FIELD("time_type", time_type),
    FIELD("disruption_marker", disruption_marker),
    FIELD("flags", flags),
    FIELD("clock_status", clock_status),
    FIELD("smear_hint", leap_second_smearing_hint),
    FIELD("tai_offset_sec", tai_offset_sec),
    FIELD("leap_indicator", leap_indicator),
    FIELD("counter_period_shift", counter_period_shift),
    FIELD("counter_value", counter_value),
    FIELD("counter_period_frac_sec", counter_period_frac_sec),
    FIELD("counter_period_esterror_rate_frac_sec", counter_period_esterror_rate_frac_sec),
    FIELD("counter_period_maxerror_rate_frac_sec", counter_period_maxerror_rate_frac_sec),
    FIELD("time_sec", time_sec),
    FIELD("time_frac_sec", time_frac_sec),
    FIELD("time_esterror_nanosec", time_esterror_nanosec),
    FIELD("time_maxerror_nanosec", time_maxerror_nanosec),
    FIELD("vm_generation_counter", vm_generation_counter),
};
#define FIELD_COUNT (sizeof(page_fields) / sizeof(page_fields[0]))

const char *page_field_name(unsigned index)
{
    return index < FIELD_COUNT ? page_fields[index].name : NULL;
}

int page_field_find(const char *name, size_t length)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        if (strlen(page_fields[i].name) == length && !memcmp(page_fields[i].name, name, length))
            return (int)i;
    return -1;
}

bool page_field_fits(unsigned index, uint64_t value, bool negative)
{
    unsigned bits = page_fields[index].bytes * 8u;

    /* Shifted in two steps: by 64 at once is undefined. */
    return negative ? !(~value >> (bits - 1)) : !(value >> (bits - 1) >> 1);
}
