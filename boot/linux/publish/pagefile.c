/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vmclock/abi.h>
#include "boot/linux/common/event.h"
#include "boot/linux/publish/pagefile.h"

static bool begins_with_page(int fd)
{
    uint8_t magic[4];

    return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
           (magic[0] | (uint32_t)magic[1] << 8 | (uint32_t)magic[2] << 16 |
            (uint32_t)magic[3] << 24) == VMCLOCK_PAGE_MAGIC;
}

/* Whether all that is there is zero. Holes are passed over where the file's system knows them. */
static bool is_zero(int fd)
{
    static const uint8_t zeros[65536];
    uint8_t bytes[sizeof(zeros)];
    ssize_t count;

    for (off_t at = 0;; at += count) {
        off_t data = lseek(fd, at, SEEK_DATA);

        if (data < 0 && errno == ENXIO)
            return true;
        if (data > at)
            at = data;
        count = pread(fd, bytes, sizeof(bytes), at);
        if (count < 0 || memcmp(bytes, zeros, (size_t)count))
            return false;
        if (!count)
            return true;
    }
}

/* Returns 0, or -1 having said why. */
static int check(const struct guest_options *guest, int fd, uint64_t *length)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return failure("file", "%s: %s", guest->file, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return failure("file", "%s: is no regular file", guest->file);
    *length = (uint64_t)status.st_size;
    if (!guest->has_offset && !begins_with_page(fd) && !is_zero(fd))
        return failure(
            "file",
            "%s: holds something else than a page, which stays; to write into it all the "
            "same, name the place by --offset",
            guest->file);
    return 0;
}

int pagefile_open(const struct guest_options *guest, uint64_t *length)
{
    /* Without waiting: it may be a device or a pipe. */
    int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    int fd = open(guest->file, flags | (guest->has_offset ? 0 : O_CREAT), 0600);

    if (fd < 0)
        return failure(errno == EACCES || errno == EPERM ? "permission" : "file", "%s: %s",
                       guest->file,
                       errno == ELOOP ? "is a symbolic link, or is reached by too many of them"
                                      : strerror(errno));
    if (check(guest, fd, length) == 0)
        return fd;
    close(fd);
    return -1;
}

const char *pagefile_failure(int error)
{
    if (error == EACCES || error == EPERM)
        return "permission";
    return error == ENOSPC || error == EDQUOT || error == EFBIG ? "space" : "file";
}

/* The descriptor of the file and its length, made long enough; -1 having said why. */
static int open_file(const struct guest_options *guest, uint64_t *length)
{
    int fd = pagefile_open(guest, length);

    if (fd < 0 || guest->has_offset || *length >= TARGET_FILE_BYTES)
        return fd;
    *length = TARGET_FILE_BYTES;
    if (ftruncate(fd, TARGET_FILE_BYTES) == 0)
        return fd;
    failure(pagefile_failure(errno), "%s: %s", guest->file, strerror(errno));
    close(fd);
    return -1;
}

int pagefile_allocate(const struct guest_options *guest, int fd)
{
    int error;

    do {
        error = fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)guest->offset, (off_t)guest->size);
    } while (error < 0 && errno == EINTR);
    return error < 0 && !strcmp(pagefile_failure(errno), "space") ? -1 : 0;
}

/* Whether another publisher has the page; where files cannot be locked nobody knows. */
static bool is_taken(const struct guest_options *guest, int fd)
{
    struct flock lock = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = (off_t)guest->offset,
                         .l_len = guest->size};

    return fcntl(fd, F_OFD_SETLK, &lock) < 0 && (errno == EAGAIN || errno == EACCES);
}

void *pagefile_map(const struct guest_options *guest, int *kept_fd)
{
    uint64_t in_frame = guest->offset % (uint64_t)sysconf(_SC_PAGESIZE), length = 0;
    int fd = open_file(guest, &length);
    char *mapped;

    if (fd < 0)
        return NULL;
    if (length < guest->size || length - guest->size < guest->offset) {
        failure("file", "%s: %" PRIu64 " bytes, too few for a page of %" PRIu32 " at %" PRIu64,
                guest->file, length, guest->size, guest->offset);
        close(fd);
        return NULL;
    }
    if (is_taken(guest, fd)) {
        failure("control", "%s: another publisher has this page", guest->file);
        close(fd);
        return NULL;
    }
    mapped = pagefile_allocate(guest, fd) < 0
                 ? MAP_FAILED
                 : mmap(NULL, in_frame + guest->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                        (off_t)(guest->offset - in_frame));
    if (mapped == MAP_FAILED) {
        failure(pagefile_failure(errno), "%s: %s", guest->file, strerror(errno));
        close(fd);
        return NULL;
    }
    *kept_fd = fd;
    return mapped + in_frame;
}
