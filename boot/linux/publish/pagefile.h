/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pagefile.h - the file that a page is in: opened so that no other file is overwritten by mistake.
 */
#ifndef PUBLISH_PAGEFILE_H
#define PUBLISH_PAGEFILE_H

#include "boot/linux/publish/options.h"

/*
 * Opens the guest's file, which has to be a regular one and no symbolic link. Without --offset it is
 * made if it is missing; one that is there has to be empty, of zeros alone, or to begin with a page.
 *
 * length: its bytes as they are. Returns the descriptor, or -1 having said why.
 */
int pagefile_open(const struct guest_options *guest, uint64_t *length);

#endif
