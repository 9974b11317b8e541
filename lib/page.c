/* SPDX-License-Identifier: BSD-2-Clause */
#include <vmclock/error.h>
#include <vmclock/page.h>
#include <vmclock/types.h>
#include "arch/arch.h"
#include "lib/snapshot.h"
#include "lib/wire.h"

static int page_open(struct vmclock *clk, const volatile void *mapped, size_t mapped_size)
{
    const volatile struct vmclock_page *page = (const volatile struct vmclock_page *)mapped;
    uint32_t size;

    if (!clk || !page)
        return VMCLOCK_ERR_ARGUMENT;
    if ((vmclock_uintptr)page % 8)
        return VMCLOCK_ERR_MISALIGNED;
    if (mapped_size < VMCLOCK_PAGE_SIZE_SIGNAL)
        return VMCLOCK_ERR_SIZE;
    if (WIRE_LE32(page->magic.wire) != VMCLOCK_PAGE_MAGIC)
        return VMCLOCK_ERR_MAGIC;
    if (WIRE_LE16(page->version.wire) != VMCLOCK_PAGE_VERSION)
        return VMCLOCK_ERR_VERSION;
    size = WIRE_LE32(page->size.wire);
    if (size < VMCLOCK_PAGE_SIZE_SIGNAL || size > mapped_size)
        return VMCLOCK_ERR_SIZE;
    clk->max_tries = VMCLOCK_MAX_TRIES_DEFAULT;
    clk->max_age_sec = 0;
    clk->page = page;
    clk->size = size;
    clk->covered = (uint16_t)snapshot_covered(size);
    return 0;
}

int vmclock_open(struct vmclock *clk, const volatile void *page, size_t mapped_size)
{
    int error = page_open(clk, page, mapped_size);

    if (error)
        return error;
    clk->counter.read = NULL;
    clk->counter.context = NULL;
    clk->counter.counter_id = VMCLOCK_ARCH_COUNTER_ID;
    clk->counter_order = vmclock_arch_counter_order();
    return 0;
}

int vmclock_open_with_counter(struct vmclock *clk, const volatile void *page, size_t mapped_size,
                              const struct vmclock_counter *counter)
{
    int error;

    if (!counter || !counter->read)
        return VMCLOCK_ERR_ARGUMENT;
    error = page_open(clk, page, mapped_size);
    if (error)
        return error;
    clk->counter.read = counter->read;
    clk->counter.context = counter->context;
    clk->counter.counter_id = counter->counter_id;
    clk->counter_order = 0;
    return 0;
}

int vmclock_take_snapshot(const struct vmclock *clk, struct vmclock_snapshot *snapshot)
{
    return snapshot_take(clk, snapshot);
}
