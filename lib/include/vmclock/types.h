/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * types.h - the integer types, and what else the library needs of a compiler's headers. No other file
 * of the library includes one of those.
 *
 * Without further ado they are <stdint.h> and <stddef.h>. A tree that has its types elsewhere names the
 * header that has them, for the library's sources and for all that include its headers:
 *
 *     -DVMCLOCK_TYPES_HEADER='"linux/types.h"'
 *
 * In quotation marks, as compilers for Linux would expand a word in angle brackets: linux is 1 there.
 *
 * Either way what must be there are the types uint8_t, uint16_t, uint32_t, uint64_t, int16_t, int32_t,
 * int64_t and size_t, under these names. All else that is missing is made up for here: limits, constants,
 * NULL. Headers of the tree that define these too come before the library's.
 */
#ifndef VMCLOCK_TYPES_H
#define VMCLOCK_TYPES_H

#ifdef VMCLOCK_TYPES_HEADER
#include VMCLOCK_TYPES_HEADER
#else
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __cplusplus
#define VMCLOCK_STATIC_ASSERT(condition, text) static_assert(condition, text)
#define VMCLOCK_MINUS_ONE(type) static_cast<type>(-1)
#else
#define VMCLOCK_STATIC_ASSERT(condition, text) __extension__ _Static_assert(condition, text)
#define VMCLOCK_MINUS_ONE(type) ((type)(-1))
#endif
#define VMCLOCK_ALIGNAS(bytes) __attribute__((aligned(bytes)))

/* The compiler's own: some trees have an offsetof that is no constant, or none. */
#define VMCLOCK_OFFSETOF(type, member) __builtin_offsetof(type, member)

/* Where a uint64_t is swapped at once: on some CPUs of 32 bits it needs no such boundary. */
typedef uint64_t vmclock_aligned64 VMCLOCK_ALIGNAS(8);

/* A pointer as a number. Not every tree has uintptr_t. */
typedef __UINTPTR_TYPE__ vmclock_uintptr;

#ifndef UINT32_C
#define UINT32_C(value) value##u
#endif
#ifndef INT64_C
#define INT64_C(value) value##ll
#endif
#ifndef UINT64_C
#define UINT64_C(value) value##ull
#endif
#ifndef UINT8_MAX
#define UINT8_MAX 0xff
#endif
#ifndef INT16_MIN
#define INT16_MIN (-0x7fff - 1)
#endif
#ifndef INT32_MAX
#define INT32_MAX 0x7fffffff
#endif
#ifndef UINT32_MAX
#define UINT32_MAX 0xffffffffu
#endif
#ifndef INT64_MAX
#define INT64_MAX 0x7fffffffffffffffll
#endif
#ifndef INT64_MIN
#define INT64_MIN (-INT64_MAX - 1)
#endif
#ifndef UINT64_MAX
#define UINT64_MAX 0xffffffffffffffffull
#endif
#ifndef UINTPTR_MAX
#define UINTPTR_MAX __UINTPTR_MAX__
#endif
#if !defined(NULL) && !defined(__cplusplus)
#define NULL ((void *)0)
#endif

VMCLOCK_STATIC_ASSERT(
    sizeof(uint8_t) == 1 && sizeof(uint16_t) == 2 && sizeof(uint32_t) == 4 &&
        sizeof(uint64_t) == 8 && sizeof(int16_t) == 2 && sizeof(int32_t) == 4 &&
        sizeof(int64_t) == 8 && sizeof(size_t) == sizeof(vmclock_uintptr) &&
        VMCLOCK_MINUS_ONE(uint64_t) > 0 && VMCLOCK_MINUS_ONE(int64_t) < 0,
    "integer types are of the width that their names say: see VMCLOCK_TYPES_HEADER");
#undef VMCLOCK_MINUS_ONE

#endif
