/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page itself, from opening it to a date:
 *     byte 0       bits: 1 a page that opens and is stable, 2 with a usable clock, 4 the page's time
 *                  is near the present, 8 the page changes while it is read
 *     byte 1       the counter that this CPU has
 *     bytes 2..9   the counter's value
 *     bytes 10..17 another counter value
 *     then         the page
 */
#include <stdlib.h>
#include <string.h>
#include <vmclock/raw.h>
#include <vmclock/vmclock.h>
#include "property.h"

#define PAGE_AT 18u
#define MAX_SIZE 0x1000u
#define OPENS 0x01u
#define USABLE 0x02u
#define PRESENT 0x04u
#define TORN 0x08u

struct counter {
    uint64_t value;
    uint8_t *page; /* with TORN: its sequence count goes on */
};

static uint64_t read_counter(void *context)
{
    struct counter *counter = context;

    if (counter->page != NULL)
        counter->page[0x0c]++;
    return counter->value;
}

static uint64_t get64(const uint8_t *at)
{
    uint64_t value = 0;
    unsigned i;

    for (i = 8; i-- > 0;)
        value = value << 8 | at[i];
    return value;
}

/* A listed error, of those that a page can cause. */
static void check_error(int error)
{
    HOLDS(error <= 0 && error > VMCLOCK_ERR_NO_DEVICE && error != VMCLOCK_ERR_ARGUMENT);
    HOLDS(strcmp(vmclock_error_name(error), "unknown") != 0);
}

/* Without such help few inputs would get behind the first checks. */
static void make_good(uint8_t *page, size_t size, uint8_t how, uint8_t counter_id)
{
    if ((how & OPENS) && size >= VMCLOCK_PAGE_SIZE_SIGNAL) {
        memcpy(page, "VCLK", 4);
        page[4] = (uint8_t)size;
        page[5] = (uint8_t)(size >> 8);
        page[6] = page[7] = 0;
        page[8] = 1;
        page[9] = 0;
        page[0x0c] &= 0xfe;
    }
    if ((how & USABLE) && size >= VMCLOCK_PAGE_SIZE_CLOCK) {
        page[0x0a] = counter_id;
        page[0x0b] %= 3;
        page[0x22] = (uint8_t)(2 + (page[0x22] & 1));
        page[0x27] &= 0x3f;
        page[0x30] |= 1;
    }
    if ((how & PRESENT) && size >= VMCLOCK_PAGE_SIZE_CLOCK)
        memset(page + 0x4d, 0, 3);
}

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* A time as a number of 2^-64 s. */
static int128 wide(const struct vmclock_time *time)
{
    return (int128)((uint128)(uint64_t)time->sec << 64 | time->frac64);
}

/* What vmclock_at says, computed another way; where that is easy, with small shifts and times. */
static void check_exact(const struct vmclock_snapshot *s, uint64_t counter,
                        const struct vmclock_reading *reading)
{
    int64_t distance = (int64_t)(counter - s->ref_counter);
    uint64_t ticks = distance < 0 ? 0 - (uint64_t)distance : (uint64_t)distance;
    uint128 product = (uint128)ticks * s->period_frac;
    uint128 moved = s->period_shift < 128 ? product >> s->period_shift : 0;
    int rest = s->period_shift < 128 ? moved << s->period_shift != product : product != 0;
    int128 ref = (int128)((uint128)s->ref_sec << 64 | s->ref_frac64);

    if (s->ref_sec >> 62 != 0 || moved >> 126 != 0)
        return;
    if (distance < 0)
        HOLDS(wide(&reading->time) == ref - (int128)moved - rest);
    else
        HOLDS(wide(&reading->time) == ref + (int128)moved);
}

static void check_reading(const struct vmclock_reading *reading)
{
    HOLDS(vmclock_time_compare(&reading->earliest, &reading->time) <= 0);
    HOLDS(vmclock_time_compare(&reading->time, &reading->latest) <= 0);
    if (reading->bound_kind == VMCLOCK_BOUND_NONE) {
        HOLDS(reading->earliest.sec == INT64_MIN && reading->earliest.frac64 == 0);
        HOLDS(reading->latest.sec == INT64_MAX && reading->latest.frac64 == UINT64_MAX);
    }
}

static void check_civil(const struct vmclock_utc *utc)
{
    struct vmclock_civil civil;
    struct vmclock_utc back;

    HOLDS(vmclock_utc_to_civil(utc, &civil) == 0);
    HOLDS(civil.month >= 1 && civil.month <= 12 && civil.day >= 1 && civil.day <= 31);
    HOLDS(civil.hour < 24 && civil.minute < 60 && civil.second < 61);
    HOLDS(vmclock_civil_to_utc(&civil, &back) == 0);
    HOLDS(back.posix_sec == utc->posix_sec && back.frac64 == utc->frac64);
    HOLDS(back.in_leap_second == utc->in_leap_second);
}

static void check_smear(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                        const struct vmclock_time *instant)
{
    struct vmclock_time floor, ceil, back;

    if (vmclock_raw_smear_floor(rule, shape, instant, &floor) != 0)
        return;
    HOLDS(vmclock_raw_smear_ceil(rule, shape, instant, &ceil) == 0);
    HOLDS(wide(&ceil) - wide(&floor) == 0 || wide(&ceil) - wide(&floor) == 1);
    if (vmclock_raw_unsmear(rule, shape, &floor, &back) == 0)
        HOLDS(shape->end_sec == shape->start_sec || vmclock_time_compare(&back, instant) <= 0);
}

