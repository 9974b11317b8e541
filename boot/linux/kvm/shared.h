/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared.h - guest memory that its monitor has made for sharing: we can have it, too, and write it without a call
 * of the kernel.
 */
#ifndef LINUX_KVM_SHARED_H
#define LINUX_KVM_SHARED_H

#include <stdint.h>
#include <sys/types.h>
#include "boot/linux/common/memory.h"

/*
 * Maps a page that a process has in a memfd or in a file of /dev/shm: the very same memory, which it stays when the
 * process runs another program or has something else there later. What of it is of use is there, not more.
 *
 * mapping: the process's, of memory_check. at, size: the page, in the process. Returns where it is here, or null: it
 * lies in other memory, or we may not have it. That takes CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN.
 */
void *shared_map(pid_t pid, const struct mapping *mapping, uint64_t at, uint32_t size);

/* size: the same. */
void shared_unmap(void *page, uint32_t size);

#endif
