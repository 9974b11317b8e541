/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strings.h - the strings of a list X(code, NAME, "string"...), end to end in the order of the codes:
 * an array of pointers would need relocation.
 */
#ifndef VMCLOCK_LIB_STRINGS_H
#define VMCLOCK_LIB_STRINGS_H

#include <stdint.h>

/* The string that belongs to code; the one after the last code's if it is not among them. */
static inline const char *strings_find(int8_t code, const int8_t *codes, unsigned count,
                                       const char *strings)
{
    for (unsigned i = 0; i < count && codes[i] != code; i++) {
        while (*strings)
            strings++;
        strings++;
    }
    return strings;
}

#endif
