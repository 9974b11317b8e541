/* SPDX-License-Identifier: BSD-2-Clause */
/* What the publisher makes in the file system, who may use it, and what of others' it leaves alone. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/pagefile.h"
#include "boot/linux/publish/socketfile.h"

#define NOBODY 65534

static char folder[] = "/tmp/vmclock-files-XXXXXX";
static char path[64];
static struct sockaddr_un address;

/* Whatever the umask of whoever started the publisher: none at all is the most that can be wrong. */
static int start(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/it", folder);
    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    strcpy(address.sun_path, path);
    umask(0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static mode_t mode(void)
{
    struct stat status;

    return lstat(path, &status) == 0 ? status.st_mode : 0;
}

static void make_file(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int open_page(bool has_offset)
{
    const struct guest_options guest = {.file = path, .has_offset = has_offset};
    uint64_t length = 77;

    return pagefile_open(&guest, &length);
}

static void refuses_page(bool has_offset, const char *why)
{
    assert_int_equal(open_page(has_offset), -1);
    assert_non_null(strstr(last_failure(), why));
}

/* Only ours to read and to write; nothing that we start gets it. */
static void page_of_its_own(void **state)
{
    int fd = open_page(false);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(mode(), S_IFREG | 0600);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
    assert_int_equal(chmod(path, 0644), 0); /* whoever made it says who may */
    fd = open_page(false);
    assert_true(fd >= 0);
    assert_int_equal(mode(), S_IFREG | 0644);
    close(fd);
}

static void page_of_others(void **state)
{
    (void)state;
    refuses_page(true, "file: ");
    assert_int_equal(mode(), 0); /* not made where it has to be there */
    make_file("a diary");
    refuses_page(false, "holds something else than a page");
    unlink(path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    refuses_page(false, "is a symbolic link");
    unlink(path);
    assert_int_equal(symlink("nowhere", path), 0);
    refuses_page(false, "is a symbolic link");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    refuses_page(false, "is no regular file"); /* and nobody is waited for */
    refuses_page(true, "is no regular file");
}

static int listens(struct socketfile *file)
{
    int fd = socketfile_listen(&address, file);

    assert_true(fd >= 0);
    return fd;
}

/* Only we may ask; the umask is as it was, for whatever else is made. */
static void socket_of_its_own(void **state)
{
    struct socketfile file;
    int fd, asking;

    (void)state;
    umask(026);
    fd = listens(&file);
    assert_int_equal(umask(0), 026);
    assert_int_equal(mode() & (S_IFMT | 0077), S_IFSOCK);
    assert_int_equal(mode() & 0700, 0700);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    asking = socketfile_connect(&address, 1);
    assert_true(asking >= 0);
    assert_true(fcntl(asking, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(asking, F_GETFL) & O_NONBLOCK);
    close(asking);
    asking = socketfile_connect(&address, 0);
    assert_false(fcntl(asking, F_GETFL) & O_NONBLOCK);
    close(asking);
    socketfile_remove(&address, &file);
    assert_int_equal(mode(), 0);
    assert_int_equal(file.inode, 0);    /* another's may get that number, and is not ours */
    socketfile_remove(&address, &file); /* once is enough */
    close(fd);
}

/* The umask comes back, and nothing stays, where there is no socket to be had. */
static void no_socket(void **state)
{
    struct socketfile file;

    (void)state;
    make_file("");
    umask(022);
    assert_int_equal(socketfile_listen(&address, &file), -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(umask(0), 022);
    assert_true(S_ISREG(mode()));
    assert_int_equal(file.inode, 0);
}

static void removes_its_own(void **state)
{
    struct socketfile file, another;
    int fd = listens(&file), second;

    (void)state;
    unlink(path);
    second = listens(&another); /* somebody else has taken the place */
    if (file.inode != another.inode) {
        socketfile_remove(&address, &file);
        assert_true(S_ISSOCK(mode()));
    }
    socketfile_remove(&address, &another);
    assert_int_equal(mode(), 0);
    close(fd);
    close(second);
}

static void keeps(const char *why)
{
    const mode_t before = mode();

    assert_int_equal(socketfile_clear(&address), -1);
    assert_non_null(strstr(last_failure(), why));
    assert_int_equal(mode(), before);
}

static void clears_what_is_dead(void **state)
{
    struct socketfile file;
    int fd;

    (void)state;
    assert_int_equal(socketfile_clear(&address), 0); /* there is nothing */
    make_file("");
    keeps("is there, and is no socket");
    unlink(path);
    assert_int_equal(symlink("/nowhere/at/all", path), 0);
    keeps("is there, and is no socket");
    unlink(path);
    fd = listens(&file);
    keeps("another publisher has this guest");
    close(fd);
    if (geteuid() == 0) {
        assert_int_equal(chown(path, NOBODY, NOBODY), 0);
        keeps("is a socket of another user");
        assert_int_equal(chown(path, 0, 0), 0);
    }
    assert_int_equal(socketfile_clear(&address), 0);
    assert_int_equal(mode(), 0);
}

/* A file that cannot be as long as a page: it is said, and whatever else is open is left alone. */
static void no_room(void **state)
{
    const struct guest_options guest = {.file = path, .size = 136};
    struct rlimit before, none;
    int kept_fd;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 1000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    assert_null(pagefile_map(&guest, &kept_fd));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(strstr(last_failure(), strerror(EFBIG)));
    assert_true(fcntl(STDOUT_FILENO, F_GETFD) >= 0);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, start, end)
    const struct CMUnitTest tests[] = {
        TEST(page_of_its_own),     TEST(page_of_others), TEST(no_room),
        TEST(socket_of_its_own),   TEST(no_socket),      TEST(removes_its_own),
        TEST(clears_what_is_dead),
    };

    return cmocka_run_group_tests_name("publish-files", tests, NULL, NULL);
}
