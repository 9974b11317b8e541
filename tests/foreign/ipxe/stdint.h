/* SPDX-License-Identifier: BSD-2-Clause */
/* stdint.h - the types alone, and no uintptr_t. */
#ifndef FAKE_STDINT_H
#define FAKE_STDINT_H

typedef __SIZE_TYPE__ size_t;
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef signed short int16_t;
typedef unsigned short uint16_t;
typedef signed int int32_t;
typedef unsigned int uint32_t;
typedef signed long long int64_t;
typedef unsigned long long uint64_t;

#endif
