/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * questions.c - readings on request.
 */
#include "boot/report/questions.h"

int report_serve_one(const struct report_line *line, int character, struct report *report,
                     const struct vmclock *clk)
{
    const struct report_sink sink = {line->write, line->context};

    if (character == 'r') {
        if (clk)
            report_take(report, clk);
        line->write(line->context, "=", 1);
        if (clk && line->taken && (report->have & REPORT_HAVE_SNAPSHOT))
            line->taken(line->context, report);
        if (clk)
            report_work_out(report);
        report_print_answer(report, &sink);
    }
    return character != 'q';
}

void report_serve(const struct report_line *line, struct report *report, const struct vmclock *clk)
{
    while (report_serve_one(line, line->read(line->context), report, clk))
        ;
}
