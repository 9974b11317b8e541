/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - the page, and a reader of it.
 */
#include <errno.h>
#include <vmclock/calibrate.h>
#include <vmclock/error.h>
#include <vmclock/newlib.h>
#include "boot/bare/newlib/now.h"

static struct vmclock found;         /* what vmclock_newlib_find opened */
static const struct vmclock *used;   /* null: there is no page */
static int page_error;               /* why */
static struct vmclock_reader reader; /* of used */
static struct vmclock_leap leap;     /* of reader.snapshot */
static uint64_t leap_counter;        /* the counter and the sequence count of that; ... */
static uint32_t leap_seq;
static uint8_t leap_known; /* ... none yet */
static int last_error;

static uint32_t setups;     /* so many times started; 0: not yet */
static uint64_t boot_ticks; /* the counter's value that counts as boot; of the first start */

static void start(const struct vmclock *clk, int error, uint64_t began_ticks)
{
    used = clk;
    page_error = error;
    leap_known = 0;
    if (clk)
        vmclock_reader_init(&reader, clk);
    if (!setups)
        boot_ticks = began_ticks;
    setups++;
}

void vmclock_newlib_init(const struct vmclock *clk, uint64_t began_ticks)
{
    start(clk, VMCLOCK_ERR_NO_DEVICE, began_ticks);
}

static const struct vmclock_snapshot *calibrated; /* null: by the page's own clock */

void vmclock_newlib_calibrate(const struct vmclock_snapshot *by)
{
    calibrated = by;
    leap_known = 0;
    if (used)
        vmclock_reader_init(&reader, used); /* what it keeps of the page is overwritten here */
}

/* On failure, too, with the page in the reader's snapshot, or BUSY or CHANGED. */
static int read_calibrated(void)
{
    const int error = vmclock_calibrated_now(used, calibrated, &reader.reading);
    int unread = 0;

    if (!error)
        reader.snapshot = *calibrated;
    else
        unread = vmclock_take_snapshot(used, &reader.snapshot);
    return unread ? unread : error;
}

int now_setup(const struct vmclock **clk, const struct vmclock_snapshot **by, uint32_t *setup)
{
    if (!setups) {
        uint64_t began_ticks;
        int error = vmclock_newlib_find(&found, &began_ticks);

        start(error ? NULL : &found, error, began_ticks);
    }
    *clk = used;
    *by = calibrated;
    *setup = setups;
    return used ? 0 : page_error;
}

int now_read_page(struct now_page *page)
{
    const struct vmclock_snapshot *by;
    const struct vmclock *clk;
    uint32_t setup;
    int error = now_setup(&clk, &by, &setup);

    if (!error)
        error = by ? read_calibrated() : vmclock_reader_now(&reader);
    page->clk = clk;
    page->reader = &reader;
    page->boot_ticks = boot_ticks;
    return error;
}

int now_read(const struct vmclock_reader **read, const struct vmclock_leap **rule)
{
    struct now_page page;
    int error = now_read_page(&page);

    if (!error && (!leap_known || leap_counter != reader.snapshot.counter ||
                   leap_seq != reader.snapshot.seq)) {
        error = vmclock_leap_rule(&reader.snapshot, &leap);
        leap_known = !error;
        leap_counter = reader.snapshot.counter;
        leap_seq = reader.snapshot.seq;
    }
    if (error)
        return error;
    *read = &reader;
    *rule = &leap;
    return 0;
}

int vmclock_newlib_error(void)
{
    return last_error;
}

int now_end(int error)
{
    last_error = error;
    if (!error)
        return 0;
    errno = vmclock_newlib_errno(error);
    return -1;
}
