/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * errors.c - the one table from the library's errors to errno; -Wswitch finds one that is missing.
 */
#include <errno.h>
#include <vmclock/error.h>
#include <vmclock/newlib.h>

int vmclock_newlib_errno(int error)
{
    switch ((enum vmclock_error)error) {
    case VMCLOCK_OK:
        return 0;
    case VMCLOCK_ERR_NO_DEVICE:
    case VMCLOCK_ERR_RSDP:
    case VMCLOCK_ERR_TABLE:
    case VMCLOCK_ERR_AML:
    case VMCLOCK_ERR_UNSUPPORTED:
    case VMCLOCK_ERR_RESOURCE:
    case VMCLOCK_ERR_EFI:
    case VMCLOCK_ERR_FDT:
    case VMCLOCK_ERR_MAP:
        return ENODEV;
    case VMCLOCK_ERR_UNSYNCHRONISED:
    case VMCLOCK_ERR_STALE:
    case VMCLOCK_ERR_DISRUPTED:
    case VMCLOCK_ERR_CONTRADICTION:
    case VMCLOCK_ERR_RATE:
    case VMCLOCK_ERR_TOO_FAR:
    case VMCLOCK_ERR_BOUND:
    case VMCLOCK_ERR_ESTIMATE:
        return ENODATA;
    case VMCLOCK_ERR_RTC_ABSENT:
    case VMCLOCK_ERR_RTC_BUSY:
    case VMCLOCK_ERR_RTC_INVALID:
    case VMCLOCK_ERR_RTC_STOPPED:
    case VMCLOCK_ERR_RTC_FIRMWARE:
    case VMCLOCK_ERR_RTC_NOT_SET:
        return EIO;
    case VMCLOCK_ERR_BUSY:
    case VMCLOCK_ERR_NOT_YET:
        return EAGAIN;
    case VMCLOCK_ERR_NO_CLOCK:
    case VMCLOCK_ERR_COUNTER:
    case VMCLOCK_ERR_NO_EPOCH:
    case VMCLOCK_ERR_TAI_OFFSET:
    case VMCLOCK_ERR_LEAP:
    case VMCLOCK_ERR_LEAP_HORIZON:
    case VMCLOCK_ERR_SMEAR:
        return ENOTSUP;
    case VMCLOCK_ERR_MAGIC:
    case VMCLOCK_ERR_VERSION:
    case VMCLOCK_ERR_SIZE:
    case VMCLOCK_ERR_CHANGED:
    case VMCLOCK_ERR_TIME_TYPE:
    case VMCLOCK_ERR_PERIOD:
    case VMCLOCK_ERR_MISALIGNED:
    case VMCLOCK_ERR_STEP: /* this and the next are a publisher's */
    case VMCLOCK_ERR_ACCESS:
        return EIO;
    case VMCLOCK_ERR_RANGE:
    case VMCLOCK_ERR_ROOM:
        return EOVERFLOW;
    case VMCLOCK_ERR_ARGUMENT:
    case VMCLOCK_ERR_CALENDAR:
        return EINVAL;
    }
    return EIO;
}
