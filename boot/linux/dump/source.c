/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "boot/linux/common/event.h"
#include "boot/linux/dump/source.h"

#define COPY_TRIES 1000

/* What can be mapped, and nothing that keeps us waiting. Returns a descriptor, or -1 having said why. */
static int open_page(const char *path, struct stat *status)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0 || fstat(fd, status) < 0)
        return failure(errno == EACCES || errno == EPERM ? "permission" : "file", "%s: %s", path,
                       strerror(errno));
    if (S_ISREG(status->st_mode) || S_ISCHR(status->st_mode) || S_ISBLK(status->st_mode))
        return fd;
    close(fd);
    return failure("file", "%s: is neither a file nor a device", path);
}

static int map(const char *path, uint64_t offset, struct source *source)
{
    uint64_t in_frame = offset % (uint64_t)sysconf(_SC_PAGESIZE);
    struct stat status;
    int fd = open_page(path, &status);
    char *mapped;

    if (fd < 0)
        return -1;
    source->mapped_size = SOURCE_PAGE_BYTES;
    if (S_ISREG(status.st_mode)) {
        uint64_t length = (uint64_t)status.st_size;

        if (length < VMCLOCK_PAGE_SIZE_SIGNAL || length - VMCLOCK_PAGE_SIZE_SIGNAL < offset) {
            close(fd);
            return failure("file", "%s: %" PRIu64 " bytes, no page at %" PRIu64, path, length,
                           offset);
        }
        /* No page says that it is longer. */
        length = length - offset < UINT32_MAX ? length - offset : UINT32_MAX;
        source->mapped_size = (size_t)length;
    }
    if (source->counter == SOURCE_COUNTER_AUTO)
        source->counter = S_ISCHR(status.st_mode) ? SOURCE_COUNTER_OWN : SOURCE_COUNTER_REFERENCE;
    mapped = mmap(NULL, in_frame + source->mapped_size, PROT_READ, MAP_SHARED, fd,
                  (off_t)(offset - in_frame));
    if (mapped == MAP_FAILED) {
        close(fd);
        return failure("file", "%s: %s", path, strerror(errno));
    }
    source->mapped = mapped + in_frame;
    source->file_fd = fd;
    source->file_needed = S_ISREG(status.st_mode) ? offset + source->mapped_size : 0;
    return 0;
}

static int attach(const struct source_options *options, struct source *source)
{
    uint64_t phys = options->phys;

    if (source->counter == SOURCE_COUNTER_AUTO)
        source->counter = SOURCE_COUNTER_REFERENCE;
    if (qmp_open(&source->qmp, options->qmp) < 0)
        return -1;
    if (!options->has_phys && process_find_device(&source->qmp, &phys) < 0)
        return -1;
    if (process_open(&source->qmp, phys, SOURCE_PAGE_BYTES, options->pid, false, &source->process) <
        0)
        return -1;
    qmp_close(&source->qmp); /* it is for one at a time, and no longer needed */
    return 0;
}

int source_open(const struct source_options *options, struct source *source)
{
    memset(source, 0, sizeof(*source));
    source->counter = options->counter;
    return options->qmp ? attach(options, source) : map(options->path, options->offset, source);
}

/* A file that somebody made shorter: to touch what is gone would be the end. */
static int check_file(const struct source *source)
{
    struct stat status;

    if (!source->file_needed ||
        (fstat(source->file_fd, &status) == 0 && (uint64_t)status.st_size >= source->file_needed))
        return 0;
    return failure("file", "it became shorter");
}

/* A copy by the sequence count; of a page that stays in update, the last one. */
static int take_copy(struct source *source)
{
    const uint32_t seq_at = offsetof(struct vmclock_page, seq_count);
    uint8_t again[4];

    for (int tries = 0; tries < COPY_TRIES; tries++) {
        if (process_read(&source->process, 0, source->copy, sizeof(source->copy)) ||
            process_read(&source->process, seq_at, again, sizeof(again)))
            return failure("process", "QEMU is gone");
        if (!(again[0] & 1) && !memcmp(again, source->copy + seq_at, sizeof(again)))
            break;
    }
    return 0;
}

/* The page's own reference point, read in the window of the snapshot; 0 of a page that has none. */
static uint64_t read_reference(void *context)
{
    const volatile uint8_t *page = context;
    uint64_t value = 0;

    for (unsigned i = page ? 8 : 0; i--;)
        value = value << 8 | page[offsetof(struct vmclock_page, counter_value) + i];
    return value;
}

int source_handle(struct source *source, struct vmclock *clk)
{
    const volatile void *page = source->mapped ? source->mapped : source->copy;
    size_t size = source->mapped ? source->mapped_size : sizeof(source->copy);
    struct vmclock_counter counter = {.read = read_reference};
    int error;

    if (source->mapped ? check_file(source) < 0 : take_copy(source) < 0)
        return SOURCE_GONE;
    if (source->counter == SOURCE_COUNTER_OWN)
        return vmclock_open(clk, page, size);
    if (size >= VMCLOCK_PAGE_SIZE_CLOCK)
        counter.context = (void *)(uintptr_t)page;
    counter.counter_id = ((const volatile struct vmclock_page *)page)->counter_id;
    error = vmclock_open_with_counter(clk, page, size, &counter);
    if (!error && !source->mapped)
        clk->max_tries = 1; /* a copy does not change */
    return error;
}

void source_raw(const struct source *source, struct vmclock_page *raw)
{
    const volatile uint8_t *page = source->mapped ? source->mapped : source->copy;
    size_t size = source->mapped ? source->mapped_size : sizeof(source->copy);

    memset(raw, 0, sizeof(*raw));
    for (size_t i = 0; i < size && i < sizeof(*raw); i++)
        ((uint8_t *)raw)[i] = page[i];
}
