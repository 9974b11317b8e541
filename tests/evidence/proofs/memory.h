/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - physical memory of any content, which changes from mapping to mapping. What is longer than
 * proof_longest(phys), of which none is above PROOF_MOST, cannot be mapped. Nothing above PROOF_ASKED, if that
 * is defined, is asked for. See proof_bytes.
 */
#ifndef VMCLOCK_PROOF_MEMORY_H
#define VMCLOCK_PROOF_MEMORY_H

#include <vmclock/region.h>
#include "proof.h"

static size_t proof_longest(uint64_t phys);

static uint8_t *proof_object, *proof_mapped;
static size_t proof_mapped_length;

static const void *proof_map(void *context, uint64_t phys, size_t length)
{
    (void)context;
    PROVE(length != 0);
#ifdef PROOF_ASKED
    PROVE(length <= PROOF_ASKED);
#endif
    PROVE(phys <= UINT64_MAX - length);
    PROVE(proof_mapped == NULL); /* at most one mapping at a time */
    if (length > proof_longest(phys) || any_int())
        return NULL;
    proof_object = proof_exactly(PROOF_MOST);
    proof_mapped = any_int() ? proof_object : proof_object + (PROOF_MOST - length);
    proof_mapped_length = length;
    return proof_mapped;
}

static void proof_unmap(void *context, const void *mapped, size_t length)
{
    (void)context;
    PROVE(mapped == proof_mapped);
    PROVE(length == proof_mapped_length);
    free(proof_object);
    proof_mapped = NULL;
}

static const struct vmclock_memory proof_memory = {proof_map, proof_unmap, NULL};

#endif
