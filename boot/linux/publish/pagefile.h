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

/* The name of the failure that errno tells of a file. */
const char *pagefile_failure(int error);

/*
 * Has a hole in the file filled: whoever touched it first, we or the guest, could find no room any
 * more. Returns 0, also where the file system cannot say, or -1 with errno set.
 */
int pagefile_allocate(const struct guest_options *guest, int fd);

/*
 * The page in the guest's file, opened, made long enough, locked and mapped with what follows in its last
 * frame. kept_fd: holds the lock. Returns null having said why.
 */
void *pagefile_map(const struct guest_options *guest, int *kept_fd);

#endif
