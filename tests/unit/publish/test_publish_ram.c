/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's memory as the publisher looks at it, and whose a thread is: on this process's own. */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/kvm/ram.h"
#include "boot/linux/kvm/threads.h"

#define PAGE 4096u
#define GUEST_PAGES (RAM_MAX_PAGES + 8)
#define GUEST_BYTES ((uint64_t)GUEST_PAGES * PAGE)

static uint8_t *guest;
static struct ram ram;
static struct vmclock_memory memory;
static int mem_fd, pagemap_fd;

static int fresh(void **state)
{
    (void)state;
    guest = mmap(NULL, GUEST_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mem_fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    pagemap_fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (guest == MAP_FAILED || mem_fd < 0 || pagemap_fd < 0)
        return -1;
    ram_open(&ram, mem_fd, pagemap_fd, (uintptr_t)guest, GUEST_BYTES);
    memory = ram_memory(&ram);
    return 0;
}

static int all_closed(void **state)
{
    (void)state;
    ram_close(&ram);
    close(mem_fd);
    close(pagemap_fd);
    return munmap(guest, GUEST_BYTES);
}

static void assert_reads(uint64_t phys, size_t length, const void *bytes)
{
    const void *mapped = memory.map(memory.context, phys, length);

    assert_non_null(mapped);
    assert_memory_equal(mapped, bytes, length);
    memory.unmap(memory.context, mapped, length);
}

static int is_there(uint64_t phys)
{
    return ram_is_present(pagemap_fd, (uintptr_t)guest + phys);
}

static void test_reads(void **state)
{
    (void)state;
    memcpy(guest + 100, "a text", 6);
    memcpy(guest + 2 * PAGE - 3, "across", 6);
    assert_reads(100, 6, "a text");
    assert_reads(2 * PAGE - 3, 6, "across");
    assert_reads(2 * PAGE - 3, 3, "acr"); /* to the page's end */
    assert_reads(2 * PAGE, 3, "oss");
    guest[0] = 'f';
    guest[GUEST_BYTES - 1] = 'l';
    ram_close(&ram);
    assert_reads(0, 1, "f");
    assert_reads(GUEST_BYTES - 1, 1, "l");
}

/* Each page is seen once, until all is forgotten. */
static void test_is_of_one_moment(void **state)
{
    (void)state;
    guest[8] = 1;
    guest[PAGE] = 1;
    assert_reads(8, 1, "\1");
    guest[8] = guest[9] = guest[PAGE] = 2;
    assert_reads(8, 2, "\1\0");
    assert_reads(PAGE, 1, "\2"); /* that page had not been looked at */
    guest[PAGE] = 3;
    assert_reads(PAGE, 1, "\2");
    assert_int_equal(ram.count, 2);
    ram_close(&ram);
    assert_reads(8, 2, "\2\2");
}

static void test_touches_nothing(void **state)
{
    static const uint8_t zeros[2 * PAGE];

    (void)state;
    guest[3 * PAGE] = 7;
    assert_false(is_there(4 * PAGE));
    assert_true(is_there(3 * PAGE));
    assert_true(is_there(3 * PAGE + PAGE - 1));
    assert_reads(4 * PAGE, 2 * PAGE, zeros);
    assert_false(is_there(4 * PAGE));
    assert_false(ram_is_present(-1, (uintptr_t)guest + 3 * PAGE));
}

/* Where the process's memory cannot be read, it is zeros. */
static void test_cannot_be_read(void **state)
{
    (void)state;
    guest[0] = 1;
    ram.mem_fd = -1;
    assert_reads(0, 1, "\0");
}

static void test_ends(void **state)
{
    (void)state;
    assert_null(memory.map(memory.context, GUEST_BYTES, 0));
    assert_null(memory.map(memory.context, GUEST_BYTES, 1));
    assert_null(memory.map(memory.context, GUEST_BYTES - 1, 2));
    assert_null(memory.map(memory.context, UINT64_MAX, 1));
    assert_null(memory.map(memory.context, 1, SIZE_MAX));
    assert_null(memory.map(memory.context, 0, (size_t)RAM_MAX_PAGES * PAGE + 1));
    assert_int_equal(ram.count, 0);
}

/* So many pages and no more, in one piece or in several; those that are known still are. */
static void test_most_pages(void **state)
{
    const void *mapped;

    (void)state;
    guest[0] = 9;
    mapped = memory.map(memory.context, 0, (size_t)RAM_MAX_PAGES * PAGE);
    assert_non_null(mapped);
    memory.unmap(memory.context, mapped, (size_t)RAM_MAX_PAGES * PAGE);
    assert_int_equal(ram.count, RAM_MAX_PAGES);
    assert_null(memory.map(memory.context, (uint64_t)RAM_MAX_PAGES * PAGE, 1));
    assert_null(memory.map(memory.context, (uint64_t)RAM_MAX_PAGES * PAGE - 1, 2));
    assert_reads(0, 1, "\x09");
    ram_close(&ram);
    assert_int_equal(ram.count, 0);
    mapped = memory.map(memory.context, 1, (size_t)RAM_MAX_PAGES * PAGE); /* it takes one more */
    assert_null(mapped);
}

static unsigned room = UINT_MAX; /* how often there is memory */

void *__real_reallocarray(void *old, size_t count, size_t bytes);
void *__wrap_reallocarray(void *old, size_t count, size_t bytes);
void *__wrap_reallocarray(void *old, size_t count, size_t bytes)
{
    if (!room)
        return NULL;
    room -= room != UINT_MAX;
    return __real_reallocarray(old, count, bytes);
}

static void *id_of(void *context)
{
    struct threads threads;

    *(pid_t *)context = gettid();
    assert_int_equal(threads_process_of(gettid()), getpid());
    threads_list(getpid(), &threads);
    assert_true(threads_have(&threads, gettid()));
    assert_true(threads_have(&threads, getpid()));
    assert_false(threads_have(&threads, 1));
    threads_free(&threads);
    assert_int_equal(threads.count, 0);
    assert_null(threads.ids);
    return NULL;
}

static void test_threads(void **state)
{
    struct threads threads;
    pthread_t thread;
    pid_t id = 0;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, id_of, &id), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(threads_process_of(getpid()), getpid());
    assert_int_equal(threads_process_of(INT32_MAX), 0);
    threads_list(INT32_MAX, &threads);
    assert_int_equal(threads.count, 0);
    assert_false(threads_have(&threads, 0));
    threads_free(&threads);
    for (unsigned most = 0; most < 3; most++) { /* some, where there is no memory for more */
        room = most;
        threads_list(getpid(), &threads);
        assert_int_equal(threads.count, most);
        threads_free(&threads);
    }
    room = UINT_MAX;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reads, fresh, all_closed),
        cmocka_unit_test_setup_teardown(test_is_of_one_moment, fresh, all_closed),
        cmocka_unit_test_setup_teardown(test_touches_nothing, fresh, all_closed),
        cmocka_unit_test_setup_teardown(test_cannot_be_read, fresh, all_closed),
        cmocka_unit_test_setup_teardown(test_ends, fresh, all_closed),
        cmocka_unit_test_setup_teardown(test_most_pages, fresh, all_closed),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests_name("publish.ram", tests, NULL, NULL);
}
