/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/memory.h"

/* Where it is in /proc. */
static void path_of(pid_t pid, const char *what, char path[64])
{
    snprintf(path, 64, "/proc/%ld/%s", (long)pid, what);
}

static int open_own(pid_t pid, bool writable)
{
    char path[64];
    int fd;

    path_of(pid, "mem", path);
    fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd >= 0)
        return fd;
    if (errno == EACCES || errno == EPERM)
        return failure("permission",
                       "the memory of process %ld: %s; it takes its user and, where "
                       "kernel.yama.ptrace_scope is not 0, CAP_SYS_PTRACE",
                       (long)pid, strerror(errno));
    return failure("process", "%s: %s", path, strerror(errno));
}

static const char *role(const struct peer *peer)
{
    return peer->is ? peer->is : "who made the QMP socket";
}

/* Returns 0, or -1 having said why. */
static int check_user(const struct peer *peer, pid_t pid, bool named)
{
    unsigned real = 0, effective = 0, saved = 0;
    char path[64], line[256];
    bool found = false, same;
    FILE *file;

    path_of(pid, "status", path);
    file = fopen(path, "re");
    while (file && !found && fgets(line, sizeof(line), file))
        found = sscanf(line, "Uid: %u %u %u", &real, &effective, &saved) == 3;
    if (file)
        fclose(file);
    if (!found)
        return failure("process", "%s: whose process it is cannot be seen", path);
    same = real == effective && real == saved;
    if (same && (real == peer->uid || (named && !peer->uid)))
        return 0;
    return failure("process",
                   "process %ld is not of user %ld, %s, but of %u, %u and %u "
                   "(real, effective, saved)%s",
                   (long)pid, (long)peer->uid, role(peer), real, effective, saved,
                   same && !named ? ": name QEMU by --pid" : "");
}

static bool parse_mapping(const char *line, struct mapping *mapping)
{
    unsigned major, minor;
    int name = 0;

    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %lu %n", &mapping->start,
               &mapping->end, mapping->rights, &mapping->offset, &major, &minor, &mapping->inode,
               &name) != 7)
        return false;
    mapping->device = makedev(major, minor);
    mapping->special = line[name] == '[';
    return true;
}

bool memory_is_guest(const struct mapping *mapping)
{
    uint64_t bytes = mapping->end - mapping->start;

    if (strncmp(mapping->rights, "rw-", 3) || mapping->special)
        return false;
    return (mapping->rights[3] == 's' && mapping->inode) || bytes >= MEMORY_RAM_BYTES ||
           (bytes == (uint64_t)sysconf(_SC_PAGESIZE) && !mapping->inode);
}

/* Whether the bytes are in it. */
static bool holds(const struct mapping *mapping, uint64_t at, uint32_t size)
{
    return mapping->start <= at && at < mapping->end && size <= mapping->end - at;
}

/* Whole lines: a file's name may be long, and look like one. */
int memory_mappings(const struct peer *peer, pid_t pid,
                    void (*visit)(void *context, const struct mapping *mapping), void *context)
{
    struct mapping mapping;
    char path[64], *line = NULL;
    size_t room = 0;
    FILE *file;
    int fd;

    path_of(pid, "maps", path);
    fd = peer_open(peer, path);
    if (fd < 0)
        return failure(errno == EACCES || errno == EPERM ? "permission" : "process",
                       "the memory of process %ld, by the rights of user %ld, %s: %s", (long)pid,
                       (long)peer->uid, role(peer), strerror(errno));
    file = fdopen(fd, "r");
    while (file && getline(&line, &room, file) > 0)
        if (parse_mapping(line, &mapping))
            visit(context, &mapping);
    free(line);
    if (file)
        fclose(file);
    return 0;
}

/* The mapping that some bytes are in. */
struct wanted {
    uint64_t at;
    uint32_t size;
    bool found;
    struct mapping mapping;
};

static void look_for(void *context, const struct mapping *mapping)
{
    struct wanted *wanted = context;

    if (wanted->found || !holds(mapping, wanted->at, wanted->size))
        return;
    wanted->found = true;
    wanted->mapping = *mapping;
}

int memory_check(const struct peer *peer, pid_t pid, uint64_t at, uint32_t size,
                 struct mapping *mapping)
{
    struct wanted wanted = {.at = at, .size = size};

    if (memory_mappings(peer, pid, look_for, &wanted) < 0)
        return -1;
    if (!wanted.found)
        return failure("process", "process %ld is not the QEMU of this guest: name it by --pid",
                       (long)pid);
    if (!memory_is_guest(&wanted.mapping))
        return failure("address", "0x%" PRIx64 " of process %ld is no guest's memory", at,
                       (long)pid);
    if (mapping)
        *mapping = wanted.mapping;
    return 0;
}

int memory_open_process(const struct peer *peer, pid_t pid)
{
    int fd = open_own(pid, true);

    if (fd < 0 || check_user(peer, pid, true) == 0)
        return fd;
    close(fd);
    return -1;
}

/*
 * The memory is opened first and judged then: should the process run another program in between, it is
 * the other that is judged, and the memory is nobody's any more.
 */
static int open_checked(const struct peer *peer, pid_t pid, bool named, uint64_t at, uint32_t size,
                        bool writable)
{
    int fd = open_own(pid, writable);

    if (fd < 0)
        return -1;
    if (check_user(peer, pid, named) == 0 && memory_check(peer, pid, at, size, NULL) == 0)
        return fd;
    close(fd);
    return -1;
}

int memory_open(const struct peer *peer, pid_t pid, uint64_t at, uint32_t size, bool writable)
{
    bool named = pid != 0;
    int pidfd = named ? peer_pidfd(pid) : peer->pidfd, fd = -1;

    if (!named)
        pid = peer->pid;
    if (pid <= 0)
        return failure("process", "whose QMP socket this is cannot be seen: name QEMU by --pid");
    if (pidfd < 0)
        return failure("process", "process %ld has ended, or cannot be held%s", (long)pid,
                       named ? "" : ": name QEMU by --pid");
    if (peer_lives(pidfd))
        fd = open_checked(peer, pid, named, at, size, writable);
    else
        failure("process", "process %ld, who made the QMP socket, has ended: name QEMU by --pid",
                (long)pid);
    /* Until now its id was its own. */
    if (fd >= 0 && !peer_lives(pidfd)) {
        close(fd);
        fd = failure("process", "process %ld has ended", (long)pid);
    }
    if (named)
        close(pidfd);
    return fd;
}
