/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search.h - KVM guests that lack something: who is tried next, so that all of them together cost no more than is
 * said here, however many they are. Whoever came last goes first: his page is the likeliest to be there.
 */
#ifndef PUBLISH_SEARCH_H
#define PUBLISH_SEARCH_H

#include "boot/linux/publish/publication.h"

/* Of a guest the first try is at once. Then, of all together: */
#define SEARCH_EAGER_A_SEC 40 /* in each guest's first 30 s */
#define SEARCH_LATE_A_SEC 10  /* behind these */

/* Whether a guest is one that is tried again here. */
bool search_has(const struct guest *guest);

/* Milliseconds until it may be tried, if none is before that. 0: now. */
int64_t search_left_ms(const struct publication *p, const struct guest *guest, int64_t now_ms);

/* Tries one guest, if it is time for any. */
void search_next(struct publication *p);

#endif
