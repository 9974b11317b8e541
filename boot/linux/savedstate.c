/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "boot/linux/savedstate.h"

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

int savedstate_read(struct qmp *qmp, struct saved_clocks *clocks)
{
    int file = memfd_create("vmclock-publish", MFD_CLOEXEC);
    int writable = file < 0 ? -1 : reopen_for_writing(file);
    struct stat status;
    void *stream;
    int error = 1;

    if (writable >= 0) {
        error = save_into(qmp, writable);
        close(writable);
    }
    if (!error) {
        error = 1;
        stream = fstat(file, &status) < 0 || status.st_size == 0
                     ? MAP_FAILED
                     : mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
        if (stream != MAP_FAILED) {
            error = parse_stream(stream, (size_t)status.st_size, clocks);
            munmap(stream, (size_t)status.st_size);
        }
    }
    if (file >= 0)
        close(file);
    return error;
}
