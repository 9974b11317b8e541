/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * questions.h - readings on request over a line of characters: a polled UART, whose answers come quickly
 * enough to be measured with.
 *
 * On 'r' the page is read and '=' sent at once, then report_print_answer's line. On 'q' it ends. What
 * else is received is ignored.
 */
#ifndef VMCLOCK_BOOT_REPORT_QUESTIONS_H
#define VMCLOCK_BOOT_REPORT_QUESTIONS_H

#include "boot/report/report.h"

struct report_line {
    int (*read)(
        void *context); /* a character; or negative, when there is none yet: it is asked again */
    void (*write)(void *context, const char *text, size_t length);
    /* Gets to see each snapshot after its '=', before it is answered from; or null. */
    void (*taken)(void *context, struct report *report);
    void *context;
};

/* What a character asks for. clk: null without a page. Returns 0 when it asks for the end. */
int report_serve_one(const struct report_line *line, int character, struct report *report,
                     const struct vmclock *clk);

/* Serves until 'q'. */
void report_serve(const struct report_line *line, struct report *report, const struct vmclock *clk);

#endif
