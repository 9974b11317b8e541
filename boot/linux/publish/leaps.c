/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#include <vmclock/abi.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/leaps.h"
#include "boot/report/number.h"

#define NTP_TO_UNIX_SEC INT64_C(2208988800)
#define SEC_PER_DAY 86400
#define TAI_OFFSET_MIN 10 /* TAI was never less ahead of UTC since there are leap seconds */
#define TAI_OFFSET_MAX 99 /* and will not be so much more for a long time */
#define NTP_MAX_SEC (UINT64_C(1) << 40)
#define BLANKS " \t\r\n"

/* Start of the UTC month that is months after the one of unix_sec. */
static int64_t month_start(int64_t unix_sec, int months)
{
    time_t now = (time_t)unix_sec;
    struct tm date;

    gmtime_r(&now, &date);
    date.tm_mday = 1;
    date.tm_mon += months;
    date.tm_hour = date.tm_min = date.tm_sec = 0;
    return timegm(&date);
}

/* The second that a line's number means, in NTP's seconds; moves behind it. False if it is absurd. */
static bool take_second(const char **line, int64_t *unix_sec)
{
    uint64_t ntp_sec;

    *line += strspn(*line, BLANKS);
    if (!number_scan(line, &ntp_sec) || ntp_sec > NTP_MAX_SEC)
        return false;
    *unix_sec = (int64_t)ntp_sec - NTP_TO_UNIX_SEC;
    return true;
}

/* Whether nothing follows but a comment. */
static bool is_end(const char *line)
{
    line += strspn(line, BLANKS);
    return !*line || *line == '#';
}

/* "N OFFSET": from N on. Null, or what is wrong with it. */
static const char *take_entry(const char *line, struct leap_list *list)
{
    uint64_t offset_sec;
    int64_t unix_sec, step;

    if (!take_second(&line, &unix_sec) || !strspn(line, BLANKS))
        return "no line of a list of leap seconds";
    line += strspn(line, BLANKS);
    if (!number_scan(&line, &offset_sec) || !is_end(line))
        return "no line of a list of leap seconds";
    if (offset_sec < TAI_OFFSET_MIN || offset_sec > TAI_OFFSET_MAX)
        return "an offset that is not 10 to 99 s";
    if (list->count == LEAPS_MAX)
        return "too many leap seconds";
    if (month_start(unix_sec, 0) != unix_sec)
        return "not at the start of a UTC month";
    step = list->count ? (int64_t)offset_sec - list->entries[list->count - 1].offset_sec : 1;
    if (list->count && unix_sec <= list->entries[list->count - 1].unix_sec)
        return "not later than the line before";
    if (step != 1 && step != -1)
        return "a step that is not one second";
    list->entries[list->count].unix_sec = unix_sec;
    list->entries[list->count++].offset_sec = (int16_t)offset_sec;
    return NULL;
}

/* "#@ N" tells the expiry; what else begins with # is comment. Null, or what is wrong with it. */
static const char *take_line(const char *line, struct leap_list *list)
{
    if (!strchr(line, '\n'))
        return "a line too long, or cut off";
    if (!strncmp(line, "#@", 2)) {
        line += 2;
        return take_second(&line, &list->expires_unix_sec) && is_end(line) ? NULL
                                                                           : "an absurd expiry";
    }
    return is_end(line) ? NULL : take_entry(line, list);
}

/* The file for reading; null with errno set, 0 where it is no regular one. */
static FILE *open_list(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO has no writer to wait for */
    struct stat status;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fdopen(fd, "r");
    close(fd);
    errno = 0;
    return NULL;
}

static void clear(struct leap_list *list)
{
    list->count = 0;
    list->expires_unix_sec = 0;
}

int leaps_load(const char *path, struct leap_list *list)
{
    FILE *file = open_list(path);
    const char *wrong = NULL;
    unsigned number = 0;
    char line[256];

    clear(list);
    if (!file && errno == ENOENT)
        return 0;
    if (!file)
        return failure("leaps", "%s: %s", path, errno ? strerror(errno) : "no regular file");
    while (!wrong && fgets(line, sizeof(line), file)) {
        number++;
        wrong = take_line(line, list);
    }
    if (!wrong && ferror(file))
        wrong = strerror(errno);
    fclose(file);
    if (!wrong)
        return 0;
    clear(list);
    return failure("leaps", "%s: line %u: %s; the list is not used", path, number, wrong);
}

/* TAI minus UTC by an unexpired list; 0 where it does not know. */
static int16_t list_offset(const struct leap_list *list, int64_t unix_sec)
{
    int16_t offset_sec = 0;

    if (unix_sec >= list->expires_unix_sec)
        return 0;
    for (unsigned i = 0; i < list->count && list->entries[i].unix_sec <= unix_sec; i++)
        offset_sec = list->entries[i].offset_sec;
    return offset_sec;
}

