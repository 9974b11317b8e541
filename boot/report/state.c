/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.c - from an error to the state that the report gives it.
 */
#include "boot/report/derive.h"

/* The one table from errors to states; -Wswitch finds an error that is missing here. */
static enum report_state state_of_error(int error)
{
    switch ((enum vmclock_error)error) {
    case VMCLOCK_OK:
        return REPORT_STATE_OK;
    case VMCLOCK_ERR_NO_DEVICE:
    case VMCLOCK_ERR_EFI:
    case VMCLOCK_ERR_FDT:
    case VMCLOCK_ERR_RSDP:
    case VMCLOCK_ERR_TABLE:
    case VMCLOCK_ERR_AML:
    case VMCLOCK_ERR_UNSUPPORTED:
    case VMCLOCK_ERR_RESOURCE:
    case VMCLOCK_ERR_MAP:
        return REPORT_STATE_NO_DEVICE;
    case VMCLOCK_ERR_NO_CLOCK:
    case VMCLOCK_ERR_NO_EPOCH:   /* a clock, but one that cannot tell the time */
    case VMCLOCK_ERR_RTC_ABSENT: /* nor is there another one to calibrate by */
    case VMCLOCK_ERR_RTC_BUSY:
    case VMCLOCK_ERR_RTC_INVALID:
    case VMCLOCK_ERR_RTC_STOPPED:
    case VMCLOCK_ERR_RTC_FIRMWARE:
    case VMCLOCK_ERR_RTC_NOT_SET:
        return REPORT_STATE_NO_CLOCK;
    case VMCLOCK_ERR_UNSYNCHRONISED:
    case VMCLOCK_ERR_STALE:
    case VMCLOCK_ERR_BOUND:
    case VMCLOCK_ERR_LEAP_HORIZON: /* the reference point is more than a month away */
        return REPORT_STATE_UNSYNCHRONISED;
    case VMCLOCK_ERR_DISRUPTED:
        return REPORT_STATE_DISRUPTED;
    case VMCLOCK_ERR_CONTRADICTION: /* there is a clock, but nobody knows what to make of it */
    case VMCLOCK_ERR_RATE:
    case VMCLOCK_ERR_TOO_FAR:
        return REPORT_STATE_UNSYNCHRONISED;
    case VMCLOCK_ERR_COUNTER:
        return REPORT_STATE_WRONG_COUNTER;
    case VMCLOCK_ERR_BUSY:
        return REPORT_STATE_BUSY;
    case VMCLOCK_ERR_ARGUMENT:
    case VMCLOCK_ERR_MISALIGNED:
    case VMCLOCK_ERR_RANGE:
    case VMCLOCK_ERR_ROOM: /* this and the next are of no reading */
    case VMCLOCK_ERR_NOT_YET:
    case VMCLOCK_ERR_CALENDAR:
    case VMCLOCK_ERR_MAGIC:
    case VMCLOCK_ERR_VERSION:
    case VMCLOCK_ERR_SIZE:
    case VMCLOCK_ERR_CHANGED:
    case VMCLOCK_ERR_TIME_TYPE:
    case VMCLOCK_ERR_PERIOD:
    case VMCLOCK_ERR_TAI_OFFSET:
    case VMCLOCK_ERR_LEAP:
    case VMCLOCK_ERR_SMEAR:
    case VMCLOCK_ERR_ESTIMATE: /* this and the next two: no reader of the time gets them */
    case VMCLOCK_ERR_STEP:
    case VMCLOCK_ERR_ACCESS:
        return REPORT_STATE_BAD_PAGE;
    }
    return REPORT_STATE_BAD_PAGE;
}

enum report_state report_state(const struct report *report)
{
    struct vmclock_time tai;

    if (!report->error && !report_tai(report, &tai))
        return REPORT_STATE_OK;
    return state_of_error(report_error(report));
}

const char *report_state_name(enum report_state state)
{
    switch (state) {
#define STATE(NAME, name, code) \
    case REPORT_STATE_##NAME: \
        return name;
#include "boot/report/states.def"
#undef STATE
    }
    return "unknown";
}

uint8_t report_state_code(enum report_state state)
{
    switch (state) {
#define STATE(NAME, name, code) \
    case REPORT_STATE_##NAME: \
        return code;
#include "boot/report/states.def"
#undef STATE
    }
    return 0;
}
