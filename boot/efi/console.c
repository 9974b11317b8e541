/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - ASCII text to the firmware's console.
 */
#include "boot/efi/console.h"

#define PIECE 80u /* characters a call: each call is slow, few firmwares care how long it is */

static void output(EFI_SYSTEM_TABLE *system, CHAR16 *piece, unsigned length)
{
    piece[length] = 0;
    system->ConOut->OutputString(system->ConOut, piece);
}

void console_write(void *context, const char *text, size_t length)
{
    EFI_SYSTEM_TABLE *system = context;
    CHAR16 piece[PIECE + 3];
    unsigned filled = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            piece[filled++] = '\r';
        piece[filled++] = (CHAR16)(unsigned char)text[i];
        if (filled >= PIECE) {
            output(system, piece, filled);
            filled = 0;
        }
    }
    if (filled)
        output(system, piece, filled);
}

void console_print(EFI_SYSTEM_TABLE *system, const char *string)
{
    size_t length = 0;

    while (string[length])
        length++;
    console_write(system, string, length);
}
