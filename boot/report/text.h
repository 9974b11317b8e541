/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - ASCII lines and numbers without a libc, and without 64-bit division.
 */
#ifndef VMCLOCK_BOOT_REPORT_TEXT_H
#define VMCLOCK_BOOT_REPORT_TEXT_H

#include "boot/report/report.h"

/* A line on its way to the sink. */
struct text {
    const struct report_sink *sink;
    size_t length;
    char line[160];
};

void text_init(struct text *text, const struct report_sink *sink);
void text_put(struct text *text, const char *string);
void text_put_char(struct text *text, char character);
void text_put_unsigned(struct text *text, uint64_t value);
void text_put_signed(struct text *text, int64_t value);
void text_put_hex(struct text *text, uint64_t value); /* 0x... */
void text_end_line(struct text *text);

#endif
