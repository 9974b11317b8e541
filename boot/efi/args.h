/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.h - what the user asked for.
 */
#ifndef VMCLOCK_BOOT_EFI_ARGS_H
#define VMCLOCK_BOOT_EFI_ARGS_H

#include "boot/efi/firmware.h"

#define ARGS_WAIT_SEC_MAX 3600u

/* Who started us, and so who is to get what we return. */
enum origin {
    ORIGIN_SHELL,
    ORIGIN_BOOT, /* a boot manager: an error lets it go on to its next entry, success does not */
    ORIGIN_DISK  /* the same, by default, from \EFI\BOOT\BOOT*.EFI: there is nothing to go on to */
};

struct options {
    uint32_t max_tries; /* of one snapshot */
    uint8_t help;
    uint8_t qemu_exit;
    uint8_t serve;
    uint8_t set_rtc;
    uint8_t quiet;
    uint8_t watch;
    uint8_t page_break;
    uint8_t json;
    uint8_t at_page;    /* page_phys is given */
    uint8_t origin;     /* enum origin; args_parse sets it also where it fails */
    uint32_t wait_sec;  /* for a page that tells the time */
    uint64_t page_phys; /* where the page is */
};

/*
 * The options from the shell's arguments or, without a shell, from the image's load options.
 *
 * Returns EFI_SUCCESS, or EFI_INVALID_PARAMETER after a message on the console; what stands before
 * the mistake has been taken then.
 */
EFI_STATUS args_parse(EFI_HANDLE image, EFI_SYSTEM_TABLE *system, struct options *options);

#endif
