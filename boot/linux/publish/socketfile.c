/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/socketfile.h"

/* A file's folder, held, and its name there: what is looked at is what is removed. */
struct place {
    int folder; /* -1: there is none */
    const char *name;
    struct stat status; /* of the file itself, no link followed */
    int found;
};

static void find(const struct sockaddr_un *address, struct place *place)
{
    char folder[sizeof(address->sun_path)] = ".";
    const char *slash = strrchr(address->sun_path, '/');

    if (slash) {
        size_t length = (size_t)(slash - address->sun_path) + 1;

        memcpy(folder, address->sun_path, length);
        folder[length] = '\0';
    }
    place->name = slash ? slash + 1 : address->sun_path;
    place->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    place->found = place->folder >= 0 &&
                   fstatat(place->folder, place->name, &place->status, AT_SYMLINK_NOFOLLOW) == 0;
}

static void leave(struct place *place)
{
    if (place->folder >= 0)
        close(place->folder);
}

int socketfile_connect(const struct sockaddr_un *address, int nonblocking)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0) {
        int error = errno;

        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* Of a socket: 1 if somebody listens, 0 if nobody does, -1 with errno set if that is not to be known. */
static int is_live(const struct sockaddr_un *address)
{
    int fd = socketfile_connect(address, 1);

    if (fd >= 0) {
        close(fd);
        return 1;
    }
    if (errno == EAGAIN) /* so many ask that it takes no more */
        return 1;
    return errno == ECONNREFUSED ? 0 : -1;
}

static int clear(const struct sockaddr_un *address, const struct place *place)
{
    int live;

    if (!S_ISSOCK(place->status.st_mode))
        return failure("control", "%s: is there, and is no socket", address->sun_path);
    live = is_live(address);
    if (live > 0)
        return failure("control", "%s: another publisher has this guest", address->sun_path);
    if (live < 0)
        return failure("control", "%s: is there: %s", address->sun_path, strerror(errno));
    if (place->status.st_uid != geteuid())
        return failure("control", "%s: is there, and is a socket of another user",
                       address->sun_path);
    (void)unlinkat(place->folder, place->name, 0); /* if that fails, so will what follows */
    return 0;
}

int socketfile_clear(const struct sockaddr_un *address)
{
    struct place place;
    int error = 0;

    find(address, &place);
    if (place.found)
        error = clear(address, &place);
    leave(&place);
    return error;
}

int socketfile_listen(const struct sockaddr_un *address, struct socketfile *file)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(077);
    int error = fd < 0 || bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0;
    struct place place;

    umask(mask);
    file->inode = 0;
    if (!error) {
        find(address, &place);
        if (place.found) {
            file->device = place.status.st_dev;
            file->inode = place.status.st_ino;
        }
        leave(&place);
        error = listen(fd, 8) < 0;
    }
    if (!error) {
        (void)socketfile_accept(fd, 0); /* nobody is there yet, but now there is a spare one */
        return fd;
    }
    error = errno;
    if (fd >= 0)
        close(fd);
    socketfile_remove(address, file);
    errno = error;
    return -1;
}

int socketfile_accept(int listening, int flags)
{
    static int spare = -1;
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | flags);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE) && spare >= 0) {
        close(spare);
        fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            close(fd);
        spare = fd = -1;
    }
    if (spare < 0)
        spare = open("/", O_PATH | O_CLOEXEC);
    return fd;
}

void socketfile_remove(const struct sockaddr_un *address, struct socketfile *file)
{
    struct place place;

    if (!file->inode)
        return;
    find(address, &place);
    if (place.found && place.status.st_ino == file->inode && place.status.st_dev == file->device)
        (void)unlinkat(place.folder, place.name, 0);
    leave(&place);
    file->inode = 0;
}
