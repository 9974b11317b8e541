/* SPDX-License-Identifier: BSD-2-Clause */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "boot/linux/event.h"

static const char *program = "vmclock-publish";
static const char *guest;
static char failed[FAILURE_BYTES];

void event_program(const char *name)
{
    program = name;
}

const char *event_guest(const char *name)
{
    const char *before = guest;

    guest = name;
    return before;
}

/*
 * One write for a whole line, so that lines of several programs do not mix. A line that nobody takes
 * is lost: guests shall not lose their clock over it.
 */
static void print_line(const char *kind, const char *text)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    char name[80] = "";

    if (poll(&room, 1, 0) == 0)
        return;
    if (guest)
        snprintf(name, sizeof(name), "[%.76s] ", guest);
    fprintf(stderr, "%s: %s%s%s\n", program, name, kind, text);
}

void event(const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    print_line("", text);
}

int failure(const char *name, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    snprintf(failed, sizeof(failed), "%s: %s", name, text);
    print_line("error: ", failed);
    return -1;
}

const char *last_failure(void)
{
    return failed;
}

void restore_failure(const char *text)
{
    memcpy(failed, text, sizeof(failed));
}
