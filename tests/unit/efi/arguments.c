/* SPDX-License-Identifier: BSD-2-Clause */
/* What the made-up firmware starts the image with. */
#include <stdlib.h>
#include "firmware.h"

/* Arguments, in memory of their own: the sanitizer sees who reads beyond. */

static CHAR16 *to_utf16(const char *text, size_t length)
{
    static CHAR16 *made[64];
    static unsigned next;
    CHAR16 **wide = &made[next++ % 64];
    free(*wide);
    *wide = malloc(length ? length * sizeof **wide : 1);
    for (size_t i = 0; i < length; i++) {
        (*wide)[i] = (CHAR16)(unsigned char)text[i];
    }
    return *wide;
}

void efi_shell(const char *line)
{
    static EFI_SHELL_PARAMETERS_PROTOCOL shell;
    static CHAR16 *words[16];
    shell.Argv = words;
    shell.Argc = 0;
    for (; line; line = strchr(line, ' ') ? strchr(line, ' ') + 1 : NULL) {
        const size_t length = strcspn(line, " ");
        words[shell.Argc] = to_utf16(line, length + 1);
        words[shell.Argc++][length] = 0;
    }
    efi.shell = &shell;
}

void efi_load_options(const char *text, size_t bytes)
{
    static EFI_LOADED_IMAGE loaded;
    loaded.LoadOptions = to_utf16(text, bytes / 2);
    loaded.LoadOptionsSize = (UINT32)bytes;
    efi.loaded = &loaded;
}

void efi_loaded_from(const char *path)
{
    static uint8_t *node;
    const size_t letters = strlen(path) + 1, length = 4 + 2 * letters;
    free(node);
    node = malloc(length + 5); /* odd, and behind it the end */
    memcpy(node + 1, (uint8_t[]){4, 4, (uint8_t)length, (uint8_t)(length >> 8)}, 4);
    for (size_t i = 0; i < letters; i++) {
        node[1 + 4 + 2 * i] = (uint8_t)path[i];
        node[1 + 5 + 2 * i] = 0;
    }
    memcpy(node + 1 + length, (uint8_t[]){0x7f, 0xff, 4, 0}, 4);
    efi.loaded->FilePath = (EFI_DEVICE_PATH *)(void *)(node + 1);
}
