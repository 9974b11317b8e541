/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image that takes all the memory there is, writes to every 64 bytes of it, and then looks whether what
 * is not its own is as it was: the firmware's tables as far as they lead to the page, the page, its stack.
 * It says "memory 0xFIRST 0xEND", which is what it was given, and ends with the number of what is wrong.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "boot/bare/platform.h"
#include "text.h"

#define LARGEST_BYTES ((size_t)1 << 24)
#define PAGE_BYTES 4096
#define STACK_WORDS 64
#define STEP_WORDS (64 / sizeof(uintptr_t)) /* less than any table has */
#define AGAIN_BYTES ((size_t)1 << 20)

enum wrong { NOTHING, NO_PAGE, NOT_ENOMEM, A_BLOCK, TABLES, THE_PAGE, THE_STACK, NOT_AGAIN };

struct block {
    struct block *last;
    size_t bytes;
};

static char page_before[PAGE_BYTES];
static struct block *blocks;
static uintptr_t first = UINTPTR_MAX, end;

static void take(struct block *block, size_t bytes)
{
    volatile uintptr_t *words = (volatile uintptr_t *)block;

    for (size_t i = 0; i < bytes / sizeof(*words); i += STEP_WORDS)
        words[i] = ~(uintptr_t)&words[i];
    block->last = blocks;
    block->bytes = bytes;
    blocks = block;
    if ((uintptr_t)block < first)
        first = (uintptr_t)block;
    if ((uintptr_t)block + bytes > end)
        end = (uintptr_t)block + bytes;
}

/* Down to the smallest pieces. Returns errno of the last refusal. */
static int take_all(void)
{
    int error = 0;

    for (size_t bytes = LARGEST_BYTES; bytes >= sizeof(struct block); bytes /= 2) {
        struct block *block;

        errno = 0;
        while ((block = malloc(bytes)) != NULL)
            take(block, bytes);
        error = errno;
    }
    return error;
}

/* Whether each word is as it was written; gives all back. */
static int give_back(void)
{
    int good = 1;

    while (blocks) {
        struct block *block = blocks;
        volatile uintptr_t *words = (volatile uintptr_t *)block;

        for (size_t i = STEP_WORDS; i < block->bytes / sizeof(*words); i += STEP_WORDS)
            good &= words[i] == ~(uintptr_t)&words[i];
        blocks = block->last;
        free(block);
    }
    return good;
}

static void say(void)
{
    const struct report_sink console = {platform_console_write, 0};
    struct text text;

    text_init(&text, &console);
    text_put(&text, "memory ");
    text_put_hex(&text, first);
    text_put(&text, " ");
    text_put_hex(&text, end);
    text_end_line(&text);
}

static int same_tables(const struct vmclock_region *region)
{
    struct vmclock_region again;

    memset(&again, 0, sizeof(again));
    return !platform_find(&again) && again.phys == region->phys && again.length == region->length &&
           again.origin_phys == region->origin_phys && again.origin_offset == region->origin_offset;
}

static int look_at_memory(const struct vmclock_region *region, const volatile void *page)
{
    volatile uintptr_t stack[STACK_WORDS];
    int error;

    for (unsigned i = 0; i < STACK_WORDS; i++)
        stack[i] = ~(uintptr_t)&stack[i];
    error = take_all();
    say();
    if (error != ENOMEM)
        return NOT_ENOMEM;
    if (!same_tables(region))
        return TABLES;
    if (memcmp(page_before, (const void *)(uintptr_t)page, PAGE_BYTES) != 0)
        return THE_PAGE;
    for (unsigned i = 0; i < STACK_WORDS; i++)
        if (stack[i] != ~(uintptr_t)&stack[i])
            return THE_STACK;
    if (!give_back())
        return A_BLOCK;
    return malloc(AGAIN_BYTES) ? NOTHING : NOT_AGAIN;
}

int main(void)
{
    struct vmclock_region region;
    const volatile void *page;

    if (platform_find(&region) || region.length < PAGE_BYTES)
        return NO_PAGE;
    page = platform_map(region.phys, region.length);
    if (!page)
        return NO_PAGE;
    memcpy(page_before, (const void *)(uintptr_t)page, PAGE_BYTES);
    return look_at_memory(&region, page);
}
