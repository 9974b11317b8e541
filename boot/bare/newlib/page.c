/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - the page, and what it is read by.
 */
#include <errno.h>
#include <vmclock/calibrate.h>
#include <vmclock/error.h>
#include <vmclock/newlib.h>
#include "boot/bare/newlib/atomic.h"
#include "boot/bare/newlib/now.h"
#include "lib/clock.h"

static struct vmclock found;       /* what vmclock_newlib_find opened */
static const struct vmclock *used; /* null: there is no page */
static int page_error;             /* why */
static uint64_t boot_ticks;        /* the counter's value that counts as boot; of the first start */
static uint32_t setups;  /* so many times started; 0: not yet. Says that the rest is there */
static uint32_t finding; /* a lock */
static const struct vmclock_snapshot *calibrated; /* null: by the page's own clock */
static int last_error;

static void start(const struct vmclock *clk, int error, uint64_t began_ticks)
{
    used = clk;
    page_error = error;
    if (!setups)
        boot_ticks = began_ticks;
    ATOMIC_STORE(setups, setups + 1);
}

void vmclock_newlib_init(const struct vmclock *clk, uint64_t began_ticks)
{
    start(clk, clk ? 0 : VMCLOCK_ERR_NO_DEVICE, began_ticks);
}

void vmclock_newlib_calibrate(const struct vmclock_snapshot *by)
{
    ATOMIC_STORE(calibrated, by);
}

static int find_first(void)
{
    if (!lock_try(&finding))
        return VMCLOCK_ERR_BUSY;
    if (!setups) {
        uint64_t began_ticks;
        int error = vmclock_newlib_find(&found, &began_ticks);

        start(error ? NULL : &found, error, began_ticks);
    }
    lock_release(&finding);
    return 0;
}

int now_setup(struct now_setup *setup)
{
    int error = ATOMIC_LOAD(setups) ? 0 : find_first();

    if (error)
        return error;
    setup->clk = used;
    setup->error = page_error;
    setup->calibrated = ATOMIC_LOAD(calibrated);
    setup->boot_ticks = boot_ticks;
    setup->number = setups;
    setup->tries = used ? used->max_tries : VMCLOCK_MAX_TRIES_DEFAULT;
    return 0;
}

int now_read_page(const struct now_setup *setup, struct now_page *page)
{
    struct vmclock clk;
    int error = setup->error;

    if (error)
        return error;
    clk = *setup->clk;
    clk.max_tries = setup->tries;
    if (setup->calibrated)
        error = vmclock_take_calibrated(&clk, setup->calibrated, &page->snapshot);
    if (!setup->calibrated || error == VMCLOCK_ERR_DISRUPTED) {
        const int unread = vmclock_take_snapshot(&clk, &page->snapshot);

        error = unread ? unread : error;
    }
    return error ? error
                 : vmclock_at_limited(&page->snapshot, page->snapshot.counter, clk.max_age_sec,
                                      &page->reading);
}

int vmclock_newlib_error(void)
{
    return ATOMIC_LOAD(last_error);
}

int now_number(int error)
{
    ATOMIC_STORE(last_error, error);
    return vmclock_newlib_errno(error);
}

int now_end(int error)
{
    const int number = now_number(error);

    if (!number)
        return 0;
    errno = number;
    return -1;
}
