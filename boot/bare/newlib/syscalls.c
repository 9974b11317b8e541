/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscalls.c - what newlib needs of a system: a console to write to, memory, an end. There are no files
 * and no processes. Each has two names: which one newlib calls depends on the target.
 */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include "boot/bare/platform.h"

#define CONSOLES 3 /* standard input, output and error */

#define BOTH_NAMES(type, name, parameters) type _##name parameters __attribute__((alias(#name)))

static int refuse(int error)
{
    errno = error;
    return -1;
}

_READ_WRITE_RETURN_TYPE write(int file, const void *text, size_t length)
{
    if (file < 0 || file >= CONSOLES)
        return refuse(EBADF);
    platform_console_write(NULL, text, length);
    return (_READ_WRITE_RETURN_TYPE)length;
}
BOTH_NAMES(_READ_WRITE_RETURN_TYPE, write, (int file, const void *text, size_t length));

_READ_WRITE_RETURN_TYPE read(int file, void *buffer, size_t length)
{
    (void)buffer;
    (void)length;
    return file == 0 ? 0 : refuse(EBADF); /* nothing to be read, ever */
}
BOTH_NAMES(_READ_WRITE_RETURN_TYPE, read, (int file, void *buffer, size_t length));

int close(int file)
{
    return file >= 0 && file < CONSOLES ? 0 : refuse(EBADF);
}
BOTH_NAMES(int, close, (int file));

int fstat(int file, struct stat *status)
{
    if (file < 0 || file >= CONSOLES)
        return refuse(EBADF);
    status->st_mode = S_IFCHR;
    return 0;
}
BOTH_NAMES(int, fstat, (int file, struct stat *status));

int isatty(int file)
{
    return file >= 0 && file < CONSOLES;
}
BOTH_NAMES(int, isatty, (int file));

off_t lseek(int file, off_t offset, int whence)
{
    (void)file;
    (void)offset;
    (void)whence;
    return refuse(ESPIPE);
}
BOTH_NAMES(off_t, lseek, (int file, off_t offset, int whence));

void *sbrk(ptrdiff_t increment)
{
    static char *first, *next, *end;
    char *given;

    if (!next) {
        platform_heap(&first, &end);
        next = first;
    }
    given = next;
    if (increment > end - next || increment < first - next) {
        errno = ENOMEM;
        return (void *)-1;
    }
    next += increment;
    return given;
}
BOTH_NAMES(void *, sbrk, (ptrdiff_t increment));

int kill(pid_t process, int number)
{
    (void)process;
    (void)number;
    platform_exit(PLATFORM_CODE_FAULT); /* abort() and the like */
}
BOTH_NAMES(int, kill, (pid_t process, int number));

pid_t getpid(void)
{
    return 1;
}
BOTH_NAMES(pid_t, getpid, (void));

void _exit(int code)
{
    platform_exit((uint8_t)code);
}
