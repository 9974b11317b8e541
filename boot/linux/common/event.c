/* SPDX-License-Identifier: BSD-2-Clause */
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "boot/linux/common/event.h"

#define TEXT_BYTES (FAILURE_BYTES - 64) /* with what says that it was cut */
#define CUT_BYTES 40
#define ESCAPED_BYTES 4u
#define NAME_BYTES 80
#define WINDOW_SEC 10
#define WINDOW_LINES 200  /* whoever is at the other end of a socket can make us say things */
#define WINDOW_ERRORS 250 /* errors have some room of their own */

/* Those that lines are about: a guest, or none in particular. */
struct voice {
    struct voice *next;
    const char *guest;
    time_t window_sec; /* when it began */
    unsigned lines;    /* in the window */
    unsigned long left_out;
};

static const char *program = "vmclock-publish";
static const char *guest;
static char failed[FAILURE_BYTES];
static bool quieted;
static struct voice nobody;
static struct voice *voices = &nobody;

void event_program(const char *name)
{
    program = name;
}

void usage_error(const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", program);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs(" (see --help)\n", stderr);
    exit(EXIT_WRONG_USAGE);
}

const char *event_guest(const char *name)
{
    const char *before = guest;

    guest = name;
    return before;
}

/*
 * Texts come from anywhere: one line each, and nothing that a terminal obeys. What was escaped before
 * stays as it is. Returns how many bytes of the text are in `to`, which takes room.
 */
static size_t escape(char *to, size_t room, const char *text)
{
    size_t taken = 0;

    for (; text[taken]; taken++) {
        unsigned char byte = (unsigned char)text[taken];
        bool plain = byte >= 0x20 && byte < 0x7f;

        if (room <= (plain ? 1 : ESCAPED_BYTES))
            break;
        if (plain)
            *to = (char)byte;
        else
            snprintf(to, room, "\\x%02x", byte);
        to += plain ? 1 : ESCAPED_BYTES;
        room -= plain ? 1 : ESCAPED_BYTES;
    }
    *to = '\0';
    return taken;
}

__attribute__((format(printf, 2, 0))) static void compose(char to[TEXT_BYTES], const char *format,
                                                          va_list arguments)
{
    char text[TEXT_BYTES];
    int length = vsnprintf(text, sizeof(text), format, arguments);
    int taken = (int)escape(to, TEXT_BYTES - CUT_BYTES, text);

    if (length > taken)
        snprintf(to + strlen(to), CUT_BYTES, " ... (%d bytes more)", length - taken);
}

/* The one of the guest that lines are about; where there is no memory for it, that of nobody. */
static struct voice *find_voice(void)
{
    struct voice *voice = voices;

    while (voice && voice->guest != guest)
        voice = voice->next;
    if (voice)
        return voice;
    voice = calloc(1, sizeof(*voice));
    if (!voice)
        return &nobody;
    voice->guest = guest;
    voice->next = voices;
    return voices = voice;
}

static time_t now_sec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/*
 * One write for a whole line, so that lines of several programs do not mix. Returns whether there was
 * room: guests shall not lose their clock over a line that nobody takes.
 */
static bool write_line(const char *about, const char *kind, const char *text)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    char name[NAME_BYTES] = "";

    if (poll(&room, 1, 0) == 0)
        return false;
    if (about)
        (void)escape(name, sizeof(name), about);
    fprintf(stderr, "%s: %s%s%s%s%s\n", program, about ? "[" : "", name, about ? "] " : "", kind,
            text);
    return true;
}

/* Says how many lines were left out, once there is room. */
static void say_left_out(struct voice *voice)
{
    char text[64];

    snprintf(text, sizeof(text), "%lu lines were left out", voice->left_out);
    if (voice->left_out && write_line(voice->guest, "", text))
        voice->left_out = 0;
}

void event_catch_up(void)
{
    static time_t looked_sec; /* at all voices: there may be a thousand */
    time_t sec = now_sec();

    if (sec == looked_sec)
        return;
    looked_sec = sec;
    for (struct voice *voice = voices; voice; voice = voice->next) {
        if (sec - voice->window_sec < WINDOW_SEC)
            continue;
        voice->window_sec = sec;
        voice->lines = 0;
        say_left_out(voice);
    }
}

static void say_all_left_out(void)
{
    for (struct voice *voice = voices; voice; voice = voice->next)
        say_left_out(voice);
}

static void print_line(const char *kind, const char *text)
{
    static bool at_exit;
    struct voice *voice = find_voice();

    event_catch_up();
    if (voice->lines < (*kind ? WINDOW_ERRORS : WINDOW_LINES) && write_line(guest, kind, text)) {
        voice->lines++;
        return;
    }
    voice->left_out++;
    if (!at_exit)
        at_exit = atexit(say_all_left_out) == 0;
}

void event(const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    compose(text, format, arguments);
    va_end(arguments);
    print_line("", text);
}

int failure(const char *name, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    compose(text, format, arguments);
    va_end(arguments);
    snprintf(failed, sizeof(failed), "%s: %s", name, text);
    if (!quieted)
        print_line("error: ", failed);
    return -1;
}

bool event_quiet(bool quiet)
{
    bool before = quieted;

    quieted = quiet;
    return before;
}

void repeat_failure(void)
{
    print_line("error: ", failed);
}

void event_forget(const char *name)
{
    struct voice **link = &voices, *voice;

    while ((voice = *link)) {
        if (voice == &nobody || voice->guest != name) {
            link = &voice->next;
            continue;
        }
        say_left_out(voice);
        *link = voice->next;
        free(voice);
    }
    if (guest == name)
        guest = NULL;
}

const char *last_failure(void)
{
    return failed;
}

void restore_failure(const char *text)
{
    memcpy(failed, text, sizeof(failed));
}
