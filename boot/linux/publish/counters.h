/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counters.h - what is done at once when the kernel tells that a KVM guest's counter was set. Where it does not
 * tell, the looks before updates find it (relation/kvm.c).
 */
#ifndef PUBLISH_COUNTERS_H
#define PUBLISH_COUNTERS_H

#include "boot/linux/publish/publication.h"

/* The least time behind a reaction: a guest that sets its counter all the time costs the others no more. */
#define COUNTERS_PAUSE_MS 10

/*
 * There is to be a KVM guest: begins to listen, if that was not yet possible; before the first there may be no KVM.
 * Says if the kernel does not tell.
 */
void counters_open(struct publication *p);

/* Milliseconds until it may be listened again; 0: now. */
int64_t counters_left_ms(const struct publication *p, int64_t now_ms);

/* Becomes readable with news; -1 while it may not be listened, or nothing tells. */
int counters_fd(const struct publication *p, int64_t now_ms);

/* Before an update: begins anew from time to time, as CPUs come and go, all but one where the host sleeps. */
void counters_renew(struct publication *p);

/*
 * If it may be listened: looks at the guests whose counters were set, and refreshes their pages. told: there is news.
 */
void counters_hear(struct publication *p, bool told);

#endif
