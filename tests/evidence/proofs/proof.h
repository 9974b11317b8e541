/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proof.h - what the proofs share. CBMC reads a source of the tree together with a main that calls it with
 * any input (any_*): nothing is run.
 */
#ifndef VMCLOCK_PROOF_H
#define VMCLOCK_PROOF_H

#include <stdlib.h>
#include <string.h>

/* Generic barriers, a counter of the caller's: CBMC does not know instructions. */
#undef __x86_64__
#undef __i386__

#include <vmclock/error.h>
#include <vmclock/types.h>

/* What has no value may have any. */
#define ANY(type, name) \
    static inline type any_##name(void) \
    { \
        type any; \
        return any; \
    }
ANY(int, int)
ANY(uint8_t, u8)
ANY(uint16_t, u16)
ANY(uint32_t, u32)
ANY(uint64_t, u64)
ANY(int64_t, i64)

#define ASSUME(condition) __CPROVER_assume(condition)
#define PROVE(condition) __CPROVER_assert(condition, #condition)

/* So many bytes of any content, and none beside them. */
static inline uint8_t *proof_exactly(size_t length)
{
    uint8_t *bytes = malloc(length);

    ASSUME(bytes != NULL);
    return bytes;
}

/*
 * The same, where a solver wants an object of a constant size, of most bytes: they lie at its start, or at
 * its end. Who reads before them is caught in the one case, who reads behind them in the other.
 */
static inline uint8_t *proof_bytes(size_t length, size_t most)
{
    uint8_t *bytes = proof_exactly(most);

    ASSUME(length <= most);
    return any_int() ? bytes : bytes + (most - length);
}

#endif
