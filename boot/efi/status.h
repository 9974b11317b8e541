/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.h - a report's state as the firmware's programs say it.
 */
#ifndef VMCLOCK_BOOT_EFI_STATUS_H
#define VMCLOCK_BOOT_EFI_STATUS_H

#include "boot/efi/firmware.h"
#include "boot/report/report.h"

/* EFI_SUCCESS only for ok. */
EFI_STATUS status_of_state(enum report_state state);

#endif
