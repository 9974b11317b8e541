/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "boot/linux/kvm/ram.h"

#define PAGE_BYTES 4096u
#define PRESENT (UINT64_C(3) << 62) /* in memory or swapped: pagemap(5) */

struct ram_page {
    uint64_t number;
    uint8_t bytes[PAGE_BYTES];
};

void ram_open(struct ram *ram, int mem_fd, int pagemap_fd, uint64_t at, uint64_t bytes)
{
    *ram = (struct ram){.mem_fd = mem_fd, .pagemap_fd = pagemap_fd, .at = at, .bytes = bytes};
}

bool ram_is_present(int pagemap_fd, uint64_t address)
{
    uint64_t entry;

    return pread(pagemap_fd, &entry, sizeof(entry),
                 (off_t)(address / PAGE_BYTES * sizeof(entry))) == sizeof(entry) &&
           entry & PRESENT;
}

/* The copy of a page, made now if there is none; null: that would be one too many. */
static const struct ram_page *page_of(struct ram *ram, uint64_t number)
{
    struct ram_page *page;

    for (unsigned i = 0; i < ram->count; i++)
        if (ram->pages[i].number == number)
            return &ram->pages[i];
    if (!ram->pages)
        ram->pages = malloc(RAM_MAX_PAGES * sizeof(*ram->pages)); /* touched as it fills */
    if (!ram->pages || ram->count == RAM_MAX_PAGES)
        return NULL;
    page = &ram->pages[ram->count++];
    page->number = number;
    if (!ram_is_present(ram->pagemap_fd, ram->at + number * PAGE_BYTES) ||
        pread(ram->mem_fd, page->bytes, PAGE_BYTES, (off_t)(ram->at + number * PAGE_BYTES)) !=
            PAGE_BYTES)
        memset(page->bytes, 0, PAGE_BYTES);
    return page;
}

static const void *map(void *context, uint64_t phys, size_t length)
{
    struct ram *ram = context;
    uint8_t *bytes;

    if (phys >= ram->bytes || length > ram->bytes - phys ||
        length > (size_t)RAM_MAX_PAGES * PAGE_BYTES)
        return NULL;
    bytes = malloc(length);
    for (size_t done = 0; bytes && done < length;) {
        uint64_t at = phys + done;
        size_t in_page = (size_t)(at % PAGE_BYTES), count = PAGE_BYTES - in_page;
        const struct ram_page *page = page_of(ram, at / PAGE_BYTES);

        if (!page) {
            free(bytes);
            return NULL;
        }
        count = count < length - done ? count : length - done;
        memcpy(bytes + done, page->bytes + in_page, count);
        done += count;
    }
    return bytes;
}

static void unmap(void *context, const void *mapped, size_t length)
{
    (void)context;
    (void)length;
    free((void *)(uintptr_t)mapped);
}

struct vmclock_memory ram_memory(struct ram *ram)
{
    return (struct vmclock_memory){map, unmap, ram};
}

void ram_close(struct ram *ram)
{
    free(ram->pages);
    ram->pages = NULL;
    ram->count = 0;
}
