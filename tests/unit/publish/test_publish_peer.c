/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is at the other end of a connection, whether he is still there, and what is opened by his rights alone. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/common/peer.h"

#define NOBODY 65534

static int is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Of a pair of sockets he is this process. */
static void ourselves(void **state)
{
    struct peer peer = {.is = "somebody"};
    int ends[2], pidfd;

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(peer_of(ends[0], &peer), 0);
    assert_int_equal(peer.pid, getpid());
    assert_int_equal(peer.uid, geteuid());
    assert_int_equal(peer.gid, getegid());
    assert_null(peer.is);
    pidfd = peer.pidfd;
    assert_true(is_open(pidfd));
    assert_true(peer_lives(pidfd));
    peer_close(&peer);
    assert_false(is_open(pidfd));
    assert_int_equal(peer.pidfd, -1);
    peer_close(&peer); /* once is enough */
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(peer_of(ends[0], &peer), -1);
    assert_int_equal(peer.pidfd, -1);
}

/* Where nothing else has it, the descriptor's number is 0. */
static void first_descriptor(void **state)
{
    const int input = dup(0);
    struct peer peer;

    (void)state;
    peer_own(&peer);
    assert_int_equal(peer.pid, getpid());
    assert_int_equal(peer.pidfd, -1);
    close(0);
    peer.pidfd = peer_pidfd(getpid());
    assert_int_equal(peer.pidfd, 0);
    peer_close(&peer);
    assert_false(is_open(0));
    if (input >= 0) {
        dup2(input, 0);
        close(input);
    }
}

static void who_has_ended(void **state)
{
    int ends[2], pidfd;
    pid_t child;
    char byte;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        close(ends[1]);
        _exit((int)read(ends[0], &byte, 1));
    }
    pidfd = peer_pidfd(child);
    assert_true(pidfd >= 0);
    assert_true(peer_lives(pidfd));
    close(ends[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_false(peer_lives(pidfd));
    close(pidfd);
    close(ends[0]);
    assert_int_equal(peer_pidfd(child), -1);
}

/* A file of one user's, which nobody else may read. */
static void make_file(char *path, uid_t owner)
{
    const int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(fchown(fd, owner, owner), 0);
    close(fd);
}

static int opens(const struct peer *peer, const char *path)
{
    const int fd = peer_open(peer, path);
    const int error = errno;

    if (fd >= 0) {
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
        close(fd);
    }
    errno = error;
    return fd >= 0;
}

/* He gets what is his, by his group too, and no more, whatever we may; and then we are who we were. */
static void by_his_rights(void **state)
{
    char ours[] = "/tmp/vmclock-peer-XXXXXX", his[] = "/tmp/vmclock-peer-XXXXXX";
    struct peer nobody = {.uid = NOBODY, .gid = NOBODY}, own;
    int death = 0;

    (void)state;
    if (geteuid() != 0)
        skip();
    make_file(ours, 0);
    make_file(his, NOBODY);
    peer_own(&own);
    assert_int_equal(prctl(PR_SET_PDEATHSIG, SIGWINCH), 0);
    assert_true(opens(&nobody, his));
    assert_false(opens(&nobody, ours));
    assert_int_equal(errno, EACCES);
    assert_int_equal(setfsuid((uid_t)-1), 0);
    assert_int_equal(setfsgid((gid_t)-1), 0);
    assert_int_equal(prctl(PR_GET_PDEATHSIG, &death), 0);
    assert_int_equal(death, SIGWINCH);
    assert_true(opens(&own, his)); /* by a capability, which is there again */
    assert_true(opens(&own, ours));
    assert_int_equal(chown(ours, 0, NOBODY), 0);
    assert_int_equal(chmod(ours, 0640), 0);
    assert_true(opens(&nobody, ours));
    nobody.gid = NOBODY - 1;
    assert_false(opens(&nobody, ours));
    assert_false(opens(&own, "/tmp/vmclock-peer-none"));
    assert_int_equal(errno, ENOENT);
    assert_int_equal(prctl(PR_SET_PDEATHSIG, 0), 0);
    unlink(ours);
    unlink(his);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ourselves),
        cmocka_unit_test(first_descriptor),
        cmocka_unit_test(who_has_ended),
        cmocka_unit_test(by_his_rights),
    };

    return cmocka_run_group_tests_name("publish-peer", tests, NULL, NULL);
}