/* Labels of an instant, and back. */
static void check_labels(const struct vmclock_leap *rule, const struct vmclock_smear_shape *shape,
                         const struct vmclock_time *instant)
{
    struct vmclock_time tai, back;
    struct vmclock_utc utc;
    int32_t offset_sec;
    int error;

    memset(&utc, MARK, sizeof utc);
    error = vmclock_raw_axis_to_utc(rule, instant, &utc);
    check_error(error);
    if (error == 0) {
        HOLDS(vmclock_raw_utc_to_axis(rule, &utc, &back) == 0);
        HOLDS(vmclock_time_compare(&back, instant) == 0);
        check_civil(&utc);
        check_smear(rule, shape, instant);
    } else {
        HOLDS(untouched(&utc, sizeof utc));
    }
    if (vmclock_raw_axis_to_tai(rule, instant, &tai) == 0) {
        HOLDS(vmclock_raw_tai_to_axis(rule, &tai, &back) == 0);
        HOLDS(vmclock_time_compare(&back, instant) == 0);
    }
    if (vmclock_raw_tai_minus_utc(rule, instant, &offset_sec) == 0)
        HOLDS(offset_sec >= 9 && offset_sec <= 32769);
}

static void check_at(const struct vmclock_snapshot *snapshot, uint64_t counter)
{
    struct vmclock_time many, bound;
    struct vmclock_reading reading;
    struct vmclock_smear_shape shape = {0, 0, 0};
    struct vmclock_leap rule;
    int bound_kind, error;

    memset(&reading, MARK, sizeof reading);
    error = vmclock_at(snapshot, counter, &reading);
    check_error(error);
    if (error != 0) {
        HOLDS(untouched(&reading, sizeof reading));
        return;
    }
    check_reading(&reading);
    check_exact(snapshot, counter, &reading);
    HOLDS(vmclock_at_many(snapshot, &counter, 1, &many, &bound, &bound_kind) == 0);
    HOLDS(vmclock_time_compare(&many, &reading.time) == 0 && bound_kind == reading.bound_kind);
    HOLDS(vmclock_leap_rule(snapshot, &rule) == 0);
    (void)vmclock_smear_shape_of(snapshot->smear_hint, &shape);
    check_labels(&rule, &shape, &reading.time);
    check_labels(&rule, &shape, &reading.earliest);
    check_labels(&rule, &shape, &reading.latest);
}

/* The ways to the time now agree. */
static void check_now(const struct vmclock *clk, const struct vmclock_snapshot *snapshot)
{
    struct vmclock_reading at, now;
    struct vmclock_reader reader;
    int error = vmclock_at(snapshot, snapshot->counter, &at);
    unsigned round;

    HOLDS(vmclock_now(clk, &now) == error);
    if (error == 0)
        HOLDS(vmclock_time_compare(&now.latest, &at.latest) == 0);
    vmclock_reader_init(&reader, clk);
    for (round = 0; round < 2; round++) {
        HOLDS(vmclock_reader_now(&reader) == error);
        if (error != 0)
            continue;
        HOLDS(vmclock_time_compare(&reader.reading.time, &at.time) == 0);
        HOLDS(vmclock_time_compare(&reader.reading.earliest, &at.earliest) == 0);
        HOLDS(vmclock_time_compare(&reader.reading.latest, &at.latest) == 0);
    }
}

static void check_page(struct vmclock *clk, const struct counter *counter, uint64_t other)
{
    struct vmclock_snapshot snapshot, again;
    struct vmclock_audit_result audit;
    int error, matches;

    clk->max_tries = 3;
    memset(&snapshot, MARK, sizeof snapshot);
    error = vmclock_take_snapshot(clk, &snapshot);
    HOLDS(error == 0 || error == VMCLOCK_ERR_BUSY || error == VMCLOCK_ERR_CHANGED);
    if (counter->page != NULL)
        HOLDS(error != 0); /* it never holds still */
    if (error != 0) {
        HOLDS(untouched(&snapshot, sizeof snapshot));
        return;
    }
    HOLDS(snapshot.counter == counter->value && snapshot.seq % 2 == 0);
    check_at(&snapshot, snapshot.counter);
    check_at(&snapshot, snapshot.ref_counter);
    check_at(&snapshot, other);
    check_now(clk, &snapshot);
    (void)vmclock_compare_period(&snapshot, other | 1, &matches);
    HOLDS(vmclock_take_snapshot(clk, &again) == 0);
    vmclock_audit(&snapshot, &again, other, &audit);
    HOLDS(audit.verdict == VMCLOCK_AUDIT_REFINED || audit.verdict == VMCLOCK_AUDIT_CANNOT_TELL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct counter counter = {0, NULL};
    struct vmclock_counter hook = {read_counter, &counter, 0};
    struct vmclock clk;
    uint8_t *page;
    int error;

    if (size <= PAGE_AT || size - PAGE_AT > MAX_SIZE)
        return 0;
    size -= PAGE_AT;
    page = exact_copy(data + PAGE_AT, size);
    counter.value = get64(data + 2);
    hook.counter_id = data[1] & 1;
    make_good(page, size, data[0], hook.counter_id);
    if (data[0] & TORN && size > 0x0c)
        counter.page = page;
    memset(&clk, MARK, sizeof clk);
    error = vmclock_open_with_counter(&clk, page, size, &hook);
    check_error(error);
    if (error == 0)
        check_page(&clk, &counter, get64(data + 10));
    else
        HOLDS(untouched(&clk, sizeof clk));
    free(page);
    return 0;
}
