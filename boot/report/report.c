/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - the verdict, the report and the short answer.
 */
#include "boot/report/derive.h"
#include "boot/report/text.h"
#include "boot/report/values.h"

static void print_verdict(struct text *text, const struct report *report)
{
    enum report_state state = report_state(report);
    char line[VMCLOCK_TEXT_LINE_SIZE];

    text_put(text, "vmclock: ");
    if (state == REPORT_STATE_OK) {
        (void)vmclock_text_reading(&report->utc, line, sizeof(line));
        text_put(text, line);
    } else {
        text_put(text, report_state_name(state));
        text_put(text, ": ");
        text_put(text, vmclock_error_text(report_error(report)));
    }
    text_end_line(text);
}

void report_print_verdict(const struct report *report, const struct report_sink *sink)
{
    struct text text;

    text_init(&text, sink);
    print_verdict(&text, report);
}

void report_print(const struct report *report, const struct report_sink *sink)
{
    struct text text;

    text_init(&text, sink);
    print_verdict(&text, report);
    text_put(&text, "vmclock.format=1");
    text_end_line(&text);
#define KEY(name) \
    text_put(&text, #name "="); \
    value_##name(&text, report); \
    text_end_line(&text);
#include "boot/report/keys.def"
#undef KEY
    text_end_line(&text);
}

void report_print_answer(const struct report *report, const struct report_sink *sink)
{
    struct text text;

    text_init(&text, sink);
    value_state(&text, report);
    text_put_char(&text, ' ');
    value_earliest_ns(&text, report);
    text_put_char(&text, ' ');
    value_latest_ns(&text, report);
    text_put_char(&text, ' ');
    value_counter_now(&text, report);
    text_end_line(&text);
}