/* The leap second right before unix_sec by the list, which never forgets: +1, -1 or 0. */
static int8_t list_leap_before(const struct leap_list *list, int64_t unix_sec)
{
    for (unsigned i = 1; i < list->count; i++)
        if (list->entries[i].unix_sec == unix_sec)
            return list->entries[i].offset_sec > list->entries[i - 1].offset_sec ? 1 : -1;
    return 0;
}

/*
 * The leap second that the kernel has armed for the end of this UTC day, where that is also a
 * month's end: elsewhere there are none, whatever the kernel will do.
 */
static int8_t armed_leap(const struct host_kernel *kernel, int64_t unix_sec)
{
    int64_t left_sec = month_start(unix_sec, 1) - unix_sec;

    if (left_sec > SEC_PER_DAY || kernel->state == TIME_WAIT)
        return 0;
    if (kernel->status & STA_INS)
        return 1;
    return (kernel->status & STA_DEL) ? -1 : 0;
}

/* The leap second that ended the previous month: +1, -1 or 0. */
static int8_t passed_leap(const struct leap_memory *memory, const struct host_kernel *kernel,
                          int64_t unix_sec)
{
    int64_t start_sec = month_start(unix_sec, 0);
    /* An unsynchronised kernel says TIME_ERROR for TIME_WAIT too. */
    bool waiting = kernel->state == TIME_WAIT || kernel->state == TIME_ERROR;

    if (memory->passed && memory->passed_month_sec == start_sec)
        return memory->passed;
    if (waiting && unix_sec - start_sec < SEC_PER_DAY && kernel->status & (STA_INS | STA_DEL))
        return (kernel->status & STA_INS) ? 1 : -1;
    return list_leap_before(&memory->list, start_sec);
}

static void remember(struct leap_memory *memory, int8_t leap, int64_t month_sec)
{
    /* The user's offset was of the time before, if we were there then. */
    if (memory->pending == leap && memory->option_offset_sec)
        memory->option_offset_sec = (int16_t)(memory->option_offset_sec + leap);
    memory->pending = 0;
    memory->passed = leap;
    memory->passed_month_sec = month_sec;
}

static uint8_t find_indicator(struct leap_memory *memory, const struct host_kernel *kernel,
                              int64_t unix_sec)
{
    int64_t next_sec = month_start(unix_sec, 1);
    int8_t leap;

    if (kernel->state == TIME_OOP && next_sec - unix_sec == 1) {
        if (memory->passed_month_sec != next_sec)
            remember(memory, 1, next_sec);
        return VMCLOCK_LEAP_INDICATOR_POS;
    }
    leap = armed_leap(kernel, unix_sec);
    if (leap)
        memory->pending = leap;
    else
        leap = list_leap_before(&memory->list, next_sec);
    if (leap)
        return leap > 0 ? VMCLOCK_LEAP_INDICATOR_PRE_POS : VMCLOCK_LEAP_INDICATOR_PRE_NEG;
    leap = passed_leap(memory, kernel, unix_sec);
    if (!leap)
        return VMCLOCK_LEAP_INDICATOR_NONE;
    if (!memory->passed || memory->passed_month_sec != month_start(unix_sec, 0))
        remember(memory, leap, month_start(unix_sec, 0));
    return leap > 0 ? VMCLOCK_LEAP_INDICATOR_POST_POS : VMCLOCK_LEAP_INDICATOR_POST_NEG;
}

void leaps_at(struct leap_memory *memory, const struct host_kernel *kernel, int64_t unix_sec,
              struct leap_knowledge *knowledge)
{
    bool inserting;
    int16_t listed_sec;

    knowledge->indicator = find_indicator(memory, kernel, unix_sec);
    inserting = knowledge->indicator == VMCLOCK_LEAP_INDICATOR_POS;
    knowledge->unclear = kernel->state == TIME_ERROR && kernel->status & STA_INS &&
                         month_start(unix_sec, 1) - unix_sec == 1;
    /* In 23:59:60 the kernel repeats 23:59:59 with the new offset. The list has it a second later. */
    listed_sec = list_offset(&memory->list, unix_sec + inserting);
    if (kernel->tai_offset_sec >= TAI_OFFSET_MIN && kernel->tai_offset_sec <= TAI_OFFSET_MAX)
        knowledge->tai_minus_utc_sec = (int16_t)kernel->tai_offset_sec;
    else if (listed_sec >= TAI_OFFSET_MIN)
        knowledge->tai_minus_utc_sec = listed_sec;
    else
        knowledge->tai_minus_utc_sec = memory->option_offset_sec;
    knowledge->have_offset = knowledge->tai_minus_utc_sec != 0;
}
