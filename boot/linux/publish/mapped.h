/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapped.h - bytes of a mapped file, which its owner may shorten and whose holes may find no room: to
 * touch those raises SIGBUS. Here that is an error, and no end.
 */
#ifndef LINUX_MAPPED_H
#define LINUX_MAPPED_H

#include <stdint.h>

/* Before all others: takes SIGBUS for this process. Of other causes it ends as ever. */
void mapped_open(void);

/*
 * For vmclock_publish_open_memory; context is where the page is mapped, 8-byte aligned. Aligned words
 * are written in one piece. Return 0, or 1 when the bytes are not there: some may have been copied.
 */
int mapped_read(void *context, uint32_t offset, void *bytes, uint32_t length);
int mapped_write(void *context, uint32_t offset, const void *bytes, uint32_t length);

#endif
