/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.h - what the user asked for.
 */
#ifndef VMCLOCK_BOOT_EFI_ARGS_H
#define VMCLOCK_BOOT_EFI_ARGS_H

#include "boot/efi/firmware.h"

struct options {
    uint32_t max_tries; /* of one snapshot */
    uint8_t help;
    uint8_t qemu_exit;
    uint8_t serve;
    uint8_t set_rtc;
};

/*
 * The options from the shell's arguments or, without a shell, from the image's load options.
 *
 * Returns EFI_SUCCESS, or EFI_INVALID_PARAMETER after a message on the console; what stands before
 * the mistake has been taken then.
 */
EFI_STATUS args_parse(EFI_HANDLE image, EFI_SYSTEM_TABLE *system, struct options *options);

#endif
