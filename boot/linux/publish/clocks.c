/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/clocks.h"

#define NS_PER_SEC 1000000000
#define FIRST_BASELINE_MS 20 /* two samples this far apart give the rate to some 10 ppm */
#define FIRST_BASELINE_NS (FIRST_BASELINE_MS * INT64_C(1000000))
#define BASELINE_NS NS_PER_SEC /* later: since a sample that was taken 1 to 2 s ago */

void clocks_init(struct clocks *clocks, int16_t tai_offset_sec)
{
    memset(clocks, 0, sizeof(*clocks));
    (void)leaps_load(LEAPS_FILE, &clocks->leaps.list);
    clocks->leaps.option_offset_sec = tai_offset_sec;
}

static void measure_first_rate(struct clocks *clocks, enum host_counter counter)
{
    struct clock_line *line = &clocks->lines[counter];

    host_sample(counter, &line->base);
    clocks->measuring = true;
    /* One more, of which a part is over. */
    (void)wait_readable(-1, wait_now_ms() + FIRST_BASELINE_MS + 1);
    clocks->measuring = false;
    host_sample(counter, &line->last);
    line->next_base = line->base;
    host_rate_between(&line->base, &line->last, &line->rate);
}

int clocks_use(struct clocks *clocks, enum host_counter counter)
{
    struct clock_line *line = &clocks->lines[counter];

    if (line->used)
        return 0;
    if (host_open(counter) < 0)
        return -1;
    measure_first_rate(clocks, counter);
    line->used = true;
    return 0;
}

/* What the line expects at a sample, in ns since the newest one before it. */
static int64_t expected_ns(const struct clock_line *line, const struct host_sample *sample)
{
    return (int64_t)host_ns_floor(&line->rate,
                                  host_sample_middle(sample) - host_sample_middle(&line->last));
}

/* Returns whether a reader of the last update sees a broken promise, having said so. */
static bool report_step(const struct clock_line *line, const struct host_sample *sample)
{
    int64_t ahead_ns = sample->realtime_ns - line->last.realtime_ns - expected_ns(line, sample);
    int64_t elapsed_ns = sample->monotonic_ns - line->last.monotonic_ns;
    int64_t allowed_ns = elapsed_ns / 1000 + 100000;

    if (ahead_ns <= allowed_ns && ahead_ns >= -allowed_ns)
        return false;
    event("host-clock stepped_ns=%" PRId64, ahead_ns);
    return true;
}

/*
 * Whether counter and CLOCK_MONOTONIC still agree. The kernel steers its clock by up to 10 %; what
 * is beyond is a counter that stopped or jumped.
 */
static bool counter_holds(const struct clock_line *line, const struct host_sample *sample)
{
    uint64_t ticks = host_sample_middle(sample) - host_sample_middle(&line->last);
    int64_t elapsed_ns = sample->monotonic_ns - line->last.monotonic_ns;
    int64_t counted_ns, allowed_ns = elapsed_ns / 8 + 1000000;

    if (ticks >> 62)
        return false;
    counted_ns = expected_ns(line, sample);
    return counted_ns - elapsed_ns <= allowed_ns && elapsed_ns - counted_ns <= allowed_ns;
}

static void extend(struct clock_line *line, const struct host_sample *sample)
{
    if (sample->monotonic_ns - line->next_base.monotonic_ns >= BASELINE_NS) {
        line->base = line->next_base;
        line->next_base = *sample;
    }
    /* Right behind the first two there is nothing to be learnt. */
    if (sample->monotonic_ns - line->base.monotonic_ns >= FIRST_BASELINE_NS)
        host_rate_between(&line->base, sample, &line->rate);
    line->last = *sample;
}

/* Samples of all counters in use, until the kernel's state before and after them is the same. */
static int sample_all(struct clocks *clocks, struct host_sample *samples)
{
    struct host_kernel before = {0}, *after = &clocks->kernel;

    do {
        if (host_kernel_read(&before) < 0)
            return -1;
        for (int i = 0; i < HOST_COUNTERS; i++)
            if (clocks->lines[i].used)
                host_sample((enum host_counter)i, &samples[i]);
        if (host_kernel_read(after) < 0)
            return -1;
    } while (before.state != after->state || before.status != after->status ||
             before.tai_offset_sec != after->tai_offset_sec);
    return 0;
}

static int extend_all(struct clocks *clocks)
{
    struct host_sample samples[HOST_COUNTERS];
    int64_t realtime_ns = 0;
    bool stepped = false;

    if (sample_all(clocks, samples) < 0)
        return -1;
    for (int i = 0; i < HOST_COUNTERS; i++) {
        struct clock_line *line = &clocks->lines[i];

        if (!line->used)
            continue;
        if (counter_holds(line, &samples[i])) {
            stepped = stepped || report_step(line, &samples[i]);
            if (!stepped)
                slew_sample(&clocks->slew, &line->rate, &line->last, &samples[i], &clocks->kernel);
            extend(line, &samples[i]);
        } else {
            event("host-counter and clock ran apart: measured anew");
            line->breaks++;
            if (host_open((enum host_counter)i) < 0)
                return -1;
            measure_first_rate(clocks, (enum host_counter)i);
        }
        realtime_ns = line->last.realtime_ns;
    }
    if (clocks->slew.oscillator_ppb) {
        struct host_raw raw;

        host_raw_read(&raw);
        slew_raw(&clocks->slew, &raw);
    }
    leaps_at(&clocks->leaps, &clocks->kernel, realtime_ns / NS_PER_SEC, &clocks->knowledge);
    return 0;
}

int clocks_sample(struct clocks *clocks)
{
    int error;

    clocks->sampling = true;
    clocks->sample_count++;
    error = extend_all(clocks);
    clocks->sampling = false;
    return error;
}
