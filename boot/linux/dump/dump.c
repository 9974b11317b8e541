/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmclock-dump: what a vmclock page says, and what is wrong with it.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/option.h"
#include "boot/linux/dump/output.h"
#include "boot/linux/dump/source.h"
#include "boot/report/derive.h"

#define EXIT_NO_LOOK 1
#define EXIT_NOT_OK 3
#define LINT_MS 1500 /* publishers refresh at least once a second */
#define BUSY_MS 250  /* one that lost its CPU in an update gets it back sooner */

static const char help[] =
    "usage: vmclock-dump [PAGE] [options]\n"
    "\n"
    "Prints what a vmclock page says: a verdict and key=value lines.\n"
    "\n"
    "  PAGE                  a file that holds the page, or a device (default " SOURCE_DEVICE ")\n"
    "  --offset N            the page begins N bytes into it, a multiple of 8\n"
    "  --qmp SOCKET          the page of the QEMU at this QMP socket: its -device vmclock\n"
    "  --phys ADDR           with --qmp: the page at this physical address of the guest\n"
    "  --pid N               with --qmp: QEMU's process, where another one made the socket\n"
    "  --now                 tell the time now, by this CPU's counter (default for a device)\n"
    "  --reference           tell the time at the page's reference point (default for all else,\n"
    "                        as another machine's counter cannot be read from here)\n"
    "  --watch               a line at each update, until interrupted\n"
    "  --lint                name what is wrong or unusual, in the page and from one update to "
    "the\n"
    "                        next, or that nobody updates it; looks for 1.5 s\n"
    "  --json                the report as JSON; with --lint and what was found; with --watch an\n"
    "                        object a line\n"
    "  --interval-ms N       look every N ms, 1 to 1000 (default 5)\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 state=ok, or with --lint nothing wrong; 1 there is no page to look at, or "
    "nowhere "
    "to\n"
    "say it, by name; 2 wrong usage; 3 another state, or something wrong. With --watch 0 when "
    "interrupted.\n";

