/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ram.h - a guest's RAM as its monitor has it, looked at while the guest runs.
 *
 * Each page is copied once, when it is first asked for: a guest that changes its memory meanwhile is seen
 * in one state. What is not present is not touched, as that would make it present, and reads as zeros.
 */
#ifndef LINUX_KVM_RAM_H
#define LINUX_KVM_RAM_H

#include <stdbool.h>
#include <stdint.h>
#include <vmclock/region.h>

#define RAM_MAX_PAGES 512u /* that are looked at: firmware tables take some dozens */

struct ram {
    int mem_fd, pagemap_fd; /* of /proc/PID/ */
    uint64_t at,
        bytes; /* where the process has the guest's physical address 0, and how much of it */
    unsigned count;
    struct ram_page *pages; /* that were copied */
};

/* The guest's memory from address 0 on. Nothing is read yet, and nothing to be closed but by ram_close. */
void ram_open(struct ram *ram, int mem_fd, int pagemap_fd, uint64_t at, uint64_t bytes);

/* Whether an address in the process has memory behind it. */
bool ram_is_present(int pagemap_fd, uint64_t address);

/* For the drivers: context is the ram. */
struct vmclock_memory ram_memory(struct ram *ram);

/* Forgets the copies. */
void ram_close(struct ram *ram);

#endif
