/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * region.h - what a region is at any time of its making.
 */
#ifndef VMCLOCK_PROOF_REGION_H
#define VMCLOCK_PROOF_REGION_H

#include <vmclock/region.h>
#include "proof.h"

static inline struct vmclock_region any_region(void)
{
    struct vmclock_region any;

    return any;
}

static inline int proof_is_region(const struct vmclock_region *region)
{
    return (region->length == 0 || region->phys <= UINT64_MAX - region->length) &&
           (region->interrupt_cells == 0 || region->interrupt_cells == 2);
}

#endif
