/* SPDX-License-Identifier: BSD-2-Clause */
/* stdint.h - almost empty: the types are in linux/types.h. */
#define UINT8_MAX 0xff
