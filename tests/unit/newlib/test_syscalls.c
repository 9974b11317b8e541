/* SPDX-License-Identifier: BSD-2-Clause */
/* What newlib asks a system for: a console, memory, an end. Its functions stand in for this program's C library's. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/bare/platform.h"

static char written[16], memory[100];
static size_t length;
static jmp_buf ended;
static int code;

void platform_console_write(void *context, const char *text, size_t bytes)
{
    assert_null(context);
    assert_true(length + bytes <= sizeof(written));
    memcpy(written + length, text, bytes);
    length += bytes;
}

void platform_heap(char **start, char **end)
{
    *start = memory;
    *end = memory + sizeof(memory);
}

_Noreturn void platform_exit(uint8_t with)
{
    code = with;
    longjmp(ended, 1);
}

static void refuses(long result, int error)
{
    assert_int_equal(result, -1);
    assert_int_equal(errno, error);
    errno = 0;
}

/* Input, output and errors are the console; there is no other file. */
static void console(void **state)
{
    static const int none[] = {-1, 3};
    struct stat status = {0};
    char byte = 'x';

    (void)state;
    errno = 0;
    for (int file = 0; file < 3; file++) {
        assert_int_equal(write(file, "abc", 2), 2);
        assert_int_equal(isatty(file), 1);
        assert_int_equal(fstat(file, &status), 0);
        assert_true(S_ISCHR(status.st_mode));
        status.st_mode = 0;
        refuses(lseek(file, 0, SEEK_CUR), ESPIPE);
        assert_int_equal(close(file), 0);
    }
    assert_int_equal(length, 6);
    assert_memory_equal(written, "ababab", 6);
    assert_int_equal(read(0, &byte, 1), 0); /* its end */
    refuses(read(1, &byte, 1), EBADF);
    for (size_t i = 0; i < 2; i++) {
        refuses(write(none[i], "abc", 2), EBADF);
        refuses(read(none[i], &byte, 1), EBADF);
        refuses(fstat(none[i], &status), EBADF);
        refuses(close(none[i]), EBADF);
        assert_int_equal(isatty(none[i]), 0);
    }
    assert_int_equal(byte, 'x');
    assert_int_equal(length, 6);
}

/* To the last byte and back to the first, and nothing beyond. */
static void heap(void **state)
{
    (void)state;
    assert_ptr_equal(sbrk(0), memory);
    refuses((long)sbrk(-1), ENOMEM);
    refuses((long)sbrk(101), ENOMEM);
    assert_ptr_equal(sbrk(60), memory);
    refuses((long)sbrk(41), ENOMEM);
    assert_ptr_equal(sbrk(40), memory + 60);
    refuses((long)sbrk(1), ENOMEM);
    assert_ptr_equal(sbrk(-100), memory + 100);
    refuses((long)sbrk(-1), ENOMEM);
    refuses((long)sbrk(PTRDIFF_MIN), ENOMEM);
    assert_ptr_equal(sbrk(0), memory);
}

static void the_end(void **state)
{
    (void)state;
    code = -1;
    if (!setjmp(ended))
        _exit(7);
    assert_int_equal(code, 7);
    if (!setjmp(ended))
        (void)kill(getpid(), SIGABRT);
    assert_int_equal(code, PLATFORM_CODE_FAULT);
    assert_int_equal(getpid(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(console),
        cmocka_unit_test(heap),
        cmocka_unit_test(the_end),
    };

    return cmocka_run_group_tests_name("newlib.syscalls", tests, NULL, NULL);
}
