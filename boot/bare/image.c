/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.c - from the words that an image is started with to the first reading.
 */
#include <vmclock/newlib.h>
#include "boot/bare/image.h"
#include "boot/bare/platform.h"

/* Of the first reading, which waits for nothing: not for the words, not for a page in update. */
#define FIRST_TRIES 100u

/*
 * A machine without firmware can be quicker than the publisher that starts it, which may need more than a second.
 * The twenty million readings of --tries' default take some five in QEMU without acceleration.
 */
#define INITIALIZING_READINGS_A_TRY 20u

static int read_line(void *context)
{
    (void)context;
    return platform_serial_read();
}

const struct report_sink image_console = {platform_console_write, NULL};
const struct report_line image_line = {read_line, platform_serial_write, NULL, NULL};

static const struct image *newlibs; /* whose page newlib uses */

int vmclock_newlib_find(struct vmclock *clk, uint64_t *boot_ticks)
{
    *clk = newlibs->clk;
    *boot_ticks = platform_entry_ticks();
    return newlibs->error;
}

static int open_page(struct image *image, struct vmclock_region *region)
{
    const volatile void *page;
    int error = platform_find(region);

    if (error)
        return error;
    page = platform_map(region->phys, region->length);
    error = page ? vmclock_open(&image->clk, page, (size_t)region->length) : VMCLOCK_ERR_MAP;
    image->clk.max_tries = FIRST_TRIES;
    return error;
}

static void read_page(struct report *report, const struct vmclock *clk)
{
    uint64_t left = (uint64_t)clk->max_tries * INITIALIZING_READINGS_A_TRY;

    do
        report_read(report, clk);
    while (report->error == VMCLOCK_ERR_UNSYNCHRONISED &&
           report->snapshot.clock_status == VMCLOCK_CLOCK_STATUS_INITIALIZING && --left);
}

void image_start(struct image *image)
{
    struct vmclock_region region = {.length = 0};

    image->error = open_page(image, &region);
    newlibs = image;
    report_init(&image->report, image->error);
    if (!image->error)
        report_read(&image->report, &image->clk);
    if (words_parse(platform_arguments(), &image->words))
        platform_exit(PLATFORM_CODE_USAGE);
    image->clk.max_tries = image->words.max_tries;
    if (!image->error && image->report.error)
        read_page(&image->report, &image->clk);
    if (region.length) {
        image->report.region = region;
        image->report.have |= REPORT_HAVE_REGION;
    }
}

const struct vmclock *image_clock(const struct image *image)
{
    return image->error ? NULL : &image->clk;
}
