/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.c - readings on request.
 */
#include "serve.h"

static void answer(struct line *line, struct check *check)
{
    const struct report_sink sink = {line_write, line};

    check_take(check);
    line_write(line, "=", 1);
    report_work_out(&check->report);
    report_print_answer(&check->report, &sink);
}

void serve(struct line *line, struct check *check)
{
    char request;

    /* Else the firmware resets after five minutes. */
    line->system->BootServices->SetWatchdogTimer(0, 0, 0, NULL);
    while ((request = line_read(line)) != 'q')
        if (request == 'r')
            answer(line, check);
}
