/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counters.h - what is done at once when the kernel tells that a KVM guest's counter was set. Where it does not
 * tell, the looks before updates find it (relation/kvm.c).
 */
#ifndef PUBLISH_COUNTERS_H
#define PUBLISH_COUNTERS_H

#include "boot/linux/publish/publication.h"

/* The least time between two reactions: a guest that sets its counter all the time costs the others no more. */
#define COUNTERS_PAUSE_MS 10

/* Begins to listen, if there are KVM guests, or may be. Says whether the kernel tells. */
void counters_open(struct publication *p);

/* Milliseconds until it may be listened again; 0: now. */
int64_t counters_left_ms(const struct publication *p, int64_t now_ms);

/* Looks at the guests whose counters were set, and refreshes their pages. */
void counters_hear(struct publication *p);

#endif
