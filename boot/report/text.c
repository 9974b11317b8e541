/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - ASCII lines and numbers.
 */
#include "boot/report/text.h"

#define DIGITS_MAX 20u /* of 2^64 - 1 */

void text_init(struct text *text, const struct report_sink *sink)
{
    text->sink = sink;
    text->length = 0;
}

/* There is something: whoever calls it has a full line, or has just ended one. */
static void flush(struct text *text)
{
    text->sink->write(text->sink->context, text->line, text->length);
    text->length = 0;
}

void text_put_char(struct text *text, char character)
{
    if (text->length == sizeof(text->line))
        flush(text);
    text->line[text->length++] = character;
}

void text_put(struct text *text, const char *string)
{
    while (*string)
        text_put_char(text, *string++);
}

/* *value /= 10; returns the remainder. By 16 bits at a time: on a 32-bit CPU a 64-bit division is
 * a call into a runtime library. */
static unsigned divide_by_10(uint64_t *value)
{
    uint64_t quotient = 0;
    uint32_t remainder = 0;

    for (int shift = 48; shift >= 0; shift -= 16) {
        uint32_t part = remainder << 16 | (uint32_t)(*value >> shift & 0xffff);

        quotient = quotient << 16 | part / 10;
        remainder = part % 10;
    }
    *value = quotient;
    return remainder;
}

void text_put_unsigned(struct text *text, uint64_t value)
{
    char reversed[DIGITS_MAX];
    unsigned count = 0;

    do {
        reversed[count++] = (char)('0' + divide_by_10(&value));
    } while (value);
    while (count)
        text_put_char(text, reversed[--count]);
}

void text_put_signed(struct text *text, int64_t value)
{
    if (value < 0)
        text_put_char(text, '-');
    text_put_unsigned(text, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void text_put_hex(struct text *text, uint64_t value)
{
    int shift = 60;

    text_put(text, "0x");
    while (shift > 0 && !(value >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        text_put_char(text, "0123456789abcdef"[value >> shift & 15]);
}

void text_end_line(struct text *text)
{
    text_put_char(text, '\n');
    flush(text);
}
