/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * origin.c - the path that our image was loaded from.
 */
#include "boot/efi/origin.h"

#define NODES_MAX 32u
#define NODE_HEAD 4u

static const char folder[] = "\\EFI\\BOOT\\BOOT";
static const char suffix[] = ".EFI";

/* Letter i of a text that need not be aligned; small ones as large. */
static unsigned letter(const uint8_t *text, size_t i)
{
    unsigned code = text[2 * i] | (unsigned)text[2 * i + 1] << 8;

    return code >= 'a' && code <= 'z' ? code - 'a' + 'A' : code;
}

static int has(const uint8_t *text, size_t from, const char *wanted, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (letter(text, from + i) != (unsigned char)wanted[i])
            return 0;
    return 1;
}

/* text: of at most that many characters, less where there is a 0 before. */
static int is_default(const uint8_t *text, size_t most)
{
    const size_t front = sizeof(folder) - 1, back = sizeof(suffix) - 1;
    size_t length = 0;

    while (length < most && letter(text, length))
        length++;
    return length >= front + back && has(text, 0, folder, front) &&
           has(text, length - back, suffix, back);
}

int origin_is_default(const EFI_LOADED_IMAGE *loaded)
{
    const uint8_t *node = (const uint8_t *)loaded->FilePath;

    for (unsigned i = 0; node && i < NODES_MAX; i++) {
        const size_t length = node[2] | (size_t)node[3] << 8;

        if (length < NODE_HEAD || (node[0] & 0x7f) == END_DEVICE_PATH_TYPE)
            break;
        if (node[0] == MEDIA_DEVICE_PATH && node[1] == MEDIA_FILEPATH_DP &&
            is_default(node + NODE_HEAD, (length - NODE_HEAD) / 2))
            return 1;
        node += length;
    }
    return 0;
}
