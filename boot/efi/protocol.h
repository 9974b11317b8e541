/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protocol.h - the firmware's protocols.
 */
#ifndef VMCLOCK_BOOT_EFI_PROTOCOL_H
#define VMCLOCK_BOOT_EFI_PROTOCOL_H

#include "boot/efi/firmware.h"

/*
 * The protocol of a handle; handle null: the first one that any handle has.
 *
 * Returns EFI_SUCCESS; or with *protocol null the firmware's error, or EFI_DEVICE_ERROR where the
 * firmware succeeds and gives none.
 */
EFI_STATUS protocol_find(EFI_SYSTEM_TABLE *system, EFI_HANDLE handle, EFI_GUID *guid,
                         void **protocol);

#endif
