/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h - the oracle's records as streams of little-endian integers, whatever the machine.
 */
#ifndef ORACLE_WIRE_H
#define ORACLE_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct wire_in {
    const unsigned char *at;
};

struct wire_out {
    unsigned char *at;
};

static inline uint64_t get(struct wire_in *in, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++) {
        value |= (uint64_t)in->at[i] << (8 * i);
    }
    in->at += bytes;
    return value;
}

static inline uint8_t get_u8(struct wire_in *in)
{
    return (uint8_t)get(in, 1);
}

static inline uint16_t get_u16(struct wire_in *in)
{
    return (uint16_t)get(in, 2);
}

static inline uint32_t get_u32(struct wire_in *in)
{
    return (uint32_t)get(in, 4);
}

static inline uint64_t get_u64(struct wire_in *in)
{
    return get(in, 8);
}

static inline void put(struct wire_out *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        out->at[i] = (unsigned char)(value >> (8 * i));
    }
    out->at += bytes;
}

static inline void put_u8(struct wire_out *out, uint8_t value)
{
    put(out, value, 1);
}

static inline void put_i32(struct wire_out *out, int32_t value)
{
    put(out, (uint32_t)value, 4);
}

static inline void put_i64(struct wire_out *out, int64_t value)
{
    put(out, (uint64_t)value, 8);
}

static inline void put_u64(struct wire_out *out, uint64_t value)
{
    put(out, value, 8);
}

#endif
