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

/* The descriptor of the file and its length, made long enough; -1 with errno set. */
static int open_file(const struct options *options, uint64_t *length)
{
    int flags = O_RDWR | O_CLOEXEC | (options->has_offset ? 0 : O_CREAT);
    int fd = open(options->file, flags, 0600);
    struct stat status;

    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0) {
        *length = (uint64_t)status.st_size;
        if (options->has_offset || *length >= TARGET_FILE_BYTES)
            return fd;
        *length = TARGET_FILE_BYTES;
        if (ftruncate(fd, TARGET_FILE_BYTES) == 0)
            return fd;
    }
    close(fd);
    return -1;
}

/* The page in the mapped file, with what follows in its last frame; or null having said why. */
static volatile void *map_file(const struct options *options, size_t *mapped_size)
{
    uint64_t in_frame = options->offset % (uint64_t)sysconf(_SC_PAGESIZE), length = 0;
    int fd = open_file(options, &length);
    char *mapped;

    if (fd < 0) {
        failure(errno == EACCES || errno == EPERM ? "permission" : "file", "%s: %s", options->file,
                strerror(errno));
        return NULL;
    }
    if (length < options->size || length - options->size < options->offset) {
        failure("file", "%s: %" PRIu64 " bytes, too few for a page of %" PRIu32 " at %" PRIu64,
                options->file, length, options->size, options->offset);
        close(fd);
        return NULL;
    }
    mapped = mmap(NULL, in_frame + options->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                  (off_t)(options->offset - in_frame));
    if (mapped == MAP_FAILED)
        failure("file", "%s: %s", options->file, strerror(errno));
    close(fd);
    *mapped_size = options->size;
    return mapped == MAP_FAILED ? NULL : mapped + in_frame;
}

int target_open(const struct options *options, uint8_t counter_id, struct target *target)
{
    struct vmclock_snapshot initial = {.have = VMCLOCK_HAVE_CLOCK,
                                       .counter_id = counter_id,
                                       .clock_status = VMCLOCK_CLOCK_STATUS_INITIALIZING};
    int error;

    target->page = map_file(options, &target->mapped_size);
    if (!target->page)
        return -1;
    target->options = options;
    target->written = false;
    error =
        vmclock_publish_open(&target->publisher, target->page, target->mapped_size, options->size);
    if (!error) {
        initial.disruption_marker = target->publisher.disruption_marker;
        error = vmclock_publish(&target->publisher, &initial);
    }
    if (error)
        return failure("file", "%s: %s", options->file, vmclock_error_text(error));
    return 0;
}

static void set_field(volatile void *page, const struct field_setting *setting)
{
    volatile uint8_t *bytes = (volatile uint8_t *)page + fields[setting->field].offset;

    for (unsigned i = 0; i < fields[setting->field].bytes; i++)
        bytes[i] = (uint8_t)(setting->value >> (8 * i));
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
            set_field(target->page, setting);
    }
    if (seq)
        set_field(target->page, seq);
    return seq != NULL;
}

int target_publish(struct target *target, const struct vmclock_snapshot *snapshot)
{
    int error;

    if (target->written)
        return 0;
    (void)vmclock_publish_begin(&target->publisher); /* in our own memory it cannot fail */
    error = vmclock_publish_store(&target->publisher, snapshot);
    if (error ==
        VMCLOCK_ERR_STEP) { /* the host's clock is what is published, also when it is set */
        event("step: outside the bounds that were published before");
        error = vmclock_publish_store_step(&target->publisher, snapshot);
    }
    if (error)
        return failure("file", "%s: %s", target->options->file, vmclock_error_text(error));
    target->written = apply_sets(target);
    if (!target->written)
        (void)vmclock_publish_commit(&target->publisher);
    return 0;
}

void target_unreliable(struct target *target)
{
    (void)vmclock_publish_unreliable(&target->publisher);
}
