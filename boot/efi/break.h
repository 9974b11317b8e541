/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * break.h - a stop at each full screen, as the shell makes it.
 */
#ifndef VMCLOCK_BOOT_EFI_BREAK_H
#define VMCLOCK_BOOT_EFI_BREAK_H

#include "boot/efi/firmware.h"

/* The shell to end it at; set by break_start. */
struct page_break {
    EFI_SHELL_PROTOCOL *shell; /* null: nothing was begun */
};

/* Returns EFI_SUCCESS, or EFI_UNSUPPORTED: there is no shell that can. */
EFI_STATUS break_start(EFI_SYSTEM_TABLE *system, struct page_break *page_break);

/* Leaves the shell as it was. */
void break_end(const struct page_break *page_break);

#endif
