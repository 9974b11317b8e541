/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listed.h - for code that goes through a structure member by member, as an assignment of it may
 * become a call of memcpy. It says beside the list how many bytes the members are that it has, so
 * that it does not compile with another one, until that is listed too. (What fits into the padding
 * at the structure's end is noticed where there is none, on i386, and by the C++ test of the
 * headers.)
 */
#ifndef VMCLOCK_LIB_LISTED_H
#define VMCLOCK_LIB_LISTED_H

#include <vmclock/abi.h>

#define LISTED_ROUNDED(bytes, unit) ((-1 + (bytes) + (unit)) / (unit) * (unit))
#define LISTED(type, bytes) \
    VMCLOCK_STATIC_ASSERT(sizeof(type) == LISTED_ROUNDED(bytes, _Alignof(type)), \
                          #type " has other members than are listed here")

#endif
