/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/linux/find/input.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_SIZE ((size_t)64 << 10)

static int refuse(struct result *result, const char *path, const char *error, const char *text)
{
    const struct place place = {.file = path};

    result_add_refusal(result, &place, RANK_FILE, error, "%s", text);
    return -1;
}

static int refuse_errno(struct result *result, const char *path)
{
    if (errno == EACCES || errno == EPERM)
        return refuse(result, path, "permission",
                      geteuid() ? "permission denied; firmware tables are for root only"
                                : "permission denied");
    if (errno == ENOENT || errno == ENOTDIR)
        return refuse(result, path, "missing", strerror(errno));
    if (errno == EISDIR)
        return refuse(result, path, "directory", "is a directory, not a file with tables");
    return refuse(result, path, "file", strerror(errno));
}

/* Up to the end, in a buffer that grows. Returns 0, or -1 with errno; EFBIG beyond INPUT_LIMIT. */
static int read_all(int fd, struct input *input)
{
    size_t room = 0;

    for (;;) {
        ssize_t got;

        if (input->length == room) {
            uint8_t *bytes;

            room = room ? 2 * room : FIRST_SIZE;
            bytes = realloc(input->bytes, room);
            if (!bytes)
                return -1;
            input->bytes = bytes;
        }
        got = read(fd, input->bytes + input->length, room - input->length);
        if (got == 0)
            return 0;
        if (got < 0 && errno != EINTR)
            return -1;
        if (got > 0)
            input->length += (size_t)got;
        if (input->length > INPUT_LIMIT) {
            errno = EFBIG;
            return -1;
        }
    }
}

int input_read(const char *path, struct input *input, struct result *result)
{
    int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);
    struct stat status;
    int error;

    *input = (struct input){NULL, 0};
    if (fd < 0)
        return refuse_errno(result, path);
    error = fstat(fd, &status);
    if (!error && S_ISREG(status.st_mode) && (uint64_t)status.st_size > INPUT_LIMIT) {
        errno = EFBIG;
        error = -1;
    }
    if (!error)
        error = read_all(fd, input);
    if (error)
        error = errno == EFBIG ? refuse(result, path, "too-large", "has more than 64 MiB")
                               : refuse_errno(result, path);
    else if (input->length == 0)
        error = refuse(result, path, "empty", "is empty");
    close(fd);
    if (error)
        free(input->bytes);
    return error;
}
