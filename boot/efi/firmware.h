/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firmware.h - the declarations of EFI, as the gnu-efi package has them.
 */
#ifndef VMCLOCK_BOOT_EFI_FIRMWARE_H
#define VMCLOCK_BOOT_EFI_FIRMWARE_H

/* First: efi.h defines the types of stdint.h itself where it does not find them. */
#include <stddef.h>
#include <stdint.h>
#include <efi.h>

#endif
