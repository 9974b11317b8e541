/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "boot/linux/publish/relation/savedstate.h"

#define STREAM_MAX_BYTES (64 << 20) /* of devices without RAM: some 100 kB are usual */

static int64_t big_endian(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;

    while (count--)
        value = value << 8 | *bytes++;
    return (int64_t)value;
}

/*
 * Finds the section "timer", version 2, in a migration stream:
 *     u8 5, "timer", be32 instance, be32 version, be64 ticks, 8 unused bytes, be64 clock
 * Returns 0, or 1 when there is none.
 */
static int parse_stream(const uint8_t *stream, size_t length, struct saved_clocks *clocks)
{
    static const uint8_t header[] = {5, 't', 'i', 'm', 'e', 'r', 0, 0, 0, 0, 0, 0, 0, 2};
    const uint8_t *found = memmem(stream, length, header, sizeof(header));

    if (!found || length - (size_t)(found - stream) < sizeof(header) + 24)
        return 1;
    clocks->ticks = big_endian(found + sizeof(header), 8);
    clocks->clock_ns = big_endian(found + sizeof(header) + 16, 8);
    return 0;
}

/* A descriptor of the same file that can only be written: QEMU takes no other for writing. */
static int reopen_for_writing(int file)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    return open(path, O_WRONLY | O_CLOEXEC);
}

/* QEMU saves into the descriptor. Returns as savedstate_read. */
static int save_into(struct qmp *qmp, int writable)
{
    struct json_object *added = NULL, *arguments;
    char name[64];
    int64_t set;
    int error = qmp_pass_fd(qmp, writable, &added);

    if (error)
        return error;
    set = json_object_get_int64(json_object_object_get(added, "fdset-id"));
    json_object_put(added);
    snprintf(name, sizeof(name), "/dev/fdset/%lld", (long long)set);
    arguments = json_object_new_object();
    json_object_object_add(arguments, "filename", json_object_new_string(name));
    /* Not a migration: QEMU keeps its disks. */
    json_object_object_add(arguments, "live", json_object_new_boolean(0));
    error = qmp_command(qmp, "xen-save-devices-state", arguments, NULL);
    arguments = json_object_new_object();
    json_object_object_add(arguments, "fdset-id", json_object_new_int64(set));
    if (qmp_command(qmp, "remove-fd", arguments, NULL) < 0)
        return -1;
    return error;
}

/*
 * The stream that QEMU left in the file, to be freed, or null. QEMU may still write there, shorten it,
 * or have made it as long as it likes: nothing of it is mapped, and no more is read than a machine has.
 */
static uint8_t *read_stream(int file, size_t *length)
{
    uint8_t *stream = NULL;
    struct stat status;
    ssize_t count = 0;

    if (fstat(file, &status) == 0 && status.st_size > 0 && status.st_size <= STREAM_MAX_BYTES)
        stream = malloc((size_t)status.st_size);
    for (*length = 0; stream && *length < (size_t)status.st_size; *length += (size_t)count) {
        count = pread(file, stream + *length, (size_t)status.st_size - *length, (off_t)*length);
        if (count <= 0)
            break;
    }
    return stream;
}

int savedstate_read(struct qmp *qmp, struct saved_clocks *clocks)
{
    int file = memfd_create("vmclock-publish", MFD_CLOEXEC);
    int writable = file < 0 ? -1 : reopen_for_writing(file);
    int error = 1;

    if (writable >= 0) {
        error = save_into(qmp, writable);
        close(writable);
    }
    if (!error) {
        size_t length;
        uint8_t *stream = read_stream(file, &length);

        error = stream ? parse_stream(stream, length, clocks) : 1;
        free(stream);
    }
    if (file >= 0)
        close(file);
    return error;
}
