/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions that libfdt, or a compiler, expects of a libc, for images that have none. Short, not
 * fast.
 */
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-loop-distribute-patterns") /* else memset calls memset */
#endif

void *memchr(const void *bytes, int wanted, size_t length)
{
    const unsigned char *at = bytes;

    for (; length != 0; at++, length--) {
        if (*at == (unsigned char)wanted)
            return (void *)(uintptr_t)at;
    }
    return NULL;
}

int memcmp(const void *left, const void *right, size_t length)
{
    const unsigned char *a = left;
    const unsigned char *b = right;

    for (; length != 0; a++, b++, length--) {
        if (*a != *b)
            return *a < *b ? -1 : 1;
    }
    return 0;
}

void *memcpy(void *to, const void *from, size_t length)
{
    return memmove(to, from, length);
}

void *memmove(void *to, const void *from, size_t length)
{
    unsigned char *d = to;
    const unsigned char *s = from;

    if ((uintptr_t)d - (uintptr_t)s < length) {
        while (length-- != 0)
            d[length] = s[length];
    } else {
        for (; length != 0; length--)
            *d++ = *s++;
    }
    return to;
}

void *memset(void *to, int value, size_t length)
{
    unsigned char *d = to;

    for (; length != 0; length--)
        *d++ = (unsigned char)value;
    return to;
}

size_t strlen(const char *string)
{
    return strnlen(string, SIZE_MAX);
}

size_t strnlen(const char *string, size_t limit)
{
    size_t length = 0;

    while (length < limit && string[length] != '\0')
        length++;
    return length;
}

char *strrchr(const char *string, int wanted)
{
    const char *last = NULL;

    for (;; string++) {
        if (*string == (char)wanted)
            last = string;
        if (*string == '\0')
            return (char *)(uintptr_t)last;
    }
}
