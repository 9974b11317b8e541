/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text is put together a character at a time into what room there is; what did not fit is known at the
 * end. Nothing is divided: a tenth is a product.
 */
#include <vmclock/error.h>
#include <vmclock/text.h>
#include "lib/wide.h"

#define TEXT_DIGITS_MAX 9
#define TEXT_TENTH \
    UINT64_C(0xcccccccccccccccd) /* 2^67 / 10, rounded up: exact for all of 64 bits */

struct text_out {
    char *at;
    size_t room; /* with that of the NUL */
};

static WIDE_INLINE void text_put(struct text_out *out, char character)
{
    if (out->room) {
        *out->at++ = character;
        out->room--;
    }
}

static void text_put_string(struct text_out *out, const char *string)
{
    while (*string)
        text_put(out, *string++);
}

/* Ends the text, or empties it for the error. */
static int text_end(struct text_out *out, int error, char *text, size_t size)
{
    if (!error && !out->room)
        error = VMCLOCK_ERR_ROOM;
    if (error) {
        out->at = text;
        out->room = size;
    }
    text_put(out, '\0');
    return error;
}

/* With zeros in front, up to so many digits. */
static void text_put_number(struct text_out *out, uint64_t number, unsigned digits)
{
    char reversed[20]; /* of 2^64 - 1 */
    unsigned count = 0;

    while (number || count < digits) {
        uint64_t below, tenth = wide_multiply(number, TEXT_TENTH, &below) >> 3;

        reversed[count++] = (char)('0' + (number - tenth * 10));
        number = tenth;
    }
    while (count)
        text_put(out, reversed[--count]);
}

static void text_put_signed(struct text_out *out, int64_t number)
{
    if (number < 0)
        text_put(out, '-');
    text_put_number(out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 1);
}

/* 0 to 99, behind what stands before it. */
static void text_put_two(struct text_out *out, char before, unsigned number)
{
    unsigned tens = number * 103 >> 10;

    text_put(out, before);
    text_put(out, (char)('0' + tens));
    text_put(out, (char)('0' + (number - tens * 10)));
}

/* So many digits of a fraction, rounded down; digits is 9 at most. */
static void text_put_fraction(struct text_out *out, uint64_t frac64, unsigned digits)
{
    if (digits)
        text_put(out, '.');
    while (digits--)
        text_put(out, (char)('0' + wide_multiply(frac64, 10, &frac64)));
}

static void text_put_year(struct text_out *out, int64_t year)
{
    if (year < 0 || year > 9999)
        text_put(out, year < 0 ? '-' : '+');
    text_put_number(out, year < 0 ? 0 - (uint64_t)year : (uint64_t)year, 4);
}

/* Of a label: month, day, hour, minute, second. */
#define TEXT_PARTS 5
VMCLOCK_STATIC_ASSERT(VMCLOCK_OFFSETOF(struct vmclock_label, second) -
                              VMCLOCK_OFFSETOF(struct vmclock_label, month) ==
                          TEXT_PARTS - 1,
                      "its parts, one after the other");

static const uint8_t *text_parts(const struct vmclock_label *label)
{
    return (const uint8_t *)label + VMCLOCK_OFFSETOF(struct vmclock_label, month);
}

static int text_check(const struct vmclock_label *label, unsigned digits)
{
    static const uint8_t last[TEXT_PARTS] = {11, 30, 23, 59, 59}; /* counted from 0 */
    const uint8_t *part = text_parts(label);
    const unsigned leap = part[4] == 60 && part[3] == 59 && part[2] == 23;

    if (label->error)
        return label->error;
    if (digits > TEXT_DIGITS_MAX)
        return VMCLOCK_ERR_ARGUMENT;
    for (unsigned i = 0; i < TEXT_PARTS - leap; i++)
        if ((unsigned)part[i] - (i < 2) > last[i]) /* months and days begin with 1 */
            return VMCLOCK_ERR_CALENDAR;
    return 0;
}

/* All but the fraction. */
static void text_put_date(struct text_out *out, const struct vmclock_label *label)
{
    text_put_year(out, label->year);
    for (unsigned i = 0; i < TEXT_PARTS; i++)
        text_put_two(out, "--T::"[i], text_parts(label)[i]);
}

/* Rounded down. */
static int text_label(struct text_out *out, const struct vmclock_label *label, unsigned digits)
{
    int error = text_check(label, digits);

    if (error)
        return error;
    text_put_date(out, label);
    text_put_fraction(out, label->instant.frac64, digits);
    text_put(out, 'Z');
    return 0;
}

