/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vmclock/error.h>
#include "boot/linux/event.h"
#include "boot/linux/pagefile.h"
#include "boot/linux/target.h"

/* The page's fields by their names in abi.h, without "counter_period_" spelled anew. */
struct page_field {
    const char *name;
    uint8_t offset;
    uint8_t bytes;
};

#define FIELD(name, member) \
    { \
        name, offsetof(struct vmclock_page, member), sizeof(((struct vmclock_page *)0)->member) \
    }
static const struct page_field fields[] = {
    FIELD("seq", seq_count), /* the first: its index is FIELD_SEQ */
    FIELD("magic", magic),
    FIELD("size", size),
    FIELD("version", version),
    FIELD("counter_id", counter_id),
    FIELD("time_type", time_type),
    FIELD("disruption_marker", disruption_marker),
    FIELD("flags", flags),
    FIELD("clock_status", clock_status),
    FIELD("smear_hint", leap_second_smearing_hint),
    FIELD("tai_offset_sec", tai_offset_sec),
    FIELD("leap_indicator", leap_indicator),
    FIELD("counter_period_shift", counter_period_shift),
    FIELD("counter_value", counter_value),
    FIELD("counter_period_frac_sec", counter_period_frac_sec),
    FIELD("counter_period_esterror_rate_frac_sec", counter_period_esterror_rate_frac_sec),
    FIELD("counter_period_maxerror_rate_frac_sec", counter_period_maxerror_rate_frac_sec),
    FIELD("time_sec", time_sec),
    FIELD("time_frac_sec", time_frac_sec),
    FIELD("time_esterror_nanosec", time_esterror_nanosec),
    FIELD("time_maxerror_nanosec", time_maxerror_nanosec),
    FIELD("vm_generation_counter", vm_generation_counter),
};
#define FIELD_SEQ 0
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

const char *target_field_name(unsigned index)
{
    return index < FIELD_COUNT ? fields[index].name : NULL;
}

int target_field_find(const char *name, size_t length)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        if (strlen(fields[i].name) == length && !memcmp(fields[i].name, name, length))
            return (int)i;
    return -1;
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
    failure("file", "%s: %s", guest->file, strerror(errno));
    close(fd);
    return -1;
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
static volatile void *map_file(const struct guest_options *guest, int *kept_fd)
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
    mapped = mmap(NULL, in_frame + guest->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                  (off_t)(guest->offset - in_frame));
    if (mapped == MAP_FAILED) {
        failure("file", "%s: %s", guest->file, strerror(errno));
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

static int failed(const struct target *target, int error)
{
    if (error == VMCLOCK_ERR_ACCESS)
        return failure("process", "the page cannot be written any more");
    return failure("file", "%s: %s", target->guest->name, vmclock_error_text(error));
}

/* A file that somebody made shorter: to touch the page would be the end. Returns 0, or -1. */
static int check_file(const struct target *target)
{
    struct stat status;

    if (!target->page || (fstat(target->fd, &status) == 0 &&
                          (uint64_t)status.st_size >= target->guest->offset + target->guest->size))
        return 0;
    return failure("file", "%s: became too short for the page", target->guest->file);
}

/* Takes the page over; it is in update then. Returns 0 or a VMCLOCK_ERR_*. */
static int take_over(struct target *target)
{
    const struct vmclock_publish_memory memory = {process_read, process_write, &target->process};

    if (target->page)
        return vmclock_publish_open(&target->publisher, target->page, target->mapped_size,
                                    target->guest->size);
    return vmclock_publish_open_memory(&target->publisher, &memory, target->guest->size);
}

int target_open(const struct options *options, const struct guest_options *guest, struct qmp *qmp,
                uint8_t counter_id, struct target *target)
{
    int error;

    target->options = options;
    target->guest = guest;
    target->written = false;
    target->page = NULL;
    target->process.fd = -1;
    target->mapped_size = guest->size;
    if (guest->file)
        target->page = map_file(guest, &target->fd);
    if (guest->file ? !target->page : open_process(guest, qmp, &target->process) < 0)
        return -1;
    error = take_over(target);
    target->shown = (struct vmclock_snapshot){
        .have = VMCLOCK_HAVE_CLOCK,
        .counter_id = counter_id,
        .clock_status = VMCLOCK_CLOCK_STATUS_INITIALIZING,
        .disruption_marker = target->publisher.disruption_marker,
    };
    if (!error)
        error = vmclock_publish(&target->publisher, &target->shown);
    if (error)
        return failed(target, error);
    target->open = true;
    return 0;
}

static void set_field(struct target *target, const struct field_setting *setting)
{
    const struct page_field *field = &fields[setting->field];
    uint8_t value[8];

    for (unsigned i = 0; i < field->bytes; i++)
        value[i] = (uint8_t)(setting->value >> (8 * i));
    for (unsigned i = 0; target->page && i < field->bytes; i++)
        ((volatile uint8_t *)target->page)[field->offset + i] = value[i];
    if (!target->page)
        (void)process_write(&target->process, field->offset, value, field->bytes);
}

/* Overwrites what --set names. Returns whether seq was among it: the update then stays as it is. */
static bool apply_sets(struct target *target)
{
    const struct field_setting *seq = NULL;

    for (unsigned i = 0; i < target->options->set_count; i++) {
        const struct field_setting *setting = &target->options->sets[i];

        if (setting->field == FIELD_SEQ)
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
    if (check_file(target) < 0)
        return -1;
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

void target_unreliable(struct target *target)
{
    target->shown.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    if (check_file(target) == 0)
        (void)vmclock_publish_unreliable(&target->publisher);
}

int target_disrupt(struct target *target)
{
    int error;

    if (target->shown.clock_status != VMCLOCK_CLOCK_STATUS_INITIALIZING)
        target->shown.clock_status = VMCLOCK_CLOCK_STATUS_UNRELIABLE;
    target->shown.disruption_marker++;
    if (check_file(target) < 0)
        return -1;
    error = vmclock_publish_step(&target->publisher, &target->shown);
    return error ? failed(target, error) : 0;
}

int target_retake(struct target *target)
{
    int error;

    if (check_file(target) < 0)
        return -1;
    error = take_over(target);
    if (error)
        return failed(target, error);
    if (target->publisher.disruption_marker > target->shown.disruption_marker)
        target->shown.disruption_marker = target->publisher.disruption_marker;
    return target_disrupt(target);
}

void target_close(struct target *target)
{
    if (target->page) {
        uintptr_t in_frame = (uintptr_t)target->page % (uintptr_t)sysconf(_SC_PAGESIZE);

        munmap((char *)(uintptr_t)target->page - in_frame, target->mapped_size + in_frame);
        close(target->fd);
    } else {
        process_close(&target->process);
    }
    target->open = false;
}
