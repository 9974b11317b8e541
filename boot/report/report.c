/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.c - the verdict, the report and the short answer.
 */
#include "boot/report/derive.h"
#include "boot/report/text.h"
#include "boot/report/values.h"

static void put_bound(struct text *text, const struct report *report)
{
    int64_t bound_ns;

    if (report_bound(report, &bound_ns)) {
        text_put(text, ", no error bound published");
        return;
    }
    text_put(text,
             report->reading.bound_kind == VMCLOCK_BOUND_MAXIMUM ? ", at most " : ", by estimate ");
    text_put_signed(text, bound_ns);
    text_put(text, " ns off");
}

static void put_time(struct text *text, const struct report *report)
{
    int error = report_error(report);

    if (error) {
        text_put(text, "TAI ");
        value_tai_sec(text, report);
        text_put(text, " s");
    } else {
        value_utc(text, report);
    }
    put_bound(text, report);
    if (report->reading.clock_status == VMCLOCK_CLOCK_STATUS_FREERUNNING)
        text_put(text, ", free-running");
    if (error) {
        text_put(text, "; UTC unknown: ");
        text_put(text, vmclock_error_text(error));
    }
}

static void print_verdict(struct text *text, const struct report *report)
{
    enum report_state state = report_state(report);

    text_put(text, "vmclock: ");
    if (state == REPORT_STATE_OK) {
        put_time(text, report);
    } else {
        text_put(text, report_state_name(state));
        text_put(text, ": ");
        text_put(text, vmclock_error_text(report_error(report)));
    }
    text_end_line(text);
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
