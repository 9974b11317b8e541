/* SPDX-License-Identifier: BSD-2-Clause */
/* stdint.h - types, and limits of the narrow ones; for hosted compilers too. */
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

#define UINT8_MAX ((uint8_t)-1)
#define UINT32_MAX ((uint32_t)-1)
#define UINT64_MAX ((uint64_t)-1)
#define UINTPTR_MAX ((uintptr_t)-1)

#endif
