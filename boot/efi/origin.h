/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * origin.h - whether firmware started us because it found nothing else to start.
 */
#ifndef VMCLOCK_BOOT_EFI_ORIGIN_H
#define VMCLOCK_BOOT_EFI_ORIGIN_H

#include "boot/efi/firmware.h"

/* Whether the image's file is \EFI\BOOT\BOOT*.EFI, the default loader of a disk, in any case of
 * letters. UEFI 2.10, 3.5.1. Bounded, whatever its device path holds. */
int origin_is_default(const EFI_LOADED_IMAGE *loaded);

#endif
