/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes of a mapped page: each length at each offset, and a file that lost them.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/publish/mapped.h"

#define BYTES 64u

static void test_each_length(void **state)
{
    _Alignas(8) uint8_t page[BYTES], expected[BYTES];
    uint8_t given[BYTES], got[BYTES + 1];

    (void)state;
    for (uint32_t i = 0; i < BYTES; i++)
        given[i] = (uint8_t)(i + 1);
    for (uint32_t offset = 0; offset < 20; offset++) {
        for (uint32_t length = 0; length <= BYTES - offset; length++) {
            memset(page, 0xee, sizeof(page));
            memcpy(expected, page, sizeof(page));
            memcpy(expected + offset, given, length);
            assert_int_equal(mapped_write(page, offset, given, length), 0);
            assert_memory_equal(page, expected, sizeof(page));
            memset(got, 0xdd, sizeof(got));
            assert_int_equal(mapped_read(page, offset, got, length), 0);
            assert_memory_equal(got, given, length);
            assert_int_equal(got[length], 0xdd);
        }
    }
}

/* Both say so, each time, and again can be read what is there again. */
static void test_file_that_is_short(void **state)
{
    long bytes = sysconf(_SC_PAGESIZE);
    int fd = memfd_create("page", MFD_CLOEXEC);
    uint8_t word[8] = {1, 2, 3, 4, 5, 6, 7, 8}, seen[8];
    void *page;

    (void)state;
    mapped_open(); /* behind cmocka, which has a handler of its own for each test */
    assert_int_equal(ftruncate(fd, bytes), 0);
    page = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_ptr_not_equal(page, MAP_FAILED);
    for (int time = 0; time < 2; time++) {
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(mapped_read(page, 16, seen, sizeof(seen)), 1);
        assert_int_equal(mapped_write(page, 16, word, sizeof(word)), 1);
        assert_int_equal(ftruncate(fd, bytes), 0);
        assert_int_equal(mapped_write(page, 16, word, sizeof(word)), 0);
        assert_int_equal(mapped_read(page, 16, seen, sizeof(seen)), 0);
        assert_memory_equal(seen, word, sizeof(word));
    }
    munmap(page, (size_t)bytes);
    close(fd);
}

/* Bytes that are no page's: whoever loses those ends by it, before and behind any use of ours. */
static void test_what_is_not_ours(void **state)
{
    (void)state;
    mapped_open();
    for (int way = 0; way < 3; way++) {
        pid_t child = fork();
        int status;

        assert_int_not_equal(child, -1);
        if (!child) {
            int fd = memfd_create("other", MFD_CLOEXEC);
            uint8_t *lost = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), byte = 0;

            if (way == 1 && mapped_read(lost, 0, &byte, 1) == 0)
                _exit(0);
            if (way == 2 && mapped_write(&byte, 0, &byte, 1) != 0)
                _exit(0);
            _exit(*(volatile uint8_t *)lost);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGBUS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_length),
        cmocka_unit_test(test_file_that_is_short),
        cmocka_unit_test(test_what_is_not_ours),
    };

    return cmocka_run_group_tests_name("publish.mapped", tests, NULL, NULL);
}
