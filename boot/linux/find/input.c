/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "boot/linux/find/input.h"

#define FIRST_SIZE ((size_t)64 << 10)
#define SILENCE_MS 10000 /* of a pipe or a device that was named */

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
    if (errno == ETIMEDOUT)
        return refuse(result, path, "file", "nothing came from it within 10 s");
    return refuse(result, path, "file", strerror(errno));
}

/*
 * Up to the end, in a buffer that grows. silence_ms: how long nothing may come, -1 for ever. A pipe that
 * nobody has ever had open for writing is silent: without poll it would look like one at its end.
 *
 * Returns 0, or -1 with errno; EFBIG beyond INPUT_LIMIT.
 */
static int read_all(int fd, int silence_ms, struct input *input)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};
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
        if (poll(&readable, 1, silence_ms) == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        got = read(fd, input->bytes + input->length, room - input->length);
        if (got == 0)
            return 0;
        if (got < 0 && errno != EINTR && errno != EAGAIN)
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
    bool named = strcmp(path, "-") != 0;
    int fd = named ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) : dup(STDIN_FILENO);
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
        error = read_all(fd, named ? SILENCE_MS : -1, input);
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
