/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - waiting, until somebody presses a key.
 */
#ifndef VMCLOCK_BOOT_EFI_KEYS_H
#define VMCLOCK_BOOT_EFI_KEYS_H

#include "boot/efi/firmware.h"

/* Lets go of what was pressed before. Returns whether there is a keyboard that can be asked. */
int keys_forget(EFI_SYSTEM_TABLE *system);

/* Waits for so many seconds, or less if a key is pressed. Returns whether one was. */
int keys_wait(EFI_SYSTEM_TABLE *system, unsigned seconds);

#endif
