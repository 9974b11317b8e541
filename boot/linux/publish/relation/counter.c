/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/publish/relation/relation.h"

__extension__ typedef unsigned __int128 uint128;

uint64_t relation_guest_ticks(const struct counter_relation *relation, uint64_t host_ticks)
{
    uint64_t zero = relation->zero_earliest_ticks +
                    (relation->zero_latest_ticks - relation->zero_earliest_ticks) / 2;

    if (relation->ratio)
        host_ticks = (uint64_t)((uint128)host_ticks * relation->ratio >> relation->frac_bits);
    return (host_ticks - zero) / relation->host_ticks_a_tick;
}

uint64_t relation_tick_ceil(const struct counter_relation *relation)
{
    uint128 one = (uint128)relation->host_ticks_a_tick << relation->frac_bits;

    return relation->ratio ? (uint64_t)((one + relation->ratio - 1) / relation->ratio)
                           : relation->host_ticks_a_tick;
}
