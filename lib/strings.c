/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/strings.h"

const char *vmclock_strings_find(signed char code, const signed char *codes, unsigned count,
                                 const char *strings)
{
    for (unsigned i = 0; i < count && codes[i] != code; i++) {
        while (*strings)
            strings++;
        strings++;
    }
    return strings;
}
