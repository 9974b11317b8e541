/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * This host's own counter, for whoever reads the page here: there is nothing to measure.
 */
#include "arch/arch.h"
#include "boot/linux/publish/relation/relation.h"

static int open_own(struct relation *relation, enum guest_arch wanted)
{
    (void)wanted;
    relation->counter = HOST_COUNTER_CPU;
    relation->counter_id = VMCLOCK_ARCH_COUNTER_ID;
    relation->arch_name = "host";
    relation->value = (struct counter_relation){.host_ticks_a_tick = 1};
    return 0;
}

static int measure(struct relation *relation)
{
    (void)relation;
    return 0;
}

extern const struct relation_kind relation_own;
const struct relation_kind relation_own = {
    .accelerator = ACCELERATOR_NONE,
    .open = open_own,
    .measure = measure,
};
