/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <vmclock/abi.h>
#include <vmclock/acpi.h>
#include <vmclock/error.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/memory.h"
#include "boot/linux/kvm/page.h"
#include "boot/linux/kvm/ram.h"
#include "boot/linux/kvm/shared.h"

#define PAGE_BYTES 4096u
/* RAM is the greatest mapping, or at least so great where it is in two parts: no cache of a monitor's is. */
#define SURELY_RAM_BYTES (UINT64_C(2) << 30)
/* Of a process that has more it is not known which to look at: a search is bounded. */
#define MAX_RAM 64u
#define MAX_SINGLE 1024u /* each of a program's libraries may have one */

/* What of a process may be of use. */
struct layout {
    struct mapping ram[MAX_RAM], single[MAX_SINGLE];
    unsigned ram_count, single_count;
    uint64_t greatest;
    bool crowded;
};

static uint64_t bytes_of(const struct mapping *mapping)
{
    return mapping->end - mapping->start;
}

static void keep(const struct mapping *mapping, struct mapping *all, unsigned *count, unsigned most,
                 struct layout *layout)
{
    if (*count < most)
        all[(*count)++] = *mapping;
    else
        layout->crowded = true;
}

static void sort_out(void *context, const struct mapping *mapping)
{
    struct layout *layout = context;

    if (!memory_is_guest(mapping))
        return;
    if (bytes_of(mapping) >= MEMORY_RAM_BYTES) {
        keep(mapping, layout->ram, &layout->ram_count, MAX_RAM, layout);
        if (bytes_of(mapping) > layout->greatest)
            layout->greatest = bytes_of(mapping);
    }
    if (bytes_of(mapping) == PAGE_BYTES)
        keep(mapping, layout->single, &layout->single_count, MAX_SINGLE, layout);
}

/* Whether a page begins there, that is at most `most` bytes long; its size then, else 0. */
static uint32_t page_size_at(const struct kvm_page *page, int pagemap_fd, uint64_t at,
                             uint32_t least, uint64_t most)
{
    struct vmclock_page head;

    if (!ram_is_present(pagemap_fd, at) ||
        pread(page->fd, &head, VMCLOCK_PAGE_SIZE_SIGNAL, (off_t)at) != VMCLOCK_PAGE_SIZE_SIGNAL)
        return 0;
    return head.magic.wire == VMCLOCK_PAGE_MAGIC && head.version.wire == VMCLOCK_PAGE_VERSION &&
                   head.size.wire >= least && head.size.wire <= most && at % 8 == 0
               ? head.size.wire
               : 0;
}

/* Where a mapping of the guest's RAM begins with address 0. Returns 0, or 1 and why not. */
static int ask_tables(const struct kvm_page *page, int pagemap_fd, const struct mapping *mapping,
                      struct vmclock_region *region)
{
    struct vmclock_memory memory;
    struct ram ram;
    uint64_t rsdp;
    int error;

    ram_open(&ram, page->fd, pagemap_fd, mapping->start, bytes_of(mapping));
    memory = ram_memory(&ram);
    error = vmclock_acpi_find_rsdp(&memory, &rsdp);
    if (!error)
        error = vmclock_acpi_find(&memory, rsdp, region);
    ram_close(&ram);
    return error ? 1 : 0;
}

/* In the guest's RAM, as Firecracker has it. Returns 0, or 1. told: whether tables name any page. */
static int find_in_ram(const struct layout *layout, int pagemap_fd, uint32_t least,
                       struct kvm_page *page, bool *told)
{
    struct vmclock_region region;

    for (unsigned i = 0; i < layout->ram_count; i++) {
        const struct mapping *mapping = &layout->ram[i];

        if (bytes_of(mapping) < layout->greatest && bytes_of(mapping) < SURELY_RAM_BYTES)
            continue;
        if (ask_tables(page, pagemap_fd, mapping, &region))
            continue;
        *told = true;
        page->phys = region.phys;
        if (region.phys >= bytes_of(mapping) || region.length > bytes_of(mapping) - region.phys)
            continue;
        page->at = mapping->start + region.phys;
        page->size = page_size_at(page, pagemap_fd, page->at, least, region.length);
        if (page->size)
            return 0;
    }
    return 1;
}

/* A mapping of one page, as QEMU's device has it. Returns how many there are. */
static unsigned find_single(const struct layout *layout, int pagemap_fd, uint32_t least,
                            struct kvm_page *page)
{
    unsigned found = 0;

    for (unsigned i = 0; i < layout->single_count; i++) {
        uint64_t at = layout->single[i].start;
        uint32_t size = page_size_at(page, pagemap_fd, at, least, PAGE_BYTES);

        if (!size)
            continue;
        page->at = at;
        page->size = size;
        found++;
    }
    return found;
}

/* Where it is in an open process. As kvm_page_find. */
static int search(const struct layout *layout, int pagemap_fd, uint32_t least,
                  struct kvm_page *page, const char **why)
{
    bool told = false;
    unsigned singles;

    page->phys = 0;
    if (find_in_ram(layout, pagemap_fd, least, page, &told) == 0)
        return 0;
    singles = find_single(layout, pagemap_fd, least, page);
    if (singles == 1 && !layout->crowded)
        return 0;
    *why = singles ? "it has several vmclock pages"
           : layout->crowded
               ? "it has no vmclock page among so many mappings of its process as are looked at"
           : told ? "its tables tell of a vmclock page that is not there"
                  : "it has no vmclock page yet, or none at all";
    return KVM_PAGE_NONE;
}

static int open_pagemap(const struct peer *user, pid_t pid)
{
    char path[64];
    int fd;

    snprintf(path, sizeof(path), "/proc/%ld/pagemap", (long)pid);
    fd = peer_open(user, path);
    return fd < 0 ? failure("permission", "%s: %s", path, strerror(errno)) : fd;
}

int kvm_page_find(const struct peer *user, pid_t pid, uint32_t least, struct kvm_page *page,
                  const char **why)
{
    struct layout *layout = calloc(1, sizeof(*layout));
    int pagemap_fd = -1, found = -1;
    struct mapping mapping;

    *page = (struct kvm_page){.fd = layout ? memory_open_process(user, pid) : -1};
    if (page->fd >= 0 && flock(page->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        failure("control", "another publisher has the page of process %ld", (long)pid);
    else if (page->fd >= 0 && memory_mappings(user, pid, sort_out, layout) == 0)
        pagemap_fd = open_pagemap(user, pid);
    if (pagemap_fd >= 0) {
        found = search(layout, pagemap_fd, least, page, why);
        close(pagemap_fd);
    }
    if (found == 0 && memory_check(user, pid, page->at, page->size, &mapping) < 0)
        found = -1;
    free(layout);
    if (found)
        kvm_page_close(page);
    else
        page->mapped = shared_map(pid, &mapping, page->at, page->size);
    return found;
}

void kvm_page_close(struct kvm_page *page)
{
    if (page->mapped)
        shared_unmap(page->mapped, page->size);
    if (page->fd >= 0)
        close(page->fd);
    page->fd = -1;
    page->mapped = NULL;
}