struct dump {
    struct source_options page;
    bool watch, lint, json;
    uint32_t interval_ms;
    struct source source;
    struct findings findings;
    struct lint_sink sink;
    struct report report; /* of the last look */
    struct vmclock_snapshot before;
    bool has_before;
    int64_t updated_ms;  /* when the page was seen first as it is */
    int64_t not_busy_ms; /* when the page was seen last that is in no update; or at first */
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

/* The mapped file lost the bytes that are looked at, or they are a hole for which there is no room. */
static void on_bus_error(int number)
{
    static const char text[] =
        "vmclock-dump: error: file: its bytes are gone: it became shorter, or "
        "no room is left for them\n";

    (void)number;
    (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    _exit(EXIT_NO_LOOK);
}

static void parse(int argc, char **argv, struct dump *d)
{
    static const struct option options[] = {
        {"offset", required_argument, NULL, 'o'},
        {"qmp", required_argument, NULL, 'q'},
        {"phys", required_argument, NULL, 'p'},
        {"pid", required_argument, NULL, 'i'},
        {"now", no_argument, NULL, 'n'},
        {"reference", no_argument, NULL, 'r'},
        {"watch", no_argument, NULL, 'w'},
        {"lint", no_argument, NULL, 'l'},
        {"json", no_argument, NULL, 'j'},
        {"interval-ms", required_argument, NULL, 'm'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'o':
            d->page.offset = option_place("offset", optarg);
            break;
        case 'q':
            d->page.qmp = optarg;
            break;
        case 'p':
            d->page.phys = option_place("phys", optarg);
            d->page.has_phys = true;
            break;
        case 'i':
            d->page.pid = (pid_t)option_number("pid", optarg, 1, INT32_MAX, 1);
            break;
        case 'n':
            d->page.counter = SOURCE_COUNTER_OWN;
            break;
        case 'r':
            d->page.counter = SOURCE_COUNTER_REFERENCE;
            break;
        case 'w':
            d->watch = true;
            break;
        case 'l':
            d->lint = true;
            break;
        case 'j':
            d->json = true;
            break;
        case 'm':
            d->interval_ms = (uint32_t)option_number("interval-ms", optarg, 1, 1000, 1);
            break;
        case 'h':
            fputs(help, stdout);
            exit(0);
        case 'v':
            puts("vmclock-dump " VMCLOCK_PROGRAM_VERSION);
            exit(0);
        default: /* getopt_long has said what is wrong */
            exit(EXIT_WRONG_USAGE);
        }
    }
    d->page.path = optind < argc ? argv[optind++] : SOURCE_DEVICE;
    if (optind < argc)
        usage_error("'%s': one page at a time", argv[optind]);
    if (d->page.qmp && strcmp(d->page.path, SOURCE_DEVICE) != 0)
        usage_error("a page of --qmp or '%s'?", d->page.path);
    if (!d->page.qmp && (d->page.has_phys || d->page.pid))
        usage_error("--phys and --pid need --qmp");
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The report's error for lint, to which a page is busy only when it stays so. */
static int lasting_error(struct dump *d)
{
    const bool busy = d->report.error == VMCLOCK_ERR_BUSY;
    const int64_t ms = now_ms();

    if (!busy || !d->not_busy_ms)
        d->not_busy_ms = ms;
    return busy && ms - d->not_busy_ms < BUSY_MS ? 0 : report_error(&d->report);
}

/* What lint says to a snapshot, by itself and after the one before. */
static void lint_last(struct dump *d)
{
    const struct vmclock_snapshot *s = &d->report.snapshot;
    int64_t age_sec = 0, ms = now_ms();

    lint_snapshot(s, &d->sink);
    if (d->has_before)
        lint_update(&d->before, s, &d->sink);
    if (!d->has_before || d->before.seq != s->seq)
        d->updated_ms = ms;
    if (d->source.counter == SOURCE_COUNTER_REFERENCE)
        age_sec = lint_age_sec(s, time(NULL));
    else if (d->report.have & REPORT_HAVE_READING)
        age_sec = d->report.reading.age.sec;
    if (ms - d->updated_ms >= LINT_MS)
        lint_refresh(s, age_sec, &d->sink);
}

/* A new report, and what lint says to it. Returns 0, or -1 when there is nothing to look at. */
static int look(struct dump *d)
{
    struct vmclock clk;
    struct vmclock_page raw;
    int error = source_handle(&d->source, &clk);

    if (error == SOURCE_GONE)
        return -1;
    report_init(&d->report, error);
    if (!error)
        report_read(&d->report, &clk);
    if (!d->lint)
        return 0;
    source_raw(&d->source, &raw);
    lint_page(&raw, d->source.mapped ? d->source.mapped_size : SOURCE_PAGE_BYTES, lasting_error(d),
              &d->sink);
    if (d->report.have & REPORT_HAVE_SNAPSHOT)
        lint_last(d);
    return 0;
}

/* Whether the page is another than at the last look that was noted. */
static bool has_changed(const struct dump *d, const struct report *noted)
{
    return noted->error != d->report.error || noted->have != d->report.have ||
           (noted->have & REPORT_HAVE_SNAPSHOT && noted->snapshot.seq != d->report.snapshot.seq);
}

static void note(struct dump *d)
{
    d->has_before = d->report.have & REPORT_HAVE_SNAPSHOT;
    if (d->has_before)
        d->before = d->report.snapshot;
}

static void print_watched(const struct dump *d)
{
    if (d->json)
        output_json(output_object(&d->report), true);
    else
        output_line(&d->report);
}

/* Looks again and again: for a while, or until interrupted. Returns 0, or -1. */
static int follow(struct dump *d)
{
    const struct timespec pause = {d->interval_ms / 1000, (long)(d->interval_ms % 1000) * 1000000};
    struct report noted = {.error = 0};
    int64_t end_ms = INT64_MAX;
    bool last = false;

    for (bool first = true; !interrupted && !ferror(stdout) && !last; first = false) {
        last = !d->watch && now_ms() >= end_ms;
        if (look(d) < 0)
            return -1;
        if (d->watch && (first || has_changed(d, &noted)))
            print_watched(d);
        if (first) /* not before it: what was there at both ends stood for LINT_MS */
            end_ms = now_ms() + LINT_MS;
        noted = d->report;
        note(d);
        if (!last)
            nanosleep(&pause, NULL);
    }
    return 0;
}

static void print_findings(struct dump *d)
{
    if (d->json) {
        struct json_object *object = output_object(&d->report);

        json_object_object_add(object, "findings", json_object_get(d->findings.list));
        output_json(object, false);
    } else if (!d->findings.wrong && !d->findings.unusual) {
        puts("nothing wrong, nothing unusual");
    }
}

static int run(struct dump *d)
{
    if (source_open(&d->page, &d->source) < 0)
        return EXIT_NO_LOOK;
    if (d->watch || d->lint) {
        if (follow(d) < 0)
            return EXIT_NO_LOOK;
        if (d->lint && !d->watch)
            print_findings(d);
        return d->lint && d->findings.wrong ? EXIT_NOT_OK : 0;
    }
    if (look(d) < 0)
        return EXIT_NO_LOOK;
    if (d->json)
        output_json(output_object(&d->report), false);
    else
        output_text(&d->report);
    return report_state(&d->report) == REPORT_STATE_OK ? 0 : EXIT_NOT_OK;
}

int main(int argc, char **argv)
{
    static struct dump dump = {.interval_ms = 5};
    struct sigaction action = {.sa_handler = on_signal};
    int code;

    event_program("vmclock-dump");
    parse(argc, argv, &dump);
    dump.findings.list = json_object_new_array();
    dump.findings.printed = !dump.json;
    dump.sink = (struct lint_sink){output_find, &dump.findings};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGBUS, on_bus_error);
    code = run(&dump);
    if (fflush(stdout) || ferror(stdout)) {
        failure("file", "standard output: %s", strerror(errno));
        code = EXIT_NO_LOOK;
    }
    return code;
}
