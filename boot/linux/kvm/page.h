/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - the vmclock page of a machine monitor that says nothing: found by the guest's firmware tables,
 * or as what QEMU's device is, a mapping of one page by itself.
 */
#ifndef LINUX_KVM_PAGE_H
#define LINUX_KVM_PAGE_H

#include <stdint.h>
#include "boot/linux/common/peer.h"

/* Where it is. */
struct kvm_page {
    int fd;        /* /proc/PID/mem; locked: a page has one publisher */
    void *mapped;  /* the page, where the monitor has it in memory made for sharing; else null */
    uint64_t at;   /* in the process */
    uint64_t phys; /* in the guest; 0: not told */
    uint32_t size; /* as the monitor has it in the page */
};

enum { KVM_PAGE_NONE = 1 };

/*
 * Looks for the page of a process's guest. Bounded; what the guest has in its memory is not believed
 * further than that it is the guest's: the page lies in a mapping that memory_check allows, which is
 * QEMU's for one page, or the guest's RAM, and begins as a vmclock page of at least `least` bytes.
 *
 * user: whose rights count, as for memory_open. why: set where KVM_PAGE_NONE is returned, for people.
 * Returns 0, KVM_PAGE_NONE: there is none yet, or -1 having said why.
 */
int kvm_page_find(const struct peer *user, pid_t pid, uint32_t least, struct kvm_page *page,
                  const char **why);

void kvm_page_close(struct kvm_page *page);

#endif
