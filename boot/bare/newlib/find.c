/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find.c - the page as the machine gives it; alone in its file, so that a program's own takes its place.
 */
#include <vmclock/error.h>
#include <vmclock/newlib.h>
#include "boot/bare/platform.h"

int vmclock_newlib_find(struct vmclock *clk, uint64_t *boot_ticks)
{
    struct vmclock_region region;
    const volatile void *page;
    int error = platform_find(&region);

    *boot_ticks = platform_entry_ticks();
    if (error)
        return error;
    page = platform_map(region.phys, region.length);
    return page ? vmclock_open(clk, page, (size_t)region.length) : VMCLOCK_ERR_MAP;
}
