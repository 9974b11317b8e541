/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uefi.h - one header for everything, which must not meet the compiler's stdint.h: its int8_t is char.
 * Its offsetof is no constant, and it has no limits.
 */
#ifndef FAKE_UEFI_H
#define FAKE_UEFI_H

typedef char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef unsigned long long uintptr_t;
typedef uintptr_t size_t;

#define NULL ((void *)0)
#define offsetof(type, member) ((uintptr_t)(&((type *)0)->member))

#endif
