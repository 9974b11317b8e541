/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fields.h - the fields of the page that a snapshot has, once, and which of their values are good. Their
 * offsets, taking apart, composing and comparing are made of this list; a member of struct
 * vmclock_snapshot or of struct vmclock_page that is not in it does not compile.
 *
 * X(argument, name, offset, type, member, presence, class)
 *     argument  what the user of the list hands through
 *     name      of struct vmclock_page
 *     offset    in the page, bytes
 *     type      of the value, in host order
 *     member    of struct vmclock_snapshot
 *     presence  VMCLOCK_HAVE_*: the bit without which the field means nothing; 0: always present
 *     class     VMCLOCK_CHANGED_*: what it is when the field changes; 0: that depends on its bits
 */
#ifndef VMCLOCK_LIB_FIELDS_H
#define VMCLOCK_LIB_FIELDS_H

#include <vmclock/guard.h>
#include <vmclock/page.h>

/* clang-format off */
#define FIELDS(X, argument) \
    X(argument, counter_id,                0x0a, uint8_t,  counter_id,        0, VMCLOCK_CHANGED_COUNTER) \
    X(argument, time_type,                 0x0b, uint8_t,  time_type,         VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_TIME) \
    X(argument, disruption_marker,         0x10, uint64_t, disruption_marker, 0, VMCLOCK_CHANGED_MARKER) \
    X(argument, flags,                     0x18, uint64_t, flags,             0, 0) \
    X(argument, clock_status,              0x22, uint8_t,  clock_status,      VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_STATUS) \
    X(argument, leap_second_smearing_hint, 0x23, uint8_t,  smear_hint,        VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_LABELS) \
    X(argument, tai_offset_sec,            0x24, int16_t,  tai_offset_sec,    VMCLOCK_HAVE_TAI_OFFSET, VMCLOCK_CHANGED_LABELS) \
    X(argument, leap_indicator,            0x26, uint8_t,  leap_indicator,    VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_LABELS) \
    X(argument, counter_period_shift,      0x27, uint8_t,  period_shift,      VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_TIME) \
    X(argument, counter_value,             0x28, uint64_t, ref_counter,       VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_TIME) \
    X(argument, counter_period_frac_sec,   0x30, uint64_t, period_frac,       VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_TIME) \
    X(argument, counter_period_esterror_rate_frac_sec, 0x38, uint64_t, period_esterror_frac, VMCLOCK_HAVE_PERIOD_ESTERROR, VMCLOCK_CHANGED_TIME) \
    X(argument, counter_period_maxerror_rate_frac_sec, 0x40, uint64_t, period_maxerror_frac, VMCLOCK_HAVE_PERIOD_MAXERROR, VMCLOCK_CHANGED_TIME) \
    X(argument, time_sec,                  0x48, uint64_t, ref_sec,           VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_TIME) \
    X(argument, time_frac_sec,             0x50, uint64_t, ref_frac64,        VMCLOCK_HAVE_CLOCK, VMCLOCK_CHANGED_TIME) \
    X(argument, time_esterror_nanosec,     0x58, uint64_t, esterror_ns,       VMCLOCK_HAVE_ESTERROR, VMCLOCK_CHANGED_TIME) \
    X(argument, time_maxerror_nanosec,     0x60, uint64_t, maxerror_ns,       VMCLOCK_HAVE_MAXERROR, VMCLOCK_CHANGED_TIME) \
    X(argument, vm_generation_counter,     0x68, uint64_t, generation,        VMCLOCK_HAVE_GENERATION, VMCLOCK_CHANGED_GENERATION)

/* The rest of the page: its lock, and what the structure is. X(name, offset, type) */
#define FIELDS_OF_HEAD(X) \
    X(seq_count, 0x0c, uint32_t) \
    X(magic,     0x00, uint32_t) \
    X(size,      0x04, uint32_t) \
    X(version,   0x08, uint16_t)
#define FIELDS_OF_PADDING(X) \
    X(pad,       0x20, uint16_t)
/* clang-format on */

/* All presence bits. */
#define FIELDS_PRESENCE_OF(unused, name, offset, type, member, presence, class) | (presence)
#define FIELDS_PRESENCE (0u FIELDS(FIELDS_PRESENCE_OF, ))

/* Those of the clock's fields, by their class. The others are the machine's: a page without a clock may
 * have them, and a clock from elsewhere leaves them to the page. */
#define FIELDS_IN_CLOCK(unused, name, offset, type, member, presence, class) \
    | (((class) & (VMCLOCK_CHANGED_TIME | VMCLOCK_CHANGED_STATUS | VMCLOCK_CHANGED_LABELS)) \
           ? (presence) \
           : 0u)
#define FIELDS_OF_CLOCK (0u FIELDS(FIELDS_IN_CLOCK, ))
#define FIELDS_OF_MACHINE (FIELDS_PRESENCE & ~FIELDS_OF_CLOCK)

/* A value more does not compile until somebody has said here what it is. */
#define FIELDS_BIT(code, NAME, name) | (1u << (code))
#define FIELDS_TIME_TYPES (0u VMCLOCK_TIME_TYPES(FIELDS_BIT))
VMCLOCK_STATIC_ASSERT(FIELDS_TIME_TYPES == 0x1fu, "which types fields_is_time_type knows");
VMCLOCK_STATIC_ASSERT((0u VMCLOCK_CLOCK_STATUSES(FIELDS_BIT)) == 0x1fu,
                      "which statuses fields_is_usable knows");

/* Whether a clock of that type may be published. */
static inline int fields_is_time_type(uint8_t time_type)
{
    return time_type <= VMCLOCK_TIME_TYPE_MONOTONIC;
}

/* Whether time may be told by a clock of that status. */
static inline int fields_is_usable(uint8_t clock_status)
{
    return clock_status == VMCLOCK_CLOCK_STATUS_SYNCHRONIZED ||
           clock_status == VMCLOCK_CLOCK_STATUS_FREERUNNING;
}

#endif
