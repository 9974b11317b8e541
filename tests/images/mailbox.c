/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image that answers questions for the time through a word of RAM, within a microsecond, for a
 * host that shares the machine's RAM. It says "mailbox 0x..." on the console, the physical address of
 * the mailbox, and then looks at nothing else.
 *
 * The host writes question.max_age_sec, then another question.number. answer.taken is the same when the
 * page and the counter have been read, which is where the asker's doubt about that moment ends; the
 * answer is whole when answer.number is the same. It is made of one snapshot and of the one before it.
 */
#include <stdint.h>
#include "arch/arch.h"
#include "derive.h"
#include "platform.h"
#include "text.h"

/* Some 10 ms: whoever asks can ask again. */
#define MAX_TRIES 10000u

#define MAILBOX_MAGIC UINT64_C(0x6b636f6c636d7678)

/* Fields in this order, 8 bytes each; little-endian as the machines are. */
struct mailbox {
    uint64_t magic;
    struct {
        uint64_t number;
        uint64_t max_age_sec; /* 0: no limit */
    } question;
    struct {
        uint64_t taken;
        uint64_t number;
        uint64_t state;      /* enum report_state's verdict code */
        int64_t error;       /* VMCLOCK_ERR_*; STALE where the limit is exceeded */
        int64_t earliest_ns; /* POSIX count of UTC; 0 unless ok */
        int64_t latest_ns;
        uint64_t disrupted; /* 1: the marker is not that of the answer before */
        uint64_t disruption_marker;
        uint64_t seq;
        int64_t age_ms; /* -1 unless ok */
        uint64_t counter;
    } answer;
};

static volatile struct mailbox mailbox __attribute__((aligned(4096)));
static struct vmclock_guard guard;
static int guarded;

/* number: the question's, which is marked as taken. */
static void answer(struct vmclock *clk, int found, uint64_t number)
{
    struct vmclock_guard_answer change = {.disrupted = 0};
    struct vmclock_reading reading;
    struct report report;
    static const struct vmclock_snapshot nothing;
    const struct vmclock_snapshot *seen = &nothing;
    int64_t earliest_ns = 0, latest_ns = 0, age_ms = -1;

    clk->max_age_sec = mailbox.question.max_age_sec;
    report_init(&report, found);
    if (!found)
        report_take(&report, clk);
    vmclock_arch_full_barrier();
    mailbox.answer.taken = number;
    if (!found)
        report_work_out(&report);
    if (report.have & REPORT_HAVE_SNAPSHOT) {
        seen = &report.snapshot;
        if (guarded)
            vmclock_guard_compare(&guard, &report.snapshot, &change);
        vmclock_guard_from(&report.snapshot, &guard);
        guarded = 1;
    }
    if (report_state(&report) == REPORT_STATE_OK &&
        (report_interval(&report, &earliest_ns, &latest_ns) || report_age(&report, &age_ms)))
        earliest_ns = latest_ns = 0;
    mailbox.answer.state = report_state_code(report_state(&report));
    mailbox.answer.error = report_error(&report);
    /* The caller's age limit is vmclock_now's. */
    if (!report_error(&report) && clk->max_age_sec)
        mailbox.answer.error = vmclock_now(clk, &reading);
    mailbox.answer.earliest_ns = earliest_ns;
    mailbox.answer.latest_ns = latest_ns;
    mailbox.answer.disrupted = change.disrupted;
    mailbox.answer.disruption_marker = seen->disruption_marker;
    mailbox.answer.seq = seen->seq;
    mailbox.answer.age_ms = age_ms;
    mailbox.answer.counter = seen->counter;
}

static void say_where(void)
{
    const struct report_sink console = {platform_console_write, 0};
    struct text text;

    text_init(&text, &console);
    text_put(&text, "mailbox ");
    text_put_hex(&text, (uintptr_t)&mailbox);
    text_end_line(&text);
}

int main(void)
{
    struct vmclock_region region;
    struct vmclock clk;
    int found = platform_find(&region);
    uint64_t number = 0;

    if (!found) {
        const volatile void *page = platform_map(region.phys, region.length);

        found = page ? vmclock_open(&clk, page, (size_t)region.length) : VMCLOCK_ERR_MAP;
    }
    if (!found)
        clk.max_tries = MAX_TRIES;
    mailbox.magic = MAILBOX_MAGIC;
    say_where();
    for (;;) {
        while (mailbox.question.number == number)
            vmclock_arch_pause();
        number = mailbox.question.number;
        vmclock_arch_full_barrier();
        answer(&clk, found, number);
        vmclock_arch_full_barrier();
        mailbox.answer.number = number;
    }
}
