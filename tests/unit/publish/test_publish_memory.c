/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose memory is opened: each check of boot/linux/common/memory.c without those that would refuse the
 * same. The process is this test, and what the kernel says of the peer is made up.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/common/memory.h"

#define BYTES 64u

static const char *lives; /* 'y' or 'n' for each time that is asked */
static int refused;       /* the peer's rights: an errno, or 0 */
static unsigned opened;   /* times, by his rights */

int peer_pidfd(pid_t pid)
{
    (void)pid;
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool peer_lives(int pidfd)
{
    (void)pidfd;
    assert_true(*lives);
    return *lives++ == 'y';
}

int peer_open(const struct peer *peer, const char *path)
{
    (void)peer;
    opened++;
    errno = refused;
    return refused ? -1 : open(path, O_RDONLY | O_CLOEXEC);
}

/* What the peer can be told of that is his, between what nobody may touch. */
static char *map(size_t bytes, int rights, int flags)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *all = mmap(NULL, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(all, MAP_FAILED);
    assert_ptr_not_equal(mmap(all + page, bytes, rights, flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
                         MAP_FAILED);
    return all + page;
}

/* Returns whether it is opened. Leaves nothing open. */
static bool opens(const struct peer *peer, const void *at, const char *life)
{
    const int before = dup(0);
    int fd;

    close(before);
    lives = life;
    fd = memory_open(peer, 0, (uintptr_t)at, BYTES, true);
    if (fd >= 0)
        close(fd);
    fd = fd < 0 ? -1 : 0;
    assert_int_equal(*lives, '\0');
    assert_int_equal(dup(0), before);
    close(before);
    return fd == 0;
}

static struct peer self(void)
{
    return (struct peer){getpid(), getuid(), getgid(), 1000, NULL};
}

/* Another's process: by his user, although his rights would do; by his rights, although it is the same user. */
static void another_user(void **state)
{
    char *page = map(4096, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    struct peer peer = self();

    (void)state;
    assert_true(opens(&peer, page, "yy"));
    refused = EACCES;
    assert_false(opens(&peer, page, "y"));
    refused = 0;
    peer.uid++;
    assert_false(opens(&peer, page, "y"));
}

/* Its end, at either moment. */
static void another_process(void **state)
{
    char *page = map(4096, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    struct peer peer = self();

    (void)state;
    opened = 0;
    assert_false(opens(&peer, page, "n"));
    assert_int_equal(opened, 0); /* nothing was looked at */
    assert_false(opens(&peer, page, "yn"));
    peer.pidfd = -1;
    assert_false(opens(&peer, page, ""));
    peer.pidfd = 1000;
    peer.pid = 0;
    assert_false(opens(&peer, page, ""));
}

/* The mapping's kind alone: whoever compares its content later would find it to be the same. */
static void another_memory(void **state)
{
    static const size_t page = 4096;
    const struct peer peer = self();
    const int both = PROT_READ | PROT_WRITE;
    char *one = map(page, both, MAP_PRIVATE);
    const char *heap = sbrk(MEMORY_RAM_BYTES); /* as large as a guest's memory is */
    int local = 0;

    (void)state;
    assert_true(opens(&peer, one + page - BYTES, "yy"));
    assert_false(opens(&peer, one + page - BYTES + 1, "y"));
    assert_false(opens(&peer, one - 1, "y"));
    assert_false(opens(&peer, map(2 * page, both, MAP_PRIVATE), "y"));
    assert_false(opens(&peer, map(MEMORY_RAM_BYTES - page, both, MAP_PRIVATE), "y"));
    assert_true(opens(&peer, map(MEMORY_RAM_BYTES, both, MAP_PRIVATE), "yy"));
    assert_true(opens(&peer, map(2 * page, both, MAP_SHARED), "yy"));
    assert_false(opens(&peer, map(page, PROT_READ, MAP_PRIVATE), "y"));
    assert_false(opens(&peer, map(MEMORY_RAM_BYTES, PROT_READ, MAP_SHARED), "y"));
    assert_false(opens(&peer, &local, "y"));
    assert_false(opens(&peer, heap, "y"));
    assert_false(opens(&peer, (const void *)(uintptr_t)another_memory, "y"));
}

static bool opens_process(const struct peer *peer, pid_t pid)
{
    const int fd = memory_open_process(peer, pid);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* A process that is named: that user's own, or root's word is enough. */
static void named_process(void **state)
{
    struct peer peer = self();
    const int before = dup(0);

    (void)state;
    close(before);
    assert_true(opens_process(&peer, getpid()));
    peer.uid++;
    assert_false(opens_process(&peer, getpid()));
    peer.uid = 0;
    assert_true(opens_process(&peer, getpid()));
    assert_false(opens_process(&peer, 1 << 30)); /* there is none */
    assert_int_equal(dup(0), before);
    close(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_user),
        cmocka_unit_test(another_process),
        cmocka_unit_test(another_memory),
        cmocka_unit_test(named_process),
    };
    return cmocka_run_group_tests_name("publish-memory", tests, NULL, NULL);
}
