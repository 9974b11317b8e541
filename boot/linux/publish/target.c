/* SPDX-License-Identifier: BSD-2-Clause */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vmclock/error.h>
#include "boot/linux/common/event.h"
#include "boot/linux/common/wait.h"
#include "boot/linux/publish/field.h"
#include "boot/linux/publish/mapped.h"
#include "boot/linux/publish/pagefile.h"
#include "boot/linux/publish/target.h"

#define CALM_MS 10000 /* without another writer: then the next one is worth a line */
#define FILE_CHECK_MS 1000
#define HEAD_BYTES offsetof(struct vmclock_page, flags) /* what target_look compares */

/* The name of the failure that errno tells of a file. */
static const char *failure_name(int error)
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
    failure(failure_name(errno), "%s: %s", guest->file, strerror(errno));
    close(fd);
    return -1;
}

/*
 * Has a hole in the file filled: whoever touched it first, we or the guest, could find no room any
 * more. Returns 0, also where the file system cannot say, or -1 with errno set.
 */
static int allocate(const struct guest_options *guest, int fd)
{
    int error;

    do {
        error = fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)guest->offset, (off_t)guest->size);
    } while (error < 0 && errno == EINTR);
    return error < 0 && !strcmp(failure_name(errno), "space") ? -1 : 0;
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

/* The page in the mapped file, with what follows in its last frame; or null having said why. */
static void *map_file(const struct guest_options *guest, int *kept_fd)
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
    mapped = allocate(guest, fd) < 0 ? MAP_FAILED
                                     : mmap(NULL, in_frame + guest->size, PROT_READ | PROT_WRITE,
                                            MAP_SHARED, fd, (off_t)(guest->offset - in_frame));
    if (mapped == MAP_FAILED) {
        failure(failure_name(errno), "%s: %s", guest->file, strerror(errno));
        close(fd);
        return NULL;
    }
    *kept_fd = fd;
    return mapped + in_frame;
}

/* The page in the memory of the QEMU. Returns 0, or -1 having said why. */
static int open_process(const struct guest_options *guest, struct qmp *qmp,
                        struct process_page *page)
{
    uint64_t phys = guest->phys;

    if (!guest->has_phys && process_find_device(qmp, &phys) < 0)
        return -1;
    return process_open(qmp, phys, guest->size, guest->pid, true, page);
}

/* A file that somebody made shorter. Returns 0, or -1 having said so. */
static int check_file(struct target *target)
{
    struct stat status;

    if (!target->page || (fstat(target->fd, &status) == 0 &&
                          (uint64_t)status.st_size >= target->guest->offset + target->guest->size))
        return 0;
    target->lost = true;
    return failure("file", "%s: became too short for the page", target->guest->file);
}

/*
 * As check_file, now and then: to ask costs as much as an update. A file that has lost a whole frame
 * is noticed at once by SIGBUS; in its last one the page stays whole, for whoever has it mapped.
 */
static int check_file_at_times(struct target *target)
{
    int64_t now_ms = wait_now_ms();

    if (!target->page || now_ms - target->checked_ms < FILE_CHECK_MS)
        return 0;
    target->checked_ms = now_ms;
    return check_file(target);
}

/* Says why the page of an open target failed. Returns -1. */
static int failed(struct target *target, int error)
{
    target->lost = true;
    if (error != VMCLOCK_ERR_ACCESS)
        return failure("file", "%s: %s", target->guest->name, vmclock_error_text(error));
    if (!target->page)
        return failure("process", "the page cannot be written any more");
    if (check_file(target) < 0)
        return -1;
    if (allocate(target->guest, target->fd) < 0)
        return failure(failure_name(errno), "%s: %s", target->guest->file, strerror(errno));
    return failure("file", "%s: the page cannot be written any more", target->guest->file);
}

static int page_read(void *context, uint32_t offset, void *bytes, uint32_t length)
{
    struct target *target = context;

    return target->page ? mapped_read(target->page, offset, bytes, length)
                        : process_read(&target->process, offset, bytes, length);
}

static int page_write(void *context, uint32_t offset, const void *bytes, uint32_t length)
{
    struct target *target = context;

    return target->page ? mapped_write(target->page, offset, bytes, length)
                        : process_write(&target->process, offset, bytes, length);
}

/* Takes the page over; it is in update then. Returns 0 or a VMCLOCK_ERR_*. */
static int take_over(struct target *target)
{
    const struct vmclock_publish_memory memory = {page_read, page_write, target};

    return vmclock_publish_open_memory(&target->publisher, &memory, target->guest->size);
}

int target_open(const struct options *options, const struct guest_options *guest, struct qmp *qmp,
                uint8_t counter_id, struct target *target)
{
    int error;

    target->options = options;
    target->guest = guest;
    target->written = target->lost = false;
    target->overwritten_ms = target->checked_ms = 0;
    target->page = NULL;
    target->process.fd = -1;
    mapped_open();
    if (guest->file)
        target->page = map_file(guest, &target->fd);
    if (guest->file ? !target->page : open_process(guest, qmp, &target->process) < 0) {
        process_close(&target->process);
        return -1;
    }
    error = take_over(target);
    target->shown = (struct vmclock_snapshot){
        .have = VMCLOCK_HAVE_CLOCK,
        .counter_id = counter_id,
        .clock_status = VMCLOCK_CLOCK_STATUS_INITIALIZING,
        .disruption_marker = target->publisher.disruption_marker,
    };
    if (!error)
        error = vmclock_publish(&target->publisher, &target->shown);
    if (error) {
        failed(target, error);
        target_close(target);
        return -1;
    }
    target->open = true;
    return 0;
}

