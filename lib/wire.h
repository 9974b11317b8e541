/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h - the byte order of the page, which is little-endian, to the CPU's and back.
 */
#ifndef VMCLOCK_LIB_WIRE_H
#define VMCLOCK_LIB_WIRE_H

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WIRE_LE16(value) __builtin_bswap16(value)
#define WIRE_LE32(value) __builtin_bswap32(value)
#define WIRE_LE64(value) __builtin_bswap64(value)
#else
#define WIRE_LE16(value) (value)
#define WIRE_LE32(value) (value)
#define WIRE_LE64(value) (value)
#endif

#endif
