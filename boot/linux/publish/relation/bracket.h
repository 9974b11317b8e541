/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bracket.h - the moment at which the counter of a guest that stood still goes on.
 */
#ifndef PUBLISH_BRACKET_H
#define PUBLISH_BRACKET_H

#include "boot/linux/publish/relation/relation.h"
#include "boot/linux/qemu/machine.h"

/*
 * Lets the guest go on. rate: the host counter's. start: the zero, in ticks of the host's, of a
 * counter that begins to count at that moment; its host_ticks_a_tick is left alone.
 *
 * Returns 0, -1 having said why, or 1 when somebody else let it go on or stopped it meanwhile: start
 * means nothing then.
 */
int bracket_start(struct machine *machine, enum host_counter counter, const struct host_rate *rate,
                  struct counter_relation *start);

/*
 * Whether a relation is narrow enough after so long a time of trying: a bracket comes out wide on a
 * busy host. With time there is less and less to ask, after about a second nothing.
 */
bool bracket_good_enough(const struct counter_relation *relation, const struct host_rate *rate,
                         int64_t elapsed_ns);

#endif