/* As much of a label as text is made of. */
static void text_set_civil(struct vmclock_label *label, const struct vmclock_civil *civil)
{
    label->instant.frac64 = civil->frac64;
    label->year = civil->year;
    label->month = civil->month;
    label->day = civil->day;
    label->hour = civil->hour;
    label->minute = civil->minute;
    label->second = civil->second;
    label->error = 0;
}

int vmclock_text_civil(const struct vmclock_civil *civil, unsigned digits, char *text, size_t size)
{
    struct text_out out = {text, size};
    struct vmclock_label label;
    int error;

    text_set_civil(&label, civil);
    error = text_label(&out, &label, digits);

    return text_end(&out, error, text, size);
}

int vmclock_text_label(const struct vmclock_label *label, unsigned digits, char *text, size_t size)
{
    struct text_out out = {text, size};
    int error = text_label(&out, label, digits);

    return text_end(&out, error, text, size);
}

/* So many digits of a fraction, rounded up, as a number; *units is that of a second. */
static uint64_t text_round_up(uint64_t frac64, unsigned digits, uint64_t *units)
{
    uint64_t number, below;

    for (*units = 1; digits; digits--)
        *units *= 10;
    number = wide_multiply(frac64, *units, &below);
    return number + (below != 0);
}

/* Rounded up: where that is to a second, to the next one that POSIX counts. */
static int text_label_up(struct text_out *out, const struct vmclock_label *label, unsigned digits)
{
    struct vmclock_utc next = {label->posix_sec, 0, 0};
    struct vmclock_civil civil;
    struct vmclock_label second;
    uint64_t fraction, units;
    int error = text_check(label, digits);

    if (error)
        return error;
    fraction = text_round_up(label->instant.frac64, digits, &units);
    if (fraction == units) {
        if (next.posix_sec == INT64_MAX)
            return VMCLOCK_ERR_RANGE;
        next.posix_sec++;
        (void)vmclock_utc_to_civil(&next, &civil); /* no leap second, so it is one of a day */
        text_set_civil(&second, &civil);
        label = &second;
        fraction = 0;
    }
    text_put_date(out, label);
    if (digits) {
        text_put(out, '.');
        text_put_number(out, fraction, digits);
    }
    text_put(out, 'Z');
    return 0;
}

int vmclock_text_interval(const struct vmclock_label *earliest, const struct vmclock_label *latest,
                          unsigned digits, char *text, size_t size)
{
    struct text_out out = {text, size};
    int error = text_label(&out, earliest, digits);

    text_put(&out, '/');
    if (!error)
        error = text_label_up(&out, latest, digits);
    return text_end(&out, error, text, size);
}

int vmclock_text_duration(const struct vmclock_time *duration, unsigned digits, char *text,
                          size_t size)
{
    struct text_out out = {text, size};
    uint64_t sec = (uint64_t)duration->sec, frac64 = duration->frac64;
    int error = digits > TEXT_DIGITS_MAX ? VMCLOCK_ERR_ARGUMENT : 0;

    if (!error) {
        if (duration->sec < 0) {
            text_put(&out, '-');
            sec = ~sec + (frac64 == 0);
            frac64 = 0 - frac64;
        }
        text_put_number(&out, sec, 1);
        text_put_fraction(&out, frac64, digits);
        text_put_string(&out, " s");
    }
    return text_end(&out, error, text, size);
}

static void text_put_bound(struct text_out *out, const struct vmclock_utc_reading *reading)
{
    int64_t ns;

    if (!vmclock_utc_bound_ns(reading, &ns)) {
        text_put_string(out, ", at most ");
    } else if (!vmclock_utc_estimate_ns(reading, &ns)) {
        text_put_string(out, ", by estimate ");
    } else {
        text_put_string(out, ", no error bound published");
        return;
    }
    text_put_signed(out, ns);
    text_put_string(out, " ns off");
}

/* What is known of the time; nothing without UTC and TAI. */
static void text_put_time(struct text_out *out, const struct vmclock_utc_reading *reading)
{
    int error = text_label(out, &reading->utc, 9);

    if (error && reading->tai_error)
        return;
    if (error) {
        text_put_string(out, "TAI ");
        text_put_signed(out, reading->tai.sec);
        text_put_string(out, " s");
    }
    text_put_bound(out, reading);
    if (reading->clock_status == VMCLOCK_CLOCK_STATUS_FREERUNNING)
        text_put_string(out, ", free-running");
    if (error)
        text_put_string(out, "; ");
}

int vmclock_text_reading(const struct vmclock_utc_reading *reading, char *text, size_t size)
{
    struct text_out out = {text, size};

    text_put_time(&out, reading);
    if (reading->utc.error) {
        text_put_string(&out, "UTC unknown: ");
        text_put_string(&out, vmclock_error_text(reading->utc.error));
    }
    return text_end(&out, 0, text, size);
}
