/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.c - a report's state as the firmware's programs say it.
 */
#include "boot/efi/status.h"

EFI_STATUS status_of_state(enum report_state state)
{
    switch (state) {
    case REPORT_STATE_OK:
        return EFI_SUCCESS;
    case REPORT_STATE_NO_DEVICE:
        return EFI_NOT_FOUND;
    case REPORT_STATE_NO_CLOCK:
    case REPORT_STATE_WRONG_COUNTER:
        return EFI_UNSUPPORTED;
    case REPORT_STATE_BUSY:
    case REPORT_STATE_UNSYNCHRONISED:
        return EFI_NOT_READY;
    case REPORT_STATE_BAD_PAGE:
    case REPORT_STATE_DISRUPTED:
        break;
    }
    return EFI_DEVICE_ERROR;
}
