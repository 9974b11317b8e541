/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.c - readings on request.
 */
#include "questions.h"
#include "serve.h"

static int read_line(void *context)
{
    return (unsigned char)line_read(context);
}

void serve(struct line *line, struct check *check)
{
    const struct report_line questions = {read_line, line_write, NULL, line};

    /* Else the firmware resets after five minutes. */
    line->system->BootServices->SetWatchdogTimer(0, 0, 0, NULL);
    report_serve(&questions, &check->report, check->opened ? &check->clk : NULL);
}
