/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strings.h - the strings of a list X(code, NAME, "string"...), end to end in the order of the codes:
 * an array of pointers would need relocation.
 */
#ifndef VMCLOCK_LIB_STRINGS_H
#define VMCLOCK_LIB_STRINGS_H

#include <vmclock/types.h>
#include "lib/wide.h"

/*
 * The string that belongs to code; the one after the last code's if it is not among them. Apart: where
 * the list is known, clang turns the search into a table of pointers.
 */
WIDE_APART const char *vmclock_strings_find(signed char code, const signed char *codes,
                                            unsigned count, const char *strings);

#endif