static void set_field(struct target *target, const struct field_setting *setting)
{
    const struct page_field *field = &page_fields[setting->field];
    uint8_t value[8];

    for (unsigned i = 0; i < field->bytes; i++)
        value[i] = (uint8_t)(setting->value >> (8 * i));
    (void)page_write(target, field->offset, value, field->bytes);
}

/* Overwrites what --set names. Returns whether seq was among it: the update then stays as it is. */
static bool apply_sets(struct target *target)
{
    const struct field_setting *seq = NULL;

    for (unsigned i = 0; i < target->options->set_count; i++) {
        const struct field_setting *setting = &target->options->sets[i];

        if (setting->field == PAGE_FIELD_SEQ)
            seq = setting;
        else
            set_field(target, setting);
    }
    if (seq)
        set_field(target, seq);
    return seq != NULL;
}

int target_publish(struct target *target, const struct vmclock_snapshot *snapshot)
{
    int error;

    if (target->written)
        return 0;
    error = vmclock_publish_begin(&target->publisher);
    if (!error)
        error = vmclock_publish_store(&target->publisher, snapshot);
    if (error ==
        VMCLOCK_ERR_STEP) { /* the host's clock is what is published, also when it is set */
        event("step: outside the bounds that were published before");
        error = vmclock_publish_store_step(&target->publisher, snapshot);
    }
    if (error)
        return failed(target, error);
    target->shown = *snapshot;
    target->written = apply_sets(target);
    if (!target->written)
        error = vmclock_publish_commit(&target->publisher);
    return error ? failed(target, error) : 0;
}

/* Marks the clock as disrupted. Returns 0, or -1 having said why. */
static int mark(struct target *target)
{
    int error;

    if (target->shown.clock_status != VMCLOCK_CLOCK_STATUS_INITIALIZING)
        target->shown.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    target->shown.disruption_marker++;
    error = vmclock_publish_step(&target->publisher, &target->shown);
    return error ? failed(target, error) : 0;
}

/* The page's first bytes, as they were left. */
static void compose_head(const struct target *target, struct vmclock_page *head)
{
    head->magic.wire = htole32(VMCLOCK_PAGE_MAGIC);
    head->size.wire = htole32(target->guest->size);
    head->version.wire = htole16(VMCLOCK_PAGE_VERSION);
    head->counter_id = target->shown.counter_id;
    head->time_type = target->shown.time_type;
    head->seq_count.wire = htole32(target->publisher.seq);
    head->disruption_marker.wire = htole64(target->shown.disruption_marker);
}

/* Takes the page over with the greater of its marker and ours. Returns 0, or -1 having said why. */
static int retake(struct target *target)
{
    int error = take_over(target);

    if (error)
        return failed(target, error);
    if (target->publisher.disruption_marker > target->shown.disruption_marker)
        target->shown.disruption_marker = target->publisher.disruption_marker;
    return 0;
}

/*
 * Retakes a page whose first bytes are not what was left there, having said so: see target_look.
 * Returns 1, 0: it is as it was left, or -1 having said why. A test's page is meant to be wrong.
 */
static int heal(struct target *target)
{
    struct vmclock_page head, found;
    int64_t said_ms = target->overwritten_ms;

    if (check_file_at_times(target) < 0)
        return -1;
    if (target->written || target->options->set_count)
        return 0;
    if (page_read(target, 0, &found, HEAD_BYTES))
        return failed(target, VMCLOCK_ERR_ACCESS);
    compose_head(target, &head);
    if (!memcmp(&head, &found, HEAD_BYTES))
        return 0;
    target->overwritten_ms = wait_now_ms();
    if (!said_ms || target->overwritten_ms - said_ms > CALM_MS)
        event("overwritten: somebody else wrote to the page, which is a disruption");
    return retake(target) < 0 ? -1 : 1;
}

int target_look(struct target *target)
{
    int healed = heal(target);

    return healed > 0 ? mark(target) : healed;
}

void target_unreliable(struct target *target)
{
    int healed;

    target->shown.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    if (target->lost)
        return;
    healed = heal(target);
    if (healed > 0)
        (void)mark(target);
    if (!healed)
        (void)vmclock_publish_unreliable(&target->publisher);
}

int target_disrupt(struct target *target)
{
    return heal(target) < 0 ? -1 : mark(target);
}

int target_retake(struct target *target)
{
    return check_file(target) < 0 || retake(target) < 0 ? -1 : mark(target);
}

void target_close(struct target *target)
{
    if (target->page) {
        uintptr_t in_frame = (uintptr_t)target->page % (uintptr_t)sysconf(_SC_PAGESIZE);

        munmap((char *)target->page - in_frame, target->guest->size + in_frame);
        close(target->fd);
    } else {
        process_close(&target->process);
    }
    target->open = false;
}
