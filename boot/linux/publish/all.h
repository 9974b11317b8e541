/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * all.h - the KVM guests of this host as they come and go, by their folders in debugfs.
 */
#ifndef PUBLISH_ALL_H
#define PUBLISH_ALL_H

#include "boot/linux/publish/publication.h"

#define ALL_SCAN_MS 1000    /* where debugfs does not tell of changes */
#define ALL_RESCAN_MS 30000 /* where it does */

/*
 * Opens what tells of changes; the first look begins to watch. Where there is no debugfs, or no KVM in it yet, it is
 * looked for again; that is said once. Returns the descriptor that is readable when something changed, or -1: there
 * is none.
 */
int all_open(struct publication *p);

/* Adds and begins those that are new, and ends those that are no more, if it is time to look. */
void all_scan(struct publication *p, bool changed);

/* Milliseconds until the next look. */
int64_t all_left_ms(const struct publication *p);

/* Frees those that are gone. Not from within a wait. */
void all_sweep(struct publication *p);

#endif
