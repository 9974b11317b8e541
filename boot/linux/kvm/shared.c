/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vmclock/abi.h>
#include "boot/linux/kvm/shared.h"

/* What a page is mapped with: all of its structure, in whole frames. */
struct frames {
    uint64_t before; /* bytes in front of the page, in its first frame */
    size_t bytes;
};

static struct frames frames_of(uint64_t at, uint32_t size)
{
    uint64_t frame = (uint64_t)sysconf(_SC_PAGESIZE), before = at % frame;
    uint64_t used = size < sizeof(struct vmclock_page) ? size : sizeof(struct vmclock_page);

    return (struct frames){before, (size_t)((before + used + frame - 1) / frame * frame)};
}

/*
 * Whether it is a device of files in memory that nobody keeps waiting: others may be FUSE's, whose server would
 * answer when it likes. Both are asked for each time: they cost less than a search for a page.
 */
static bool is_memory(dev_t device)
{
    int fd = memfd_create("vmclock", MFD_CLOEXEC);
    struct stat status;
    bool is = fd >= 0 && fstat(fd, &status) == 0 && status.st_dev == device;

    if (fd >= 0)
        close(fd);
    return is || (stat("/dev/shm", &status) == 0 && status.st_dev == device);
}

/* The file of a mapping, and no other one that has taken its place meanwhile; or -1. */
static int open_file(pid_t pid, const struct mapping *mapping)
{
    struct stat status;
    char path[96];
    int fd;

    snprintf(path, sizeof(path), "/proc/%ld/map_files/%" PRIx64 "-%" PRIx64, (long)pid,
             mapping->start, mapping->end);
    fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_dev == mapping->device &&
        status.st_ino == mapping->inode)
        return fd;
    close(fd);
    return -1;
}

void *shared_map(pid_t pid, const struct mapping *mapping, uint64_t at, uint32_t size)
{
    struct frames frames = frames_of(at, size);
    char *mapped;
    int fd;

    if (mapping->rights[3] != 's' || !mapping->inode || !is_memory(mapping->device))
        return NULL;
    fd = open_file(pid, mapping);
    if (fd < 0)
        return NULL;
    mapped = mmap(NULL, frames.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                  (off_t)(mapping->offset + (at - frames.before - mapping->start)));
    close(fd);
    return mapped == MAP_FAILED ? NULL : mapped + frames.before;
}

void shared_unmap(void *page, uint32_t size)
{
    struct frames frames = frames_of((uintptr_t)page, size);

    munmap((char *)page - frames.before, frames.bytes);
}
