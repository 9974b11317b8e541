/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * types.h - what libvmclock expects of stdint.h; included before all of its sources.
 *
 * U-Boot has these types, as its own, in linux/types.h, and an almost empty stdint.h.
 */
#ifndef VMCLOCK_U_BOOT_TYPES_H
#define VMCLOCK_U_BOOT_TYPES_H

#ifdef VMCLOCK_WITH_U_BOOT /* sources that include U-Boot's headers, which define some of these */
#include <linux/kernel.h>
#endif
#include <linux/types.h>
#include <stdint.h>

#ifndef INT32_MAX
#define INT32_MAX 0x7fffffff
#endif
#ifndef UINT32_MAX
#define UINT32_MAX 0xffffffffu
#endif
#ifndef INT64_C
#define INT64_C(c) c##ll
#endif
#ifndef UINT64_C
#define UINT64_C(c) c##ull
#endif
#ifndef INT64_MAX
#define INT64_MAX INT64_C(0x7fffffffffffffff)
#endif
#ifndef INT64_MIN
#define INT64_MIN (-INT64_MAX - 1)
#endif
#ifndef UINT64_MAX
#define UINT64_MAX UINT64_C(0xffffffffffffffff)
#endif
#ifndef UINTPTR_MAX
#define UINTPTR_MAX 0xffffffffffffffffull /* of use in #if, which U-Boot's are not */
#endif
#ifndef SIZE_MAX
#define SIZE_MAX (~(size_t)0)
#endif

#endif
