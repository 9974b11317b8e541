/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transition.h - what the publisher does to a guest for its user, with the page kept true.
 */
#ifndef PUBLISH_TRANSITION_H
#define PUBLISH_TRANSITION_H

#include "boot/linux/publish/guest.h"

/*
 * Carries a verb out: marks the page, stops the guest, acts, and lets a guest that ran go on. A
 * guest whose snapshot could not be loaded stays paused.
 *
 * argument: a snapshot's name or a URI; null for a verb that has none. Returns 0, or -1 having said
 * why.
 */
int transition_run(struct guest *guest, enum verb verb, const char *argument);

#endif
