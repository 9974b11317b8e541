/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - ASCII text to the firmware's console, ConOut and nothing else.
 */
#ifndef VMCLOCK_BOOT_EFI_CONSOLE_H
#define VMCLOCK_BOOT_EFI_CONSOLE_H

#include "boot/efi/firmware.h"
#include "boot/report/report.h"

/* Prints text, each '\n' as "\r\n". context: the EFI system table. A report_sink. */
void console_write(void *context, const char *text, size_t length);

/* The same for a NUL-terminated string. */
void console_print(EFI_SYSTEM_TABLE *system, const char *string);

#endif
