/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - what date and watch have in common: from the words that they are started with to a page
 * that is open, the report of it, and the line that questions come by.
 */
#ifndef VMCLOCK_BOOT_BARE_IMAGE_H
#define VMCLOCK_BOOT_BARE_IMAGE_H

#include "boot/bare/words.h"
#include "boot/report/questions.h"
#include "boot/report/report.h"

struct image {
    struct words words;
    struct report report; /* of the first reading */
    struct vmclock clk;   /* by image_clock() */
    int error;            /* why it is not */
};

/* Finds, opens and reads the page. A wrong word ends the machine, with a message. newlib's clocks go by
 * the same page. */
void image_start(struct image *image);

/* The opened page, or null. */
const struct vmclock *image_clock(const struct image *image);

extern const struct report_sink image_console;
extern const struct report_line image_line;

#endif
