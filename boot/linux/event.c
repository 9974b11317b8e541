/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include "boot/linux/event.h"

/* One write for a whole line, so that lines of several programs do not mix. */
static void print_line(const char *before, const char *name, const char *format, va_list arguments)
{
    char text[512];

    vsnprintf(text, sizeof(text), format, arguments);
    fprintf(stderr, "vmclock-publish: %s%s%s%s\n", before, name, *name ? ": " : "", text);
}

void event(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line("", "", format, arguments);
    va_end(arguments);
}

int failure(const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line("error: ", name, format, arguments);
    va_end(arguments);
    return -1;
}
