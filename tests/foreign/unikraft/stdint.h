/* SPDX-License-Identifier: BSD-2-Clause */
/* stdint.h - as a small libc may have it: without UINTPTR_MAX. */
#ifndef FAKE_STDINT_H
#define FAKE_STDINT_H

typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long int64_t;
typedef unsigned long uint64_t;
typedef unsigned long uintptr_t;

#define UINT8_MAX 0xff
#define INT16_MIN (-0x7fff - 1)
#define INT32_MAX 0x7fffffff
#define UINT32_MAX 0xffffffffu
#define INT64_MAX 0x7fffffffffffffffl
#define INT64_MIN (-INT64_MAX - 1)
#define UINT64_MAX 0xfffffffffffffffful
#define UINT32_C(value) value##u
#define INT64_C(value) value##l
#define UINT64_C(value) value##ul

#endif
