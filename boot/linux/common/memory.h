/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - the memory of a process that is said to be a guest's QEMU, opened for no more than that.
 */
#ifndef LINUX_MEMORY_H
#define LINUX_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include "boot/linux/common/peer.h"

#define MEMORY_RAM_BYTES (16u << 20) /* private memory of QEMU's that is smaller is no guest's */

/*
 * Opens the memory of the process that made a socket, or of another one. Whoever answers at that
 * socket says which process and which address; so nothing is opened for him that he could not open
 * himself, and nothing but guest memory:
 *
 * - the process's user, real, effective and saved, is the one that made the socket; where root did and
 *   the process was named by our user, it may be any, as long as it is one;
 * - the user who made the socket may read the process's memory by the kernel's rules (ptrace(2));
 * - the bytes lie in one mapping that can be read and written and not run, and is a shared file, or a
 *   page of its own, or of at least MEMORY_RAM_BYTES.
 *
 * pid: the process; 0: the peer. at, size: bytes in its address space. Returns the descriptor, or -1
 * having said why.
 */
int memory_open(const struct peer *peer, pid_t pid, uint64_t at, uint32_t size, bool writable);

/* What is mapped at [start, end) in a process. */
struct mapping {
    uint64_t start, end;
    char rights[5];
    uint64_t offset; /* in its file ... */
    dev_t device;
    unsigned long inode; /* ... if it has one: else 0 */
    bool special;        /* it has a name that is no file's: [heap], [stack] */
};

/* Whether it may be a guest's memory: as said above. */
bool memory_is_guest(const struct mapping *mapping);

/*
 * The same in steps, for who has yet to find out where the page is. Opens the memory of a process, which is
 * of that user; nothing may be written there that memory_check does not allow. Returns the descriptor, or -1
 * having said why.
 */
int memory_open_process(const struct peer *peer, pid_t pid);

/* All mappings, one after the other, by the peer's rights. Returns 0, or -1 having said why. */
int memory_mappings(const struct peer *peer, pid_t pid,
                    void (*visit)(void *context, const struct mapping *mapping), void *context);

/*
 * Whether the bytes are a guest's memory now. mapping: set to what they are in, unless it is null. Returns 0,
 * or -1 having said why.
 */
int memory_check(const struct peer *peer, pid_t pid, uint64_t at, uint32_t size,
                 struct mapping *mapping);

#endif
